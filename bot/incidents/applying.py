"""Applying one mitigation: sent once, its rollout followed, and looked at whether it has helped."""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta

import structlog

from bot.incidents import escalating
from bot.incidents.background import alive
from bot.incidents.examining import Examining, meaning
from bot.incidents.runs import Around, InputRefused, LineRefused, RolloutFailed, Runs
from bot.incidents.seen import Seen, moved
from bot.incidents.telling import Telling
from bot.incidents.times import lasted
from bot.store.queries import Questions
from bot.store.store import By, Change, Store
from bot.store.tables import Diagnosis, Kind, MitigationRun, RunState, Status, StepOutput
from bot.views import mitigation as views
from bot.views.diagnosis import Step
from runbooks.model import Mitigation, Runbook

log = structlog.get_logger(__name__)

CHECKS = 24
"""Rates over minutes recover in minutes: so often it is looked at before a mitigation counts as not enough."""
ASK = ". Post an update."
"""What is asked of people when it has helped; it is no part of the timeline."""
KEPT = 4_000


def run_place(incident: int, run: int) -> str:
    """Name the place of the one message that shows how a mitigation goes."""
    return f"incident/{incident}/mitigation/{run}"


class Failed(Exception):
    """It did not work; the text says what the cluster said."""


class Moved(Exception):
    """It is no longer what was shown; the text says what has changed. Nothing was sent."""


class Applying:
    """Applies in the background and edits one message, from the first call to the checks."""

    def __init__(
        self, store: Store, telling: Telling, runs: Runs, examining: Examining, *, check_every: timedelta
    ) -> None:
        self._store = store
        self._telling = telling
        self._runs = runs
        self._examining = examining
        self._check_every = check_every

    async def run(self, incident: int, id_: int) -> None:
        """Send it, follow it, check it; each ends in a sentence that a person can act on."""
        async with self._store.reading() as reading:
            run = await _row(reading, incident, id_)
            runbook = self._telling.runbook(await reading.incident(incident))
        wanted = runbook.mitigation(run.mitigation)
        if wanted is None:
            await self._end(run, RunState.FAILED, "it has left the runbook meanwhile. Nothing was sent.")
            return
        async with alive(lambda: self._beat(run)):
            try:
                await self._still_as_seen(run, wanted, runbook)
                await self._send_and_follow(run, wanted, runbook)
            except Moved as error:
                await self._end(run, RunState.FAILED, f"not applied, nothing was sent. {error} Look again first.")
                return
            except (Failed, RolloutFailed, LineRefused, InputRefused) as error:
                await self._end(run, RunState.FAILED, f"failed. {error}")
                return
            except Exception:  # whatever it was, the channel must not wait for ever for this message to change
                log.exception("a mitigation failed", incident=f"INC-{incident}", mitigation=run.mitigation)
                await self._end(
                    run,
                    RunState.FAILED,
                    "Muster failed while it ran, so it may be half done. Press Diagnose, or look by hand.",
                )
                raise
            await self._verify(run, wanted, runbook)

    async def interrupt(self, incident: int, id_: int, silent_since: datetime) -> None:
        """Tell that Muster was restarted while it ran."""
        async with self._store.changing(incident, by=By(None)) as change:
            run = await _row(change, incident, id_)
            if run.state is not RunState.RUNNING or (run.alive_at or run.started_at) > silent_since:
                return
            said = "interrupted by a restart of Muster. It may have been sent: press Diagnose to see how things are."
            run.state, run.finished_at = RunState.INTERRUPTED, change.now
            change.write(Kind.MITIGATION, f"{run.title}: interrupted by a restart of Muster", person=run.by)
            self._show(change, run, outcome=said)

    async def _still_as_seen(self, run: MitigationRun, wanted: Mitigation, runbook: Runbook) -> None:
        """Look once more at what it would hit: what was shown is what is changed, or nothing is."""
        if run.seen is None:
            return
        now = await self._runs.request(wanted, runbook, run.inputs)
        if now.line != run.line:
            raise Moved("The runbook has another line for it by now.")
        if change := moved(Seen.read(run.seen), Seen.of(now)):
            raise Moved(now.refused or change)

    async def _send_and_follow(self, run: MitigationRun, wanted: Mitigation, runbook: Runbook) -> None:
        uids = None if run.seen is None else Seen.read(run.seen).uids
        output = await self._runs.apply(wanted, runbook, run.inputs, uids=uids)
        printed = "\n".join(part for part in (output.text.strip(), output.errors.strip()) if part)
        await self._note(run, printed or "It was accepted.", output=printed)
        if output.exit_code != 0:
            raise Failed(printed.splitlines()[0] if printed else "The cluster refused it.")
        async with asyncio.timeout(wanted.timeout.total_seconds()) as limit:
            try:
                async for sentence in self._runs.follow(wanted, runbook, run.inputs):
                    await self._note(run, sentence)
            except TimeoutError:
                if not limit.expired():
                    raise
        if limit.expired():
            raise Failed(f"The rollout is not done after {wanted.timeout}. Look at it with Diagnose.")

    async def _verify(self, run: MitigationRun, wanted: Mitigation, runbook: Runbook) -> None:
        """Look until it has helped, or for long enough that a person must look."""
        steps = [step for id_ in wanted.verify if (step := runbook.diagnostic(id_)) and step.automatic]
        if not steps:
            await self._end(run, RunState.DONE, "done. Check whether it has helped, and post an update.")
            return
        checks: list[StepOutput] = []
        for turn in range(CHECKS):
            if turn:
                await asyncio.sleep(self._check_every.total_seconds())  # rates over a minute need a while to fall
            outputs = await asyncio.gather(*(self._examining.answer(step, runbook) for step in steps))
            around = Around(self._store.now(), run.started_at, runbook)
            checks = [meaning(step, output, around) for step, output in zip(steps, outputs, strict=True)]
            if all(check.level == "ok" for check in checks):
                await self._end(run, RunState.DONE, f"done, and the checks are well{ASK}", checks)
                return
            await self._watch(run, checks)
        said = "done, but the checks still show trouble. Diagnose again, or try something else."
        await self._end(run, RunState.DONE, said, checks)

    async def _note(self, run: MitigationRun, sentence: str, output: str = "") -> None:
        async with self._store.changing(run.incident, by=By(None)) as change:
            row = await _row(change, run.incident, run.id or 0)
            row.progress = _with(row.progress, sentence)
            row.output = output or row.output
            row.alive_at = change.now
            self._show(change, row)

    async def _watch(self, run: MitigationRun, checks: Sequence[StepOutput]) -> None:
        async with self._store.changing(run.incident, by=By(None)) as change:
            row = await _row(change, run.incident, run.id or 0)
            row.alive_at = change.now
            self._show(change, row, checks, "applied. Waiting for the checks to be well")

    async def _end(self, run: MitigationRun, state: RunState, said: str, checks: Sequence[StepOutput] = ()) -> None:
        async with self._store.changing(run.incident, by=By(None)) as change:
            row = await _row(change, run.incident, run.id or 0)
            row.state, row.finished_at = state, change.now
            after = lasted(row.started_at, change.now)
            helped = state is RunState.DONE and all(check.level == "ok" for check in checks)
            text = f"{row.title}: {said.removesuffix(ASK)} ({after})"
            change.write(Kind.MITIGATION, text, person=row.by, detail={"run": row.id, "helped": helped})
            await self._keep(change, row, checks)
            well = bool(checks) and helped
            if well and change.incident.mitigated_at is None:
                change.incident.mitigated_at = change.now
            elif checks and not helped and change.incident.status in {Status.INVESTIGATING, Status.IDENTIFIED}:
                await escalating.not_mitigated(self._telling, change)
            self._show(change, row, checks, said)

    async def _keep(self, change: Change, run: MitigationRun, checks: Sequence[StepOutput]) -> None:
        """Keep what the checks found, for the timeline and the postmortem."""
        if not checks:
            return
        row = await change.add(
            Diagnosis(
                incident=run.incident,
                by=run.by,
                phase="verify",
                steps=[check.step for check in checks],
                state=RunState.DONE,
                started_at=change.now,
                finished_at=change.now,
            )
        )
        for check in checks:
            check.diagnosis = row.id or 0
            await change.add(check)

    def _show(self, change: Change, run: MitigationRun, checks: Sequence[StepOutput] = (), outcome: str = "") -> None:
        runbook = self._telling.runbook(change.incident)
        ended = run.state in {RunState.DONE, RunState.FAILED} and change.incident.status.open
        following = _following(runbook, run) if ended and run.state is RunState.DONE else []
        shown = views.Progress(
            run,
            [Step(one.title, one.level, one.headline) for one in checks],
            outcome,
            _buttons(run, following, well=outcome.endswith(ASK)) if ended else (),
            [one for one in following if one.manual is not None],
        )
        self._telling.edit(change, run_place(run.incident, run.id or 0), views.progress(change.incident, shown))

    async def _beat(self, run: MitigationRun) -> None:
        async with self._store.changing(run.incident, by=By(None)) as change:
            (await _row(change, run.incident, run.id or 0)).alive_at = change.now


def _buttons(run: MitigationRun, following: Sequence[Mitigation], *, well: bool) -> list[views.Button]:
    """Say what to press next: tell how it stands, do what usually follows, or look again at what did not work."""
    if run.state is RunState.FAILED:
        return [views.Button("Look again…", run.mitigation)]
    update = [views.Button("Post update")] if well else []
    return update + [views.Button(f"Next: {one.name}…", one.id) for one in following if one.manual is None]


def _following(runbook: Runbook, run: MitigationRun) -> list[Mitigation]:
    """Return what usually follows a mitigation."""
    done = runbook.mitigation(run.mitigation)
    return [one for id_ in (done.then if done else ()) if (one := runbook.mitigation(id_)) is not None]


def _with(progress: str, sentence: str) -> str:
    """Add what is new; kubectl says the same sentence again while nothing moves."""
    known = progress.splitlines()
    new = [line for line in sentence.splitlines() if line not in known[-1:]]
    return "\n".join([*known, *new])[-KEPT:]


async def _row(questions: Questions, incident: int, id_: int) -> MitigationRun:
    return next(row for row in await questions.mitigations(incident) if row.id == id_)
