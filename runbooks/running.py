"""Run lines as an incident does: a runbook's steps, what a person types, and mitigations; each with a time limit."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from runbooks import typed
from runbooks.asking import Wish
from runbooks.compiling import Compiled, Purpose, compiled, sent
from runbooks.connections import ClusterPlace, Connections, NotConnected, PrometheusPlace, ToolPlace
from runbooks.executing import Executing, RolloutFailed, Usage
from runbooks.kubectl import Preview
from runbooks.kubectl.words import Inverse
from runbooks.lines.refusal import LineRefused
from runbooks.lines.slack import unmangled
from runbooks.lines.writing import written
from runbooks.model import Diagnostic, Mitigation, Runbook
from runbooks.outputs import Evidence, Output
from runbooks.parts.inputs import InputRefused, must_be_listed, validated
from runbooks.promql import PromqlFailed, Series
from runbooks.redaction import Redaction
from runbooks.repeating import repeated
from runbooks.tools import how_to_allow

TYPED_SECONDS = 15.0
CHANGE_SECONDS = 30.0
_LASTING = {"drain", "wait", "delete", "exec", "rollout status"}


class SeriesUnavailable(Exception):
    """Prometheus gave no series: one sentence."""


@dataclass(frozen=True)
class Request_:  # noqa: N801  # aiohttp, Slack and people all have a Request of their own
    """What a mitigation would send; `token` is the version of what it was computed from.

    `uids` (`pod/web-1` -> uid) go to `apply`, which then hits no others; `before` is another once the objects
    or what is to become of them are; `inverse` is the line that takes it back.
    """

    line: str
    sends: tuple[str, ...]
    diff: str = ""
    warnings: tuple[str, ...] = ()
    token: str = ""
    refused: str = ""
    uids: Mapping[str, str] = field(default_factory=dict)
    before: str = ""
    inverse: Inverse | None = None


class Runner:
    """Runs lines: `async with Connections(...) as connections: Runner(connections)`. A broken world is an Output."""

    def __init__(
        self,
        connections: Connections,
        *,
        redaction: Redaction | None = None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._connections = connections
        self._executing = Executing(connections, redaction or Redaction(), now)

    async def run_step(self, step: Diagnostic, runbook: Runbook) -> Output:
        """Run a runbook's diagnostic; a manual one gives its line back. Never raises for a broken world."""
        if not step.automatic:
            return Output(step.line, "", "", 0, 0)
        try:
            runbook = self._at(step, runbook)
            ready = compiled(step.line, None, Purpose.of(step, runbook))
        except LineRefused as error:
            return Output(step.line, "", f"{error}\n", 1, 0)
        except Usage as error:
            return Output(step.line, "", error.stderr, error.exit_code, 0)
        wish = Wish(runbook, step.timeout.total_seconds(), pods=bool(step.find))
        if ready.repeated:
            return await repeated(self._executing, ready, wish, line=step.line)
        return await self._executing.run(ready, wish, line=_shown(ready, step))

    async def run_typed(self, text: str, runbook: Runbook | None) -> Output:
        """Run a person's line, as Slack gives it. Raises LineRefused for one that changes something, and many more."""
        line = unmangled(text)
        if runbook is not None and (step := typed.standing(line, runbook)):
            return await self.run_step(step, runbook)
        try:
            ready = await asyncio.to_thread(typed.checked, line, runbook)  # jq may take seconds to read its program
        except Usage as error:
            return Output(line, "", error.stderr, error.exit_code, 0)
        wish = Wish(runbook, TYPED_SECONDS)
        if ready.repeated:
            return await repeated(self._executing, ready, wish, line=line)
        return await self._executing.run(ready, wish, line=line)

    def explain(self, line: str, runbook: Runbook | None) -> tuple[str, ...]:
        """Say what a line would ask of which API, and ask nothing. Raises LineRefused, Usage."""
        ready = typed.explained(line, runbook)
        said = self._executing.explain(ready, runbook)
        filters = tuple(f"then, here: {written(words)}" for words in ready.pipeline.piped)
        kept = (f"then, as evidence: {ready.pipeline.save_as}",) if ready.pipeline.save_as else ()
        if ready.each is not None:
            said = (*self._executing.explain(ready.each, runbook), "for each item it prints:", *said)
        failing = (f"if it fails, say: {ready.pipeline.otherwise}",) if ready.pipeline.otherwise else ()
        return (*said, *filters, *kept, *failing, *(f"note: {note}" for note in ready.notes))

    async def preview_line(self, line: str, runbook: Runbook | None) -> Preview:
        """Let the server do a dry run of a changing line. Raises LineRefused, Usage."""
        ready = typed.changing(line, runbook)
        if not ready.changes:
            raise LineRefused("This line changes nothing, so there is nothing to preview.", "Run it without --preview.")
        return await self._executing.preview(ready, runbook, CHANGE_SECONDS)

    async def apply_line(self, line: str, runbook: Runbook | None) -> Output:
        """Run a line that may change something. Raises LineRefused, Usage."""
        ready = typed.changing(line, runbook)
        if ready.repeated:
            raise LineRefused("A line that is applied is no loop.", "Name one object.")
        return await self._executing.run(ready, Wish(runbook, _seconds(ready, 300.0), changing=True), line=line)

    def by_hand(self, part: Diagnostic | Mitigation) -> str:
        """Say why a person has to run it on this installation; empty when Muster does."""
        if part.manual is not None:
            return "It is done by hand."
        name = (part.tool or "").split(None, 1)[0].removeprefix("./") if part.tool else ""
        return how_to_allow(name) if name and not self._connections.tools.allows(name) else ""

    def _at(self, part: Diagnostic | Mitigation, runbook: Runbook) -> Runbook:
        """Go to the cluster that a part names. Raises LineRefused where muster.yaml does not name it."""
        if part.cluster and not self._connections.knows_cluster(part.cluster):
            mend = "Add it under `clusters` there, or run the line at your own terminal."
            raise LineRefused(f"muster.yaml names no cluster `{part.cluster}`.", mend)
        return runbook.at(part.cluster)

    def _mitigating(self, mitigation: Mitigation, runbook: Runbook, inputs: Mapping[str, object]) -> Compiled:
        """Read a mitigation's line; one that is not run here raises LineRefused, with the line to run by hand."""
        ready = _mitigating(mitigation, runbook, inputs)
        if why := self.by_hand(mitigation):
            raise LineRefused(why, f"The line: `{ready.line}`.")
        return ready

    async def _listed(self, mitigation: Mitigation, runbook: Runbook, inputs: Mapping[str, object]) -> None:
        """Let a choice be one that its line prints now. Raises InputRefused."""
        for name, value in validated(mitigation, inputs).items():
            asked = mitigation.inputs[name]
            if asked.type == "choice" and asked.choices_from and value not in asked.choices:
                output = await self.run_step(Diagnostic(id="choices", run=asked.choices_from), runbook)
                known = None if output.exit_code or output.left_out else set(map(str.strip, output.text.splitlines()))
                must_be_listed(name, value, known)

    async def request(self, mitigation: Mitigation, runbook: Runbook, inputs: Mapping[str, object]) -> Request_:
        """Say what a mitigation would send, by the server's dry run. Raises InputRefused, LineRefused."""
        runbook = self._at(mitigation, runbook)
        ready = self._mitigating(mitigation, runbook, inputs)
        await self._listed(mitigation, runbook, inputs)
        seen = await self._executing.preview(ready, runbook, CHANGE_SECONDS)
        sends = seen.sends or self._executing.explain(ready, runbook)
        refused = (f"The dry run failed: {seen.refused}",) if seen.refused else ()
        return Request_(
            line=ready.line,
            sends=sends,
            diff=seen.diff,
            warnings=(*seen.warnings, *refused, *ready.notes),
            token=seen.resource_version,
            refused=seen.refused,
            uids=seen.uids,
            before=seen.before,
            inverse=seen.inverse,
        )

    async def apply(
        self,
        mitigation: Mitigation,
        runbook: Runbook,
        inputs: Mapping[str, object],
        *,
        uids: Mapping[str, str] | None = None,
    ) -> Output:
        """Send it. Raises InputRefused, LineRefused; a refusal by the cluster is in the Output.

        `uids` are those of its Request_: a delete then hits what was shown, and nothing that has its name by now.
        """
        runbook = self._at(mitigation, runbook)
        ready = self._mitigating(mitigation, runbook, inputs)
        await self._listed(mitigation, runbook, inputs)
        seconds = _seconds(ready, mitigation.timeout.total_seconds())
        wish = Wish(runbook, seconds, changing=True, uids=uids)
        return await self._executing.run(ready, wish, line=ready.line)

    def follow(self, mitigation: Mitigation, runbook: Runbook, inputs: Mapping[str, object]) -> AsyncIterator[str]:
        """Yield the sentences of the rollout it has begun, until it is done. Raises RolloutFailed."""
        runbook = self._at(mitigation, runbook)
        ready = _mitigating(mitigation, runbook, inputs)
        return self._executing.follow(ready, runbook, mitigation.timeout.total_seconds())

    async def series(
        self, promql: str, runbook: Runbook, *, since: datetime, until: datetime, points: int = 240
    ) -> list[Series]:
        """Return what a query was between two times. Raises SeriesUnavailable."""
        try:
            prometheus = self._connections.prometheus(runbook)
            return await prometheus.series(promql, since=since, until=until, points=points, timeout=TYPED_SECONDS)
        except (PromqlFailed, NotConnected) as error:
            raise SeriesUnavailable(str(error)) from error


def _mitigating(mitigation: Mitigation, runbook: Runbook, inputs: Mapping[str, object]) -> Compiled:
    if mitigation.manual is not None:
        raise LineRefused(f"{mitigation.name} is done by hand.", f"Run it yourself: `{mitigation.line}`.")
    try:
        return compiled(sent(mitigation), validated(mitigation, inputs), Purpose.of(mitigation, runbook))
    except Usage as error:
        raise LineRefused(f"kubectl would not take the line: {error.stderr.strip()}", "Mend the runbook.") from error


def _seconds(ready: Compiled, own: float) -> float:
    """Changes of the cluster are accepted soon and then followed; the others take the mitigation's own time."""
    if ready.command is not None and ready.command.verb not in _LASTING:
        return min(own, CHANGE_SECONDS)
    return own


def _shown(ready: Compiled, step: Diagnostic) -> str:
    """What is told to have run: the words themselves where they are not those of the runbook."""
    guarded = ready.command is not None and ready.command.runs_programs and "env" in ready.pipeline.words
    return ready.line if guarded else step.line


__all__ = [
    "ClusterPlace",
    "Connections",
    "Evidence",
    "InputRefused",
    "LineRefused",
    "Output",
    "PrometheusPlace",
    "Request_",
    "RolloutFailed",
    "Runner",
    "Series",
    "SeriesUnavailable",
    "ToolPlace",
    "Usage",
]
