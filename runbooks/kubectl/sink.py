"""Who takes an output as it comes."""

import asyncio
from typing import Any, Protocol


class Sink(Protocol):
    """Takes what a command prints, piece by piece; `ended` is done when it wants no more."""

    @property
    def ended(self) -> "asyncio.Future[Any]": ...

    async def put(self, piece: str) -> None: ...
