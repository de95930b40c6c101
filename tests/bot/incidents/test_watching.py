"""Live numbers propose a severity: in the form, in a summary, and once in the channel; they change none themselves."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from bot.incidents.background import Background
from bot.incidents.values import Resolution
from bot.incidents.watching import Watching
from bot.schedule import Clock
from bot.store.store import By
from bot.store.tables import DueKind
from runbooks.model import Runbook

from .conftest import ALEX, RUNBOOK, SAM, House, printed

LADDER = [
    RUNBOOK["severities"][0] | {"suggest_when": ["error_ratio > 0.5"]},
    RUNBOOK["severities"][1] | {"suggest_when": ["error_ratio > 0.05"]},
    RUNBOOK["severities"][2],
]


@pytest.fixture
async def watched(house: House) -> AsyncIterator[House]:
    """A house whose ladder speaks of numbers."""
    house.runbooks["inferadb"] = Runbook.model_validate(RUNBOOK | {"severities": LADDER})
    yield house
    await house.diagnoses.stop()


def measure(house: House, value: float | None) -> None:
    """Let Prometheus say this; None: it does not answer."""
    broken = printed("promql", errors="Prometheus does not answer\n", exit_code=1)
    house.running.answers["error_ratio"] = broken if value is None else printed("promql", f"{value}\n", value=value)


async def look(house: House, minutes: float = 3.1) -> None:
    """Let time pass until the clock looks at the numbers, and wait for what it finds."""
    house.clock.turn(minutes=minutes)
    await Clock(house.store, house.diagnoses.watching).tick(house.clock())
    await house.diagnoses.idle()


async def test_the_numbers_speak_for_a_severity_before_anything_is_declared(watched: House) -> None:
    measure(watched, 0.07)
    looks = await watched.diagnoses.watching.looks("inferadb")
    assert looks is not None
    assert (looks.severity.key, looks.why) == ("SEV-2", "7\N{NO-BREAK SPACE}% of requests fail")


@pytest.mark.parametrize("value", [0.01, None])
async def test_good_numbers_and_a_silent_prometheus_propose_nothing(watched: House, value: float | None) -> None:
    measure(watched, value)
    assert await watched.diagnoses.watching.looks("inferadb") is None
    assert await watched.diagnoses.watching.looks("no-such-service") is None


async def test_numbers_that_hang_are_left_out(watched: House) -> None:
    short = timedelta(milliseconds=20)
    watching = Watching(watched.store, watched.telling, watched.running, Background(), patience=short)
    watched.running.answers["error_ratio"] = asyncio.Event()
    assert await watching.looks("inferadb") is None


async def test_the_first_assessment_says_when_it_looks_worse_than_it_was_called(watched: House) -> None:
    measure(watched, 0.6)
    await watched.diagnosed()
    summary = await watched.newest("diagnosis/1/edit")
    assert "This now looks like *SEV-1*: 60\N{NO-BREAK SPACE}% of requests fail. It is SEV-2." in summary
    assert "Change to SEV-1" in summary
    assert (await watched.incident()).severity == "SEV-2"


async def test_numbers_that_fit_the_severity_are_not_remarked_on(watched: House) -> None:
    measure(watched, 0.07)
    await watched.diagnosed()
    assert "looks like *SEV" not in await watched.newest("diagnosis/1/edit")


async def test_the_clock_says_once_that_it_has_got_worse(watched: House) -> None:
    await watched.declare(severity="SEV-3")
    measure(watched, 0.07)
    await look(watched)
    (said,) = await watched.said("severity/looks")
    assert "INC-1 now looks like SEV-2: 7\N{NO-BREAK SPACE}% of requests fail." in said
    await look(watched)
    assert len(await watched.said("severity/looks")) == 1
    measure(watched, 0.7)
    await look(watched)
    assert len(await watched.said("severity/looks")) == 2
    assert (await watched.incident()).severity == "SEV-3"


async def test_what_the_summary_has_said_the_clock_does_not_repeat(watched: House) -> None:
    measure(watched, 0.6)
    await watched.diagnosed()
    await look(watched)
    assert await watched.said("severity/looks") == []


async def test_a_prometheus_that_is_down_is_asked_again_later_and_nothing_is_said(watched: House) -> None:
    await watched.declare(severity="SEV-3")
    measure(watched, None)
    await look(watched)
    assert await watched.said("severity/looks") == []
    measure(watched, 0.6)
    await look(watched)
    assert len(await watched.said("severity/looks")) == 1


async def test_a_drill_and_what_is_over_are_not_looked_at(watched: House) -> None:
    measure(watched, 0.6)
    await watched.declare(severity="SEV-3", drill=True)
    await watched.declare(severity="SEV-3")
    await watched.incidents.resolve(2, Resolution("A bad deploy"), by=By(SAM))
    await look(watched)
    assert await watched.said("severity/looks") == []
    async with watched.store.reading() as reading:
        for number in (1, 2):
            assert all(row.kind is not DueKind.LOOK for row in await reading.due_of(number))


async def test_an_incident_that_is_open_again_is_looked_at_again(watched: House) -> None:
    await watched.declare(severity="SEV-3")
    await watched.incidents.resolve(1, Resolution("A bad deploy"), by=By(SAM))
    await look(watched)
    await watched.incidents.reopen(1, "It is back", by=By(ALEX))
    measure(watched, 0.6)
    await look(watched)
    assert len(await watched.said("severity/looks")) == 1
