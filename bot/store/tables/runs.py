"""What was run against an incident: diagnostics with their outputs, and mitigations."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlmodel import Field

from bot.store import columns
from bot.store.columns import Table


class RunState(StrEnum):
    """How far a diagnosis or a mitigation has come; one that waits was asked for and has not begun."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    INTERRUPTED = "interrupted"
    CANCELLED = "cancelled"


class Diagnosis(Table, table=True):
    """One run of diagnostics: the steps' outputs belong to it."""

    id: int | None = Field(default=None, primary_key=True)
    incident: int = Field(foreign_key="incident.id", index=True)
    by: str | None = None
    phase: str = ""
    scenario: str = ""
    """Whose checks these are, where somebody has asked for a scenario's."""
    steps: list[str] = columns.json(list)
    state: RunState = columns.word(RunState, RunState.RUNNING)
    started_at: datetime = columns.moment(nullable=False)
    alive_at: datetime | None = columns.moment()
    """When the process that runs it last said so; a long silence means it was interrupted."""
    finished_at: datetime | None = columns.moment()


class StepOutput(Table, table=True):
    """What one line printed, redacted before it was stored."""

    __tablename__ = "step_output"
    id: int | None = Field(default=None, primary_key=True)
    diagnosis: int = Field(foreign_key="diagnosis.id", index=True)
    step: str
    title: str
    line: str = columns.text()
    level: str = "ok"
    headline: str = columns.text()
    text: str = columns.text()
    errors: str = columns.text()
    exit_code: int = 0
    took_ms: int = 0
    value: float | None = None
    """The number it says, where that is all it says."""
    by: str | None = None
    """Who has done it, of a step for a person."""
    findings: list[dict[str, Any]] = columns.json(list)


class MitigationRun(Table, table=True):
    """One mitigation from the click to its end. `token` is the confirm button's, and works once."""

    __tablename__ = "mitigation_run"
    id: int | None = Field(default=None, primary_key=True)
    incident: int = Field(foreign_key="incident.id", index=True)
    mitigation: str
    title: str
    line: str = columns.text()
    inputs: dict[str, Any] = columns.json(dict)
    seen: dict[str, Any] | None = columns.json(dict, nullable=True)
    """What the preview found: what is applied must find the same."""
    rehearsed: bool = False
    """In a drill nothing is applied; what would be is shown."""
    by: str
    token: str = Field(unique=True)
    state: RunState = columns.word(RunState, RunState.RUNNING)
    started_at: datetime = columns.moment(nullable=False)
    alive_at: datetime | None = columns.moment()
    """When the process that runs it last said so; a long silence means it was interrupted."""
    finished_at: datetime | None = columns.moment()
    progress: str = columns.text()
    output: str = columns.text()
