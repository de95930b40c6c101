"""Recordings that are not played, on purpose, each with its reason: refused here, or told in other words."""

from tests.runbooks.kubectl.replay import recordings

GO_TEMPLATE = "Go templates are refused"
MANUAL = "kubectl's own manual pages are not carried along"
GENERATED = "new objects come from manifests that lie beside the runbook, not from flags"
LOCAL = "files of the bot's machine are never read"
ELSEWHERE = "the kubeconfig of the bot is not shown"
KIND = "kinds that incidents seldom ask for are described field by field, as kubectl describes custom ones"
VERSION = "the client's own version is Muster's, not kubectl's"
TOLD_OTHERWISE = {
    "X-err-39": "a time limit of one nanosecond: here the shortest is what the runner allows",
    "X-misc-32": "the recording keeps no order of keys",
    "X-rollw-24": "it hangs on the second of the clock",
    **dict.fromkeys(("X-desc-34", "X-desc-46", "X-desc-47", "X-desc-50"), KIND),
}
REFUSED = {
    "X-err-15": MANUAL,
    "X-err-32": MANUAL,
    "X-misc-40": MANUAL,
    "X-misc-41": MANUAL,
    "X-top-20": MANUAL,
    "X-jp-45": GO_TEMPLATE,
    "X-jp-46": GO_TEMPLATE,
    "X-jp-47": GO_TEMPLATE,
    "X-managed-04": GO_TEMPLATE,
    "X-err-49": "watching never ends",
    "X-misc-38": LOCAL,
    "B38": "there is no standard input",
    "M39": "kustomizations are built by kustomize; what it builds can lie beside the runbook",
    **dict.fromkeys(("X-create-01", "X-create-02", "X-create-03", "X-create-04", "X-create-07"), GENERATED),
    "X-create-08": "Secrets are not written from here",
}
VERBS = {
    "autoscale": GENERATED,
    "config": ELSEWHERE,
    "explain": MANUAL,
    "expose": GENERATED,
    "run": "a pod made by hand is forgotten there",
    "taint": "a taint drives pods away at once; cordon and drain do it step by step",
}


def not_yet() -> dict[str, str]:
    """Recording id -> why it is not played; VERBS are refused, whatever follows."""
    verbs = {name: one["argv"][0] for name, one in recordings().items() if one["argv"]}
    by_verb = {name: VERBS[verb] for name, verb in verbs.items() if verb in VERBS}
    return {**by_verb, **REFUSED, **TOLD_OTHERWISE}
