"""Each trouble of the company, broken for real: the service's own runbook finds it and says what to do."""

from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest

from runbooks.findings import Around, findings
from sandbox.cluster.alone import START
from sandbox.stories import STORIES
from tests.scenarios.told import Stage, assessed, books, running

LATER = 120.0
"""Seconds after which a trouble shows itself whole; they are turned, not waited."""


@dataclass(frozen=True)
class Expected:
    """What an assessment should say of a story; `texts` are parts of findings."""

    scenario: str
    severity: str
    found: frozenset[str]
    first: str
    texts: tuple[str, ...] = ()
    inputs: dict[str, dict[str, str]] = field(default_factory=dict)


def told(scenario: str, severity: str, found: str, first: str, *texts: str, **inputs: dict[str, str]) -> Expected:
    return Expected(scenario, severity, frozenset(found.split()), first, texts, inputs)


EXPECTED = {
    ("inferadb", "bad-deploy"): told(
        "all-pods-failing", "SEV-2", "crash-looping recent-rollout", "rollback",
        "exit code 101", "before the start", "inferadb:1.4.2 → 1.5.0",
    ),
    ("inferadb", "out-of-memory"): told(
        "out-of-memory", "SEV-2", "oom-killed", "raise-limits", "(limit 1Gi)",
        **{"raise-limits": {"memory_limit": "2Gi", "memory_request": "2Gi"}},
    ),
    ("inferadb", "slow-dependency"): told("high-latency", "SEV-2", "threshold log-errors", "scale-up", "FoundationDB"),
    ("inferadb", "expired-keys"): told("logins-fail", "SEV-1", "expired", "auth-off", "signing key expired"),
    ("omendb", "bad-configuration"): told(
        "crash-loop", "SEV2", "crash-looping recent-rollout", "rollback", "exit code 78", "batch too large",
    ),
    ("omendb", "disk-full"): told("disk-full", "SEV2", "disk-full", "clean-up", "No space left on device", "100"),
    ("ml-platform", "image-missing"): told(
        "pods-failing", "P1", "image-pull recent-rollout", "rollback", "2 pods cannot fetch their", "2.1.0 → 2.2.0"
    ),
    ("ml-platform", "too-many-connections"): told(
        "database-trouble", "P1", "database-connections", "restart", "takes no more connections"
    ),
    ("active-inference", "database-locks"): told(
        "database-slow", "P1", "database-locks", "end-queries", "lock timeout", "Queue for locks"
    ),
    ("active-inference", "node-lost"): told(
        "nodes", "P1", "not-ready node-trouble", "replace-pod", "1 of 3 pods is not ready", "does not answer (NotReady",
    ),
    ("optimal-build", "traffic-spike"): told("traffic-spike", "SEV2", "threshold", "scale-up", "Requests against half"),
    ("optimal-build", "node-pressure"): told(
        "nodes-exhausted", "SEV1", "evicted pending not-ready", "free-nodes", "low on resource: memory", "find no node"
    ),
    ("optimal-build", "security-incident"): told(
        "security", "SEV1", "failed-logins", "lay-block-list", "of them from 198.51.100.23"
    ),
}  # fmt: skip


@pytest.mark.parametrize("service", sorted(books()))
async def test_when_nothing_is_broken_nothing_is_said(service: str) -> None:
    stage = Stage()
    stage.wait(LATER)
    meant = await assessed(stage, service)
    assert meant.texts == []
    assert [(one.step, one.headline) for one in meant.outputs if one.level != "ok"] == []
    assert (meant.scenario, meant.severity, meant.fixes) == ("", "", [])


@pytest.mark.parametrize(("service", "story"), EXPECTED)
async def test_a_trouble_is_found_named_and_answered(service: str, story: str) -> None:
    expected = EXPECTED[service, story]
    stage = Stage()
    stage.begin(service, story)
    stage.wait(LATER)
    meant = await assessed(stage, service, ago=60)
    assert expected.found <= meant.names
    everything = "\n".join(meant.texts)
    for text in expected.texts:
        assert text in everything
    assert (meant.scenario, meant.severity) == (expected.scenario, expected.severity)
    assert meant.fixes[0] == expected.first
    for mitigation, inputs in expected.inputs.items():
        assert meant.said.inputs[mitigation] == inputs


async def test_memory_that_runs_short_is_seen_before_anybody_is_killed() -> None:
    stage = Stage()
    stage.begin("inferadb", "out-of-memory")
    book = books()["inferadb"]
    step = book.diagnostic("usage")
    assert step is not None
    texts: list[str] = []
    while not texts and stage.cluster.now() < START + 300:
        stage.wait(5)
        now = datetime.fromtimestamp(stage.cluster.now(), UTC)
        async with running(stage) as runner:
            said = findings(step, await runner.run_step(step, book), Around(now, runbook=book))
        texts = [one.text for one in said]
    assert "is near its memory limit" in texts[0]
    assert said[0].inputs["raise-limits"]["memory_limit"] == "2Gi"


async def test_a_change_of_a_stateful_set_is_a_rollout_too() -> None:
    stage = Stage()
    book = books()["active-inference"]
    look, fix = book.diagnostic("database-rollouts"), book.mitigation("raise-database")
    assert look is not None
    assert fix is not None
    async with running(stage) as runner:
        before = await runner.run_step(look, book)
        await runner.apply(fix, book, {"memory": "4Gi", "cpu": "2000m"})
        stage.wait(60)
        after = await runner.run_step(look, book)
    now = Around(datetime.fromtimestamp(stage.cluster.now(), UTC), runbook=book)
    assert findings(look, before, now) == []
    (one,) = findings(look, after, now)
    assert one.text.startswith("postgres was rolled out 1m ago: revision 2 (resources changed)")


def test_every_story_of_the_company_is_asked() -> None:
    assert set(EXPECTED) == {(one.service, one.name) for one in STORIES}


async def test_going_back_comes_last_where_nothing_was_rolled_out() -> None:
    stage = Stage()
    stage.begin("ml-platform", "too-many-connections")
    stage.wait(LATER)
    meant = await assessed(stage, "ml-platform")
    assert meant.fixes[-1] == "rollback"


async def test_a_roll_back_is_no_suspect_and_leaves_nothing_to_say() -> None:
    stage = Stage()
    stage.begin("inferadb", "bad-deploy")
    stage.wait(60)
    found = next(one for one in STORIES if one.name == "bad-deploy")
    found.heal(stage.scene)
    stage.wait(180)
    meant = await assessed(stage, "inferadb", ago=200)
    assert meant.scenario == ""
    assert not any(one.level == "bad" for one in meant.said.findings)
    assert any("was rolled back" in text and "after the start" in text for text in meant.texts)
