"""What the use cases need of whoever runs a runbook's lines."""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from runbooks.inputs import InputRefused
from runbooks.model import Diagnostic, Mitigation, Runbook

__all__ = ["InputRefused", "LineRefused", "Output", "RolloutFailed", "Runs", "SeriesUnavailable"]


@dataclass(frozen=True)
class Output:
    """What a line printed."""

    line: str
    text: str
    errors: str
    exit_code: int
    took_ms: int
    left_out: int
    notes: tuple[str, ...]
    value: float | None = None
    objects: tuple[dict[str, Any], ...] = ()


class LineRefused(Exception):
    """A line that a person may not type."""

    def __init__(self, reason: str, instead: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.instead = instead


class RolloutFailed(Exception):
    """A rollout that did not end well."""


class SeriesUnavailable(Exception):
    """Prometheus did not answer."""


@dataclass(frozen=True)
class Finding:
    """What an output means."""

    level: str
    object: str
    text: str
    mitigations: tuple[str, ...] = ()
    inputs: Any = None


@dataclass(frozen=True)
class Series:
    """Points of one series."""

    labels: Mapping[str, str]
    points: Sequence[tuple[datetime, float]]


def findings(step: Diagnostic, output: Output, now: datetime) -> list[Finding]:
    """Say what an output means."""
    del step, now
    return [] if output.exit_code == 0 else [Finding("bad", "", output.errors)]


def headline(step: Diagnostic, output: Output, found: Sequence[Finding]) -> tuple[str, str]:
    """Say it in a line."""
    del step
    return (found[0].level, found[0].text) if found else ("ok", output.text[:100])


def chart(series: Any, *, title: str, unit: str, start: datetime | None, threshold: float | None) -> bytes:
    """Draw."""
    return b"\x89PNG"


class Asked(Protocol):
    """What a mitigation would send."""

    @property
    def line(self) -> str: ...
    @property
    def sends(self) -> Sequence[str]: ...
    @property
    def diff(self) -> str: ...
    @property
    def warnings(self) -> Sequence[str]: ...


class Runs(Protocol):
    """Runs lines; `runbooks.running.Runner` is one."""

    async def run_step(self, step: Diagnostic, runbook: Runbook) -> Output: ...

    async def run_typed(self, text: str, runbook: Runbook | None) -> Output: ...

    async def request(self, mitigation: Mitigation, runbook: Runbook, inputs: Mapping[str, object]) -> Asked: ...

    async def apply(self, mitigation: Mitigation, runbook: Runbook, inputs: Mapping[str, object]) -> Output: ...

    def follow(self, mitigation: Mitigation, runbook: Runbook, inputs: Mapping[str, object]) -> AsyncIterator[str]: ...

    async def series(
        self, promql: str, runbook: Runbook, *, since: datetime, until: datetime, points: int = 240
    ) -> Sequence[Series]: ...
