"""A finding: one thing an output tells, of which object, with what evidence, and what would help."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal

from runbooks.model import Runbook
from runbooks.parts.durations import spelled

Level = Literal["ok", "warning", "bad"]
Act = Literal[
    "undo", "restart", "scale", "memory", "delete-pod", "clean-disk", "grow-volume", "end-statements", "drain",
    "uncordon", "resume", "raise-limit", "block",
]  # fmt: skip
"""What helps, before a runbook's own mitigation for it is looked up."""
LATELY = timedelta(minutes=30)
OF_PODS = frozenset({"crash-looping", "oom-killed", "image-pull", "restarts", "memory-near-limit"})
"""Findings of single pods, which come in dozens and say the same."""


@dataclass(frozen=True)
class Remedy:
    """What would help against a finding; `values` are what it would be done with: a revision, replicas, a pod."""

    act: Act
    object: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Finding:
    """One thing an output tells; `recent` marks what changed shortly before, the first suspect.

    `name` is the word of `find:` that it answers; `mitigations` are ids of the runbook's own, `inputs` their values.
    """

    level: Level
    object: str
    text: str
    mitigations: tuple[str, ...] = ()
    inputs: dict[str, dict[str, Any]] = field(default_factory=dict)
    recent: bool = False
    name: str = ""
    remedies: tuple[Remedy, ...] = ()

    @classmethod
    def read(cls, kept: Mapping[str, Any]) -> "Finding":
        """Take a finding out of the database again; what it would be done with is in `inputs` by then."""
        return cls(
            level=kept.get("level", "warning"),
            object=str(kept.get("object", "")),
            text=str(kept.get("text", "")),
            mitigations=tuple(kept.get("mitigations", ())),
            inputs=dict(kept.get("inputs", {})),
            recent=bool(kept.get("recent")),
            name=str(kept.get("name", "")),
        )

    def kept(self) -> dict[str, Any]:
        """Return it as the database keeps it."""
        return {
            "level": self.level,
            "object": self.object,
            "text": self.text,
            "mitigations": list(self.mitigations),
            "inputs": self.inputs,
            "recent": self.recent,
            "name": self.name,
        }


@dataclass(frozen=True)
class Around:
    """What is known besides the output: the time, when the incident started, and the service's runbook."""

    now: datetime
    start: datetime | None = None
    runbook: Runbook | None = None

    def lately(self, at: datetime | None, length: timedelta = LATELY) -> bool:
        """Whether it was not long ago; what has no time is taken to be new."""
        return at is None or self.now - at <= length

    def when(self, at: datetime) -> str:
        """Say when it was, in words that stay true: by the incident's start, else how long ago."""
        if self.start is None:
            return f"{length(self.now - at)} ago"
        if abs(self.start - at) < timedelta(seconds=1):
            return "at the start"
        return f"{length(abs(self.start - at))} {'before' if at < self.start else 'after'} the start"


def length(passed: timedelta) -> str:
    """Write a length of time: seconds below two minutes, whole minutes above, whole hours above a day."""
    seconds = max(int(passed.total_seconds()), 0)
    step = 1 if seconds < 120 else 60 if seconds < 86_400 else 3_600
    return spelled(timedelta(seconds=seconds - seconds % step))
