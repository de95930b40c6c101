"""Work that goes on after a person was answered: kept track of, said to be alive, and stopped cleanly."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from typing import Any

import structlog

log = structlog.get_logger(__name__)

BEAT = timedelta(seconds=15)
"""How often running work says in the database that it is alive."""
SILENCE = timedelta(seconds=60)
"""Work that has been silent for so long belongs to a process that is gone."""


class Background:
    """Tasks that nobody waits for, but that somebody must know of."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[None]] = set()

    def start(self, work: Coroutine[Any, Any, None], name: str) -> None:
        """Begin; what fails unforeseen is logged with its name."""
        task = asyncio.create_task(_logged(work, name), name=name)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        task.add_done_callback(lambda _: work.close())  # work that was cut off before it began

    async def idle(self) -> None:
        """Wait until nothing runs any more."""
        while self._tasks:
            await asyncio.wait(set(self._tasks))

    async def stop(self) -> None:
        """Cut off what runs; the next start finds it by its silence."""
        for task in set(self._tasks):
            task.cancel()
        await self.idle()


async def _logged(work: Coroutine[Any, Any, None], name: str) -> None:
    try:
        await work
    except asyncio.CancelledError:
        log.info("work was cut off", work=name)
        raise
    except Exception:  # nobody awaits a background task: here is the last place where its fault can be told
        log.exception("work failed", work=name)


@asynccontextmanager
async def alive(beat: Callable[[], Awaitable[None]], every: timedelta = BEAT) -> Any:
    """Say again and again that the work inside is alive."""
    task = asyncio.create_task(_beating(beat, every))
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def _beating(beat: Callable[[], Awaitable[None]], every: timedelta) -> None:
    while True:
        await asyncio.sleep(every.total_seconds())  # the rhythm of the heart, not a wait for something
        await _logged(_once(beat), "heartbeat")


async def _once(beat: Callable[[], Awaitable[None]]) -> None:
    await beat()
