"""The checklists of an incident: ticked by people or by what happens, shown as one live message, late on time."""

import json
from collections.abc import Collection, Sequence
from hashlib import sha256

from bot.incidents.checklist import List, current, lists, next_due
from bot.incidents.refusals import NoChecklist, NoSuchChecklist
from bot.incidents.telling import Telling, number
from bot.incidents.ticking import Record
from bot.store.queries import Questions
from bot.store.store import By, Change, Store
from bot.store.tables import Due, DueKind, Incident, Kind, Place, Tick
from bot.views import checklist as views
from bot.words import loose


class Checklists:
    """Ticking and opening lists; `follow` keeps the live message true after every change."""

    kinds = (DueKind.CHECKLIST,)

    def __init__(self, store: Store, telling: Telling) -> None:
        self._store = store
        self._telling = telling

    async def look(self, incident: int) -> tuple[list[List], Place | None]:
        """Return how the checklists stand, and where the live message is. Told: NoChecklist."""
        async with self._store.reading() as reading:
            found = await self._lists(reading, await reading.incident(incident))
            return found, await reading.place(checklist_place(incident))

    async def tick(self, incident: int, ticked: Collection[str], unticked: Collection[str], *, by: By) -> Incident:
        """Tick items, or take ticks back; what is so already, or ticks itself, stays as it is."""
        async with self._store.changing(incident, by=by) as change:
            items = {item.key: item for one in await self._lists(change, change.incident) for item in one.items}
            for key in [key for key in ticked if key in items and items[key].done is None]:
                await change.add(Tick(incident=incident, item=key, by=by.person or "", at=change.now))
                change.write(Kind.CHECKLIST, f"Ticked: {items[key].text}", detail={"item": key})
            rows = {row.item: row for row in await change.ticks(incident)}
            for key in [key for key in unticked if key in items and key in rows]:
                await change.remove(rows[key])
                change.write(Kind.CHECKLIST, f"Not done after all: {items[key].text}", detail={"item": key})
        return change.incident

    async def open(self, incident: int, list_: str, *, by: By) -> str:
        """Show another list in the live message, for everybody, until it is done; return its title."""
        async with self._store.changing(incident, by=by) as change:
            found = await self._lists(change, change.incident)
            wanted = next((one for one in found if loose(list_) in {loose(one.id), loose(one.title)}), None)
            if wanted is None:
                raise NoSuchChecklist(name=list_[:60], names=", ".join(one.title for one in found))
            change.incident.checklist = wanted.id
            self._draw(change, found)
        return wanted.title

    async def open_items(self, questions: Questions, incident: Incident) -> list[str]:
        """Return what is open of the list whose turn it is, what is late first."""
        try:
            shown = current(await self._lists(questions, incident), incident.checklist)
        except NoChecklist:
            return []
        left = [item for item in shown.items if item.done is None] if shown else []
        late_first = sorted(left, key=lambda item: not item.overdue)
        return [f"{item.text} (late)" if item.overdue else item.text for item in late_first]

    async def act(self, change: Change, due: Sequence[Due]) -> None:
        """Mark what is late."""
        await self.follow(change)

    async def follow(self, change: Change) -> None:
        """Bring the live message to what is true, and know when the next item will be late."""
        try:
            found = await self._lists(change, change.incident)
            change.due(DueKind.CHECKLIST, next_due(found, change.now))
            self._draw(change, found)
        except NoChecklist:
            return

    def _draw(self, change: Change, found: Sequence[List]) -> None:
        """Post the live message once; from then on edit it, whenever it would show something else."""
        incident = change.incident
        shown = views.board(incident, found, current(found, incident.checklist))
        digest = sha256(json.dumps([shown.text, shown.blocks]).encode()).hexdigest()[:16]
        place, before = checklist_place(number(incident)), incident.checklist_drawn
        if digest == before:
            return
        incident.checklist_drawn = digest
        if before:
            self._telling.edit(change, place, shown)
        else:
            self._telling.say(change, "checklist", shown, gives=place)

    async def _lists(self, questions: Questions, incident: Incident) -> list[List]:
        runbook = self._telling.runbook(incident)
        found = lists(runbook, await self._record(questions, incident), self._store.now()) if runbook.checklists else []
        if not found:
            raise NoChecklist(service=runbook.name)
        return found

    async def _record(self, questions: Questions, incident: Incident) -> Record:
        id_ = number(incident)
        return Record(
            incident=incident,
            announced=not incident.private and bool(self._telling.runbook(incident).channels.announce),
            entries=await questions.entries(id_),
            updates=await questions.updates(id_),
            diagnoses=await questions.diagnoses(id_),
            mitigations=await questions.mitigations(id_),
            notices=await questions.notices(id_),
            follow_ups=await questions.follow_ups(id_),
            ticks=await questions.ticks(id_),
            bad=await questions.bad_steps(id_),
            untold=await questions.untold_steps(id_),
        )


def checklist_place(incident: int) -> str:
    """Name the place of the live message."""
    return f"incident/{incident}/checklist"
