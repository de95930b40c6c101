"""A line that ran before asks at once for all that it asked for then: one round trip instead of two or three."""

import asyncio
from collections import OrderedDict
from dataclasses import dataclass, field

from runbooks.kubectl.connection import Answer, Cluster, Query
from runbooks.kubectl.unreachable import Unreachable
from runbooks.kubectl.words import Command

LINES = 256
REQUESTS = 24
SHORT = 256 * 1024
Asked = tuple[str, tuple[tuple[str, str], ...], str, int]


@dataclass
class ReadAhead:
    """The GETs of one run: those of the last run of this line are under way before they are wanted.

    Every answer is of this run, and none is used twice. What is not wanted this time is hung up.
    """

    cluster: Cluster
    line: tuple[str, ...]
    timeout: float
    asked: list[Asked] = field(default_factory=list)
    under_way: dict[Asked, asyncio.Task[Answer]] = field(default_factory=dict)

    def begin(self) -> None:
        """Ask for what this line asked for last time, where that was more than one thing."""
        last = _remembered(self.cluster).get(self.line, ())
        for one in last if len(last) > 1 else ():
            self.under_way[one] = asyncio.create_task(self._ask(one))

    async def get(self, path: str, query: Query, accept: str, tail: int = 0) -> Answer:
        """The answer to this GET, which may be under way already."""
        wanted: Asked = (path, tuple(query), accept, tail)
        self._remember(wanted)
        task = self.under_way.pop(wanted, None)
        return await (task if task is not None else self._ask(wanted))

    async def short(self, path: str, query: Query) -> Answer | None:
        """The answer that is under way for a text; None when there is none, or it is long."""
        wanted: Asked = (path, tuple(query), "*/*", -SHORT)
        self._remember(wanted)
        task = self.under_way.pop(wanted, None)
        try:
            return await task if task is not None else None
        except Unreachable:
            return None

    def _remember(self, wanted: Asked) -> None:
        if wanted not in self.asked and not any(key == "continue" for key, _ in wanted[1]):
            self.asked.append(wanted)

    async def end(self) -> None:
        """Hang up on what nobody wanted, and remember what was."""
        left = list(self.under_way.values())
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)
        lines = _remembered(self.cluster)
        lines.pop(self.line, None)
        if len(self.asked) <= REQUESTS:
            lines[self.line] = tuple(self.asked)
        while len(lines) > LINES:
            lines.popitem(last=False)

    async def _ask(self, one: Asked) -> Answer:
        path, query, accept, tail = one
        return await self.cluster.ask("GET", path, query, accept=accept, timeout=self.timeout, tail=tail)


def _remembered(cluster: Cluster) -> "OrderedDict[tuple[str, ...], tuple[Asked, ...]]":
    lines: OrderedDict[tuple[str, ...], tuple[Asked, ...]] = cluster.known.setdefault("lines", OrderedDict())
    return lines


def ahead_of(command: Command, cluster: Cluster, timeout: float) -> ReadAhead | None:
    """Reading ahead, for lines that only read."""
    if command.changes or command.runs_programs:
        return None
    return ReadAhead(cluster, (cluster.namespace, *command.words), timeout)
