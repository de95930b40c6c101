"""What the use cases need of whoever runs a runbook's lines; `runbooks.running.Runner` is one."""

from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from runbooks.charts import chart
from runbooks.findings import Around, findings, headline
from runbooks.model import Diagnostic, Mitigation, Runbook
from runbooks.running import InputRefused, LineRefused, Output, RolloutFailed, Series, SeriesUnavailable

__all__ = [
    "Around",
    "InputRefused",
    "LineRefused",
    "Output",
    "RolloutFailed",
    "Runs",
    "Sends",
    "Series",
    "SeriesUnavailable",
    "chart",
    "findings",
    "headline",
]


class Sends(Protocol):
    """What a mitigation would send."""

    @property
    def line(self) -> str: ...
    @property
    def sends(self) -> Sequence[str]: ...
    @property
    def diff(self) -> str: ...
    @property
    def warnings(self) -> Sequence[str]: ...
    @property
    def refused(self) -> str: ...
    @property
    def uids(self) -> Mapping[str, str]: ...
    @property
    def before(self) -> str: ...


class Runs(Protocol):
    """Runs lines; a broken world is an output, not an error."""

    async def run_step(self, step: Diagnostic, runbook: Runbook) -> Output: ...

    async def run_typed(self, text: str, runbook: Runbook | None) -> Output: ...

    async def request(self, mitigation: Mitigation, runbook: Runbook, inputs: Mapping[str, object]) -> Sends: ...

    async def apply(
        self,
        mitigation: Mitigation,
        runbook: Runbook,
        inputs: Mapping[str, object],
        *,
        uids: Mapping[str, str] | None = None,
    ) -> Output: ...

    def follow(self, mitigation: Mitigation, runbook: Runbook, inputs: Mapping[str, object]) -> AsyncIterator[str]: ...

    async def series(
        self, promql: str, runbook: Runbook, *, since: datetime, until: datetime, points: int = 240
    ) -> list[Series]: ...
