"""What the open pages of people are told while it happens."""

import asyncio
from collections.abc import Iterable

from sandbox.slack.records import Json


class Live:
    """One queue per open page; `None` in it ends the page's connection."""

    def __init__(self) -> None:
        self._pages: dict[asyncio.Queue[Json | None], str] = {}

    def open(self, person: str) -> asyncio.Queue[Json | None]:
        queue: asyncio.Queue[Json | None] = asyncio.Queue()
        self._pages[queue] = person
        return queue

    def shut(self, queue: asyncio.Queue[Json | None]) -> None:
        self._pages.pop(queue, None)

    def tell(self, news: Json, *, only: Iterable[str] | None = None) -> None:
        """Tell every page, or those of `only` these people."""
        wanted = None if only is None else set(only)
        for queue, person in self._pages.items():
            if wanted is None or person in wanted:
                queue.put_nowait(news)

    async def close(self) -> None:
        for queue in self._pages:
            queue.put_nowait(None)
