"""The outbox: delivers what was wanted, once and in order, until it is done or given up aloud."""

import asyncio
import os
import socket
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from uuid import uuid4

import structlog

from bot.errors import Unavailable
from bot.outbox import pacing
from bot.outbox.effects import announces
from bot.outbox.records import LEASE, Made, Records
from bot.outbox.sending import Sender
from bot.outbox.slack import Later, Refused, Slack
from bot.outbox.troubles import told
from bot.store.database import Database
from bot.store.tables import EffectRow

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Patience:
    """How long the outbox waits for what."""

    first_wait: float = pacing.FIRST_WAIT
    longest_wait: float = pacing.LONGEST_WAIT
    one_effect: timedelta = timedelta(minutes=30)
    """Until an effect is given up that Slack fails to do while it does others."""
    slack: timedelta = timedelta(hours=24)
    """Until effects are given up while Slack does nothing at all."""
    look: float = 1.0
    """Seconds between looks for what another process has committed."""
    database: float = 1.0
    stop: float = 5.0
    at_once: int = 16


class Outbox:
    """One task that claims, and one short task for each effect that is being sent."""

    def __init__(
        self,
        database: Database,
        slack: Slack,
        *,
        now: Callable[[], datetime],
        patience: Patience | None = None,
        pace: pacing.Pace | None = None,
        chance: Random | None = None,
    ) -> None:
        self._database = database
        self._records = Records(database, f"{socket.gethostname()}:{os.getpid()}:{uuid4().hex[:8]}")
        self._sender = Sender(slack, self._records)
        self._now = now
        self._patience = patience or Patience()
        self._pace = pace or pacing.Pace()
        self._chance = chance or Random()  # noqa: S311 - it spreads retries, it keeps no secret
        self._awake = asyncio.Event()
        self._sending: dict[int, asyncio.Task[None]] = {}
        self._last_success: datetime | None = None

    def wake(self) -> None:
        """Look at once: something was committed."""
        self._awake.set()

    async def run(self) -> None:
        """Deliver until cancelled; what is being sent then gets a moment to end."""
        leases = asyncio.create_task(self._keep_leases())
        try:
            if self._database.is_sqlite:
                await self._insist(lambda: self._records.release_all(self._now()))
            while True:
                self._awake.clear()
                await self._wait(await self._deliver_ready())
        finally:
            leases.cancel()
            await self._stop()

    async def drain(self) -> None:
        """Deliver what can be delivered now, and return when nothing is left that could be."""
        while True:
            await self._deliver_ready()
            if not self._sending:
                return
            await asyncio.wait(self._sending.values())

    async def _deliver_ready(self) -> datetime | None:
        now = self._now()
        room = self._patience.at_once - len(self._sending)
        try:
            claim = await self._records.claim(now, self._pace, room)
            if claim.orphans:
                await self._records.give_up_orphans(claim.orphans, now)
        except Unavailable:
            return now + timedelta(seconds=self._patience.database)
        for row in claim.rows:
            if row.id not in self._sending:  # else its lease ran out while the database was away, and it is being sent
                self._start(row)
        self._pace.forget(now)
        return claim.look_again

    def _start(self, row: EffectRow) -> None:
        number = row.id or 0
        self._pace.sent(row.method, row.lane, self._now())
        task = asyncio.create_task(self._deliver(row), name=f"effect {row.key}")
        self._sending[number] = task
        task.add_done_callback(lambda _: self._ended(number))

    def _ended(self, number: int) -> None:
        del self._sending[number]
        self._awake.set()

    async def _deliver(self, row: EffectRow) -> None:
        try:
            made = await self._sender.send(row)
        except Later as later:
            await self._put_off(row, later)
        except Unavailable:
            await self._put_off(row, Later("the database does not answer", unclear=True))
        except Refused as refused:
            await self._give_up(row, refused.error)
        except Exception:  # an effect that cannot even be tried (a fault of ours) must not stop the others
            log.exception("an effect cannot be sent", effect=row.key)
            await self._give_up(row, "it cannot be sent")
        else:
            await self._done(row, made)

    async def _done(self, row: EffectRow, made: Made) -> None:
        self._last_success = self._now()
        await self._insist(lambda: self._records.done(row, made, self._now()))
        log.debug("told Slack", effect=row.key, attempts=row.attempts)

    async def _put_off(self, row: EffectRow, later: Later) -> None:
        now = self._now()
        if now - (row.tried_at or now) > self._patience_with(row):
            await self._give_up(row, str(later))
            return
        patience = self._patience
        wait = pacing.back_off(row.attempts, self._chance, first=patience.first_wait, longest=patience.longest_wait)
        if later.after is not None:
            wait = timedelta(seconds=later.after)
            self._pace.hold(row.method, row.lane, now + wait)
        log.warning("Slack has to be told later", effect=row.key, why=str(later), seconds=wait.total_seconds())
        unclear = later.unclear or row.unclear
        await self._insist(lambda: self._records.later(row, now + wait, str(later), unclear=unclear))

    def _patience_with(self, row: EffectRow) -> timedelta:
        others_work = self._last_success is not None and row.tried_at is not None and self._last_success > row.tried_at
        return self._patience.one_effect if others_work else self._patience.slack

    async def _give_up(self, row: EffectRow, why: str) -> None:
        reference = uuid4().hex[:8]
        log.error("an effect is given up", effect=row.key, why=why, reference=reference)
        sentence = told(row.method, row.arguments, why, reference, announcing=announces(row.gives))
        await self._insist(lambda: self._records.give_up(row, why, sentence, self._now()))

    async def _insist(self, record: Callable[[], Awaitable[None]]) -> None:
        """Record it, as soon as the database answers."""
        while True:
            try:
                return await record()
            except Unavailable:
                await asyncio.sleep(self._patience.database)

    async def _keep_leases(self) -> None:
        while True:
            await asyncio.sleep(LEASE.total_seconds() / 3)
            if self._sending:
                await self._insist(lambda: self._records.renew(list(self._sending), self._now()))

    async def _wait(self, look_again: datetime | None) -> None:
        seconds = self._patience.look
        if look_again is not None:
            seconds = min(seconds, max((look_again - self._now()).total_seconds(), 0.0))
        if len(self._sending) >= self._patience.at_once:
            seconds = self._patience.look
        try:
            async with asyncio.timeout(seconds):
                await self._awake.wait()
        except TimeoutError:
            return

    async def _stop(self) -> None:
        tasks = list(self._sending.values())
        if tasks:
            _, late = await asyncio.wait(tasks, timeout=self._patience.stop)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)
