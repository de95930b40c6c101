"""One run of diagnostics: every step by itself, recorded and shown as soon as it has answered."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

import structlog

from bot.incidents import watching
from bot.incidents.background import Background, alive
from bot.incidents.runs import Around, Output, Runs
from bot.incidents.sense import MANUAL, Sense, by_hand, sense, shown, title_of, understood
from bot.incidents.telling import Telling, number
from bot.outbox import effects
from bot.store.queries import Questions
from bot.store.store import By, Change, Store
from bot.store.tables import Diagnosis, Kind, MitigationRun, RunState, StepOutput
from bot.views import diagnosis as views
from bot.views import output as printing
from bot.views.signs import LEVELS
from runbooks.model import Diagnostic, Runbook

log = structlog.get_logger(__name__)

GRACE = timedelta(seconds=10)
"""A step that outlives its own time limit by so much is given up."""


class File(NamedTuple):
    """A text to upload, and its name."""

    name: str
    text: str


@dataclass(frozen=True)
class Run:
    """A diagnosis that goes on: its incident, its row's id, and the runbook it follows."""

    incident: int
    id: int
    runbook: Runbook
    start: datetime

    @property
    def place(self) -> str:
        """Where its summary is."""
        return summary_place(self.incident, self.id)


def summary_place(incident: int, diagnosis: int) -> str:
    """Name the place of a diagnosis's summary."""
    return f"incident/{incident}/diagnosis/{diagnosis}"


class Examining:
    """Runs steps side by side; one that hangs or fails delays nobody."""

    def __init__(self, store: Store, telling: Telling, runs: Runs, background: Background) -> None:
        self._store = store
        self._telling = telling
        self._runs = runs
        self._background = background

    async def record(self, change: Change, steps: Sequence[Diagnostic], phase: str, scenario: str = "") -> Diagnosis:
        """Record a run and post its summary, with every step still to come."""
        row = await change.add(
            Diagnosis(
                incident=number(change.incident),
                by=change.by.person,
                phase=phase,
                scenario=scenario,
                steps=[step.id for step in steps],
                started_at=change.now,
                alive_at=change.now,
            )
        )
        said = shown(change.incident, row, [], self._telling.runbook(change.incident))
        place = summary_place(number(change.incident), row.id or 0)
        self._telling.say(change, f"diagnosis/{row.id}", views.summary(change.incident, said), gives=place)
        return row

    def start(self, incident: int, diagnosis: int) -> None:
        """Run what was recorded, in the background."""
        self._background.start(self._run(incident, diagnosis), f"diagnosis {diagnosis} of INC-{incident}")

    async def interrupt(self, incident: int, diagnosis: int) -> None:
        """Tell that a run was cut off."""
        async with self._store.changing(incident, by=By(None)) as change:
            row = await _row(change, incident, diagnosis)
            if row.state is not RunState.RUNNING:
                return
            row.state, row.finished_at = RunState.INTERRUPTED, change.now
            title = title_of(row, self._telling.runbook(change.incident))
            change.write(Kind.DIAGNOSTIC, f"{title} was interrupted", detail={"diagnosis": diagnosis})
            await self._show(change, row)

    async def _run(self, incident: int, diagnosis: int) -> None:
        async with self._store.reading() as reading:
            row = await _row(reading, incident, diagnosis)
            about = await reading.incident(incident)
            done = {output.step for output in await reading.outputs(diagnosis)}
        run = Run(incident, diagnosis, self._telling.runbook(about), about.started_at)
        steps = [step for id_ in row.steps if id_ not in done and (step := run.runbook.diagnostic(id_))]
        async with alive(lambda: self._beat(run)):
            await asyncio.gather(*(self._step(run, step) for step in steps))
        await self._finish(run)

    async def _step(self, run: Run, step: Diagnostic) -> None:
        output = await self.answer(step, run.runbook)
        around = Around(self._store.now(), run.start, run.runbook)
        manual = output.manual or not step.automatic
        result = by_hand(step, output.manual) if manual else meaning(step, output, around)
        async with self._store.changing(run.incident, by=By(None)) as change:
            result.diagnosis = run.id
            await change.add(result)
            row = await _row(change, run.incident, run.id)
            row.alive_at = change.now
            await self._show(change, row)
            if manual:
                self.show_by_hand(change, result, thread=run.place)
                return
            self.show_output(change, result, output, thread=run.place)
            self._keep_evidence(change, result, output, thread=run.place)

    async def answer(self, step: Diagnostic, runbook: Runbook) -> Output:
        """Run one step; whatever happens is an output."""
        if not step.automatic:
            return Output(step.line, "", "", 0, 0)
        patience = (step.timeout + GRACE).total_seconds()
        try:
            async with asyncio.timeout(patience):
                return await self._runs.run_step(step, runbook)
        except TimeoutError:
            return _failed(step, f"No answer within {patience:.0f} s. Run it again, or look by hand.")
        except Exception:  # a fault of ours in one step must not take the other steps' answers away
            log.exception("a step failed", step=step.id, service=runbook.service)
            return _failed(step, "Muster could not run this. Whoever runs Muster finds the cause in its log.")

    def show_output(self, change: Change, result: StepOutput, output: Output, *, thread: str | None) -> None:
        """Post an output as it was printed; the whole of a long one as a file after it."""
        printed = "\n".join(part for part in (result.text.rstrip("\n"), result.errors.rstrip("\n")) if part)
        said = printing.output(result.title, result.line, printed, output.notes, LEVELS.get(result.level, ""))
        self._telling.say(change, f"output/{result.diagnosis}/{result.step}", said, thread=thread)
        if printing.shortened(printed)[1] and output.saved is None:
            self._upload(change, result, File(f"{result.step}.txt", printed), thread)

    def show_by_hand(self, change: Change, result: StepOutput, *, thread: str | None) -> None:
        """Post what only a person can do; once somebody has done it, it says who."""
        value = f"{result.diagnosis}/{result.step}"
        said = printing.by_hand(change.incident, result.title, result.line, result.text, value, result.by)
        place = f"{summary_place(number(change.incident), result.diagnosis)}/{result.step}"
        if result.by:
            self._telling.edit(change, place, said)
        else:
            self._telling.say(change, f"output/{value}", said, thread=thread, gives=place)

    async def done_by_hand(self, change: Change, diagnosis: int, step: str) -> StepOutput | None:
        """Record that the one who asks has done a step; None: it was done already, or never was to be."""
        result = next((one for one in await change.outputs(diagnosis) if one.step == step), None)
        if result is None or result.by or result.level != MANUAL:
            return None
        result.by = change.by.person
        change.write(Kind.DIAGNOSTIC, f"Done by hand: {result.title}", detail={"diagnosis": diagnosis})
        self.show_by_hand(change, result, thread=None)
        await self._show(change, await _row(change, number(change.incident), diagnosis))
        return result

    def _keep_evidence(self, change: Change, result: StepOutput, output: Output, *, thread: str) -> None:
        if output.saved is None:
            return
        self._upload(change, result, File(output.saved.name, output.saved.text), thread)
        change.write(Kind.DIAGNOSTIC, f"Evidence kept: {output.saved.name}", detail={"step": result.step})

    def _upload(self, change: Change, result: StepOutput, file: File, thread: str | None) -> None:
        incident = number(change.incident)
        key = f"incident/{incident}/output/{result.diagnosis}/{result.step}/file/{result.id}"
        channel = effects.channel_place(incident)
        change.want(effects.upload(key, channel, file.name, file.text, result.title, thread=thread, incident=incident))

    async def _finish(self, run: Run) -> None:
        async with self._store.changing(run.incident, by=By(None)) as change:
            row = await _row(change, run.incident, run.id)
            row.state, row.finished_at = RunState.DONE, change.now
            outputs = await change.outputs(run.id)
            said = sense(run.runbook, outputs, row.scenario)
            text = _told(title_of(row, run.runbook), outputs, said)
            change.write(Kind.DIAGNOSTIC, text, person=row.by, detail={"diagnosis": run.id})
            watching.note(change, run.runbook, said.looks)
            await self._show(change, row)
            helped = _last_success(await change.mitigations(run.incident))
            if change.incident.mitigated_at is None and verified(run.runbook, helped, outputs):
                change.incident.mitigated_at = change.now

    async def _beat(self, run: Run) -> None:
        async with self._store.changing(run.incident, by=By(None)) as change:
            (await _row(change, run.incident, run.id)).alive_at = change.now

    async def _show(self, change: Change, row: Diagnosis) -> None:
        outputs = await change.outputs(row.id or 0)
        said = shown(change.incident, row, outputs, self._telling.runbook(change.incident))
        self._telling.edit(change, summary_place(row.incident, row.id or 0), views.summary(change.incident, said))


def meaning(step: Diagnostic, output: Output, around: Around) -> StepOutput:
    """Say what an output means; where that fails, what was printed and whether it went well."""
    try:
        return understood(step, output, around)
    except Exception:  # what was printed is shown all the same, and the other steps are not kept from their end
        log.exception("an output could not be understood", step=step.id)
        return understood(step.model_copy(update={"find": (), "bad_when": ""}), output, around)


def verified(runbook: Runbook, mitigation: str | None, outputs: Sequence[StepOutput]) -> bool:
    """Whether everything that shows that a mitigation has helped was run, and is well."""
    wanted = runbook.mitigation(mitigation) if mitigation else None
    levels = {output.step: output.level for output in outputs}
    return wanted is not None and bool(wanted.verify) and all(levels.get(id_) == "ok" for id_ in wanted.verify)


def _told(title: str, outputs: Sequence[StepOutput], said: Sense) -> str:
    """Say for the timeline what was found; where nothing was, which lines were bad."""
    found = [one.text for one in said.findings if one.level != "ok"]
    bad = [f"{output.title}: {output.headline}" for output in outputs if output.level in {"bad", "warning"}]
    return f"{title}: " + ("; ".join(found or bad)[:1_000] or "nothing stands out")


def _last_success(runs: Sequence[MitigationRun]) -> str | None:
    done = [run.mitigation for run in runs if run.state is RunState.DONE]
    return done[-1] if done else None


def _failed(step: Diagnostic, problem: str) -> Output:
    return Output(step.line, "", problem, 1, 0)


async def _row(questions: Questions, incident: int, diagnosis: int) -> Diagnosis:
    return next(row for row in await questions.diagnoses(incident) if row.id == diagnosis)
