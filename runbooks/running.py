"""Run lines as an incident does: a runbook's steps, what a person types, and mitigations; each with a time limit."""

import asyncio
import shlex
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from runbooks.compiling import Compiled, compiled
from runbooks.connections import ClusterPlace, Connections, NotConnected, PrometheusPlace
from runbooks.executing import POD_FINDINGS, Executing, RolloutFailed, Usage
from runbooks.http import allowed
from runbooks.inputs import InputRefused, validated
from runbooks.kubectl import Preview, explain
from runbooks.lines.refusal import LineRefused
from runbooks.lines.slack import unmangled
from runbooks.model import Diagnostic, Mitigation, Runbook
from runbooks.outputs import Output
from runbooks.promql import PromqlFailed, Series
from runbooks.redaction import Redaction

TYPED_SECONDS = 15.0
CHANGE_SECONDS = 30.0
MAX_ITEMS = 20
_SIDE_BY_SIDE = 8


class SeriesUnavailable(Exception):
    """Prometheus gave no series: one sentence."""


@dataclass(frozen=True)
class Request_:  # noqa: N801  # aiohttp, Slack and people all have a Request of their own
    """What a mitigation would send; `token` is the version of what it was computed from."""

    line: str
    sends: tuple[str, ...]
    diff: str = ""
    warnings: tuple[str, ...] = ()
    token: str = ""
    refused: str = ""


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
        if step.foreach:
            return await self._each(step, step.foreach, runbook)
        return await self._one(step, runbook, {})

    async def run_typed(self, text: str, runbook: Runbook | None) -> Output:
        """Run a person's line, as Slack gives it. Raises LineRefused for one that changes something, and many more."""
        line = unmangled(text)
        try:
            ready = self.checked(line, runbook)
        except Usage as error:
            return Output(line, "", error.stderr, error.exit_code, 0)
        return await self._executing.run(ready, runbook, line=line, seconds=TYPED_SECONDS)

    def checked(self, line: str, runbook: Runbook | None, *, changing: bool = False) -> Compiled:
        """Read a person's line; only addresses that stand in the runbook are asked. Raises LineRefused, Usage."""
        ready = compiled(line, changing=changing)
        if ready.request is not None and ready.request.changes:
            raise LineRefused(
                f"`curl` with {ready.request.method} may change something, and a typed line only reads.", "Use GET."
            )
        if ready.request is not None and not allowed(ready.request.url, runbook):
            whose = f"the runbook of {runbook.name}" if runbook else "a runbook, and no service is named"
            raise LineRefused(f"{ready.request.url} does not stand in {whose}.", "Only addresses that do are asked.")
        return ready

    def explain(self, line: str, runbook: Runbook | None, *, changing: bool = True) -> tuple[str, ...]:
        """Say what a line would ask of which API, and ask nothing. Raises LineRefused, Usage."""
        ready = compiled(line, changing=changing)
        filters = tuple(f"then, here: {shlex.join(words)}" for words in ready.pipeline.piped)
        if ready.promql:
            return (f"GET /api/v1/query of Prometheus: {ready.promql}",)
        if ready.request is not None:
            return (f"{ready.request.method} {ready.request.url}", *filters)
        return (*explain(self._executing.command(ready, runbook)), *filters)

    async def preview_line(self, line: str, runbook: Runbook | None) -> Preview:
        """Let the server do a dry run of a changing line. Raises LineRefused, Usage."""
        ready = compiled(line, changing=True)
        if ready.command is None or not ready.command.changes:
            raise LineRefused("This line changes nothing, so there is nothing to preview.", "Run it without --preview.")
        return await self._executing.preview(ready, runbook, CHANGE_SECONDS)

    async def apply_line(self, line: str, runbook: Runbook | None) -> Output:
        """Run a line that may change the cluster. Raises LineRefused, Usage."""
        ready = compiled(line, changing=True)
        return await self._executing.run(ready, runbook, line=line, seconds=CHANGE_SECONDS)

    async def request(self, mitigation: Mitigation, runbook: Runbook, inputs: Mapping[str, object]) -> Request_:
        """Say what a mitigation would send, by the server's dry run. Raises InputRefused, LineRefused."""
        ready = _mitigating(mitigation, inputs)
        seen = await self._executing.preview(ready, runbook, CHANGE_SECONDS)
        sends = seen.sends or explain(self._executing.command(ready, runbook))
        warnings = (*seen.warnings, *((f"The dry run failed: {seen.refused}",) if seen.refused else ()))
        return Request_(_written(ready), sends, seen.diff, warnings, seen.resource_version, seen.refused)

    async def apply(self, mitigation: Mitigation, runbook: Runbook, inputs: Mapping[str, object]) -> Output:
        """Send it. Raises InputRefused, LineRefused; a refusal by the cluster is in the Output."""
        ready = _mitigating(mitigation, inputs)
        return await self._executing.run(ready, runbook, line=_written(ready), seconds=CHANGE_SECONDS)

    def follow(self, mitigation: Mitigation, runbook: Runbook, inputs: Mapping[str, object]) -> AsyncIterator[str]:
        """Yield the sentences of the rollout it has begun, until it is done. Raises RolloutFailed."""
        ready = _mitigating(mitigation, inputs)
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

    async def _one(
        self, step: Diagnostic, runbook: Runbook, values: Mapping[str, str], *, programs: bool = True
    ) -> Output:
        try:
            ready = compiled(step.line, values, programs=programs)
        except LineRefused as error:
            return Output(step.line, "", f"{error}\n", 1, 0)
        except Usage as error:
            return Output(step.line, "", error.stderr, error.exit_code, 0)
        seconds = step.timeout.total_seconds()
        pods = bool(POD_FINDINGS & set(step.find))
        line = _written(ready) if values else step.line
        return await self._executing.run(ready, runbook, line=line, seconds=seconds, pods=pods)

    async def _each(self, step: Diagnostic, foreach: str, runbook: Runbook) -> Output:
        """Run a step's line for every item that its `foreach` line prints, side by side."""
        listing = await self._one(step.model_copy(update={"run": foreach, "find": ()}), runbook, {}, programs=False)
        items = [item for item in listing.text.split() if not item.startswith("-")]
        if listing.errors or not items:
            return replace(listing, line=step.line)
        room = asyncio.Semaphore(_SIDE_BY_SIDE)

        async def one(item: str) -> Output:
            async with room:
                return await self._one(step, runbook, {"item": item})

        outputs = await asyncio.gather(*(one(item) for item in items[:MAX_ITEMS]))
        more = len(items) - MAX_ITEMS
        note = (f"{more} more items were left out; {MAX_ITEMS} are looked at.",) if more > 0 else ()
        return _together(step.line, listing, list(zip(items, outputs, strict=False)), note)


def _together(line: str, listing: Output, parts: list[tuple[str, Output]], note: tuple[str, ...]) -> Output:
    return Output(
        line=line,
        text="".join(f"== {item}\n{output.text}" for item, output in parts),
        errors="".join(f"{item}: {output.errors}" for item, output in parts if output.errors),
        exit_code=max(output.exit_code for _, output in parts),
        took_ms=listing.took_ms + max(output.took_ms for _, output in parts),
        left_out=sum(output.left_out for _, output in parts),
        notes=tuple(dict.fromkeys((*(said for _, output in parts for said in output.notes), *note))),
        objects=tuple(one for _, output in parts for one in output.objects),
    )


def _mitigating(mitigation: Mitigation, inputs: Mapping[str, object]) -> Compiled:
    if mitigation.run is None:
        raise LineRefused(f"{mitigation.name} is done by hand.", f"Run it yourself: `{mitigation.line}`.")
    try:
        return compiled(mitigation.run, validated(mitigation, inputs), changing=True)
    except Usage as error:
        raise LineRefused(f"kubectl would not take the line: {error.stderr.strip()}", "Mend the runbook.") from error


def _written(ready: Compiled) -> str:
    return " | ".join(shlex.join(words) for words in (ready.pipeline.words, *ready.pipeline.piped))


__all__ = [
    "ClusterPlace",
    "Connections",
    "InputRefused",
    "LineRefused",
    "Output",
    "PrometheusPlace",
    "Request_",
    "RolloutFailed",
    "Runner",
    "Series",
    "SeriesUnavailable",
    "Usage",
]
