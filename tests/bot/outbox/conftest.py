"""An outbox between either database and the pretend Slack."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import pytest
from sqlmodel import select

from bot.outbox import effects
from bot.outbox.delivery import Outbox, Patience
from bot.outbox.pacing import Pace
from bot.outbox.slack import Slack, web_client
from bot.store.store import By, Store
from bot.store.tables import EffectRow, Entry, Incident
from sandbox.slack.alone import serving
from sandbox.slack.workspace import Workspace
from tests.bot.postgres import database_url, store

__all__ = ["database_url", "store"]

SLOW = Patience(first_wait=30, longest_wait=60)
PATIENCE = Patience(first_wait=0.01, longest_wait=0.05, look=0.05, database=0.05, stop=0.2)


@dataclass
class Company:
    """The store, Slack, and outboxes between them."""

    store: Store
    workspace: Workspace
    session: aiohttp.ClientSession
    address: str
    skipped: timedelta = field(default_factory=timedelta)

    def now(self) -> datetime:
        return datetime.now(UTC) + self.skipped

    def slack(self, token: str | None = None) -> Slack:
        return Slack(web_client(token or self.workspace.bot_token, f"{self.address}api/", self.session))

    def outbox(self, patience: Patience = PATIENCE, pace: Pace | None = None) -> Outbox:
        """A further outbox, as another process would have it."""
        unhurried = Pace(every=timedelta(0))
        outbox = Outbox(self.store.database, self.slack(), now=self.now, patience=patience, pace=pace or unhurried)
        self.store.committed = outbox.wake
        return outbox

    async def deliver(self) -> None:
        """Deliver until nothing is left to be done now or a moment later."""
        outbox = self.outbox()
        for _ in range(100):
            await outbox.drain()
            if not await self.undone():
                return
            self.skipped += timedelta(seconds=60)
        raise AssertionError("something is never delivered")

    async def undone(self) -> list[str]:
        return [row.key for row in await self.rows() if row.done_at is None]

    async def want(self, *wanted: effects.Effect) -> None:
        async with self.store.changing(by=By("U0ALEX")) as change:
            change.want(*wanted)

    async def declare(self, *more: Callable[[int], effects.Effect], private: bool = False) -> int:
        """Record an incident with all that its declaring wants."""
        async with self.store.changing(by=By("U0ALEX")) as change:
            values: dict[str, Any] = {"service": "inferadb", "severity": "SEV-2", "declared_by": "U0ALEX"}
            row = await change.add(Incident(title="Checkout", started_at=change.now, private=private, **values))
            number = row.id or 0
            change.want(*declaring(number, private=private), *(build(number) for build in more))
        return number

    async def rows(self) -> list[EffectRow]:
        async with self.store.database.reading() as session:
            return list((await session.exec(select(EffectRow).order_by(EffectRow.id))).all())

    async def entries(self) -> list[Entry]:
        async with self.store.database.reading() as session:
            return list((await session.exec(select(Entry).order_by(Entry.id))).all())

    def channel(self, name: str) -> Any:
        (found,) = [one for one in self.workspace.channels.values() if one.name == name]
        return found

    def said(self, name: str) -> list[str]:
        """What the bot has said in a channel, without Slack's own lines."""
        messages = self.channel(name).messages.values()
        return [one["text"] for one in messages if one.get("bot_id") and not one.get("subtype")]


def declaring(number: int, *, private: bool = False) -> list[effects.Effect]:
    channel, card = effects.channel_place(number), effects.card_place(number)
    blocks = [{"type": "section", "text": {"type": "mrkdwn", "text": "The card"}}]
    wanted = [
        effects.create_channel(number, f"incident-{number}-inferadb", private),
        effects.invite(channel, ["U0ALEX", "S0ONCALL"]),
        effects.post(f"incident/{number}/card", channel, "The card", blocks, gives=card),
        effects.pin(card),
        effects.topic(channel, "SEV-2"),
        effects.bookmark(channel, "Runbook", "https://example.com/runbook"),
    ]
    if not private:
        text = f"INC-{number} in <#incident/{number}/channel>: <place:{card}|card>"
        place = effects.announcement_place(number)
        wanted.append(effects.post(place, "#incidents", text, gives=place, incident=number, mentions=[card]))
    return wanted


@pytest.fixture
async def company(store: Store) -> AsyncIterator[Company]:
    workspace = Workspace()
    async with serving(workspace) as address, aiohttp.ClientSession() as session:
        yield Company(store, workspace, session, address)
