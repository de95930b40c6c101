"""A runbook finds its parts as people name them."""

from datetime import timedelta

import pytest
from pydantic import ValidationError

from runbooks.model import Diagnostic, Runbook
from tests.runbooks.examples import runbook


def test_a_service_and_one_severity_are_enough() -> None:
    small = Runbook.model_validate({"service": "orders", "severities": [{"key": "P0"}]})
    assert small.name == "orders"
    assert small.severities[0].update.due_after == timedelta(hours=1)
    assert small.channels.announce == "#incidents"


@pytest.mark.parametrize("text", ["SEV-2", "sev2", "SEV2", "Sev_2", "sev 2"])
def test_a_severity_is_found_however_it_is_written(text: str) -> None:
    found = runbook().severity(text)
    assert found is not None
    assert found.key == "SEV-2"


@pytest.mark.parametrize("text", ["", "SEV-9", "2", "SEV"])
def test_a_severity_that_is_not_there_is_not_guessed(text: str) -> None:
    assert runbook().severity(text) is None


def test_steps_and_mitigations_are_found_with_dash_or_underscore() -> None:
    book = runbook()
    assert book.diagnostic("Error-Ratio") is book.diagnostics[1]
    assert book.mitigation("scale_up") is book.mitigations[0]
    assert book.diagnostic("nope") is None


def test_a_runbook_does_not_change() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        runbook().title = "x"  # type: ignore[misc]  # that is the point


@pytest.mark.parametrize(
    ("step", "line"),
    [
        ({"run": "kubectl get pods"}, "kubectl get pods"),
        ({"promql": "sum(\n  up\n)"}, "promql sum( up )"),
        ({"http": "http://a:1/x"}, "curl -sS http://a:1/x"),
        ({"http": "curl -I http://a:1/x"}, "curl -I http://a:1/x"),
        ({"manual": "Call somebody"}, "Call somebody"),
    ],
)
def test_a_steps_line_is_what_a_person_would_type(step: dict[str, str], line: str) -> None:
    assert Diagnostic.model_validate({"id": "a", **step}).line == line


def test_a_step_without_a_title_is_called_by_its_id() -> None:
    assert Diagnostic(id="crash-loops", run="x").name == "Crash loops"
