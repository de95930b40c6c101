"""Findings together: what stands first, which scenario matches, which severity the numbers speak for."""

from collections.abc import Mapping
from typing import Any

import pytest

from runbooks.meaning import asked_for, looks_like, matching, ranked, worse
from runbooks.model import Runbook
from runbooks.signs.finding import Finding

from .examples import runbook

SCENARIOS = [
    {"id": "errors", "when": ["error_ratio > 0.05"]},
    {"id": "errors-and-slow", "when": ["error_ratio > 0.05", "p99 > 1"]},
    {"id": "crashes", "found": ["crash-looping", "not-ready"]},
    {"id": "memory", "found": ["oom-killed"], "severity": "SEV-2"},
    {"id": "errors-by-release", "found": ["recent-rollout"], "when": ["error_ratio > 0.5"]},
    {"id": "by-hand"},
]
LADDER = [
    {"key": "SEV-1", "suggest_when": ["error_ratio > 0.5"]},
    {"key": "SEV-2", "suggest_when": ["error_ratio > 0.05", "p99 > 1"]},
    {"key": "SEV-3"},
]
STEPS = [
    {"id": "error_ratio", "title": "Error ratio", "promql": "a / b", "unit": "ratio"},
    {"id": "p99", "title": "p99 latency", "promql": "c", "unit": "seconds"},
]


def book() -> Runbook:
    return runbook(severities=LADDER, diagnostics=STEPS, mitigations=[], scenarios=SCENARIOS)


def finding(name: str, level: Any = "bad", object_: str = "", text: str = "") -> Finding:
    return Finding(level, object_, text or f"{name} {object_}".strip(), name=name, recent=name == "recent-rollout")


@pytest.mark.parametrize(
    ("names", "numbers", "ids"),
    [
        ([], {}, []),
        ([], {"error_ratio": 0.04}, []),
        ([], {"error_ratio": 0.06}, ["errors"]),
        ([], {"error_ratio": 0.06, "p99": 2.0}, ["errors-and-slow", "errors"]),
        (["crash-looping"], {"error_ratio": 0.06}, ["crashes", "errors"]),
        (["not-ready"], {"error_ratio": 0.06}, ["errors", "crashes"]),
        (["crash-looping", "oom-killed"], {}, ["memory", "crashes"]),
        (["recent-rollout"], {"error_ratio": 0.4}, ["errors"]),
        (["recent-rollout"], {"error_ratio": 0.6}, ["errors", "errors-by-release"]),
        (["log-errors"], {"error_ratio": float("nan")}, []),
    ],
)
def test_a_scenario_matches_by_what_was_found_and_measured(
    names: list[str], numbers: Mapping[str, float], ids: list[str]
) -> None:
    assert [one.id for one in matching(book(), map(finding, names), numbers)] == ids


def test_what_was_found_and_is_well_speaks_for_nothing() -> None:
    assert matching(book(), [finding("crash-looping", "ok")], {}) == []


def test_the_worst_comes_first_and_what_explains_most_before_the_rest() -> None:
    found = [
        finding("log-errors", "warning"),
        finding("not-ready"),
        finding("oom-killed"),
        finding("recent-rollout", "warning"),
        finding("restarts", "ok"),
    ]
    assert [one.name for one in ranked(found)] == ["oom-killed", "not-ready", "recent-rollout", "log-errors"]


def test_many_pods_with_the_same_trouble_are_one_line() -> None:
    texts = [(f"web-{n}", f"web-{n} crash-loops: 4 restarts") for n in range(3)]
    found = [finding("crash-looping", object_=pod, text=text) for pod, text in texts]
    back_off = finding("warnings", "warning", text="3 × BackOff on web-0")
    assert [one.text for one in ranked([*found, back_off])] == ["3 pods crash-loop: 4 restarts"]
    assert [one.text for one in ranked([found[0], back_off])] == ["web-0 crash-loops: 4 restarts"]


def test_what_explains_a_pods_trouble_is_told_alone() -> None:
    found = [
        finding("crash-looping", object_="a"),
        finding("oom-killed", object_="a"),
        finding("restarts", object_="b"),
    ]
    assert [one.name for one in ranked(found)] == ["oom-killed", "restarts"]


def test_of_two_scenarios_by_number_the_one_further_past_its_limit_comes_first() -> None:
    slow = {"id": "slow", "when": ["p99 > 0.5"]}
    known = runbook(severities=LADDER, diagnostics=STEPS, mitigations=[], scenarios=[SCENARIOS[0], slow])
    assert [one.id for one in matching(known, [], {"error_ratio": 0.06, "p99": 2.0})] == ["slow", "errors"]
    assert [one.id for one in matching(known, [], {"error_ratio": 0.5, "p99": 0.6})] == ["errors", "slow"]


def test_what_two_steps_found_is_told_once() -> None:
    assert len(ranked([finding("not-ready", object_="a"), finding("not-ready", object_="a")])) == 1


@pytest.mark.parametrize(
    ("numbers", "key", "why"),
    [
        ({"error_ratio": 0.6}, "SEV-1", "60 % of requests fail"),
        ({"error_ratio": 0.07, "p99": 2.0}, "SEV-2", "7 % of requests fail"),
        ({"p99": 1.4}, "SEV-2", "p99 latency is 1.4 s"),
    ],
)
def test_the_numbers_speak_for_a_severity(numbers: Mapping[str, float], key: str, why: str) -> None:
    looks = looks_like(book(), numbers)
    assert looks is not None
    assert (looks.severity.key, looks.why.replace("\N{NO-BREAK SPACE}", " ")) == (key, why)


@pytest.mark.parametrize("numbers", [{}, {"error_ratio": 0.01, "p99": 0.2}])
def test_good_numbers_speak_for_none(numbers: Mapping[str, float]) -> None:
    assert looks_like(book(), numbers) is None


def test_a_scenario_has_its_severity_at_least() -> None:
    memory = book().scenario("memory")
    looks = looks_like(book(), {}, memory)
    assert looks is not None
    assert looks.severity.key == "SEV-2"
    assert (worst := looks_like(book(), {"error_ratio": 0.9}, memory)) is not None
    assert worst.severity.key == "SEV-1"


def test_worse_is_higher_on_the_ladder() -> None:
    known = book()
    first, second, third = known.severities
    assert worse(known, first, "SEV-2")
    assert not worse(known, second, "sev2")
    assert not worse(known, third, "SEV-1")
    assert not worse(known, first, "P0")


def test_only_numbers_that_suggest_a_severity_are_asked_for() -> None:
    assert asked_for(book()) == ["error_ratio", "p99"]
