"""Recordings that are not played: what they ask for is refused, each with the reason."""

from tests.runbooks.kubectl.replay import recordings

MANUAL = "kubectl's own manual pages are not carried along"
REFUSED = {
    "X-err-15": MANUAL,
    "X-err-32": MANUAL,
    "X-misc-40": MANUAL,
    "X-misc-41": MANUAL,
    "X-top-20": MANUAL,
    "B38": "there is no standard input; the library's runbook applies a file beside it",
    "X-create-08": "Secrets are not written from here: whoever reads the channel would read them",
}
VERBS = {
    "autoscale": "a new autoscaler is no mitigation; a manifest beside the runbook makes one",
    "config": "the kubeconfig of the bot is not shown",
    "explain": MANUAL,
    "expose": "a new Service is no mitigation; a manifest beside the runbook makes one",
    "run": "a pod made by hand is forgotten there",
}


def refused() -> dict[str, str]:
    """Recording id -> why it is not played; VERBS are refused, whatever follows."""
    verbs = {name: one["argv"][0] for name, one in recordings().items() if one["argv"]}
    by_verb = {name: VERBS[verb] for name, verb in verbs.items() if verb in VERBS}
    return {**by_verb, **REFUSED}
