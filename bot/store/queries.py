"""Every question that is asked of the database."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, literal, or_, select
from sqlmodel import col
from sqlmodel import select as rows_of
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.errors import NoSuchIncident
from bot.store.tables import (
    Diagnosis,
    DrillPlan,
    Due,
    EffectRow,
    EffectState,
    Entry,
    FollowUp,
    Handoff,
    Incident,
    Link,
    MitigationRun,
    NoticeRow,
    Person,
    Place,
    RunState,
    Status,
    StepOutput,
    Tick,
    Update,
)

OPEN = [status for status in Status if status.open]


class Questions:
    """What can be asked, with or without a lock. `seen_by` is a person; None sees only what is public."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def incident_of_channel(self, channel: str) -> Incident | None:
        """Return the newest incident whose channel this is."""
        query = rows_of(Incident).where(Incident.channel == channel).order_by(col(Incident.id).desc()).limit(1)
        return (await self._session.exec(query)).first()

    async def may_see(self, incident: Incident, person: str | None) -> bool:
        """Whether the incident is public or the person has a part in it."""
        if not incident.private:
            return True
        if person is None:
            return False
        query = rows_of(Incident).where(col(Incident.id) == incident.id, visible_to(person))
        return (await self._session.exec(query)).first() is not None

    async def open_incidents(self, service: str | None = None, *, seen_by: str | None = None) -> Sequence[Incident]:
        """Return what is open, oldest first, as far as that person may see it."""
        visible = visible_to(seen_by)
        query = rows_of(Incident).where(col(Incident.status).in_(OPEN), visible).order_by(col(Incident.id))
        if service is not None:
            query = query.where(Incident.service == service)
        return (await self._session.exec(query)).all()

    async def entries(self, incident: int) -> Sequence[Entry]:
        """Return the timeline in the order of what it tells."""
        query = rows_of(Entry).where(Entry.incident == incident).order_by(col(Entry.at), col(Entry.id))
        return (await self._session.exec(query)).all()

    async def entry_of(self, incident: int, source: str) -> Entry | None:
        """Return the entry that a marked message became."""
        query = rows_of(Entry).where(Entry.incident == incident, Entry.source == source)
        return (await self._session.exec(query)).first()

    async def updates(self, incident: int) -> Sequence[Update]:
        """Return what stakeholders were told, oldest first."""
        query = rows_of(Update).where(Update.incident == incident).order_by(col(Update.at), col(Update.id))
        return (await self._session.exec(query)).all()

    async def diagnoses(self, incident: int) -> Sequence[Diagnosis]:
        """Return the runs of diagnostics, oldest first."""
        query = rows_of(Diagnosis).where(Diagnosis.incident == incident).order_by(col(Diagnosis.id))
        return (await self._session.exec(query)).all()

    async def outputs(self, diagnosis: int) -> Sequence[StepOutput]:
        """Return what the steps of one run printed."""
        query = rows_of(StepOutput).where(StepOutput.diagnosis == diagnosis).order_by(col(StepOutput.id))
        return (await self._session.exec(query)).all()

    async def bad_steps(self, incident: int) -> frozenset[tuple[int, str]]:
        """Return what looks found to be bad: the number of each look, and the step."""
        columns = rows_of(StepOutput.diagnosis, StepOutput.step).join(Diagnosis)
        query = columns.where(Diagnosis.incident == incident, StepOutput.level == "bad")
        return frozenset((await self._session.exec(query)).all())

    async def untold_steps(self, incident: int) -> frozenset[tuple[int, str]]:
        """Return what told nothing: steps that failed with an error, and those for a person that nobody has done."""
        failed = and_(col(StepOutput.exit_code) != 0, col(StepOutput.errors) != "")
        waiting = and_(col(StepOutput.level) == "manual", col(StepOutput.by).is_(None))
        columns = rows_of(StepOutput.diagnosis, StepOutput.step).join(Diagnosis)
        query = columns.where(Diagnosis.incident == incident, or_(failed, waiting))
        return frozenset((await self._session.exec(query)).all())

    async def mitigations(self, incident: int) -> Sequence[MitigationRun]:
        """Return the mitigations that were asked for, oldest first."""
        query = rows_of(MitigationRun).where(MitigationRun.incident == incident).order_by(col(MitigationRun.id))
        return (await self._session.exec(query)).all()

    async def mitigation_of(self, token: str) -> MitigationRun | None:
        """Return the mitigation that this single-use token started."""
        return (await self._session.exec(rows_of(MitigationRun).where(MitigationRun.token == token))).first()

    async def follow_ups(self, incident: int) -> Sequence[FollowUp]:
        """Return what is to be done after the incident."""
        query = rows_of(FollowUp).where(FollowUp.incident == incident).order_by(col(FollowUp.id))
        return (await self._session.exec(query)).all()

    async def notices(self, incident: int) -> Sequence[NoticeRow]:
        """Return what was to be said outside Slack, oldest first."""
        query = rows_of(NoticeRow).where(NoticeRow.incident == incident).order_by(col(NoticeRow.id))
        return (await self._session.exec(query)).all()

    async def ticks(self, incident: int) -> Sequence[Tick]:
        """Return the items of its checklists that people have ticked."""
        query = rows_of(Tick).where(Tick.incident == incident).order_by(col(Tick.at))
        return (await self._session.exec(query)).all()

    async def handoffs(self, incident: int) -> Sequence[Handoff]:
        """Return the handoffs that were offered, oldest first."""
        query = rows_of(Handoff).where(Handoff.incident == incident).order_by(col(Handoff.id))
        return (await self._session.exec(query)).all()

    async def links(self, incident: int) -> Sequence[Incident]:
        """Return the incidents that belong together with this one."""
        pairs = rows_of(Link).where(or_(col(Link.first) == incident, col(Link.second) == incident))
        others = [link.second if link.first == incident else link.first for link in await self._session.exec(pairs)]
        query = rows_of(Incident).where(col(Incident.id).in_(others)).order_by(col(Incident.id))
        return (await self._session.exec(query)).all()

    async def people(self, ids: Collection[str]) -> dict[str, Person]:
        """Return what was last known of these people in Slack."""
        found = (await self._session.exec(rows_of(Person).where(col(Person.id).in_(ids)))).all()
        return {person.id: person for person in found}

    async def place(self, name: str) -> Place | None:
        """Return where something is in Slack, once Slack has made it."""
        return await self._session.get(Place, name)

    async def due_of(self, incident: int) -> Sequence[Due]:
        """Return what the clock will have to do for an incident."""
        query = rows_of(Due).where(Due.incident == incident).order_by(col(Due.due_at), col(Due.id))
        return (await self._session.exec(query)).all()

    async def drill_plans(self) -> Sequence[DrillPlan]:
        """Return when every drill comes next."""
        return (await self._session.exec(rows_of(DrillPlan).order_by(col(DrillPlan.key)))).all()

    async def due_by(self, now: datetime) -> Sequence[Due]:
        """Return what is due by now, longest overdue first. `Change.take_due` then takes it, under the lock."""
        query = rows_of(Due).where(col(Due.due_at) <= now).order_by(col(Due.due_at), col(Due.id)).limit(500)
        return (await self._session.exec(query)).all()

    async def interrupted(self, before: datetime) -> tuple[Sequence[Diagnosis], Sequence[MitigationRun]]:
        """Return the runs that a restart has cut off: still running, though begun before this start."""
        diagnoses = rows_of(Diagnosis).where(Diagnosis.state == RunState.RUNNING, col(Diagnosis.started_at) < before)
        mitigations = rows_of(MitigationRun).where(
            MitigationRun.state == RunState.RUNNING, col(MitigationRun.started_at) < before
        )
        return (await self._session.exec(diagnoses)).all(), (await self._session.exec(mitigations)).all()

    async def effects_by_state(self) -> dict[EffectState, int]:
        """Count the Slack calls by where they stand."""
        query = rows_of(EffectRow.state, func.count()).group_by(col(EffectRow.state))
        return {EffectState(state): count for state, count in await self._session.exec(query)}


class Reading(Questions):
    """Questions, without a lock."""

    async def open_by_severity(self) -> dict[str, int]:
        """Count the open incidents by their severity; private ones and drills are not counted."""
        counted = (col(Incident.private).is_(False), col(Incident.drill).is_(False))
        query = rows_of(Incident.severity, func.count()).where(col(Incident.status).in_(OPEN), *counted)
        return dict((await self._session.exec(query.group_by(col(Incident.severity)))).all())

    async def incident(self, number: int) -> Incident:
        """Return the incident, or say that there is none."""
        found = await self._session.get(Incident, number)
        if found is None:
            raise NoSuchIncident(ref=f"INC-{number}")
        return found


def visible_to(person: str | None) -> ColumnElement[bool]:
    """Incidents this person may see: public ones, and those that they declared, hold a role or did something in."""
    public = col(Incident.private).is_(False)
    if person is None:
        return public
    acted = select(literal(1)).where(and_(col(Entry.incident) == col(Incident.id), col(Entry.person) == person))
    holds = [Incident.declared_by, Incident.commander, Incident.communications, Incident.scribe]
    return or_(public, acted.exists(), *(col(column) == person for column in holds))
