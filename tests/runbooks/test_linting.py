"""The linter says what a careful reviewer would."""

from pathlib import Path

import pytest
import yaml

from runbooks.linting import lint, remarks_on
from runbooks.reading import check_text
from tests.runbooks.examples import values


def remarks(**more: object) -> list[str]:
    return [
        str(one) for one in remarks_on(check_text(yaml.safe_dump(values(**{"on_call": "on-call", **more})), "a.yaml"))
    ]


def step(line: str, **more: object) -> dict[str, object]:
    return {
        "diagnostics": [{"id": "pods", "phase": "assess", "run": line, **more}],
        "severities": [{"key": "P1", "escalate": [{"notify": ["x"]}]}],
    }


def test_a_sound_runbook_has_no_remarks() -> None:
    assert remarks(**step("kubectl get pods")) == []


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("kubectl get pods --field-selector=status.phase!=Running", "crash-loops still counts as Running"),
        ("kubectl logs -l app=a | grep error", "write --tail=-1"),
        ("kubectl logs -l app=a --since=10m | wc -l", "write --tail=-1"),
        ("kubectl get nodes | grep -v Ready", "hides NotReady"),
        ("kubectl get componentstatuses", "deprecated"),
        ("kubectl get pods -n other", "the service runs in `inferadb`"),
    ],
)
def test_a_line_that_misleads_is_remarked_on(line: str, said: str) -> None:
    (one,) = remarks(**step(line))
    assert said in one
    assert ": warning: diagnostics[0].run: " in one


def test_a_step_that_explains_itself_is_left_alone() -> None:
    assert remarks(**step("kubectl get pods --field-selector=status.phase!=Running", help="The other step")) == []
    assert remarks(**step("kubectl logs -l app=a --tail=-1 | grep error")) == []


def test_a_template_that_names_what_nobody_gives_is_remarked_on() -> None:
    (one,) = remarks(**step("kubectl get pods"), templates={"update": "{{ titel }} {{ title }}"})
    assert "nobody gives `titel`" in one


def test_a_mitigation_without_a_check_or_a_bound_is_remarked_on() -> None:
    fix = {"id": "a", "run": "kubectl scale deployment/a --replicas={n}", "inputs": {"n": {"type": "integer"}}}
    assert len(remarks(**step("kubectl get pods"), mitigations=[fix])) == 2


def test_nobody_to_call_is_remarked_on() -> None:
    said = " ".join(remarks(on_call=""))
    assert "nobody is invited" in said
    assert "nobody to escalate to" in said


def test_errors_come_with_their_line_and_mend() -> None:
    (one,) = remarks_on(check_text("service: a\nseverities: []\n", "a.yaml"))
    assert one.error
    assert str(one) == "a.yaml:2: error: severities: at least one is wanted (add one)"


def test_two_files_for_one_service_are_an_error(tmp_path: Path) -> None:
    for name in ("a.yaml", "b.yaml"):
        text = yaml.safe_dump(values(on_call="x", **step("kubectl get pods")))
        (tmp_path / name).write_text(text, "utf-8")
    (one,) = lint(sorted(tmp_path.iterdir()))
    assert one.error
    assert "is for `orders`, too" in one.text
