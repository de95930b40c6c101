"""The clock: what happens when time passes, once, whoever's clock it was."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Protocol

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.interval import IntervalTrigger

from bot.errors import Told
from bot.incidents.background import SILENCE
from bot.store.store import By, Change, Store
from bot.store.tables import Due

log = structlog.get_logger(__name__)

TICK = timedelta(seconds=1)
SWEEP = timedelta(seconds=20)
PRUNE = timedelta(hours=1)
KEEP_PAYLOADS = timedelta(days=7)
KEEP_EFFECTS = timedelta(days=30)


class Acting(Protocol):
    """What is done about an incident's due rows, in the transaction that took them."""

    async def act(self, change: Change, due: Sequence[Due]) -> None:
        """Do what is due."""
        ...


class Sweeping(Protocol):
    """What takes up, or tells of, work that a process has left behind."""

    async def sweep(self, silence: timedelta = ...) -> None:
        """Look for work that has been silent for so long."""
        ...


class Clock:
    """Ticks; what is due stands in the database, so any number of clocks may tick at once."""

    def __init__(self, store: Store, acting: Acting, sweeping: Sequence[Sweeping] = ()) -> None:
        self._store = store
        self._acting = acting
        self._sweeping = sweeping
        self._scheduler: Any = None
        self._at_work = 0
        self._idle = asyncio.Event()
        self._idle.set()
        self.ticked_at: datetime | None = None
        """When a tick last went well; `/readyz` asks."""

    @property
    def running(self) -> bool:
        """Whether it ticks."""
        return bool(self._scheduler and self._scheduler.running)

    async def run(self, *, alone: bool = False) -> None:
        """Begin to tick. Who is alone knows at once that what still runs in the database was cut off by a restart."""
        if alone:
            await self.sweep(timedelta(0))
        scheduler = AsyncIOScheduler(timezone="UTC")
        for work, every in ((self._tick, TICK), (self._sweep, SWEEP), (self._prune, PRUNE)):
            trigger = IntervalTrigger(seconds=int(every.total_seconds()))
            scheduler.add_job(work, trigger, max_instances=1, coalesce=True, misfire_grace_time=None)
        scheduler.start()
        self._scheduler = scheduler

    async def stop(self) -> None:
        """Tick no more; what has begun is finished first, so that no connection is left in the middle of something."""
        if not self.running:
            return
        self._scheduler.pause()
        await asyncio.sleep(0)  # a job that was just handed over begins
        await self._idle.wait()
        self._scheduler.shutdown(wait=False)
        await asyncio.sleep(0)  # the scheduler shuts down in the next turn of the loop
        self._scheduler = None

    async def tick(self, now: datetime) -> int:
        """Take what is due by now and act on it, incident by incident; return how many were acted on."""
        async with self._store.reading() as reading:
            due = await reading.due_by(now)
        numbers = dict.fromkeys(row.incident for row in due if row.incident is not None)
        done = 0
        for number in numbers:
            done += await self._act(number)
        self.ticked_at = now
        return done

    async def sweep(self, silence: timedelta) -> None:
        """Let everything that works in the background look for what was left behind; one's trouble is no other's."""
        for one in self._sweeping:
            try:
                await self._safely(partial(one.sweep, silence), "sweep")
            except Exception:  # a fault of ours in one must not leave the others' work where it was cut off
                log.exception("a sweep failed", of=type(one).__name__)

    async def _act(self, number: int) -> bool:
        """Act on one incident; its trouble does not keep the others waiting."""
        try:
            async with self._store.changing(number, by=By(None)) as change:
                due = await change.take_due()
                if due:
                    await self._acting.act(change, due)
                return bool(due)
        except Told as told:
            log.warning("what was due could not be done", incident=f"INC-{number}", why=str(told))
        except Exception:  # the next incident's update must not wait for this one's fault to be mended
            log.exception("what was due could not be done", incident=f"INC-{number}")
        return False

    async def _tick(self) -> None:
        await self._safely(lambda: self.tick(self._store.now()), "tick")

    async def _sweep(self) -> None:
        await self.sweep(SILENCE)

    async def _prune(self) -> None:
        await self._safely(lambda: self._store.prune(payloads=KEEP_PAYLOADS, effects=KEEP_EFFECTS), "prune")

    async def _safely(self, work: Callable[[], Awaitable[object]], name: str) -> None:
        """A database that is down for a while is a missed tick, not the end of the clock."""
        self._at_work += 1
        self._idle.clear()
        try:
            await work()
        except Told as told:
            log.warning("the clock missed a beat", work=name, why=str(told))
        finally:
            self._at_work -= 1
            if not self._at_work:
                self._idle.set()
