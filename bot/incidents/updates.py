"""Updates: what stakeholders are told, on time, by a person or by the clock."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.errors import BadInput
from bot.incidents import cadence, deadlines, escalating, noticing
from bot.incidents.ending import rhythm
from bot.incidents.refusals import UpdateIsDue, UpdateIsNew
from bot.incidents.standing import again, still_open
from bot.incidents.telling import Telling, number
from bot.incidents.transitions import required, status_by_update
from bot.incidents.values import Said
from bot.store.store import By, Change, Store
from bot.store.tables import Due, DueKind, Incident, Kind, Status, Update
from bot.views import update as views
from bot.views.message import when
from bot.views.people import asker

LONGEST = 2_500
UNCHANGED = "unchanged"
"""Marks the entry that says that nothing has changed."""


class Updates:
    """Posting an update, saying that nothing changed, asking to be reminded later, and what the clock does."""

    kinds = (DueKind.REMIND, DueKind.UPDATE)

    def __init__(self, store: Store, telling: Telling) -> None:
        self._store = store
        self._telling = telling

    async def post(self, number: int, said: Said, *, by: By) -> Incident:
        """Record an update and tell it in the channel and the announcement's thread. Told: BadInput (field known)."""
        async with self._store.changing(number, by=by) as change:
            incident = await still_open(change)
            before = incident.status
            _say(incident, said, before)
            if incident.status is not before:
                change.write(Kind.STATUS, f"Status {before} → {incident.status}")
            await self._mended_or_not(change, said.status)
            await self._post(change, said.next_in)
            if incident.status is not before:
                self._telling.topic(change)
                await noticing.at_moment(self._telling, change, "updated")
        return incident

    async def _mended_or_not(self, change: Change, wanted: Status | None) -> None:
        """Monitoring means that it is mended; who says another status says that it is not."""
        incident = change.incident
        if incident.status is Status.MONITORING:
            incident.mitigated_at = incident.mitigated_at or change.now
        elif wanted is not None:
            await escalating.not_mitigated(self._telling, change)

    async def no_change(self, number: int, *, by: By) -> Incident:
        """Post an update that says nothing has changed."""
        async with self._store.changing(number, by=by) as change:
            due_at = (await still_open(change)).next_update_at
            if await again(change, UNCHANGED):
                raise UpdateIsNew(ref=change.incident.ref, due=when(due_at or change.now))
            await self._post(change, None, unchanged=True)
        return change.incident

    async def snooze(
        self, number: int, minutes: int = views.SNOOZE_MINUTES, *, by: By
    ) -> tuple[Incident, datetime | None]:
        """Remind again `minutes` later, at the latest a minute before the update is due, which stays; return when."""
        async with self._store.changing(number, by=by) as change:
            incident = await still_open(change)
            due_at = incident.next_update_at
            if due_at is None or due_at <= change.now:
                raise UpdateIsDue(ref=incident.ref)
            plan = cadence.snoozed(change.now, due_at, minutes)
            change.due(DueKind.REMIND, plan.remind_at)
            change.write(Kind.REMINDER, f"Reminder put off by {minutes} min")
        return incident, plan.remind_at

    async def act(self, change: Change, due: Sequence[Due]) -> None:
        """Do what is due, in the transaction that took it: after a pause the update alone, no old reminder."""
        incident = change.incident
        kinds = {row.kind for row in due}
        if not incident.status.open:
            return
        if DueKind.UPDATE in kinds:
            await self._automatic(change)
        elif DueKind.REMIND in kinds and incident.next_update_at:
            who = self._telling.responsible(incident)
            self._telling.say(change, "reminder", views.reminder(incident, incident.next_update_at, who))
            change.write(Kind.REMINDER, "Reminded that an update is due", detail={"to": who})

    async def _automatic(self, change: Change) -> None:
        """Tell stakeholders what is known; when it happens twice in a row, call the next contact."""
        incident = change.incident
        incident.automatic_updates += 1
        await self._record(change, None, automatic=True)
        text = self._telling.text(change, "automatic_update")
        await self._tell(change, text, None)
        change.write(Kind.UPDATE, f"Automatic update: {incident.status}", detail={"automatic": True})
        if cadence.must_escalate(incident.automatic_updates):
            await escalating.escalate_if_possible(self._telling, change)

    async def _post(self, change: Change, next_in: timedelta | None, *, unchanged: bool = False) -> None:
        """Record and tell a person's update; whoever writes one has ended the row of automatic ones."""
        incident = change.incident
        incident.automatic_updates = 0
        await self._record(change, next_in, automatic=False)
        known = "No change" if unchanged else incident.known
        detail = {UNCHANGED: True} if unchanged else {}
        change.write(Kind.UPDATE, f"Update ({incident.status}): {known or 'no change'}", detail=detail)
        more = {"known": views.unchanged(incident)} if unchanged else {}
        author = asker(change.by.person)
        await self._tell(change, self._telling.text(change, "update", by=author, **more), change.by.person)

    async def _record(self, change: Change, next_in: timedelta | None, *, automatic: bool) -> None:
        incident = change.incident
        was_due_at = incident.next_update_at
        plan = cadence.after_update(change.now, rhythm(self._telling.severity(incident)), next_in)
        deadlines.promise(change, plan)
        row = Update(
            incident=number(incident),
            at=change.now,
            by=change.by.person,
            status=incident.status,
            impact=incident.impact,
            known=incident.known,
            next_at=plan.due_at,
            automatic=automatic,
            was_due_at=was_due_at,
            on_time=not automatic and cadence.on_time(change.now, was_due_at),
        )
        await change.add(row)

    async def _tell(self, change: Change, text: str, by: str | None) -> None:
        shown = views.posted(change.incident, text, by)
        self._telling.say(change, "update", shown)
        self._telling.outside(change, "update", shown)
        self._telling.card(change)
        await self._telling.announcement(change)


def _say(incident: Incident, said: Said, before: Status) -> None:
    """Bring the incident to what was said; an update that says nothing is none."""
    incident.status = status_by_update(said.status, before)
    if said.impact is not None:
        incident.impact = said.impact.strip()[:LONGEST]
    if said.known.strip():
        incident.known = required(said.known, "known", "Say what is known.", LONGEST)
    elif said.status in {None, before} and said.impact is None:
        raise BadInput("An update needs news: say what is known, or use `/incident update no change`.", field="known")
