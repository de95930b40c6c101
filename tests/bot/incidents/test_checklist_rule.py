"""What of a checklist is done and what is late, as tables over records."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from bot.incidents.checklist import List, current, lists, next_due
from bot.incidents.ticking import EVENTS, Record
from bot.store.tables import (
    Diagnosis,
    Entry,
    FollowUp,
    Incident,
    Kind,
    MitigationRun,
    NoticeRow,
    NoticeState,
    RunState,
    Status,
    Tick,
    Update,
)
from runbooks import model

from .conftest import ALEX, RUNBOOK, SAM, START
from .responding import responding

AT = START + timedelta(minutes=3)
MINUTE = timedelta(minutes=1)
KEEP_LOGS = {"id": "keep-logs", "phase": "investigate", "run": "kubectl logs deployment/x -n x", "save_as": "logs.txt"}


def incident(**more: Any) -> Incident:
    given = {
        "id": 1,
        "title": "x",
        "service": "inferadb",
        "severity": "SEV-1",
        "declared_by": ALEX,
        "started_at": START,
    }
    return Incident(**(given | more))


def entry(kind: Kind, **detail: Any) -> Entry:
    return Entry(incident=1, at=AT, recorded_at=AT, kind=kind, person=SAM, text="x", detail=detail)


def notice(state: NoticeState) -> NoticeRow:
    return NoticeRow(incident=1, batch="declared-1", how="page", at=START, state=state, by=SAM, done_at=AT)


def run(phase: str, steps: list[str], state: RunState = RunState.DONE) -> Diagnosis:
    return Diagnosis(incident=1, by=SAM, phase=phase, steps=steps, state=state, started_at=START, finished_at=AT)


def applied(state: RunState = RunState.DONE) -> MitigationRun:
    more = {"by": SAM, "token": "t", "started_at": START, "finished_at": AT}
    return MitigationRun(incident=1, mitigation="roll-back", title="Roll back", state=state, **more)


def of(record: Record, *items: Any, now: datetime = START, **more: Any) -> List:
    """Return the one checklist of a runbook with these items, as the record makes it."""
    wanted = {"id": "first", "title": "First minutes", "items": list(items)} | more
    (found,) = lists(responding(checklists=[wanted], diagnostics=[*RUNBOOK["diagnostics"], KEEP_LOGS]), record, now)
    return found


UPDATE = Update(incident=1, at=AT, by=SAM, status=Status.INVESTIGATING)


@pytest.mark.parametrize(
    ("event", "record"),
    [
        ("acknowledged", Record(incident(acknowledged_at=AT), entries=[entry(Kind.ACKNOWLEDGED)])),
        ("severity", Record(incident(), entries=[entry(Kind.SEVERITY)])),
        ("severity", Record(incident(acknowledged_at=AT), entries=[entry(Kind.ACKNOWLEDGED)])),
        ("commander", Record(incident(commander=SAM), entries=[entry(Kind.ROLE, role="commander")])),
        ("announced", Record(incident(), announced=True)),
        ("notices", Record(incident(), notices=[notice(NoticeState.SENT), notice(NoticeState.NOT_NEEDED)])),
        ("assessed", Record(incident(), diagnoses=[run("assess", ["pods"])])),
        ("diagnosed", Record(incident(), diagnoses=[run("typed", ["typed"])])),
        ("mitigated", Record(incident(mitigated_at=AT))),
        ("mitigated", Record(incident(), mitigations=[applied()])),
        ("verified", Record(incident(), diagnoses=[run("verify", ["pods"])])),
        ("updated", Record(incident(), updates=[UPDATE])),
        ("resolved", Record(incident(status=Status.RESOLVED, resolved_at=AT), entries=[entry(Kind.RESOLVED)])),
        ("follow-ups", Record(incident(resolved_at=AT), follow_ups=[FollowUp(incident=1, text="x")])),
        ("postmortem", Record(incident(), entries=[entry(Kind.NOTE, postmortem=True)])),
        ("pods", Record(incident(), diagnoses=[run("", ["pods", "error_ratio"])])),
        ("roll-back", Record(incident(), mitigations=[applied()])),
    ],
)
def test_what_happened_ticks_an_item(event: str, record: Record) -> None:
    before = of(Record(incident(), notices=[notice(NoticeState.OPEN)]), {"text": "x", "done_when": event})
    (after,) = of(record, {"text": "x", "done_when": event}).items
    assert before.items[0].done is None
    assert after.done is not None
    assert not after.done.by_hand
    assert after.done.at in {AT, START}


@pytest.mark.parametrize(
    ("event", "record"),
    [
        ("assessed", Record(incident(), diagnoses=[run("assess", ["pods"], RunState.RUNNING)])),
        ("verified", Record(incident(), diagnoses=[run("assess", ["pods"])])),
        ("roll-back", Record(incident(), mitigations=[applied(RunState.FAILED)])),
        ("mitigated", Record(incident(), mitigations=[applied(RunState.CANCELLED)])),
        ("resolved", Record(incident(), entries=[entry(Kind.RESOLVED)])),  # and reopened
        ("notices", Record(incident(), notices=[notice(NoticeState.SENT), notice(NoticeState.OPEN)])),
        ("announced", Record(incident())),
    ],
)
def test_what_did_not_quite_happen_ticks_nothing(event: str, record: Record) -> None:
    assert of(record, {"text": "x", "done_when": event}).left == 1


@pytest.mark.parametrize(
    ("when", "bad", "item", "done"),
    [
        (0, set(), "pods", True),
        (0, {(7, "error_ratio")}, "pods", True),
        (0, {(7, "pods")}, "pods", False),  # a look that finds trouble does not say that it is well again
        (1, set(), "pods", False),  # nor does one from before the fix
        (1, set(), "verified", False),
        (0, set(), "verified", True),
        (1, set(), "keep-logs", True),  # what was kept is kept
    ],
)
def test_whether_it_is_well_again_only_a_later_look_can_say(
    when: int, bad: set[tuple[int, str]], item: str, done: bool
) -> None:
    look = run("verify", ["pods", "error_ratio", "keep-logs"])
    look.id = 7
    record = Record(incident(mitigated_at=AT + when * MINUTE), diagnoses=[look], bad=frozenset(bad))
    assert of(record, {"text": "x", "done_when": item}, starts="mitigated").left == int(not done)
    assert of(record, {"text": "x", "done_when": item}, starts="declared").left == 0


def test_a_list_that_has_not_begun_is_ticked_by_no_look() -> None:
    record = Record(incident(), diagnoses=[run("assess", ["pods"])])
    assert of(record, {"text": "x", "done_when": "pods"}, starts="resolved").left == 1


def test_every_event_of_a_runbook_is_known() -> None:
    assert set(EVENTS) == set(model.EVENTS)


def test_a_person_ticks_what_nothing_else_does_and_what_happened_outranks_them() -> None:
    (item,) = of(Record(incident()), {"text": "Tell support", "done_when": "updated"}).items
    ticks = [Tick(incident=1, item=item.key, by=ALEX, at=AT)]
    (by_hand,) = of(Record(incident(), ticks=ticks), {"text": "Tell support", "done_when": "updated"}).items
    assert by_hand.done is not None
    assert (by_hand.done.by, by_hand.by_hand) == (ALEX, True)
    record = Record(incident(), ticks=ticks, updates=[UPDATE])
    (by_itself,) = of(record, {"text": "Tell support", "done_when": "updated"}).items
    assert by_itself.done is not None
    assert (by_itself.done.by, by_itself.by_hand) == (SAM, False)


def test_an_item_keeps_its_tick_when_others_come_before_it() -> None:
    key = of(Record(incident()), "Tell support").items[0].key
    assert [item.key == key for item in of(Record(incident()), "Call the bank", "Tell support").items] == [False, True]
    twice = [item.key for item in of(Record(incident()), "Look", "Look").items]
    assert len(set(twice)) == 2
    assert all(len(one) <= 150 for one in twice)


@pytest.mark.parametrize(
    ("starts", "given", "now", "due", "late"),
    [
        ("declared", {}, 4, 5, False),
        ("declared", {}, 5, 5, True),
        ("mitigated", {}, 60, None, False),
        ("mitigated", {"mitigated_at": START + 10 * MINUTE}, 14, 15, False),
        ("mitigated", {"mitigated_at": START + 10 * MINUTE}, 15, 15, True),
        ("resolved", {"mitigated_at": AT}, 60, None, False),
        ("resolved", {"resolved_at": START + 20 * MINUTE, "status": Status.RESOLVED}, 30, 25, True),
        ("declared", {"resolved_at": START + 20 * MINUTE, "status": Status.RESOLVED}, 30, None, False),
        ("resolved", {"resolved_at": AT, "status": Status.CANCELLED}, 30, None, False),
    ],
)
def test_an_item_is_late_from_its_target_on(
    starts: str, given: dict[str, Any], now: int, due: int | None, late: bool
) -> None:
    found = of(Record(incident(**given)), "Look", within="5m", starts=starts, now=START + now * MINUTE)
    assert found.items[0].due_at == (None if due is None else START + due * MINUTE)
    assert (found.items[0].overdue, found.overdue) == (late, int(late))
    assert found.started == (due is not None or starts == "declared")


def test_an_items_own_target_comes_before_that_of_the_list_and_the_next_is_known() -> None:
    found = of(Record(incident()), {"text": "Look", "by": "2m"}, "Tell", within="5m")
    assert [item.due_at for item in found.items] == [START + 2 * MINUTE, START + 5 * MINUTE]
    assert [next_due([found], START + minutes * MINUTE) for minutes in (0, 2, 5)] == [
        START + 2 * MINUTE,
        START + 5 * MINUTE,
        None,
    ]


CHECKLISTS = [
    {"id": "early", "items": ["a"]},
    {"id": "later", "items": ["b"]},
    {"id": "calm", "items": ["c"], "starts": "mitigated"},
    {"id": "after", "items": ["d"], "starts": "resolved"},
    {"id": "worst", "items": ["e"], "severities": ["sev1"], "starts": "resolved"},
    {"id": "mild", "items": ["f"], "severities": ["SEV-3"]},
    {"id": "breach", "items": ["g"], "scenario": "errors"},
]


def test_a_list_is_for_its_severities_and_scenario() -> None:
    runbook = responding(checklists=CHECKLISTS)
    found = [one.id for one in lists(runbook, Record(incident()), START)]
    assert found == ["early", "later", "calm", "after", "worst"]
    mild = lists(runbook, Record(incident(severity="SEV-3"), entries=[entry(Kind.NOTE, scenario="errors")]), START)
    assert [one.id for one in mild] == ["early", "later", "calm", "after", "mild", "breach"]
    chosen = Diagnosis(incident=1, phase="", steps=[], scenario="errors", started_at=START)
    assert "breach" in [one.id for one in lists(runbook, Record(incident(), diagnoses=[chosen]), START)]


@pytest.mark.parametrize(
    ("given", "ticked", "opened", "shown"),
    [
        ({}, [], "", "early"),
        ({}, ["a"], "", "later"),
        ({}, ["a"], "after", "after"),
        ({}, ["d"], "after", "early"),
        ({}, [], "no such list", "early"),
        ({"mitigated_at": AT}, [], "", "calm"),
        ({"mitigated_at": AT}, ["c"], "", "early"),
        ({"resolved_at": AT, "status": Status.RESOLVED}, ["c"], "", "after"),
        ({"resolved_at": AT, "status": Status.RESOLVED}, ["a", "b", "c", "d"], "", None),
    ],
)
def test_the_list_whose_turn_it_is_is_shown(
    given: dict[str, Any], ticked: list[str], opened: str, shown: str | None
) -> None:
    runbook = responding(checklists=CHECKLISTS[:4])
    known = {item.text: item.key for one in lists(runbook, Record(incident()), START) for item in one.items}
    ticks = [Tick(incident=1, item=known[text], by=ALEX, at=AT) for text in ticked]
    found = lists(runbook, Record(incident(**given), ticks=ticks), START)
    turn = current(found, opened)
    assert (turn.id if turn else None) == shown
