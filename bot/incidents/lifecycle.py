"""An incident from its declaration to its end: who has it, how bad it is, and when it is over."""

from typing import Protocol

from bot.errors import AlreadyTaken, NoIncidentHere, NoSuchIncident
from bot.incidents import cadence, deadlines, declaring, ending, escalating, handoffs, noticing, roles
from bot.incidents.references import number_of
from bot.incidents.refusals import AlreadyAcknowledged, NoSuchSeverity, SameSeverity
from bot.incidents.rota import Rota
from bot.incidents.standing import still_open, who_did
from bot.incidents.telling import Telling, number
from bot.incidents.transitions import must_be_closed, required
from bot.incidents.values import Declaration, Look, Resolution
from bot.store.store import By, Change, Store
from bot.store.tables import Incident, Kind, Role
from bot.views import announcement, people, resolution
from runbooks.model import Severity


class Examination(Protocol):
    """What begins by itself when an incident is declared."""

    async def plan(self, change: Change) -> int | None:
        """Record that the service is looked at, with the incident; None if there is nothing to look at."""
        ...

    def start(self, incident: int, diagnosis: int) -> None:
        """Begin what was recorded."""
        ...


class Incidents:
    """The use cases of an incident's life; each locks the incident, follows the rule and records what to tell."""

    def __init__(
        self, store: Store, telling: Telling, examination: Examination | None = None, rota: Rota | None = None
    ) -> None:
        self._store = store
        self.telling = telling
        self._examination = examination
        self._rota = rota

    async def declare(self, declaration: Declaration, *, by: By) -> Incident:
        """Declare: record it with all Slack shall be told; diagnosing begins right after the commit."""
        chosen = declaring.chosen(self.telling, declaration)
        held = await self._rota.holders(chosen[0]) if self._rota else {}
        diagnosis = None
        async with self._store.changing(by=by) as change:
            others = await change.open_incidents(chosen[0].service)
            incident = await declaring.record(change, declaration, chosen, held, by.person or "")
            deadlines.begin(self.telling, change)
            declaring.tell(self.telling, change, declaration)
            await escalating.plan(self.telling, change)
            if self._examination:
                diagnosis = await self._examination.plan(change)
            await noticing.at_moment(self.telling, change, "declared")
            await declaring.link(self.telling, change, others)
        if self._examination and diagnosis is not None:
            self._examination.start(number(incident), diagnosis)
        return incident

    async def acknowledge(self, number: int, *, by: By) -> Incident:
        """Say that somebody is on it; who is first becomes commander if there is none. Told: AlreadyAcknowledged."""
        async with self._store.changing(number, by=by) as change:
            incident = await still_open(change)
            if incident.acknowledged_at is not None:
                first = await who_did(change, incident, Kind.ACKNOWLEDGED)
                raise AlreadyAcknowledged(ref=incident.ref, by=people.person(first, "somebody"))
            if incident.commander is None and by.person:
                await self._take(change, Role.COMMANDER, by.person)
            await self._acknowledged(change)
        return incident

    async def assign(self, number: int, role: Role, person: str, *, by: By) -> Incident:
        """Give `person` the role; there is one holder at a time. Taking command oneself acknowledges too."""
        async with self._store.changing(number, by=by) as change:
            incident = await still_open(change)
            if incident.holder(role) == person:
                raise AlreadyTaken(by=people.person(person), what=f"the role of {people.ROLES[role]}")
            await self._take(change, role, person)
            if role is Role.COMMANDER and person == by.person and incident.acknowledged_at is None:
                await self._acknowledged(change)
            else:
                self.telling.say(change, "role", people.role_taken(incident, role, by.person))
        return incident

    async def change_severity(self, number: int, severity: str, *, why: str = "", by: By) -> Incident:
        """Say how bad it is, in any spelling of the runbook's ladder."""
        async with self._store.changing(number, by=by) as change:
            incident = await still_open(change)
            wanted = self._wanted(incident, severity)
            before, invited = incident.severity, self.telling.invited(incident)
            heard = await self.telling.severities(change)
            incident.severity = wanted.key
            reason = f": {why.strip()}" if why.strip() else ""
            detail = {"from": before, "to": wanted.key}
            change.write(Kind.SEVERITY, f"Severity {before} → {wanted.key}{reason}", detail=detail)
            await self._promise_sooner(change, wanted)
            told = announcement.severity_changed(incident, before, why.strip(), by.person)
            self.telling.say(change, "severity", told)
            self.telling.outside(change, "severity", told)
            self.telling.invite(change, [one for one in self.telling.invited(incident) if one not in invited])
            declaring.announce_critical(self.telling, change, heard)
            deadlines.begin(self.telling, change)
            await noticing.at_new_severity(self.telling, change)
            await escalating.plan(self.telling, change)
            await self._refresh(change)
        return incident

    async def escalate(self, number: int, words: str = "", *, by: By) -> str:
        """Call the runbook's next contact, or the level or contact that is named; return who was called."""
        async with self._store.changing(number, by=by) as change:
            await still_open(change)
            return await escalating.escalate(self.telling, change, words)

    async def resolve(self, number: int, resolution: Resolution, *, by: By) -> Incident:
        """End it. Told: AlreadyResolved (by whom), BadInput (field root_cause)."""
        async with self._store.changing(number, by=by) as change:
            await still_open(change)
            await ending.resolve(self.telling, change, resolution)
            await noticing.let_go(self.telling, change, noticing.FOR_HELP)
            await noticing.at_moment(self.telling, change, "resolved")
            await handoffs.expire(self.telling, change)
            await self._refresh(change)
        return change.incident

    async def reopen(self, number: int, reason: str, *, by: By) -> Incident:
        """Open a resolved or cancelled one again; a commander who does so is on it, else somebody is asked to be."""
        why = required(reason, "reason", "Say why it is open again, so that everybody knows what came back.")
        async with self._store.changing(number, by=by) as change:
            must_be_closed(change.incident)
            severity = self.telling.severity(change.incident)
            ending.reopen(change, why)
            deadlines.promise(change, cadence.after_update(change.now, ending.rhythm(severity)))
            deadlines.begin(self.telling, change)
            if by.person and by.person == change.incident.commander:
                await deadlines.answered(change)
            told = resolution.reopened(change.incident, why, by.person)
            self.telling.say(change, "reopened", told)
            self.telling.outside(change, "reopened", resolution.reopened_outside(change.incident, why, by.person))
            await noticing.at_moment(self.telling, change, "updated")
            await escalating.plan(self.telling, change)
            await self._refresh(change)
        return change.incident

    async def cancel(self, number: int, reason: str, *, by: By) -> Incident:
        """End one that was none."""
        why = required(reason, "reason", "Say why it is no incident, so that everybody can rest.")
        async with self._store.changing(number, by=by) as change:
            await still_open(change)
            await ending.cancel(change, why)
            await noticing.take_back(self.telling, change)
            await handoffs.expire(self.telling, change)
            told = resolution.cancelled(change.incident, why, by.person)
            self.telling.say(change, "cancelled", told)
            self.telling.outside(change, "cancelled", told)
            await self._refresh(change)
        return change.incident

    async def named(self, ref: str | None, channel: str | None, *, person: str) -> Incident:
        """Return the incident that `INC-7`, `inc7` or `7` names, else the channel's.

        Told: NoIncidentHere, NoSuchIncident (also for a private one that `person` may not see).
        """
        async with self._store.reading() as reading:
            here = await reading.incident_of_channel(channel) if channel else None
            if not ref:
                if here is None:
                    raise NoIncidentHere
                return here
            wanted = number_of(ref)
            if wanted is None:
                raise NoSuchIncident(ref=ref)
            found = await reading.incident(wanted)
            if not (here and here.id == wanted) and not await reading.may_see(found, person):
                raise NoSuchIncident(ref=found.ref)
            return found

    async def open_ones(self, person: str, service: str | None = None) -> list[Incident]:
        """Return the open incidents that `person` may see, the worst first, then the newest."""
        async with self._store.reading() as reading:
            found = await reading.open_incidents(service, seen_by=person)
        return sorted(found, key=lambda one: (self._badness(one), -number(one)))

    async def look(self, number: int, person: str) -> Look:
        """Return a snapshot of an incident that `named` has given to `person`, with the links they may see."""
        async with self._store.reading() as reading:
            incident = await reading.incident(number)
            links = [one for one in await reading.links(number) if await reading.may_see(one, person)]
            return Look(
                incident=incident,
                runbook=self.telling.runbooks.get(incident.service),
                severity=self.telling.severity(incident),
                now=self._store.now(),
                entries=await reading.entries(number),
                updates=await reading.updates(number),
                links=links,
                follow_ups=await reading.follow_ups(number),
                mitigations=await reading.mitigations(number),
            )

    def _wanted(self, incident: Incident, text: str) -> Severity:
        runbook = self.telling.runbook(incident)
        wanted = runbook.severity(text)
        if wanted is None:
            ladder = ", ".join(one.key for one in runbook.severities)
            raise NoSuchSeverity(service=runbook.name, severity=text, ladder=ladder)
        if wanted.key == incident.severity:
            raise SameSeverity(ref=incident.ref, severity=wanted.key)
        return wanted

    async def _acknowledged(self, change: Change) -> None:
        incident = change.incident
        after = await deadlines.answered(change)
        self.telling.say(change, "acknowledged", people.acknowledged(incident, change.by.person, after))
        self.telling.card(change)

    async def _take(self, change: Change, role: Role, person: str) -> None:
        roles.give(change, role, person, "assigned", by=change.by.person)
        self.telling.invite(change, [person])
        self.telling.card(change)
        await self.telling.announcement(change)

    async def _refresh(self, change: Change) -> None:
        self.telling.card(change)
        await self.telling.announcement(change)
        self.telling.topic(change)

    async def _promise_sooner(self, change: Change, severity: Severity) -> None:
        """Pull the promise nearer where a worse severity wants it; before the first update, where it wants that."""
        incident = change.incident
        first = None if await change.updates(number(incident)) else severity.first_update
        if sooner := cadence.at_new_severity(change.now, severity.update, incident.next_update_at, first):
            deadlines.promise(change, sooner)

    def _badness(self, incident: Incident) -> int:
        keys = [one.key for one in self.telling.runbook(incident).severities]
        return keys.index(incident.severity) if incident.severity in keys else len(keys)
