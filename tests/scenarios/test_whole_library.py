"""Every step of the five runbooks is run against the company on a quiet day, and every mitigation is previewed."""

from datetime import UTC, datetime

import pytest

from runbooks.findings import Around, findings
from runbooks.lines.refusal import LineRefused
from runbooks.model import Mitigation, Runbook
from runbooks.reading import library
from runbooks.running import Runner
from tests.scenarios.told import Stage, running

OUTSIDE = "Could not resolve host"
NO_PROGRAM = "executable file not found"
TROUBLED = {
    ("active-inference", "health"): OUTSIDE,
    ("active-inference", "database-health"): OUTSIDE,
    ("active-inference", "cache-health"): OUTSIDE,
    ("inferadb", "auth-service"): OUTSIDE,
    ("inferadb", "auth-keys"): OUTSIDE,
    ("ml-platform", "health"): OUTSIDE,
    ("active-inference", "name-lookup"): NO_PROGRAM,
    ("active-inference", "processes"): NO_PROGRAM,
    ("active-inference", "ports"): NO_PROGRAM,
    ("active-inference", "slow-queries"): "pg_stat_statements",
    ("active-inference", "previous-logs"): "previous terminated container",
}
"""What the pretend company lacks: the world outside, programs in its images."""
QUIET = ("No resources found", "Found ", "Warning: v1 Endpoints", "< HTTP/1.1 200")

A_FEW_ERRORS = {("inferadb", "error-kinds"), ("inferadb", "recent-errors")}
"""What looks through the whole log finds some errors on the best of days; it stands in no assessment."""
OUTSIDE_IN_SILENCE = {("ml-platform", "response-time"), ("optimal-build", "health")}
"""`curl -s` says nothing of a world that is not there; the finding does."""
NOT_LAID_YET = {("optimal-build", "block-attacker")}
"""It edits a list that another mitigation lays first."""


async def test_every_step_answers_or_says_what_is_missing_and_finds_nothing() -> None:
    stage = Stage()
    stage.wait(120)
    now = datetime.fromtimestamp(stage.cluster.now(), UTC)
    troubled, found = {}, {}
    async with running(stage) as runner:
        for name, book in library().items():
            for step in book.diagnostics:
                if step.manual or step.tool:
                    continue
                output = await runner.run_step(step, book)
                if output.errors.strip() and not output.errors.startswith(QUIET):
                    troubled[name, step.id] = output.errors
                elif said := findings(step, output, Around(now, runbook=book)):
                    found[name, step.id] = [one.text for one in said]
    assert set(found) == A_FEW_ERRORS | OUTSIDE_IN_SILENCE
    assert set(troubled) == set(TROUBLED)
    assert {key: errors for key, errors in troubled.items() if TROUBLED[key] not in errors} == {}


async def test_every_mitigation_shows_what_it_would_send() -> None:
    refused = {}
    async with running(Stage()) as runner:
        for name, book in library().items():
            for fix in book.mitigations:
                if fix.manual or fix.tool or fix.cluster:
                    continue
                seen = await runner.request(fix, book, await chosen(runner, fix, book))
                assert seen.sends, f"{name}/{fix.id}"
                refused |= {(name, fix.id): seen.refused} if seen.refused else {}
    assert set(refused) == NOT_LAID_YET
    assert all("not found" in said for said in refused.values())


async def test_what_concerns_another_cluster_says_where_to_name_it() -> None:
    book = library()["ml-platform"]
    (fix,) = [one for one in book.mitigations if one.cluster]
    async with running(Stage()) as runner:
        with pytest.raises(LineRefused, match="names no cluster `secondary`"):
            await runner.request(fix, book, {"replicas": 20})


async def chosen(runner: Runner, fix: Mitigation, book: Runbook) -> dict[str, object]:
    """Choose what a person would: the proposed, else the first of what there is."""
    known: dict[str, object] = {"backup_id": "latest-backup", "attacker_ip": "198.51.100.23"}
    for name, asked in fix.inputs.items():
        if asked.choices_from:
            known[name] = (await runner.run_typed(asked.choices_from, book)).text.split()[0]
    return {name: known.get(name, asked.default) for name, asked in fix.inputs.items()}


async def test_what_is_a_programs_is_refused_with_the_line_to_run() -> None:
    tools = [(book, fix) for book in library().values() for fix in book.mitigations if fix.tool]
    assert len(tools) == 9
    async with running(Stage()) as runner:
        for book, fix in tools:
            inputs = {"backup_id": "latest-backup", "moment": "2026-11-21T14:05:00Z"}
            with pytest.raises(LineRefused, match="does not run on this installation") as caught:
                await runner.request(fix, book, {name: inputs[name] for name in fix.inputs})
            assert fix.line.split()[0] in str(caught.value)
