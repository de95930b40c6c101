from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import AlreadyClosed, AlreadyResolved, BadInput, StillOpen
from bot.incidents import cadence
from bot.incidents.escalation import Callee, Rung, ladder, next_rung
from bot.incidents.naming import channel_name, clean_title
from bot.incidents.permission import Member, allowed
from bot.incidents.references import number_of
from bot.incidents.times import lasted, moment
from bot.incidents.transitions import must_be_closed, must_be_open, required, status_by_update
from bot.store.tables import Incident, Status
from runbooks.model import Runbook
from runbooks.parts.durations import Cadence

from .conftest import PRIYA, RUNBOOK, SAM, START, Known

MINUTE = timedelta(minutes=1)
HALF_HOURLY = Cadence(remind_after=15 * MINUTE, due_after=30 * MINUTE)
DEFAULT = "incident-{id}-{service}-{title}"


@pytest.mark.parametrize(
    ("pattern", "title", "name"),
    [
        (DEFAULT, "Checkout errors above 5%", "incident-7-inferadb-checkout-errors-above-5"),
        (DEFAULT, "🔥🔥🔥", "incident-7-inferadb"),
        (DEFAULT, "<!channel> *it* can't", "incident-7-inferadb-channel-it-cant"),
        (DEFAULT, "Überläufe bei Müller", "incident-7-inferadb-uberlaufe-bei-muller"),
        (DEFAULT, "日本語", "incident-7-inferadb"),
        ("{service}-{title}", "No number", "incident-7-inferadb-no-number"),
        ("incident-{date}-{severity}-{id}", "x", "incident-20260306-sev-2-7"),
        ("incident-{day}-{time}-{id}", "x", "incident-2026-03-06-1405-7"),
        ("incident-{day}-{number}", "x", "incident-2026-03-06-007"),
        ("incident-{date}-{title}-{id}", "API errors", "incident-20260306-api-errors-7"),
        ("incident-{id}-{what}", "x", "incident-7"),
        ("incident-{title}-{id}", "word " * 60, f"incident-{'-'.join(['word'] * 13)}-7"),
        (DEFAULT, "x" * 200, "incident-7-inferadb-" + "x" * 59),
    ],
)
def test_a_channel_is_named_by_the_runbooks_pattern(pattern: str, title: str, name: str) -> None:
    began = datetime(2026, 3, 6, 14, 5, tzinfo=UTC)
    assert channel_name(pattern, 7, service="inferadb", title=title, severity="SEV-2", began=began) == name


@given(title=st.text(max_size=300), number=st.integers(1, 10**9), service=st.from_regex(r"[a-z0-9][a-z0-9-]{0,59}\Z"))
def test_every_name_is_one_that_slack_takes(title: str, number: int, service: str) -> None:
    for pattern in (DEFAULT, "incident-{service}-{title}-{id}", "{title}"):
        name = channel_name(pattern, number, service=service, title=title)
        assert name.startswith("incident-")
        assert len(name) <= 80
        assert str(number) in name
        assert set(name) <= set("abcdefghijklmnopqrstuvwxyz0123456789-_")


@pytest.mark.parametrize(
    ("typed", "title", "was_cut"),
    [
        ("  a\n b\tc ", "a b c", False),
        ("x" * 200, "x" * 200, False),
        ("x" * 201, "x" * 199 + "…", True),
        ("\x00", "", False),
    ],
)
def test_a_title_is_one_short_line(typed: str, title: str, was_cut: bool) -> None:
    assert clean_title(typed) == (title, was_cut)


@pytest.mark.parametrize(
    ("ref", "number"),
    [
        ("INC-7", 7),
        ("inc7", 7),
        ("#7", 7),
        ("7", 7),
        (" INC 7 ", 7),
        ("inc_7", 7),
        ("seven", None),
        ("", None),
        ("7a", None),
    ],
)
def test_a_reference_is_read_as_people_write_it(ref: str, number: int | None) -> None:
    assert number_of(ref) == number


@pytest.mark.parametrize(
    ("written", "hour", "day"),
    [
        ("14:05", "14:05", 6),
        ("2:05pm", "14:05", 6),
        ("2:05 PM", "14:05", 6),
        ("14.05", "14:05", 6),
        ("12am", "00:00", 6),
        ("12pm", "12:00", 6),
        ("15:01", "15:01", 6),
        ("15:05", "15:05", 5),
        ("23:59", "23:59", 5),
        ("10m ago", "14:50", 6),
        ("1h 30m ago", "13:30", 6),
        ("2 hours ago", "13:00", 6),
    ],
)
def test_a_time_of_the_day_is_the_last_one_there_was(written: str, hour: str, day: int) -> None:
    now = datetime(2026, 3, 6, 15, 0, tzinfo=UTC)
    found = moment(written, now, UTC)
    assert (f"{found:%H:%M}", found.day) == (hour, day)


def test_a_time_is_meant_in_the_persons_own_zone() -> None:
    now = datetime(2026, 3, 6, 15, 0, tzinfo=UTC)
    assert moment("15:30", now, ZoneInfo("Europe/Berlin")) == datetime(2026, 3, 6, 14, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "written", "meant"),
    [
        (datetime(2026, 10, 25, 0, 40, tzinfo=UTC), "02:30", datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),
        (datetime(2026, 10, 25, 1, 40, tzinfo=UTC), "02:30", datetime(2026, 10, 25, 1, 30, tzinfo=UTC)),
        (datetime(2026, 10, 25, 1, 20, tzinfo=UTC), "02:30", datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),
        (datetime(2026, 3, 6, 22, 59, tzinfo=UTC), "00:00", datetime(2026, 3, 6, 23, 0, tzinfo=UTC)),
        (datetime(2026, 3, 29, 1, 10, tzinfo=UTC), "01:30", datetime(2026, 3, 29, 0, 30, tzinfo=UTC)),
    ],
)
def test_a_time_is_the_last_one_also_where_an_hour_comes_twice_and_at_midnight(
    now: datetime, written: str, meant: datetime
) -> None:
    assert moment(written, now, ZoneInfo("Europe/Berlin")) == meant


@pytest.mark.parametrize("written", ["25:00", "14:75", "13pm", "0am", "soon", "ago", "99999999999999h ago", "-1:00"])
def test_what_is_no_time_says_how_to_write_one(written: str) -> None:
    with pytest.raises(BadInput, match=r"14:05") as told:
        moment(written, START, UTC)
    assert told.value.field == "at"


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, "0s"), (59, "59s"), (61, "1m"), (3_600, "1h"), (5_430, "1h 30m"), (90_000, "1d 1h"), (-5, "0s")],
)
def test_a_length_is_said_in_minutes_unless_it_is_short(seconds: int, words: str) -> None:
    assert lasted(START, START + timedelta(seconds=seconds)) == words


@pytest.mark.parametrize(
    ("chosen", "remind", "due"),
    [(None, 15, 30), (10 * MINUTE, 8, 10), (timedelta(0), 0.8, 1), (timedelta(days=30), 8_064, 10_080)],
)
def test_the_next_update_is_counted_from_now(chosen: timedelta | None, remind: float, due: float) -> None:
    plan = cadence.after_update(START, HALF_HOURLY, chosen)
    assert plan == cadence.Next(START + remind * MINUTE, START + due * MINUTE)


@pytest.mark.parametrize(
    ("promised", "remind", "due"), [(None, 15, 30), (60, 15, 30), (30, 15, 30), (20, None, 20), (5, None, 5)]
)
def test_a_new_severity_pulls_the_promise_nearer_and_never_breaks_it(
    promised: int | None, remind: int | None, due: int
) -> None:
    plan = cadence.at_new_severity(START, HALF_HOURLY, START + promised * MINUTE if promised else None)
    assert plan == (cadence.Next(START + remind * MINUTE, START + due * MINUTE) if remind else None)


@pytest.mark.parametrize(
    ("minutes", "left", "remind"), [(5, 15, 5), (10, 5, 4), (10, 1, None), (0, 15, 1), (-3, 15, 1)]
)
def test_snoozing_never_reaches_past_the_promise(minutes: int, left: int, remind: int | None) -> None:
    plan = cadence.snoozed(START, START + left * MINUTE, minutes)
    assert plan.due_at == START + left * MINUTE
    assert plan.remind_at == (START + remind * MINUTE if remind else None)


@pytest.mark.parametrize(("count", "escalates"), [(0, False), (1, False), (2, True), (3, False), (4, True)])
def test_every_second_automatic_update_in_a_row_escalates(count: int, escalates: bool) -> None:
    assert cadence.must_escalate(count) is escalates


@pytest.mark.parametrize(("late", "on_time"), [(-1, True), (0, True), (1, False)])
def test_an_update_is_on_time_until_it_is_due(late: int, on_time: bool) -> None:
    assert cadence.on_time(START + late * MINUTE, START) is on_time
    assert cadence.on_time(START, None)


@pytest.mark.parametrize("status", list(Status))
def test_what_is_open_can_be_worked_on_and_what_is_closed_reopened(status: Status) -> None:
    incident = Incident(id=7, service="x", severity="SEV-1", declared_by="U1", started_at=START, status=status)
    refusals = {Status.RESOLVED: AlreadyResolved, Status.CANCELLED: AlreadyClosed}
    if status in refusals:
        must_be_closed(incident)
        with pytest.raises(refusals[status], match="INC-7"):
            must_be_open(incident)
    else:
        must_be_open(incident)
        with pytest.raises(StillOpen):
            must_be_closed(incident)


@pytest.mark.parametrize("current", [Status.INVESTIGATING, Status.IDENTIFIED, Status.MONITORING])
@pytest.mark.parametrize("wanted", [None, *Status])
def test_an_update_may_move_between_open_statuses_only(current: Status, wanted: Status | None) -> None:
    if wanted in {Status.RESOLVED, Status.CANCELLED}:
        with pytest.raises(BadInput, match=r"Use `/incident (resolve|cancel)"):
            status_by_update(wanted, current)
    else:
        assert status_by_update(wanted, current) == (wanted or current)


@pytest.mark.parametrize(("text", "problem"), [("  ", "Say it"), ("x" * 11, "11 characters; 10 fit")])
def test_what_is_required_is_said_beside_its_field(text: str, problem: str) -> None:
    with pytest.raises(BadInput, match=problem) as told:
        required(text, "reason", "Say it.", 10)
    assert told.value.field == "reason"


def _names(severity: str) -> list[tuple[str, str | None]]:
    runbook = Runbook.model_validate(RUNBOOK)
    rungs = ladder(runbook, severity, Known().resolve)
    return [(one.name, one.slack_id) for rung in rungs for one in rung.callees]


@pytest.mark.parametrize(
    ("severity", "names"),
    [
        ("SEV-1", [("Priya Nair", PRIYA), ("The data centre", None)]),
        ("SEV-2", [("platform-lead", SAM), ("Priya Nair", PRIYA), ("The data centre", None)]),
        ("SEV-3", [("Priya Nair", PRIYA), ("The data centre", None)]),
        ("none", [("Priya Nair", PRIYA), ("The data centre", None)]),
    ],
)
def test_the_severitys_people_are_called_first_and_nobody_twice(
    severity: str, names: list[tuple[str, str | None]]
) -> None:
    assert _names(severity) == names


@pytest.mark.parametrize(("called", "name"), [((), "a"), (("a",), "U0B"), (("U0B",), "a"), (("U0B", "a"), None)])
def test_the_first_who_was_not_called_is_next(called: tuple[str, ...], name: str | None) -> None:
    rungs = [Rung("1", (Callee("a", None),)), Rung("2", (Callee("b", "U0B"), Callee("a", None)))]
    found = next_rung(rungs, called)
    assert (found.left(called)[0].key if found else None) == name


@pytest.mark.parametrize(
    ("member", "wanted", "groups", "may"),
    [
        (Member("U1"), None, [], True),
        (Member("U1", guest=True), None, [], False),
        (Member("U1"), ["U1"], [], True),
        (Member("U1"), ["U2"], [], False),
        (Member("U1", guest=True), ["U1"], [], True),
        (Member("U1"), ["S1"], [{"U1"}], True),
        (Member("U1"), ["S1"], [{"U2"}], False),
        (Member("U1", email="Dba@example.com"), ["dba@example.com"], [], True),
        (Member("U1"), ["dba@example.com"], [], False),
    ],
)
def test_who_is_named_may_and_else_everybody_but_guests(
    member: Member, wanted: list[str] | None, groups: list[set[str]], may: bool
) -> None:
    assert allowed(member, wanted, groups) is may
