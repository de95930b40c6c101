"""Drills by command: listed with their times, begun by a button, marked as what they are."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.commands.conftest import INFERADB, OMENDB, Human, Office, office_of, words_of

DRILLS = [
    {"id": "failover", "title": "Fail over", "steps": ["Stop the primary"], "on": {"day": "1st fri", "hour": 10}},
    {"id": "tabletop", "severity": "SEV-2"},
]


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    async with office_of(tmp_path, [{**INFERADB, "drills": DRILLS}, OMENDB]) as opened:
        yield opened


async def channel_of(office: Office) -> str:
    return (await office.incident()).channel or ""


async def test_a_listed_drill_is_begun_by_its_button(office: Office, alex: Human) -> None:
    await alex.type("/incident drill")
    shown = await alex.told("Drills")
    assert "Fail over" in words_of(shown)
    assert "<!date^" in words_of(shown)
    await alex.press(shown, "Begin now", "C0GENERAL")
    await alex.told("INC-1 is declared: <#")
    incident = await office.incident()
    assert (incident.drill, incident.severity, incident.title) == (True, "SEV-3", "Drill: Fail over")
    channel = await alex.until(lambda: channel_of(office))
    assert "1. Stop the primary" in words_of(await alex.reads("Stop the primary", channel))


async def test_a_drill_is_begun_by_its_name(office: Office, alex: Human) -> None:
    await alex.type("/incident drill InferaDB tabletop")
    assert "It is a drill." in (await alex.told("INC-1 is declared: <#"))["text"]
    assert (await office.incident()).severity == "SEV-2"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("drill inferadb failovr", "Did you mean `failover`?"),
        ("drill omendb failover", "has no drills"),
        ("drill nothing", "There is no runbook of that name"),
        ("drill omendb", "The runbook of OmenDB has no drills"),
    ],
)
async def test_what_is_no_drill_is_answered_with_what_to_do(office: Office, alex: Human, text: str, told: str) -> None:
    await alex.type(f"/incident {text}")
    await alex.told(told)
    assert await office.incidents() == []


async def test_a_drill_is_begun_by_its_title_of_several_words(office: Office, alex: Human) -> None:
    await alex.type("/incident drill inferadb fail over")
    await alex.told("INC-1 is declared: <#")
    assert (await office.incident()).title == "Drill: Fail over"
