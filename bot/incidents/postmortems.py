"""The postmortem: a document that writes itself from what was recorded."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.ids import is_user
from bot.incidents.ending import kept
from bot.incidents.permission import Member
from bot.incidents.refusals import AlreadyWritten
from bot.incidents.standing import again
from bot.incidents.telling import Telling
from bot.outbox import effects
from bot.store.store import By, Reading, Store
from bot.store.tables import Diagnosis, Entry, FollowUp, Incident, Kind, MitigationRun, StepOutput, Update
from bot.views import postmortem as views

POSTMORTEM = "postmortem"
"""Marks the entry that says that the document was written: it is no part of the document."""


class Names(Protocol):
    """Where people's names are looked up; what is found is remembered in the database."""

    async def member(self, person: str) -> Member:
        """Return a person."""
        ...


@dataclass(frozen=True)
class Records:
    """All that is known of an incident."""

    incident: Incident
    entries: Sequence[Entry]
    updates: Sequence[Update]
    runs: Sequence[tuple[Diagnosis, Sequence[StepOutput]]]
    mitigations: Sequence[MitigationRun]
    follow_ups: Sequence[FollowUp]
    names: Mapping[str, str]


class Postmortems:
    """Markdown from the runbook's template; the same records give the same bytes."""

    def __init__(self, store: Store, telling: Telling, names: Names | None = None) -> None:
        self._store = store
        self._telling = telling
        self._names = names

    async def markdown(self, number: int) -> str:
        """Return the document, from the database alone."""
        async with self._store.reading() as reading:
            records = await self._records(reading, number)
        runbook = self._telling.runbook(records.incident)
        shown = views.Shown(
            incident=records.incident,
            service=runbook.name,
            severity=self._telling.severity(records.incident),
            entries=records.entries,
            runs=records.runs,
            mitigations=records.mitigations,
            follow_ups=records.follow_ups,
            names=records.names,
            updates_on_time=kept(records.updates),
            until=_until(records),
        )
        return views.document(runbook.templates, shown)

    async def post(self, number: int, *, by: By) -> None:
        """Upload the document to the incident's channel. Told: AlreadyWritten."""
        await self._learn_names(number)
        text = await self.markdown(number)
        async with self._store.changing(number, by=by) as change:
            incident = change.incident
            if await again(change, POSTMORTEM):
                raise AlreadyWritten(ref=incident.ref)
            entry = change.write(Kind.NOTE, "Postmortem written", detail={POSTMORTEM: True})
            key = f"incident/{number}/postmortem/{entry.at.timestamp()}/{by.key or ''}"
            channel = effects.channel_place(number)
            name = f"postmortem-{incident.ref.lower()}.md"
            title, comment = views.title(incident), views.comment(incident)
            change.want(effects.upload(key, channel, name, text, title, comment=comment, incident=number))

    async def _records(self, reading: Reading, number: int) -> Records:
        incident = await reading.incident(number)
        entries = [entry for entry in await reading.entries(number) if POSTMORTEM not in entry.detail]
        follow_ups = await reading.follow_ups(number)
        mitigations = await reading.mitigations(number)
        runs = [(run, _in_order(run, await reading.outputs(run.id or 0))) for run in await reading.diagnoses(number)]
        ids = _people(incident, entries, follow_ups, mitigations)
        known = await reading.people(ids)
        return Records(
            incident=incident,
            entries=entries,
            updates=await reading.updates(number),
            runs=runs,
            mitigations=mitigations,
            follow_ups=follow_ups,
            names={id_: known[id_].name for id_ in ids if id_ in known and known[id_].name},
        )

    async def _learn_names(self, number: int) -> None:
        if self._names is None:
            return
        async with self._store.reading() as reading:
            entries = await reading.entries(number)
            incident = await reading.incident(number)
            ids = _people(incident, entries, await reading.follow_ups(number), await reading.mitigations(number))
        for id_ in ids:
            await self._names.member(id_)


def _in_order(run: Diagnosis, outputs: Sequence[StepOutput]) -> list[StepOutput]:
    """Return the outputs in the runbook's order, not in that of who answered first."""
    return sorted(outputs, key=lambda output: run.steps.index(output.step) if output.step in run.steps else 0)


def _people(
    incident: Incident, entries: Sequence[Entry], follow_ups: Sequence[FollowUp], mitigations: Sequence[MitigationRun]
) -> list[str]:
    """Return everybody whom the document names, once."""
    found: Iterable[str | None] = [
        incident.declared_by,
        incident.commander,
        incident.communications,
        incident.scribe,
        *(entry.person for entry in entries),
        *(item.person for item in follow_ups),
        *(run.by for run in mitigations),
    ]
    return list(dict.fromkeys(one for one in found if one and is_user(one)))


def _until(records: Records) -> datetime:
    """Return the end of what is told, so that the document does not change while nothing happens."""
    last = [entry.at for entry in records.entries] or [records.incident.started_at]
    return records.incident.resolved_at or max(last)
