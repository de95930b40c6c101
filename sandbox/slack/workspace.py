"""The state of one pretend Slack workspace, and the parts that act on it."""

import asyncio
import re
import secrets
import time
from collections.abc import Callable, Coroutine, Mapping
from typing import Any

from sandbox.slack import cast, messages
from sandbox.slack.delivery import Delivery
from sandbox.slack.errors import Refused
from sandbox.slack.faults import CallLog, Faults
from sandbox.slack.live import Live
from sandbox.slack.rate_limits import RateLimits
from sandbox.slack.records import Channel, File, Json, Person, View
from sandbox.slack.scopes import Declared
from sandbox.slack.tickets import Triggers

TRIGGER_SECONDS = 3.0


def no_address() -> str:
    return "http://127.0.0.1/"


class Workspace:
    """One workspace with one app in it.

    `clock` gives message times (seconds since 1970) and may be turned; `stopwatch` measures what Slack measures in
    real seconds: trigger ids, response URLs, rate limits.
    """

    def __init__(
        self,
        *,
        clock: Callable[[], float] = time.time,
        manifest: Mapping[str, Any] | None = None,
        rate_limits: bool = False,
        stopwatch: Callable[[], float] = time.monotonic,
    ) -> None:
        self.clock = clock
        self.stopwatch = stopwatch
        self.declared = Declared(manifest)
        self.bot_token = f"xoxb-sandbox-{secrets.token_hex(8)}"
        self.app_token = f"xapp-1-A0MUSTER-sandbox-{secrets.token_hex(8)}"
        self.signing_secret = secrets.token_hex(16)
        self.verification_token = secrets.token_hex(12)
        self.base_url: Callable[[], str] = no_address
        self.faults = Faults()
        self.calls = CallLog()
        self.rate_limits = RateLimits(stopwatch, enforced=rate_limits)
        self.delivery = Delivery(self)
        self.live = Live()
        self._tasks: set[asyncio.Task[None]] = set()
        self._seed()

    def _seed(self) -> None:
        self.people = cast.people()
        self.groups = cast.groups()
        self.channels = cast.channels(int(self.clock()))
        self.files: dict[str, File] = {}
        self.views: dict[str, View] = {}
        self.stacks: dict[str, list[str]] = {}
        self.homes: dict[str, str] = {}
        self.inputs: dict[tuple[str, str], dict[str, dict[str, Json]]] = {}
        self.triggers = Triggers(self.stopwatch, TRIGGER_SECONDS)
        self.response_urls: dict[str, Json] = {}
        self._numbers = 0
        self._last_stamp = 0

    def reset(self) -> None:
        """Begin anew: the same people, tokens and connections; no message, channel or view of before."""
        self._seed()
        self.faults.clear()
        self.calls.clear()
        self.rate_limits.clear()
        self.live.tell({"type": "reset"})

    @property
    def now(self) -> int:
        return int(self.clock())

    def stamp(self) -> str:
        """Return the next message time: unique and never earlier than the last one."""
        self._last_stamp = max(int(self.clock() * 1_000_000), self._last_stamp + 1)
        return f"{self._last_stamp // 1_000_000}.{self._last_stamp % 1_000_000:06d}"

    def new_id(self, letter: str) -> str:
        self._numbers += 1
        return f"{letter}{self._numbers:010d}"

    def person(self, person_id: str) -> Person | None:
        return self.people.get(person_id)

    def channel(self, named: str) -> Channel | None:
        """Find a channel by id, `#name` or name."""
        if named in self.channels:
            return self.channels[named]
        name = named.removeprefix("#")
        return next((c for c in self.channels.values() if c.name == name and not c.is_im), None)

    def direct(self, one: str, other: str) -> Channel:
        """Return the direct conversation of two people, opened now if there was none."""
        for channel in self.channels.values():
            if channel.is_im and set(channel.members) == {one, other}:
                return channel
        opened = Channel(self.new_id("D"), "", self.now, one, is_private=True, is_im=True, members=[one, other])
        self.channels[opened.id] = opened
        self.live.tell({"type": "channel", "channel": opened.id}, only=opened.members)
        return opened

    def integration_says(
        self, name: str, channel: str, text: str, *, blocks: list[Any] | None = None, emoji: str = ":bell:"
    ) -> str:
        """Post as another app of the company (an alert bot, a deploy bot); return the message's ts."""
        place = self.channel(channel)
        if place is None:
            raise Refused(f"There is no channel {channel!r}.")
        bot = f"B0{re.sub('[^A-Z0-9]', '', name.upper())}"
        content: Json = {"subtype": "bot_message", "bot_id": bot, "username": name, "icons": {"emoji": emoji}}
        content |= {"text": text} | ({"blocks": blocks} if blocks else {})
        return str(messages.post(self, place, content)["ts"])

    def spawn(self, work: Coroutine[Any, Any, None]) -> None:
        """Run `work` beside everything else; `quiet` waits for it and `close` ends it."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def quiet(self) -> None:
        """Wait until every delivery that was begun is over."""
        while pending := [task for task in self._tasks if not task.done()]:
            await asyncio.wait(pending)

    async def close(self) -> None:
        """End deliveries and connections."""
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.delivery.close()
        await self.live.close()
