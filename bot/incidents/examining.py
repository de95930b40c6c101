"""One run of diagnostics: every step by itself, recorded and shown as soon as it has answered."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from bot.incidents.background import Background, alive
from bot.incidents.runs import Around, Output, Runs, findings, headline
from bot.incidents.telling import Telling, number
from bot.outbox import effects
from bot.store.queries import Questions
from bot.store.store import By, Change, Store
from bot.store.tables import Diagnosis, Incident, Kind, MitigationRun, RunState, StepOutput
from bot.views import diagnosis as views
from runbooks.model import Diagnostic, Runbook

log = structlog.get_logger(__name__)

TITLES = {"assess": "Quick assessment", "investigate": "Investigation", "verify": "Verification"}
MANUAL = "manual"
GRACE = timedelta(seconds=10)
"""A step that outlives its own time limit by so much is given up."""


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

    async def record(self, change: Change, steps: Sequence[Diagnostic], phase: str) -> Diagnosis:
        """Record a run and post its summary, with every step still to come."""
        row = await change.add(
            Diagnosis(
                incident=number(change.incident),
                by=change.by.person,
                phase=phase,
                steps=[step.id for step in steps],
                started_at=change.now,
                alive_at=change.now,
            )
        )
        shown = views.summary(change.incident, self._summary(change.incident, row, []))
        place = summary_place(number(change.incident), row.id or 0)
        self._telling.say(change, f"diagnosis/{row.id}", shown, gives=place)
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
            change.write(Kind.DIAGNOSTIC, f"{title_of(row)} was interrupted", detail={"diagnosis": diagnosis})
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
        result = understood(step, output, around) if step.automatic else by_hand(step)
        async with self._store.changing(run.incident, by=By(None)) as change:
            result.diagnosis = run.id
            await change.add(result)
            row = await _row(change, run.incident, run.id)
            row.alive_at = change.now
            await self._show(change, row)
            if step.automatic:
                self.show_output(change, result, output, thread=run.place)

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
        shown = views.output(result.title, result.line, printed, output.notes, views.SIGNS.get(result.level, ""))
        key = f"output/{result.diagnosis}/{result.step}"
        self._telling.say(change, key, shown, thread=thread)
        if views.shortened(printed)[1]:
            channel = effects.channel_place(number(change.incident))
            name = f"{result.step}.txt"
            change.want(
                effects.upload(
                    f"incident/{number(change.incident)}/{key}/file/{result.id}",
                    channel,
                    name,
                    printed,
                    result.title,
                    thread=thread,
                    incident=number(change.incident),
                )
            )

    async def _finish(self, run: Run) -> None:
        async with self._store.changing(run.incident, by=By(None)) as change:
            row = await _row(change, run.incident, run.id)
            row.state, row.finished_at = RunState.DONE, change.now
            outputs = await change.outputs(run.id)
            change.write(Kind.DIAGNOSTIC, _told(row, outputs), person=row.by, detail={"diagnosis": run.id})
            await self._show(change, row)
            helped = _last_success(await change.mitigations(run.incident))
            if change.incident.mitigated_at is None and verified(run.runbook, helped, outputs):
                change.incident.mitigated_at = change.now

    async def _beat(self, run: Run) -> None:
        async with self._store.changing(run.incident, by=By(None)) as change:
            (await _row(change, run.incident, run.id)).alive_at = change.now

    async def _show(self, change: Change, row: Diagnosis) -> None:
        outputs = await change.outputs(row.id or 0)
        shown = views.summary(change.incident, self._summary(change.incident, row, outputs))
        self._telling.edit(change, summary_place(row.incident, row.id or 0), shown)

    def _summary(self, incident: Incident, row: Diagnosis, outputs: Sequence[StepOutput]) -> views.Summary:
        runbook = self._telling.runbook(incident)
        known = {output.step: output for output in outputs}
        waiting = "interrupted" if row.state is RunState.INTERRUPTED else "running"
        steps = []
        for id_ in row.steps:
            step, output = runbook.diagnostic(id_), known.get(id_)
            title = step.name if step else id_
            steps.append(views.Step(title, output.level, output.headline) if output else views.Step(title, waiting))
        return views.Summary(
            title=title_of(row),
            by=row.by,
            steps=steps,
            state=row.state,
            called_out=called_out(outputs),
            suggestions=_suggestions(runbook, outputs) if row.state is RunState.DONE else (),
        )


def title_of(row: Diagnosis) -> str:
    """Name a run for people."""
    return TITLES.get(row.phase, "Diagnostics")


def understood(step: Diagnostic, output: Output, around: Around) -> StepOutput:
    """Say what an output means."""
    found = findings(step, output, around)
    level, line = headline(step, output, found)
    return StepOutput(
        diagnosis=0,
        step=step.id,
        title=step.name,
        line=output.line or step.line,
        level=level,
        headline=line,
        text=output.text,
        errors=output.errors,
        exit_code=output.exit_code,
        took_ms=output.took_ms,
        value=output.value,
        findings=[one.kept() for one in found],
    )


def by_hand(step: Diagnostic) -> StepOutput:
    """Show a step that a person does."""
    return StepOutput(diagnosis=0, step=step.id, title=step.name, line=step.line, level=MANUAL, headline=step.line)


def called_out(outputs: Sequence[StepOutput]) -> list[str]:
    """Return what changed just before: a recent rollout is the first suspect."""
    found = [one for output in outputs for one in output.findings]
    return list(dict.fromkeys(str(one["text"]) for one in found if one.get("recent")))


def verified(runbook: Runbook, mitigation: str | None, outputs: Sequence[StepOutput]) -> bool:
    """Whether everything that shows that a mitigation has helped was run, and is well."""
    wanted = runbook.mitigation(mitigation) if mitigation else None
    levels = {output.step: output.level for output in outputs}
    return wanted is not None and bool(wanted.verify) and all(levels.get(id_) == "ok" for id_ in wanted.verify)


def _suggestions(runbook: Runbook, outputs: Sequence[StepOutput]) -> list[views.Suggestion]:
    found = [one for output in outputs for one in output.findings]
    worst_first = sorted(found, key=lambda one: one.get("level") != "bad")
    ids = dict.fromkeys(id_ for one in worst_first for id_ in one.get("mitigations", ()))
    known = [runbook.mitigation(id_) for id_ in ids]
    return [views.Suggestion(one.id, one.name, one.about) for one in known if one is not None]


def _told(row: Diagnosis, outputs: Sequence[StepOutput]) -> str:
    bad = [f"{output.title}: {output.headline}" for output in outputs if output.level in {"bad", "warning"}]
    return f"{title_of(row)}: " + ("; ".join(bad)[:1_000] if bad else "all is well")


def _last_success(runs: Sequence[MitigationRun]) -> str | None:
    done = [run.mitigation for run in runs if run.state is RunState.DONE]
    return done[-1] if done else None


def _failed(step: Diagnostic, problem: str) -> Output:
    return Output(step.line, "", problem, 1, 0)


async def _row(questions: Questions, incident: int, diagnosis: int) -> Diagnosis:
    return next(row for row in await questions.diagnoses(incident) if row.id == diagnosis)
