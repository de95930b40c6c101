"""Diagnoses: the runbook's steps run side by side, a person's own line, and graphs."""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.incidents.background import SILENCE, Background
from bot.incidents.choosing import chosen
from bot.incidents.examining import Examining
from bot.incidents.refusals import AlreadyRunning, LineNotRun, NoSuchGraph, NothingToDraw, NotToBeDone
from bot.incidents.runs import LineRefused, Output, Runs, SeriesUnavailable, chart
from bot.incidents.telling import Telling, number
from bot.incidents.watching import Watching
from bot.outbox import effects
from bot.store.store import By, Change, Store
from bot.store.tables import Diagnosis, Kind, RunState, StepOutput
from runbooks.model import Diagnostic, Runbook
from runbooks.parts.conditions import Condition
from runbooks.parts.durations import spelled

TYPED = "typed"
WINDOW = timedelta(hours=1)
POINTS = 240
WORTH_RESUMING = timedelta(minutes=10)
"""A run that was cut off longer ago tells nothing about now."""


class Diagnoses:
    """Running a runbook's diagnostics, a person's own line, and graphs."""

    def __init__(self, store: Store, telling: Telling, runs: Runs, background: Background | None = None) -> None:
        self._store = store
        self._telling = telling
        self._runs = runs
        self._background = background or Background()
        self._examining = Examining(store, telling, runs, self._background)
        self.watching = Watching(store, telling, runs, self._background)

    async def plan(self, change: Change) -> int | None:
        """Record, with a new incident, that its service is looked at; None if there is nothing to look at."""
        steps = self._telling.runbook(change.incident).of_phase("assess")
        return (await self._examining.record(change, steps, "assess")).id if steps else None

    def start(self, incident: int, diagnosis: int) -> None:
        """Begin what was recorded."""
        self._examining.start(incident, diagnosis)

    async def begin(self, number: int, *, by: By, steps: str | Sequence[str] = "assess") -> Diagnosis:
        """Run a phase, a scenario or steps, in the background. Told: NoSuchStep, NothingToRun, AlreadyRunning."""
        async with self._store.changing(number, by=by) as change:
            wanted = chosen(self._telling.runbook(change.incident), steps)
            for other in await change.diagnoses(number):
                if other.state is RunState.RUNNING and other.steps == [step.id for step in wanted.steps]:
                    raise AlreadyRunning
            row = await self._examining.record(change, wanted.steps, wanted.phase, wanted.scenario)
        self.start(number, row.id or 0)
        return row

    async def tick(self, number: int, diagnosis: int, step: str, *, by: By) -> StepOutput:
        """Record that somebody has done a step by hand. Told: NotToBeDone."""
        async with self._store.changing(number, by=by) as change:
            if all(row.id != diagnosis for row in await change.diagnoses(number)):
                raise NotToBeDone
            done = await self._examining.done_by_hand(change, diagnosis, step)
            if done is None:
                raise NotToBeDone
            return done

    async def run_line(self, number: int, line: str, *, by: By) -> Output:
        """Run a person's line, post its output in the channel, write it down. Told: LineNotRun."""
        async with self._store.reading() as reading:
            runbook = self._telling.runbook(await reading.incident(number))
        try:
            output = await self._runs.run_typed(line, runbook)
        except LineRefused as refused:
            raise LineNotRun(reason=refused.reason, instead=refused.instead) from refused
        async with self._store.changing(number, by=by) as change:
            result = await change.add(await _typed(change, line, output))
            self._examining.show_output(change, result, output, thread=None)
            ended = "" if output.exit_code == 0 else f" (exit code {output.exit_code})"
            change.write(Kind.COMMAND, f"Ran `{line}`{ended}", detail={"diagnosis": result.diagnosis})
        return output

    async def graph(self, number: int, name: str, window: timedelta | None = None, *, by: By) -> None:
        """Upload a picture of a PromQL step over the last `window`. Told: NoSuchGraph, NothingToDraw."""
        async with self._store.reading() as reading:
            incident = await reading.incident(number)
        runbook = self._telling.runbook(incident)
        step = _graphed(runbook, name)
        length, until = window or WINDOW, self._store.now()
        picture = await self._picture(step, runbook, until - length, until, incident.started_at)
        async with self._store.changing(number, by=by) as change:
            entry = change.write(Kind.DIAGNOSTIC, f"Graph of {step.name}, the last {spelled(length)}")
            title = f"{step.name}, the last {spelled(length)}"
            key = f"incident/{number}/graph/{step.id}/{entry.at.timestamp()}/{by.key or ''}"
            channel = effects.channel_place(number)
            change.want(effects.upload(key, channel, f"{step.id}.png", picture, title, incident=number))

    async def sweep(self, silence: timedelta = SILENCE) -> None:
        """Take up what a process that is gone was running; what is too old to be of use is told as interrupted."""
        now = self._store.now()
        async with self._store.reading() as reading:
            cut_off, _ = await reading.interrupted(now)
        for row in cut_off:
            if (row.alive_at or row.started_at) > now - silence:
                continue
            if row.started_at < now - WORTH_RESUMING:
                await self._examining.interrupt(row.incident, row.id or 0)
            elif await self._claimed(row, now - silence):
                self.start(row.incident, row.id or 0)

    async def idle(self) -> None:
        """Wait until nothing runs."""
        await self._background.idle()

    async def stop(self) -> None:
        """Cut off what runs; it is taken up again at the next start."""
        await self._background.stop()

    async def _claimed(self, row: Diagnosis, silent_since: datetime) -> bool:
        """Take over a run, unless another replica has done so."""
        async with self._store.changing(row.incident, by=By(None)) as change:
            mine = next(one for one in await change.diagnoses(row.incident) if one.id == row.id)
            if mine.state is not RunState.RUNNING or (mine.alive_at or mine.started_at) > silent_since:
                return False
            mine.alive_at = change.now
        return True

    async def _picture(
        self, step: Diagnostic, runbook: Runbook, since: datetime, until: datetime, start: datetime
    ) -> bytes:
        try:
            series = await self._runs.series(step.promql or "", runbook, since=since, until=until, points=POINTS)
        except SeriesUnavailable as error:
            raise NothingToDraw(name=step.id, reason=str(error)) from error
        if not any(one.points for one in series):
            raise NothingToDraw(name=step.id, reason="it has no points in that time. Try a longer one, like 6h.")
        limit = Condition.read(step.bad_when).limit if step.bad_when else None
        return await asyncio.to_thread(
            chart, series, title=step.name, unit=step.unit, start=start if start >= since else None, threshold=limit
        )


def _graphed(runbook: Runbook, name: str) -> Diagnostic:
    step = runbook.diagnostic(name)
    if step is None or not step.promql:
        names = ", ".join(f"`{one.id}`" for one in runbook.diagnostics if one.promql) or "none"
        raise NoSuchGraph(service=runbook.name, name=name, names=names)
    return step


async def _typed(change: Change, line: str, output: Output) -> StepOutput:
    """Record a line that a person typed, as a run of one step."""
    row = await change.add(
        Diagnosis(
            incident=number(change.incident),
            by=change.by.person,
            phase=TYPED,
            steps=[TYPED],
            state=RunState.DONE,
            started_at=change.now,
            finished_at=change.now,
        )
    )
    level = "ok" if output.exit_code == 0 else "bad"
    said = (output.errors or output.text).strip().splitlines()
    return StepOutput(
        diagnosis=row.id or 0,
        step=TYPED,
        title=output.line or line,
        line=output.line or line,
        level=level,
        headline=said[0][:200] if said and level == "bad" else f"{len(said)} lines",
        text=output.text,
        errors=output.errors,
        exit_code=output.exit_code,
        took_ms=output.took_ms,
    )
