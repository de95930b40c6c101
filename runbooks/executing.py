"""Run one line that was made ready: ask the cluster, an address or Prometheus; filter, cut and redact the answer."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from runbooks.compiling import Compiled
from runbooks.connections import Connections, NotConnected, Unreachable
from runbooks.http import send, service_of
from runbooks.kubectl import Command, Preview, RolloutFailed, Usage, parse, preview, rollout_progress, run
from runbooks.lines.refusal import LineRefused
from runbooks.model import Runbook
from runbooks.outputs import Output, capped, help_for, left_out_note, number_in
from runbooks.promql import PromqlFailed
from runbooks.redaction import Redaction

RAW_LIMIT = 16 * 1024 * 1024
_BIG = 64 * 1024
_TIMED_OUT = 124
POD_FINDINGS = {
    "crash-looping", "not-ready", "oom-killed", "image-pull", "restarts", "pending", "evicted", "failed-mount",
    "replicas-missing", "paused", "autoscaler-at-limit", "quota", "claim-pending", "node-trouble",
}  # fmt: skip
"""What is found in objects themselves, not in their table."""


@dataclass(frozen=True)
class Raw:
    """What came back, before anything was done to it."""

    stdout: str = ""
    stderr: str = ""
    exit_code: int = 0
    notes: tuple[str, ...] = ()
    value: float | None = None
    objects: tuple[dict[str, Any], ...] = ()


class Executing:
    """The edge between lines and the world: a broken world is an Output, never an exception."""

    def __init__(self, connections: Connections, redaction: Redaction, now: Callable[[], datetime]) -> None:
        self._connections = connections
        self._redact = redaction
        self._now = now

    async def run(
        self, ready: Compiled, runbook: Runbook | None, *, line: str, seconds: float, pods: bool = False
    ) -> Output:
        """Run a line; `pods` asks for the pods themselves beside their table, for findings."""
        began = time.monotonic()
        try:
            async with asyncio.timeout(seconds + 1):
                raw = await self._asked(ready, runbook, seconds, pods=pods)
        except TimeoutError:
            raw = Raw(stderr=f"No answer within {seconds:g} s. Run it again, or ask for less.\n", exit_code=_TIMED_OUT)
        except (NotConnected, Unreachable, PromqlFailed) as error:
            raw = Raw(stderr=f"{error}\n", exit_code=1)
        output = await self._finished(ready, raw, line)
        return replace(output, took_ms=round((time.monotonic() - began) * 1000))

    async def _asked(self, ready: Compiled, runbook: Runbook | None, seconds: float, *, pods: bool) -> Raw:
        if ready.promql:
            answer = await self._connections.prometheus(runbook).ask(ready.promql, timeout=seconds)
            return Raw(answer.text, notes=answer.notes, value=answer.value)
        if ready.request is not None:
            target = runbook.kubernetes if runbook else None
            inside = service_of(ready.request.url, target) is not None
            cluster = await self._connections.cluster(runbook) if inside else None
            printed = await send(ready.request, cluster=cluster, target=target, timeout=seconds)
            return Raw(printed.stdout, printed.stderr, printed.exit_code, printed.notes)
        return await self._kubectl(self.command(ready, runbook), runbook, seconds, pods=pods)

    async def _kubectl(self, command: Command, runbook: Runbook | None, seconds: float, *, pods: bool) -> Raw:
        cluster = await self._connections.cluster(runbook)
        folder = runbook.folder if runbook else None
        result = await run(command, cluster, now=self._now(), timeout=seconds, folder=folder)
        objects = result.objects
        if pods and command.verb == "get" and not result.exit_code and not any("spec" in one for one in objects):
            more = await run(parse((*command.words, "-o", "json")), cluster, now=self._now(), timeout=seconds)
            objects = more.objects or objects
        return Raw(result.stdout, result.stderr, result.exit_code, result.notes, objects=objects)

    def command(self, ready: Compiled, runbook: Runbook | None) -> Command:
        """Return the line's command, in the runbook's namespace when it names none itself."""
        command = ready.command
        if command is None:
            raise LineRefused("Only a kubectl line can do that.", "Write a line that begins with kubectl.")
        named = command.namespace or command.flag("all-namespaces")
        if named or runbook is None or runbook.kubernetes is None:
            return command
        return parse(("-n", runbook.kubernetes.namespace, *command.words))

    async def preview(self, ready: Compiled, runbook: Runbook | None, seconds: float) -> Preview:
        """Let the server do a dry run. A world that is broken is the preview's `refused`."""
        command = self.command(ready, runbook)
        try:
            async with asyncio.timeout(seconds + 1):
                cluster = await self._connections.cluster(runbook)
                folder = runbook.folder if runbook else None
                seen = await preview(command, cluster, now=self._now(), timeout=seconds, folder=folder)
        except TimeoutError:
            return Preview((), "", refused=f"No answer within {seconds:g} s.")
        except (NotConnected, Unreachable) as error:
            return Preview((), "", refused=str(error))
        return replace(seen, sends=tuple(map(self._redact, seen.sends)), diff=self._redact(seen.diff))

    async def follow(self, ready: Compiled, runbook: Runbook | None, seconds: float) -> AsyncIterator[str]:
        """Yield the sentences of the rollout a line has begun. Raises RolloutFailed."""
        command = self.command(ready, runbook)
        kind, _, name = "/".join(command.arguments[:2]).partition("/")
        if not (command.verb.startswith(("rollout", "set")) or command.verb == "scale") or not name:
            return
        try:
            cluster = await self._connections.cluster(runbook)
            place = command.namespace or cluster.namespace
            async for sentence in rollout_progress(cluster, kind, name.partition("/")[0], place, timeout=seconds):
                yield self._redact(sentence).strip()
        except (NotConnected, Unreachable) as error:
            raise RolloutFailed(str(error)) from error

    async def _finished(self, ready: Compiled, raw: Raw, line: str) -> Output:
        if len(raw.stdout) > _BIG:
            return await asyncio.to_thread(self._understood, ready, raw, line)
        return self._understood(ready, raw, line)

    def _understood(self, ready: Compiled, raw: Raw, line: str) -> Output:
        """Redact before the filters, which could cut a secret to pieces, and again after them."""
        logs = ready.command is not None and ready.command.verb == "logs"
        stdout, lost = capped(raw.stdout, keep_tail=logs, limit=RAW_LIMIT)
        filtered = ready.through(self._redact(stdout), raw.exit_code)
        text, left_out = capped(filtered.text, keep_tail=logs)
        errors = self._redact(raw.stderr)
        left_out += lost
        notes = [*raw.notes, *help_for(errors)]
        if left_out:
            notes.append(left_out_note(left_out, keep_tail=logs))
        return Output(
            line=self._redact(line),
            text=self._redact(text) if ready.pipeline.piped else text,
            errors=errors,
            exit_code=filtered.exit_code,
            took_ms=0,
            left_out=left_out,
            notes=tuple(notes),
            value=raw.value if raw.value is not None or ready.promql else number_in(text),
            objects=raw.objects,
        )


__all__ = ["POD_FINDINGS", "Executing", "RolloutFailed", "Usage"]
