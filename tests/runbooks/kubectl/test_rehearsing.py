"""A line is begun without a cluster: what kubectl finds wrong before it asks is found, and nothing else."""

import shlex

import pytest

from runbooks.kubectl.parsing import parse
from runbooks.kubectl.rehearsing import complaint
from runbooks.kubectl.words import Refused, Usage
from tests.runbooks.kubectl.replay import recordings

OF_FILES = {"-f", "-k"}
ASKED_AS_WELL = (
    "error: unable to match a printer",
    "error: error parsing jsonpath",
    "error: unexpected custom-columns",
)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("kubectl get", "You must specify the type of resource to get."),
        ("kubectl describe", "error: You must specify the type of resource to describe."),
        ("kubectl logs", "error: expected 'logs [-f] [-p] (POD | TYPE/NAME) [-c CONTAINER]'."),
        ("kubectl get pods a -l app=b", "error: name cannot be provided when a selector is specified"),
        ("kubectl get pods -o wdie", 'error: unable to match a printer suitable for the output format "wdie"'),
        ("kubectl get pods,svc -o jsonpath='{.items[*'", "unterminated array"),
        ("kubectl get pods -o custom-columns=NAME", "error: unexpected custom-columns spec: NAME"),
        ("kubectl get pods -o go-template='{{.x'", "unclosed action"),
        ("kubectl wait pod/a --for=soon", 'error: unrecognized condition: "soon"'),
        ("kubectl scale deploy/a", 'error: required flag(s) "replicas" not set'),
        ("kubectl patch deploy a -p '{bad'", "Error from server (BadRequest): invalid character 'b'"),
        ("kubectl set image deploy/a", "error: at least one image update is required"),
        ("kubectl exec a", "error: you must specify at least one command for the container"),
        ("kubectl delete pod", "error: resource(s) were provided, but no name was specified"),
    ],
)
def test_a_line_that_can_run_nowhere_is_told_in_kubectls_words(line: str, said: str) -> None:
    assert complaint(parse(shlex.split(line)[1:])).startswith(said)


def test_a_recorded_line_that_kubectl_ran_is_not_complained_of_and_another_in_its_words() -> None:
    tried = 0
    for name, one in recordings().items():
        try:
            command = parse(one["argv"])
        except (Refused, Usage):
            continue
        if OF_FILES & set(one["argv"]):
            continue
        said = complaint(command)
        assert not said or (one["exit"] and said.splitlines()[0] in one["err"]), f"{name}: {said}"
        tried += 1
    assert tried > 500  # most of the recordings


async def test_it_is_told_to_whoever_has_a_loop_that_runs() -> None:
    assert complaint(parse(["scale", "deploy/a"])).startswith('error: required flag(s) "replicas"')
