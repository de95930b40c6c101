"""Drills: announced beforehand, declared at their time, once, and each marked as what it is."""

import json
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import uuid4

import structlog

from bot.errors import Redelivered, Told, Unavailable
from bot.ids import is_user
from bot.incidents.lifecycle import Incidents
from bot.incidents.refusals import NoDrills, NoSuchDrill
from bot.incidents.values import Declaration
from bot.outbox import effects
from bot.store.store import By, Change, Store
from bot.store.tables import DrillPlan, Incident
from bot.views import drill as views
from bot.views.message import Message
from bot.words import loose, meant
from runbooks.model import Drill, Runbook
from runbooks.parts.calendar import next_time

log = structlog.get_logger(__name__)

LATE = timedelta(hours=1)
"""A drill that Muster slept through by more than this is told of, not begun: nobody waits for it any more."""


@dataclass(frozen=True)
class Exercise:
    """A drill of a service's runbook."""

    runbook: Runbook
    drill: Drill

    @property
    def key(self) -> str:
        """What its plan is known by."""
        return f"{self.runbook.service}/{self.drill.id}"

    @property
    def spec(self) -> str:
        """When it comes, as text: a plan that was made for other times is made anew."""
        return json.dumps(self.drill.on.model_dump(), sort_keys=True) if self.drill.on else ""

    def after(self, moment: datetime) -> datetime | None:
        """Return when it comes next."""
        return next_time(self.drill.on, moment) if self.drill.on else None

    def declaration(self) -> Declaration:
        """Say what declaring it says; unless the runbook names a severity, it is the mildest."""
        severity = self.drill.severity or self.runbook.severities[-1].key
        return Declaration(
            title=f"Drill: {self.drill.name}",
            service=self.runbook.service,
            severity=severity,
            impact="None. This is a drill.",
            drill=True,
            exercise=self.drill.id,
        )


class Drills:
    """Knows every runbook's drills; the times they are due at stand in the database."""

    def __init__(self, store: Store, incidents: Incidents, runbooks: Mapping[str, Runbook]) -> None:
        self._store = store
        self._incidents = incidents
        self._runbooks = runbooks

    async def upcoming(self, service: str | None = None) -> list[tuple[Exercise, datetime | None]]:
        """Return the drills, of one service or all, the next one first; those without a time come last."""
        now = self._store.now()
        found = [(one, one.after(now)) for one in self._exercises() if service in {None, one.runbook.service}]
        return sorted(found, key=lambda pair: (pair[1] is None, pair[1] or now, pair[0].key))

    async def start(self, service: str, name: str, *, by: By) -> Incident:
        """Declare a drill now. Told: NoDrills, NoSuchDrill."""
        runbook = self._runbooks[service]
        if not runbook.drills:
            raise NoDrills(service=runbook.name)
        of_service = [one for one in self._exercises() if one.runbook.service == service]
        exercise = next(
            (one for one in of_service if loose(name) in {loose(one.drill.id), loose(one.drill.name)}), None
        )
        if exercise is None:
            ids = [drill.id for drill in runbook.drills]
            near = meant(name, ids, f"It has {', '.join(f'`{one}`' for one in ids)}.")
            raise NoSuchDrill(service=runbook.name, drill=name, meant=near)
        return await self._incidents.declare(exercise.declaration(), by=by)

    async def sweep(self, silence: timedelta = timedelta(0)) -> None:
        """Announce and begin what is due. Any number of replicas may do this at once."""
        known = {plan.key: plan for plan in await self._plans()}
        timed = {one.key: one for one in self._exercises() if one.drill.on}
        for key in known.keys() - timed.keys():
            async with self._store.changing(by=By(None)) as change:
                await change.remove(known[key])
        for key, exercise in timed.items():
            try:
                await self._look_at(exercise, known.get(key))
            except Unavailable:
                raise
            except Exception:  # the other drills come at their times all the same
                log.exception("a drill could not be looked at", drill=key)

    async def _look_at(self, exercise: Exercise, plan: DrillPlan | None) -> None:
        if plan is None or plan.spec != exercise.spec:
            await self._plan(exercise, plan)
        else:
            await self._due(exercise, plan)

    async def _due(self, exercise: Exercise, plan: DrillPlan) -> None:
        now = self._store.now()
        if plan.next_at is None:
            return
        if plan.next_at + LATE < now:
            log.warning("a drill was missed", drill=plan.key)
            await self._not_begun(exercise, plan.next_at, "Muster could not begin it at its time.")
            await self._plan(exercise, plan)
        elif plan.next_at <= now:
            await self._begin(exercise, plan.next_at)
            await self._plan(exercise, plan)
        elif plan.next_at - exercise.drill.announce_before <= now and plan.announced != plan.next_at:
            await self._announce(exercise, plan, plan.next_at)

    async def _begin(self, exercise: Exercise, at: datetime) -> None:
        """Declare it; the key is recorded with the incident, so a second replica, or a second try, finds it done."""
        try:
            await self._incidents.declare(exercise.declaration(), by=By(None, f"drill/{exercise.key}/{at.isoformat()}"))
        except Redelivered:
            log.info("a drill has begun already", drill=exercise.key)
        except Unavailable:
            raise
        except Told as told:
            log.warning("a drill could not begin", drill=exercise.key, why=str(told))
            await self._not_begun(exercise, at, str(told))

    async def _not_begun(self, exercise: Exercise, at: datetime, why: str) -> None:
        """Tell whoever answers for the service that nobody exercises now, and how to."""
        whom = self._incidents.telling.on_call(exercise.runbook)
        with suppress(Redelivered):
            async with self._store.changing(by=By(None, f"drill/{exercise.key}/{at.isoformat()}/not begun")) as change:
                shown = views.not_begun(exercise.runbook, exercise.drill, why, whom)
                self._post(change, exercise, "not begun", shown)

    async def _announce(self, exercise: Exercise, plan: DrillPlan, at: datetime) -> None:
        """Post where the service's incidents are announced, once: of several replicas, too, and however early."""
        announced = DrillPlan(key=plan.key, spec=plan.spec, next_at=at, announced=at)
        try:
            async with self._store.changing(by=By(None, f"drill/{exercise.key}/{at.isoformat()}/announced")) as change:
                self._post(change, exercise, "announced", views.announced(exercise.runbook, exercise.drill, at))
                await change.know(announced)
        except Redelivered:  # by another replica, or before the drill was moved away and back
            async with self._store.changing(by=By(None)) as change:
                await change.know(announced)

    def _post(self, change: Change, exercise: Exercise, what: str, said: Message) -> None:
        """Say it where incidents are announced; else to the one person who answers for the service."""
        person = self._incidents.telling.on_call(exercise.runbook) or ""
        to = exercise.runbook.channels.announce or (person if is_user(person) else "")
        if not to:
            log.warning("a drill has nowhere to be told of", drill=exercise.key, what=what)
            return
        key = f"drill/{exercise.key}/{what}/{uuid4().hex[:12]}"
        change.want(effects.post(key, to, said.text, said.blocks))

    async def _plan(self, exercise: Exercise, known: DrillPlan | None) -> None:
        """Write down when it comes next; what was announced stays so."""
        async with self._store.changing(by=By(None)) as change:
            at, announced = exercise.after(change.now), known.announced if known else None
            await change.know(DrillPlan(key=exercise.key, spec=exercise.spec, next_at=at, announced=announced))

    async def _plans(self) -> list[DrillPlan]:
        async with self._store.reading() as reading:
            return list(await reading.drill_plans())

    def _exercises(self) -> Iterator[Exercise]:
        for runbook in self._runbooks.values():
            for drill in runbook.drills:
                yield Exercise(runbook, drill)
