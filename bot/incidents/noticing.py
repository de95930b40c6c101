"""What is said outside Slack: whoever is responsible is told what to send where, once, and reminded once."""

from collections.abc import Collection, Sequence
from datetime import timedelta

from bot.incidents.refusals import AlreadySettled
from bot.incidents.telling import Telling, number
from bot.store.store import By, Change, Store
from bot.store.tables import Due, DueKind, Incident, Kind, NoticeRow, NoticeState
from bot.views import notices as views
from runbooks.model import Notice, Scenario
from runbooks.parts.ladder import Moment

AT_ONCE = timedelta(minutes=10)
"""What should be out at once is reminded of after so long."""


FOR_HELP = ("page", "call", "bridge")
"""What calls people to an incident: nobody needs to come once it is resolved."""


class Notices:
    """Marking what was sent, and what the clock does about what was not."""

    kinds = (DueKind.NOTICE,)

    def __init__(self, store: Store, telling: Telling) -> None:
        self._store = store
        self._telling = telling

    async def settle(self, incident: int, notice: int, state: NoticeState, *, by: By) -> Incident:
        """Record that something was sent, or is not needed. Told: AlreadySettled."""
        async with self._store.changing(incident, by=by) as change:
            row = next((one for one in await change.notices(incident) if one.id == notice), None)
            if row is None or row.state is not NoticeState.OPEN:
                raise AlreadySettled(ref=change.incident.ref)
            _settle(change, row, state)
            word = "Sent" if state is NoticeState.SENT else "Not needed"
            change.write(Kind.NOTICE, f"{word}: {views.VERBS[row.how]}", detail={"notice": row.id, "to": row.whom})
            await _draw(self._telling, change, row.batch)
        return change.incident

    async def act(self, change: Change, due: Sequence[Due]) -> None:
        """Remind, in one message, of everything that should be out by now and is not marked as sent."""
        wanted = {row.subject for row in due if row.kind is DueKind.NOTICE}
        if not wanted:
            return
        rows = [row for row in await change.notices(number(change.incident)) if str(row.id) in wanted]
        rows = [row for row in rows if row.state is NoticeState.OPEN]
        if not rows:
            return
        for row in rows:
            row.late = True
        whom = self._telling.responsible(change.incident)
        place = notices_place(number(change.incident), rows[-1].batch)
        self._telling.say(change, "notices/reminder", views.reminder(rows, whom, place))
        change.write(Kind.REMINDER, "Reminded of what is to be said outside Slack", detail={"to": whom})
        for batch in dict.fromkeys(row.batch for row in rows):
            await _draw(self._telling, change, batch)

    async def follow(self, change: Change) -> None:
        """Ask for what a scenario wants said, once somebody has looked into it."""
        scenarios = [one for one in self._telling.runbook(change.incident).scenarios if one.notices]
        if not scenarios or not change.incident.status.open:
            return
        chosen = {run.scenario for run in await change.diagnoses(number(change.incident))}
        for scenario in scenarios:
            if scenario.id in chosen:
                await for_scenario(self._telling, change, scenario)


def notices_place(incident: int, batch: str) -> str:
    """Name the place of the message that lists what to send."""
    return f"incident/{incident}/notices/{batch}"


async def at_moment(telling: Telling, change: Change, moment: Moment) -> None:
    """Ask for what the severity says is said at this moment."""
    await ask(telling, change, [one for one, _ in _of_severity(telling, change, moment)], moment)


async def at_new_severity(telling: Telling, change: Change) -> None:
    """Ask for what the new severity wants said from the start, and nobody has been asked for yet."""
    asked = {(row.how, tuple(row.whom)) for row in await change.notices(number(change.incident))}
    wanted = [one for one, whom in _of_severity(telling, change, "declared") if whom not in asked]
    await ask(telling, change, wanted, "severity")


async def take_back(telling: Telling, change: Change) -> None:
    """It was no incident: let go of what was not said, and ask to tell those who were told of it that it is over."""
    rows = await change.notices(number(change.incident))
    told = {(row.how, tuple(row.whom)) for row in rows if row.state is NoticeState.SENT}
    wanted = [one for one, whom in _of_severity(telling, change, "resolved") if whom in told]
    await let_go(telling, change)
    await ask(telling, change, wanted, "cancelled")


def _of_severity(telling: Telling, change: Change, moment: Moment) -> list[tuple[Notice, tuple[str, tuple[str, ...]]]]:
    """Return what the severity wants said at a moment, each with how and to whom."""
    runbook, severity = telling.runbook(change.incident), telling.severity(change.incident)
    wanted = [one for one in severity.notices if moment in one.at] if severity else []
    return [(one, (one.how, tuple(views.recipients(one, runbook, telling.people.resolve)))) for one in wanted]


async def for_scenario(telling: Telling, change: Change, scenario: Scenario) -> None:
    """Ask for what a scenario wants said besides; whoever chooses a scenario calls this once."""
    known = {row.batch for row in await change.notices(number(change.incident))}
    batch = f"scenario-{scenario.id}"
    if batch not in known:
        await ask(telling, change, [one for one in scenario.notices if "declared" in one.at], batch)


async def ask(telling: Telling, change: Change, wanted: Sequence[Notice], moment: str) -> None:
    """Post what to send, with the texts in its thread. In a drill nothing leaves the house."""
    incident = change.incident
    if not wanted or incident.drill:
        return
    before = list(await change.notices(number(incident)))
    batch = moment if moment.startswith("scenario-") else f"{moment}-{len({row.batch for row in before}) + 1}"
    rows = [await _record(telling, change, one, batch) for one in wanted]
    for old in await _superseded(change, before, rows):
        await _draw(telling, change, old)
    place = notices_place(number(incident), batch)
    telling.say(change, f"notices/{batch}", views.listed(incident, rows), gives=place)
    for row in rows:
        for text in views.texts_of(row):
            telling.say(change, f"notice/{row.id}", text, thread=place)


async def let_go(telling: Telling, change: Change, how: Collection[str] = tuple(views.VERBS)) -> None:
    """Ask no more for what has not been said: all of it when it was no incident, a call for help when it is over."""
    rows = [row for row in await change.notices(number(change.incident)) if row.state is NoticeState.OPEN]
    rows = [row for row in rows if row.how in how]
    for row in rows:
        _settle(change, row, NoticeState.NOT_NEEDED)
    for batch in dict.fromkeys(row.batch for row in rows):
        await _draw(telling, change, batch)


async def _record(telling: Telling, change: Change, notice: Notice, batch: str) -> NoticeRow:
    incident, runbook = change.incident, telling.runbook(change.incident)
    known = await change.people(
        {one for one in (incident.declared_by, incident.commander, incident.communications) if one}
    )
    values = views.outside_values(incident, runbook, change.now, {one.id: one.name for one in known.values()})
    due = change.now + notice.within if notice.within else None
    row = await change.add(
        NoticeRow(
            incident=number(incident),
            batch=batch,
            how=notice.how,
            whom=views.recipients(notice, runbook, telling.people.resolve),
            only_if=notice.only_if,
            text=views.outside_text(notice, incident, runbook, values),
            told=telling.responsible(incident) or "",
            at=change.now,
            due_at=due,
        )
    )
    change.due(DueKind.NOTICE, due or change.now + AT_ONCE, subject=str(row.id))
    return row


async def _superseded(change: Change, before: Sequence[NoticeRow], rows: Sequence[NoticeRow]) -> list[str]:
    """Let go of older texts to the same people; return which messages show one."""
    newer = {(row.how, tuple(row.whom)) for row in rows}
    old = [row for row in before if row.state is NoticeState.OPEN and (row.how, tuple(row.whom)) in newer]
    for row in old:
        _settle(change, row, NoticeState.SUPERSEDED)
    return list(dict.fromkeys(row.batch for row in old))


def _settle(change: Change, row: NoticeRow, state: NoticeState) -> None:
    row.state, row.by, row.done_at = state, change.by.person, change.now
    change.due(DueKind.NOTICE, None, subject=str(row.id))


async def _draw(telling: Telling, change: Change, batch: str) -> None:
    incident = change.incident
    rows = [row for row in await change.notices(number(incident)) if row.batch == batch]
    telling.edit(change, notices_place(number(incident), batch), views.listed(incident, rows))
