"""Nobody is woken for what can wait, and every scenario can come up by itself or is chosen on purpose."""

from datetime import timedelta

import pytest

from runbooks.model import Runbook, Severity
from runbooks.parts.conditions import Condition
from runbooks.parts.durations import spelled
from runbooks.reading import library

BOOKS = library()
SMALL = [
    pytest.param(book, one, id=f"{name} {one.key}")
    for name, book in BOOKS.items()
    for one in book.severities
    if one.respond_within.business or one.respond_within.length >= timedelta(hours=2)
]
CHOSEN = {
    ("active-inference", "data-lost"),
    ("ml-platform", "region-failure"),
    ("ml-platform", "database-corruption"),
    ("omendb", "data-lost"),
    ("omendb", "not-critical"),
}
"""What no number shows: a person says so."""


@pytest.mark.parametrize(("book", "severity"), SMALL)
def test_nobody_is_called_for_a_small_thing_before_its_time_or_at_night(book: Runbook, severity: Severity) -> None:
    for level in book.levels(severity.key):
        waits = level.business_hours or level.after >= severity.respond_within.length
        assert waits, f"{spelled(level.after)} {', '.join(level.notify)}"
        assert level.unless


def test_small_things_are_there_to_be_asked_about() -> None:
    assert len(SMALL) == 8


@pytest.mark.parametrize(
    ("service", "key", "levels"),
    [
        ("omendb", "SEV2", {"on-call": "0s", "alice.johnson": "1h", "bob.smith": "4h"}),
        ("omendb", "SEV3", {"on-call": "4h"}),
        ("optimal-build", "SEV3", {"secondary-on-call": "2h"}),
        ("optimal-build", "SEV4", {"on-call": "1d"}),
    ],
)
def test_what_is_less_bad_calls_fewer_and_later(service: str, key: str, levels: dict[str, str]) -> None:
    said = {person: spelled(one.after) for one in BOOKS[service].levels(key) for person in one.notify}
    assert said == levels


@pytest.mark.parametrize("service", BOOKS)
def test_a_scenario_comes_up_by_what_the_quick_assessment_looks_at(service: str) -> None:
    book = BOOKS[service]
    looked_for = {word for step in book.of_phase("assess") for word in step.find}
    numbers = {step.id for step in book.of_phase("assess")}
    for one in book.scenarios:
        assert set(one.found) <= looked_for, one.id
        assert {Condition.read(text).step for text in one.when} <= numbers, one.id
        assert bool(one.found or one.when) is ((service, one.id) not in CHOSEN)
