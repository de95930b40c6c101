"""Recordings that are not played yet, each with its reason."""

from tests.runbooks.kubectl.replay import recordings

GO_TEMPLATE = "Go templates are refused"
MANUAL = "kubectl's own manual pages are not carried along"
EXEC = "exec over WebSocket is a later issue"
LATER = "this verb is a later issue"
LOCAL = "files of the bot's machine are never read"
ELSEWHERE = "the kubeconfig of the bot is not shown"
DESCRIBE = "describe of this kind is a later issue"
REASONS = {
    "X-ro-02": LATER,
    "X-ro-03": LATER,
    "X-ro-05": LATER,
    "X-ro-07": LATER,
    "X-ro-09": LATER,
    "X-err-15": MANUAL,
    "X-err-32": MANUAL,
    "X-misc-40": MANUAL,
    "X-misc-41": MANUAL,
    "X-top-20": MANUAL,
    "X-jp-45": GO_TEMPLATE,
    "X-jp-46": GO_TEMPLATE,
    "X-jp-47": GO_TEMPLATE,
    "X-managed-04": GO_TEMPLATE,
    "X-err-39": "a time limit of one nanosecond: here the shortest is what the runner allows",
    "X-err-47": "the client's own version is Muster's, not kubectl's",
    "X-err-48": "the client's own version is Muster's, not kubectl's",
    "X-err-49": "watching never ends",
    "X-misc-32": "the recording keeps no order of keys",
    "X-misc-33": "kubectl words a raw 404 by a rule of its own",
    "X-misc-38": LOCAL,
    "X-patch-11": "a broken patch is refused before it is sent",
    "X-patch-20": "the server's answer has a line that is no part of its message",
    "X-ro-12": "kubectl prints this one in the order of its Go fields",
    "X-rollw-24": "it hangs on the second of the clock",
    "X-set-28": LATER,
    "X-set-29": LATER,
    "X-desc-30": "what a Secret holds is never read",
}
VERBS = {
    "describe": LATER,
    "auth": LATER,
    "events": LATER,
    "version": LATER,
    "api-resources": LATER,
    "api-versions": LATER,
    "exec": EXEC,
    "apply": LATER,
    "autoscale": LATER,
    "cluster-info": LATER,
    "config": ELSEWHERE,
    "cordon": LATER,
    "create": LATER,
    "drain": LATER,
    "explain": LATER,
    "expose": LATER,
    "run": LATER,
    "taint": LATER,
    "uncordon": LATER,
    "wait": LATER,
}


def not_yet() -> dict[str, str]:
    """Recording id -> why it is not played."""
    by_verb = {
        name: VERBS[one["argv"][0]] for name, one in recordings().items() if one["argv"] and one["argv"][0] in VERBS
    }
    return {**by_verb, **REASONS}
