"""Mitigations: asked for, shown, applied once, followed to the end."""

import asyncio
import secrets
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

from bot.errors import BadInput, NoLongerOffered
from bot.incidents.applying import Applying, run_place
from bot.incidents.background import SILENCE, Background
from bot.incidents.examining import Examining
from bot.incidents.growing import grown, question
from bot.incidents.refusals import AlreadyApplying, NoSuchMitigation, NotOffered
from bot.incidents.runs import InputRefused, LineRefused, Runs, Sends
from bot.incidents.seen import Seen
from bot.incidents.sense import sense
from bot.incidents.standing import TWICE, must_still_be_open, still_open
from bot.incidents.telling import Telling
from bot.incidents.telling import number as number_of
from bot.incidents.values import Offered, RequestedMitigation
from bot.store.store import By, Change, Store
from bot.store.tables import Kind, MitigationRun, RunState
from bot.views import mitigation as views
from bot.views.people import person
from runbooks.model import Diagnostic, Mitigation, Runbook

CHOICES = timedelta(seconds=5)
MOST_CHOICES = 100
LATEST = 3
"""So many diagnoses back what was found still counts for what is filled in."""
AGAIN = "/incident mitigate"


class Mitigations:
    """What the runbook offers against an incident; preview, approval and undo have their place between the steps."""

    def __init__(
        self,
        store: Store,
        telling: Telling,
        runs: Runs,
        background: Background | None = None,
        *,
        check_every: timedelta = timedelta(seconds=15),
    ) -> None:
        self._store = store
        self._telling = telling
        self._runs = runs
        self._background = background or Background()
        examining = Examining(store, telling, runs, self._background)
        self._applying = Applying(store, telling, runs, examining, check_every=check_every)

    async def offered(self, number: int) -> list[Mitigation]:
        """Return the runbook's mitigations in its order. Told: AlreadyResolved, AlreadyClosed."""
        async with self._store.reading() as reading:
            incident = await reading.incident(number)
            await must_still_be_open(reading, incident)
        return list(self._telling.runbook(incident).mitigations)

    async def with_inputs(self, number: int, wanted: Mitigation) -> Offered:
        """Return a mitigation with the inputs that the latest findings would have it done with."""
        async with self._store.reading() as reading:
            runbook = self._telling.runbook(await reading.incident(number))
            outputs = [
                one for row in (await reading.diagnoses(number))[-LATEST:] for one in await reading.outputs(row.id or 0)
            ]
        known = sense(runbook, outputs[::-1]).inputs.get(wanted.id, {})
        return Offered(wanted, {name: str(value) for name, value in known.items() if name in wanted.inputs})

    async def with_choices(self, number: int, offered: Offered) -> Offered:
        """Add what the cluster names to choose from, and how large a volume is; what does not answer is typed."""
        runbook, wanted = await self._runbook(number), offered.mitigation
        asked = {name: one.choices_from for name, one in wanted.inputs.items() if one.choices_from}
        size = question(wanted) or ""
        *named, capacity = await asyncio.gather(*(self._choices(line, runbook) for line in (*asked.values(), size)))
        choices = {
            name: [one.rpartition("/")[2] if wanted.inputs[name].type == "name" else one for one in some]
            for name, some in zip(asked, named, strict=True)
            if some
        }
        sizes = grown(wanted, capacity[0]) if capacity else {}
        return replace(offered, inputs={**offered.inputs, **sizes}, choices=choices)

    async def _choices(self, line: str, runbook: Runbook) -> list[str]:
        if not line:
            return []
        step = Diagnostic(id="choices", run=line, timeout=CHOICES)
        try:
            async with asyncio.timeout(CHOICES.total_seconds() + 1):
                output = await self._runs.run_step(step, runbook)
        except TimeoutError:
            return []
        lines = [line.strip() for line in output.text.splitlines()] if output.exit_code == 0 else []
        return list(dict.fromkeys(filter(None, lines)))[:MOST_CHOICES]

    async def request(
        self, number: int, mitigation: str, inputs: Mapping[str, object], *, by: By
    ) -> RequestedMitigation:
        """Return what would be sent, with a token that applies it once. Told: BadInput (field: the input's name)."""
        runbook = await self._runbook(number)
        wanted = _named(runbook, mitigation)
        asked = await self._asked(wanted, runbook, inputs)
        token = secrets.token_urlsafe(18)
        async with self._store.changing(number, by=by) as change:
            drill = (await still_open(change)).drill
            await change.add(_offered(change, wanted, asked, inputs, token))
        return RequestedMitigation(
            incident=number,
            mitigation=wanted.id,
            title=wanted.name,
            about=wanted.about,
            risk=wanted.risk,
            line=asked.line,
            sends=tuple(asked.sends),
            token=token,
            diff=asked.diff,
            warnings=tuple(asked.warnings),
            inputs=dict(inputs),
            approved=wanted.approved,
            drill=drill,
        )

    async def apply(self, number: int, mitigation: str, token: str, *, by: By) -> MitigationRun:
        """Apply what was shown, in the background, editing one message. Told: NoLongerOffered, AlreadyApplying."""
        async with self._store.changing(number, by=by) as change:
            incident = await still_open(change)
            run = await _waiting(change, number, mitigation, token)
            if incident.drill:
                return self._rehearsed(change, run)
            await _not_just_sent(change, run)
            run.state, run.by = RunState.RUNNING, by.person or run.by
            run.started_at = run.alive_at = change.now
            detail = {"run": run.id, "mitigation": run.mitigation}
            change.write(Kind.MITIGATION, f"{run.title}: applying `{run.line}`", detail=detail)
            shown = views.progress(change.incident, views.Progress(run))
            self._telling.say(change, f"mitigation/{run.id}", shown, gives=run_place(number, run.id or 0))
        self._background.start(self._applying.run(number, run.id or 0), f"mitigation {run.id} of INC-{number}")
        return run

    def _rehearsed(self, change: Change, run: MitigationRun) -> MitigationRun:
        """Record that it would have been applied: in a drill nothing is."""
        run.state, run.by, run.rehearsed = RunState.DONE, change.by.person or run.by, True
        run.started_at = run.finished_at = change.now
        detail = {"run": run.id, "mitigation": run.mitigation, "rehearsed": True}
        change.write(Kind.MITIGATION, f"{run.title}: rehearsed `{run.line}`; nothing was applied", detail=detail)
        said = "rehearsed. This is a drill: nothing was applied."
        shown = views.progress(change.incident, views.Progress(run, outcome=said))
        self._telling.say(change, f"mitigation/{run.id}", shown)
        return run

    async def cancel(self, number: int, mitigation: str, token: str, *, by: By) -> None:
        """Let go what was shown. Told: NoLongerOffered."""
        async with self._store.changing(number, by=by) as change:
            run = await _waiting(change, number, mitigation, token)
            run.state, run.finished_at = RunState.CANCELLED, change.now

    async def sweep(self, silence: timedelta = SILENCE) -> None:
        """Tell of what a restart has cut off: it was sent, so it is not sent again."""
        now = self._store.now()
        async with self._store.reading() as reading:
            _, cut_off = await reading.interrupted(now)
        for run in cut_off:
            if (run.alive_at or run.started_at) <= now - silence:
                await self._applying.interrupt(run.incident, run.id or 0, now - silence)

    async def idle(self) -> None:
        """Wait until nothing runs."""
        await self._background.idle()

    async def stop(self) -> None:
        """Cut off the following of what runs; the next start tells that it was interrupted."""
        await self._background.stop()

    async def _runbook(self, number: int) -> Runbook:
        async with self._store.reading() as reading:
            return self._telling.runbook(await reading.incident(number))

    async def _asked(self, wanted: Mitigation, runbook: Runbook, inputs: Mapping[str, object]) -> Sends:
        """Ask what would be sent; what a person can mend is told beside its field."""
        try:
            return await self._runs.request(wanted, runbook, inputs)
        except InputRefused as refused:
            raise BadInput(f"{refused.problem} Change it and try again.", field=refused.field) from refused
        except LineRefused as refused:
            raise BadInput(f"{refused.reason} {refused.instead}".strip()) from refused


def _offered(
    change: Change, wanted: Mitigation, asked: Sends, inputs: Mapping[str, object], token: str
) -> MitigationRun:
    """Record what was shown, and what it was shown for, so that exactly that can be applied."""
    return MitigationRun(
        incident=number_of(change.incident),
        mitigation=wanted.id,
        title=wanted.name,
        line=asked.line,
        inputs=dict(inputs),
        seen=Seen.of(asked).kept(),
        by=change.by.person or "",
        token=token,
        state=RunState.WAITING,
        started_at=change.now,
    )


def _named(runbook: Runbook, id_: str) -> Mitigation:
    wanted = runbook.mitigation(id_)
    if wanted is None:
        raise NoSuchMitigation(service=runbook.name, mitigation=id_)
    if wanted.manual is not None:
        raise NotOffered(title=wanted.name, line=wanted.line)
    return wanted


async def _waiting(change: Change, number: int, mitigation: str, token: str) -> MitigationRun:
    """Return what the token applies, once: a second click finds it used."""
    run = await change.mitigation_of(token)
    if run is None or run.incident != number or run.mitigation != mitigation or run.state is not RunState.WAITING:
        raise NoLongerOffered(command=AGAIN)
    return run


async def _not_just_sent(change: Change, run: MitigationRun) -> None:
    """Refuse what somebody else has begun to send at this moment: before it is sent, no preview sees that it is."""
    for other in await change.mitigations(run.incident):
        if other.line == run.line and other.state is RunState.RUNNING and change.now - other.started_at < TWICE:
            raise AlreadyApplying(title=run.title, by=person(other.by), ref=change.incident.ref)
