"""A person at the pretend Slack's page, as tests are one: the `/people` API."""

from dataclasses import dataclass
from typing import Any

import aiohttp


@dataclass
class Human:
    """A person's browser, without its pictures."""

    id: str
    url: str
    session: aiohttp.ClientSession

    async def do(self, what: str, **given: Any) -> dict[str, Any]:
        async with self.session.post(f"{self.url}people/{what}", json={"as": self.id, **given}) as got:
            answer: dict[str, Any] = await got.json()
        return answer

    async def see(self, what: str, **given: Any) -> dict[str, Any]:
        async with self.session.get(f"{self.url}people/{what}", params={"as": self.id, **given}) as got:
            answer: dict[str, Any] = await got.json()
        return answer

    async def messages(self, channel: str, thread: str = "") -> list[dict[str, Any]]:
        """Return what the person sees there; nothing where they see nothing."""
        found: list[dict[str, Any]] = (await self.see("messages", channel=channel, thread=thread)).get("messages", [])
        return found

    async def texts(self, channel: str, thread: str = "") -> list[str]:
        return [message.get("text", "") for message in await self.messages(channel, thread)]

    async def views(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = (await self.see("state"))["views"]
        return found
