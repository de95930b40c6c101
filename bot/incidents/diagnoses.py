"""Diagnoses: the runbook's steps run side by side, one summary, each output in its thread."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

from bot.store.tables import Diagnosis

if TYPE_CHECKING:
    from runbooks.running import Output

    from bot.store.store import By


class Diagnoses:
    """Running a runbook's diagnostics, a person's own line, and graphs."""

    async def begin(self, number: int, *, by: By, steps: str | Sequence[str] = "assess") -> Diagnosis:
        """Run a phase (`assess`), or steps by id, in the background. Told: NoSuchStep, NothingToRun."""
        raise NotImplementedError

    async def run_line(self, number: int, line: str, *, by: By) -> Output:
        """Run a person's line, post its output in the channel, write it down. Told: LineNotRun."""
        raise NotImplementedError

    async def graph(self, number: int, name: str, window: timedelta | None = None, *, by: By) -> None:
        """Upload a picture of a PromQL step over the last `window`. Told: NoSuchGraph, NothingToDraw."""
        raise NotImplementedError

    async def stop(self) -> None:
        """Cancel what runs; the next start tells that it was interrupted."""
        raise NotImplementedError
