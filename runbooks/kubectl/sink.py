"""Who takes an output as it comes."""

import asyncio
from typing import Any, Protocol


class Sink(Protocol):
    """Takes what a command prints, piece by piece; `ended` is done when it wants no more.

    `mixed`: it takes the errors too, in between (`2>&1`).
    """

    @property
    def mixed(self) -> bool: ...

    @property
    def ended(self) -> "asyncio.Future[Any]": ...

    async def put(self, piece: str) -> None: ...
