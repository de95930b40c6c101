"""Whether an incident looks worse than its severity says: asked of live numbers, and said once."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import timedelta

import structlog

from bot.incidents.background import Background
from bot.incidents.runs import Runs
from bot.incidents.telling import Telling
from bot.store.store import By, Change, Store
from bot.store.tables import Due, DueKind, Kind
from bot.views import diagnosis as views
from runbooks.meaning import Looks, asked_for, looks_like, worse
from runbooks.model import Runbook

log = structlog.get_logger(__name__)

EVERY = timedelta(minutes=3)
PATIENCE = timedelta(seconds=2)
"""So long a form waits for numbers; what has not answered by then is left out."""


def begin(change: Change, runbook: Runbook) -> None:
    """Have the clock look at the numbers from time to time; a drill has none of its own."""
    if asked_for(runbook) and not change.incident.drill:
        change.due(DueKind.LOOK, change.now + EVERY)


def note(change: Change, runbook: Runbook, looks: Looks | None) -> bool:
    """Remember that a worse severity is being proposed; False where it is not worse, or was proposed before."""
    incident = change.incident
    if looks is None or incident.drill or not incident.status.open:
        return False
    key = looks.severity.key
    if key in incident.suggested or not worse(runbook, looks.severity, incident.severity):
        return False
    incident.suggested = [*incident.suggested, key]
    return True


class Watching:
    """Asks the numbers that suggest a severity, for a form and by the clock; it changes no severity itself."""

    kinds = (DueKind.LOOK,)

    def __init__(
        self,
        store: Store,
        telling: Telling,
        runs: Runs,
        background: Background,
        *,
        patience: timedelta = PATIENCE,
    ) -> None:
        self._store = store
        self._telling = telling
        self._runs = runs
        self._background = background
        self._patience = patience

    async def looks(self, service: str) -> Looks | None:
        """Return the severity that a service's live numbers speak for; None where they are well or do not answer."""
        runbook = self._telling.runbooks.get(service)
        return looks_like(runbook, await self._numbers(runbook)) if runbook else None

    async def act(self, change: Change, due: Sequence[Due]) -> None:
        """Look in the background when it is time, and again later; nothing is asked inside the transaction."""
        incident = change.incident
        if not incident.status.open:
            return
        begin(change, self._telling.runbook(incident))
        self._background.start(self._look(incident.id or 0), f"look at the numbers of {incident.ref}")

    async def _look(self, number: int) -> None:
        async with self._store.reading() as reading:
            incident = await reading.incident(number)
        runbook = self._telling.runbook(incident)
        looks = looks_like(runbook, await self._numbers(runbook))
        if looks is None or not worse(runbook, looks.severity, incident.severity):
            return
        async with self._store.changing(number, by=By(None)) as change:
            if note(change, runbook, looks):
                shown = views.Worse(looks.severity.key, looks.why, change.incident.severity)
                self._telling.say(change, "severity/looks", views.now_worse(change.incident, shown))
                change.write(Kind.DIAGNOSTIC, f"Looks like {looks.severity.key}: {looks.why}")

    async def _numbers(self, runbook: Runbook) -> Mapping[str, float]:
        """Ask every number side by side; one that is late or broken is left out."""
        ids = asked_for(runbook)
        answers = await asyncio.gather(*(self._number(id_, runbook) for id_ in ids))
        return {id_: value for id_, value in zip(ids, answers, strict=True) if value is not None}

    async def _number(self, id_: str, runbook: Runbook) -> float | None:
        step = runbook.diagnostic(id_)
        if step is None or not step.automatic:
            return None
        try:
            async with asyncio.timeout(self._patience.total_seconds()):
                output = await self._runs.run_step(step.model_copy(update={"timeout": self._patience}), runbook)
        except TimeoutError:
            return None
        return output.value
