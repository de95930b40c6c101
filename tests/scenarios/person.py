"""A person in the pretend Slack: says, clicks, fills in forms, and reads the channel, over HTTP."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any

import aiohttp

PATIENCE = 100.0
"""Seconds before a scenario says what it waited for in vain; nothing waits that long when all is well."""


class Waited(AssertionError):
    """What a person waited for did not come."""


class Person:
    """Somebody with a browser; make one with `person(...)`."""

    def __init__(
        self, http: aiohttp.ClientSession, page: str, user: str, live: aiohttp.ClientWebSocketResponse
    ) -> None:
        self.http, self.page, self.user, self.live = http, page.rstrip("/"), user, live
        self._moved = asyncio.Event()
        self._listening = asyncio.create_task(self._listen())

    async def _listen(self) -> None:
        async for frame in self.live:
            if frame.type is aiohttp.WSMsgType.TEXT:
                self._moved.set()

    async def aclose(self) -> None:
        """Close the browser."""
        await self.live.close()
        await self._listening

    async def ask(self, path: str, **query: Any) -> dict[str, Any]:
        """Read something."""
        async with self.http.get(self.page + path, params={"as": self.user, **query}) as answer:
            return dict(await answer.json())

    async def do(self, path: str, **body: Any) -> dict[str, Any]:
        """Do something."""
        async with self.http.post(self.page + path, json={"as": self.user, **body}) as answer:
            return dict(await answer.json())

    async def state(self) -> dict[str, Any]:
        """What the window's frame shows: channels, people, open views."""
        return await self.ask("/people/state")

    async def channel(self, name: str) -> dict[str, Any] | None:
        """Return the channel whose name begins with `name`."""
        channels = (await self.state())["channels"]
        return next((channel for channel in channels if channel["name"].startswith(name)), None)

    async def messages(self, channel: str, thread: str | None = None) -> list[dict[str, Any]]:
        """Return the channel's messages, oldest first."""
        query = {"channel": channel} | ({"thread": thread} if thread else {})
        return list((await self.ask("/people/messages", **query))["messages"])

    async def say(self, channel: str, text: str, **more: Any) -> dict[str, Any]:
        """Type something, or a slash command."""
        answer = await self.do("/people/say", channel=channel, text=text, **more)
        assert answer["ok"], answer
        return answer

    async def until(self, what: str, look: Callable[[], Any]) -> Any:
        """Look again whenever something moves, until `look` returns something."""
        try:
            async with asyncio.timeout(PATIENCE):
                while True:
                    self._moved.clear()
                    if found := await look():
                        return found
                    await self._moved.wait()
        except TimeoutError:
            raise Waited(f"{self.user} waited in vain for {what}\n{await self._seen()}") from None

    async def _seen(self) -> str:
        lines = []
        for channel in (await self.state())["channels"]:
            messages = await self.messages(channel["id"]) if channel["is_member"] else []
            lines += [f"#{channel['name']}: {text_of(message)[:300]!r}" for message in messages]
        return "\n".join(lines)

    async def sees(self, channel: str, *words: str, thread: str | None = None) -> dict[str, Any]:
        """Wait for a message that holds all the words, in its text or its blocks."""

        async def look() -> dict[str, Any] | None:
            for message in reversed(await self.messages(channel, thread)):
                if all(word in text_of(message) for word in words):
                    return message
            return None

        return dict(await self.until(f"a message with {words}", look))

    async def enters(self, name: str) -> dict[str, Any]:
        """Wait until a channel of that name is there and this person in it."""

        async def look() -> dict[str, Any] | None:
            found = await self.channel(name)
            return found if found and found["is_member"] else None

        return dict(await self.until(f"the channel {name}…", look))

    async def form(self, callback: str) -> dict[str, Any]:
        """Wait for a form on top of the stack."""

        async def look() -> dict[str, Any] | None:
            views = (await self.state())["views"]
            return views[-1] if views and views[-1].get("callback_id") == callback else None

        return dict(await self.until(f"the form {callback}", look))

    async def submit(self, view: Mapping[str, Any], values: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
        """Send a form."""
        return await self.do("/people/view", view_id=view["id"], do="submit", values=values)

    async def click(self, channel: str, message: Mapping[str, Any], action: str, **more: Any) -> dict[str, Any]:
        """Press the button (or choose in the select) whose action id begins with `action`."""
        block, element = next(found for found in elements(message) if found[1]["action_id"].startswith(action))
        picked = {"value": element["value"]} if "value" in element else {}
        body = {"block_id": block, "action_id": element["action_id"], **picked, **more}
        answer = await self.do("/people/click", channel=channel, ts=message["ts"], **body)
        assert answer["ok"], answer
        return answer


def elements(message: Mapping[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    """Return (block id, element) of all that can be pressed."""
    found = []
    for block in message.get("blocks", []):
        inside = [*block.get("elements", []), block.get("accessory"), block.get("element")]
        found += [(block["block_id"], part) for part in inside if isinstance(part, dict) and "action_id" in part]
    return found


def text_of(message: Mapping[str, Any]) -> str:
    """Return all that can be read in a message."""
    return json.dumps(
        [message.get("text"), message.get("blocks"), message.get("attachments"), message.get("files")],
        ensure_ascii=False,
    )


@asynccontextmanager
async def person(page: str, user: str = "U0ALEX") -> AsyncIterator[Person]:
    """Open a browser on the pretend Slack."""
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=60)) as http:
        live = await http.ws_connect(page.rstrip("/") + "/people/live", params={"as": user})
        somebody = Person(http, page, user, live)
        try:
            yield somebody
        finally:
            await somebody.aclose()
