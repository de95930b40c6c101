"""Run one line that was made ready: bound its time, filter, cut and redact its answer, and see a change beforehand."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache

from runbooks.asking import Asking, Wish
from runbooks.compiling import Compiled
from runbooks.connections import Connections, NotConnected, Unreachable
from runbooks.flowing import LINES_AT_ONCE, Through
from runbooks.kubectl import Preview, RolloutFailed, Usage, explain, preview, rollout_progress
from runbooks.lines.filtering import Filtered
from runbooks.lines.saving import evidence_name
from runbooks.lines.writing import written
from runbooks.model import Runbook
from runbooks.outputs import TIMED_OUT, Evidence, Output, Printed, capped, help_for, left_out_note, number_in
from runbooks.promql import PromqlFailed
from runbooks.redaction import Redaction
from runbooks.sql import DatabaseFailed
from runbooks.tools import ToolFailed, how_to_allow

RAW_LIMIT = 16 * 1024 * 1024
_BIG = 64 * 1024
_NO_SESSION = 2
_ENDING = 4.0
"""A program is asked to end when its time is over, and has so long for it."""
_FAILURES = (NotConnected, Unreachable, PromqlFailed, ToolFailed)
UNTRIED = "This cannot be tried beforehand: what it does is only known when it is done."


@dataclass(frozen=True)
class _Told:
    """What a line is called, what `{item}` in the name of its evidence becomes, and what must not be shown."""

    line: str
    item: str
    redactions: tuple[Redaction, ...]

    def redact(self, text: str) -> str:
        return _redacted(text, self.redactions)


class Executing:
    """The edge between lines and the world: a broken world is an Output, never an exception."""

    def __init__(self, connections: Connections, redaction: Redaction, now: Callable[[], datetime]) -> None:
        self._connections = connections
        self._asking = Asking(connections, now)
        self._redaction = redaction
        self._now = now
        self._pool = ThreadPoolExecutor(LINES_AT_ONCE, "filters")

    async def run(self, ready: Compiled, wish: Wish, *, line: str, item: str = "") -> Output:
        """Run a line; `line` is what it is called, `item` what `{item}` in the name of its evidence becomes."""
        told = _Told(line, item, self._redactions(wish.runbook))
        if ready.tool and not self._connections.tools.allows(ready.tool):
            return Output(told.redact(line), "", "", 0, 0, manual=how_to_allow(ready.tool))
        began = time.monotonic()
        through = Through(ready.pipeline, told.redactions, self._pool, tail=ready.keeps_end)
        try:
            raw = await self._raw(ready, wish, through)
            left = max(began + wish.seconds - time.monotonic(), _ENDING)
            output = await self._finished(ready, raw, told, through, left)
        finally:
            through.abandon()
        return replace(output, took_ms=round((time.monotonic() - began) * 1000))

    async def _raw(self, ready: Compiled, wish: Wish, through: Through) -> Printed:
        try:
            async with asyncio.timeout(wish.seconds + (_ENDING if ready.tool else 1)):
                return await self._asking.ask(ready, wish, through if ready.pipeline.piped else None)
        except TimeoutError:
            return Printed(
                stderr=f"No answer within {wish.seconds:g} s. Run it again, or ask for less.\n", exit_code=TIMED_OUT
            )
        except DatabaseFailed as error:
            return Printed(stderr=f"{error}\n", exit_code=_NO_SESSION)
        except _FAILURES as error:
            return Printed(stderr=f"{error}\n", exit_code=1)

    def _redactions(self, runbook: Runbook | None) -> tuple[Redaction, ...]:
        """The redaction, and what the runbook wants hidden besides."""
        own = (_own(runbook.redact),) if runbook is not None and runbook.redact else ()
        return (self._redaction, *own)

    def _redact(self, runbook: Runbook | None) -> Callable[[str], str]:
        redactions = self._redactions(runbook)
        return lambda text: _redacted(text, redactions)

    def explain(self, ready: Compiled, runbook: Runbook | None) -> tuple[str, ...]:
        """Say what a line asks of whom, and ask nothing; words of ours beside those that would be sent."""
        if ready.promql:
            said: tuple[str, ...] = (f"GET /api/v1/query of Prometheus: {ready.promql}",)
        elif ready.psql is not None:
            said = (f"ask the database `{ready.connection}`:", *ready.psql.scripts)
        elif ready.tool:
            allowed = self._connections.tools.allows(ready.tool)
            said = self._tool(ready) if allowed else (how_to_allow(ready.tool),)
        elif ready.request is not None:
            request = ready.request
            said = (f"{request.method} {request.url}", *(f"{name}: {value}" for name, value in request.headers))
            said += (request.body,) if request.body else ()
        else:
            command = self._asking.command(ready, runbook)
            said = (*explain(command), *((f"program: {written(command.program)}",) if command.program else ()))
        return tuple(map(self._redact(runbook), said))

    def _tool(self, ready: Compiled) -> tuple[str, ...]:
        try:
            return self._connections.tools.explain(ready.pipeline.words)
        except ToolFailed as error:
            return (str(error),)

    async def preview(self, ready: Compiled, runbook: Runbook | None, seconds: float) -> Preview:
        """Let the server do a dry run. A world that is broken is the preview's `refused`."""
        if ready.command is None:
            return Preview(self.explain(ready, runbook), "", warnings=(UNTRIED,))
        command = self._asking.command(ready, runbook)
        try:
            async with asyncio.timeout(seconds + 1):
                cluster = await self._connections.cluster(runbook)
                folder = runbook.folder if runbook else None
                seen = await preview(command, cluster, now=self._now(), timeout=seconds, folder=folder)
        except TimeoutError:
            return Preview((), "", refused=f"No answer within {seconds:g} s. Ask for it again.")
        except (NotConnected, Unreachable) as error:
            return Preview((), "", refused=str(error))
        warnings = (*seen.warnings, *((UNTRIED,) if command.runs_programs else ()))
        redact = self._redact(runbook)
        sends = tuple(map(redact, seen.sends or self.explain(ready, runbook)))
        told = tuple(map(redact, warnings))
        return replace(seen, sends=sends, diff=redact(seen.diff), warnings=told, refused=redact(seen.refused))

    async def follow(self, ready: Compiled, runbook: Runbook | None, seconds: float) -> AsyncIterator[str]:
        """Yield the sentences of the rollout a line has begun. Raises RolloutFailed."""
        if ready.command is None:
            return
        command = self._asking.command(ready, runbook)
        kind, _, name = "/".join(command.arguments[:2]).partition("/")
        if not (command.verb.startswith(("rollout", "set")) or command.verb == "scale") or not name:
            return
        try:
            cluster = await self._connections.cluster(runbook)
            place = command.namespace or cluster.namespace
            async for sentence in rollout_progress(cluster, kind, name.partition("/")[0], place, timeout=seconds):
                yield self._redact(runbook)(sentence).strip()
        except (NotConnected, Unreachable) as error:
            raise RolloutFailed(str(error)) from error

    async def _finished(self, ready: Compiled, raw: Printed, told: _Told, through: Through, left: float) -> Output:
        """Let the filters end: here, where that is a moment's work; else in their thread."""
        big = len(raw.stdout) + len(raw.stderr) > _BIG
        if not ready.pipeline.piped:
            return await asyncio.to_thread(self._plain, ready, raw, told) if big else self._plain(ready, raw, told)
        if not (through.begun or ready.pipeline.slow or big):
            return self._plain(ready, raw, told)
        until = time.monotonic() + left
        with suppress(TimeoutError):  # the filters are too slow for it: `rest` stops them and says so
            async with asyncio.timeout(left):
                if raw.stdout or not through.begun:
                    await through.put(raw.stdout)
                if ready.pipeline.errors == "mixed":
                    await through.put(raw.stderr)
        printed = await through.rest(max(until - time.monotonic(), 0))
        apart = told.redact(raw.stderr) if ready.pipeline.errors == "apart" else ""
        printed = replace(printed, errors=f"{apart}{printed.errors}")
        return self._understood(ready, raw, told, (printed, through.left_out))

    def _plain(self, ready: Compiled, raw: Printed, told: _Told) -> Output:
        """Redact before the filters, which could cut a secret to pieces."""
        stdout, lost = capped(raw.stdout, keep_tail=ready.keeps_end, limit=RAW_LIMIT)
        printed = ready.pipeline.through(told.redact(stdout), raw.exit_code, told.redact(raw.stderr))
        return self._understood(ready, raw, told, (printed, lost))

    def _understood(self, ready: Compiled, raw: Printed, told: _Told, printed: tuple[Filtered, int]) -> Output:
        """Make an output of what was printed, redacted once more after the filters."""
        filtered, lost = printed
        otherwise = ready.pipeline.otherwise if filtered.exit_code else None
        text, left_out = capped(filtered.text, keep_tail=ready.keeps_end)
        left_out += lost
        text = told.redact(text) if ready.pipeline.piped else text
        saved = self._saved(ready, text, told.item)
        text = f"{text}{otherwise}\n" if otherwise else text
        notes = [*ready.notes, *ready.pipeline.notes, *raw.notes, *help_for(filtered.errors)]
        if left_out:
            notes.append(left_out_note(left_out, keep_tail=ready.keeps_end))
        return Output(
            line=told.redact(told.line),
            text=text,
            errors=capped(filtered.errors, keep_tail=True)[0],
            exit_code=filtered.exit_code if otherwise is None else 0,
            took_ms=0,
            left_out=left_out,
            notes=tuple(notes),
            value=raw.value if raw.value is not None or ready.promql else _value(text),
            objects=raw.objects,
            saved=saved,
            otherwise=otherwise or "",
        )

    def _saved(self, ready: Compiled, text: str, item: str) -> Evidence | None:
        pattern = ready.pipeline.save_as
        return Evidence(evidence_name(pattern, self._now(), item), text) if pattern and text else None


def _redacted(text: str, redactions: Sequence[Redaction]) -> str:
    for one in redactions:
        text = one(text)
    return text


@lru_cache(maxsize=64)
def _own(patterns: tuple[str, ...]) -> Redaction:
    return Redaction(patterns)


def _value(text: str) -> float | None:
    """The number of an output that is one: of psql's table with one cell, too, wherever that runs."""
    lines = text.splitlines()
    one_cell = len(lines) == 5 and lines[3] == "(1 row)" and "|" not in lines[0]
    return number_in(lines[2] if one_cell else text)


__all__ = ["UNTRIED", "Executing", "RolloutFailed", "Usage"]
