"""What must happen once, whoever does it and wherever it is kept: tried on SQLite and on PostgreSQL."""

import asyncio
from datetime import UTC, datetime

import pytest

from bot.errors import AlreadyResolved, NoLongerOffered, Redelivered
from bot.incidents.refusals import AlreadySettled, HandoffOver
from bot.incidents.values import Declaration, Resolution, Said
from bot.schedule import Clock as Ticking
from bot.store.store import By, Store
from bot.store.tables import NoticeState, Status
from tests.bot.postgres import database_url, store

from .conftest import ALEX, JO, SAM, Clock, House, printed
from .responding import responding

__all__ = ["database_url", "store"]


@pytest.fixture
def either(store: Store) -> House:
    """A house on either database."""
    clock = Clock(datetime.now(UTC))
    store.now = clock
    return House(store, clock)


async def test_of_many_who_resolve_one_succeeds_and_the_others_are_told_who(either: House) -> None:
    await either.declare()
    answers = await asyncio.gather(
        *(either.incidents.resolve(1, Resolution("A deploy"), by=By(who)) for who in (ALEX, SAM, JO) * 3),
        return_exceptions=True,
    )
    told = [str(answer) for answer in answers if isinstance(answer, AlreadyResolved)]
    assert len(told) == 8
    assert len(set(told)) == 1
    assert (await either.kinds()).count("resolved") == 1


async def test_a_payload_that_comes_ten_times_declares_once(either: House) -> None:
    wanted = Declaration("Slow", "inferadb", "SEV-2")
    answers = await asyncio.gather(
        *(either.incidents.declare(wanted, by=By(ALEX, key="trigger-1")) for _ in range(10)), return_exceptions=True
    )
    assert sum(isinstance(answer, Redelivered) for answer in answers) == 9
    assert len(await either.effects("conversations.create")) == 1


async def test_of_several_clocks_each_reminder_and_update_comes_from_one(either: House) -> None:
    for _ in range(3):
        await either.declare()
    clocks = [Ticking(either.store, either.duties) for _ in range(4)]
    for minutes in (15, 15):
        now = either.clock.turn(minutes=minutes)
        assert sum(await asyncio.gather(*(clock.tick(now) for clock in clocks))) == 3
    for number in (1, 2, 3):
        assert [kind for kind in await either.kinds(number) if kind in {"reminder", "update"}] == ["reminder", "update"]


async def test_of_several_clocks_each_level_is_called_by_one_and_nothing_is_missed(either: House) -> None:
    lists = [{"id": "first", "within": "15m", "items": ["Look"]}]
    either.runbooks["inferadb"] = responding(checklists=lists, severity={"notices": [{"how": "page", "within": "15m"}]})
    for _ in range(3):
        await either.declare(severity="SEV-1")
    clocks = [Ticking(either.store, either.duties) for _ in range(4)]
    for minutes in (15, 15):
        now = either.clock.turn(minutes=minutes)
        assert sum(await asyncio.gather(*(clock.tick(now) for clock in clocks))) == 3
    for number in (1, 2, 3):
        called = [entry.detail["level"] for entry in await either.entries(number) if entry.kind.value == "escalation"]
        assert called == ["L1", "L2", "L3"]
        assert len(await either.said(f"incident/{number}/notices/reminder")) == 1
        assert "1 late" in await either.newest(f"incident/{number}/checklist")


async def test_of_many_who_answer_at_once_one_does(either: House) -> None:
    lists = [{"id": "first", "items": ["Look"]}]
    either.runbooks["inferadb"] = responding(checklists=lists, severity={"notices": [{"how": "page"}]})
    await either.declare(severity="SEV-1")
    await either.incidents.acknowledge(1, by=By(ALEX))
    await either.handoffs.offer(1, SAM, by=By(ALEX))
    (found, *_), _ = await either.checklists.look(1)
    key = found.items[0].key
    clicks = [either.handoffs.accept(1, 1, by=By(SAM)) for _ in range(5)]
    marks = [either.notices.settle(1, 1, NoticeState.SENT, by=By(who)) for who in (ALEX, SAM, JO)]
    ticks = [either.checklists.tick(1, [key], [], by=By(who)) for who in (ALEX, SAM, JO)]
    answers = await asyncio.gather(*clicks, *marks, *ticks, return_exceptions=True)
    assert [type(one) for one in answers if isinstance(one, Exception)].count(HandoffOver) == 4
    assert [type(one) for one in answers if isinstance(one, Exception)].count(AlreadySettled) == 2
    kinds = await either.kinds()
    assert (kinds.count("notice"), kinds.count("checklist")) == (1, 1)
    assert (await either.incident()).commander == SAM


async def test_a_mitigation_is_applied_once_however_often_it_is_clicked(either: House) -> None:
    await either.declare()
    asked = await either.mitigations.request(1, "roll-back", {}, by=By(ALEX))
    clicks = [either.mitigations.apply(1, "roll-back", asked.token, by=By(who)) for who in (ALEX, SAM) * 3]
    answers = await asyncio.gather(*clicks, return_exceptions=True)
    await either.mitigations.idle()
    assert sum(isinstance(answer, NoLongerOffered) for answer in answers) == 5
    assert len(either.running.applied) == 1


async def test_a_diagnosis_runs_side_by_side_on_either_database(either: House) -> None:
    await either.diagnosed()
    assert "nothing stands out" in await either.newest("diagnosis/1/edit")


async def test_it_is_as_usual_again_once_a_look_after_the_fix_finds_it_well(either: House) -> None:
    lists = [
        {"id": "back", "title": "Back", "starts": "mitigated", "items": [{"text": "x", "done_when": "error_ratio"}]}
    ]
    either.runbooks["inferadb"] = responding(checklists=lists, severity={"escalate": []})
    either.running.answers["error_ratio"] = printed("promql", "0.9", value=0.9)
    await either.diagnosed()
    await either.updates.post(1, Said(status=Status.MONITORING), by=By(SAM))
    left = []
    for value in (0.9, 0.001):
        either.running.answers["error_ratio"] = printed("promql", f"{value}", value=value)
        either.clock.turn(minutes=1)
        await either.diagnoses.begin(1, by=By(ALEX))
        await either.diagnoses.idle()
        (found, *_), _ = await either.checklists.look(1)
        left.append(found.left)
    assert left == [1, 0]
