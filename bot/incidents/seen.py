"""What a mitigation's preview found, and whether that is still so just before it is applied: a pure rule."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from bot.incidents.runs import Sends

NAMED = 3
"""So many objects are named to a person; the rest is counted."""


@dataclass(frozen=True)
class Seen:
    """The objects that a line would hit (`pod/web-1` -> uid), and a digest of how they were and are to be."""

    uids: Mapping[str, str] = field(default_factory=dict)
    before: str = ""

    @classmethod
    def of(cls, asked: Sends) -> "Seen":
        """Take from a preview what can be compared."""
        return cls(dict(asked.uids), asked.before)

    @classmethod
    def read(cls, kept: Mapping[str, Any]) -> "Seen":
        """Read what was kept."""
        return cls(dict(kept.get("uids") or {}), str(kept.get("before") or ""))

    def kept(self) -> dict[str, Any]:
        """Return it as the database keeps it."""
        return asdict(self)


def moved(then: Seen, now: Seen) -> str:
    """Say what has changed since the preview, in a sentence; nothing is the empty text."""
    gone = [name for name in then.uids if name not in now.uids]
    new = [name for name in now.uids if name not in then.uids]
    other = [name for name, uid in then.uids.items() if now.uids.get(name, uid) != uid]
    parts = [f"{_named(other)} is no longer the same"] if other else []
    parts += [f"{_named(gone)} is gone"] if gone else []
    parts += [f"{_named(new)} was not there"] if new else []
    if parts:
        return f"{'; '.join(parts)}."
    return "" if then.before == now.before else "Somebody or something has changed it since the preview."


def _named(names: list[str]) -> str:
    more = len(names) - NAMED
    return ", ".join(names[:NAMED]) + (f" and {more} more" if more > 0 else "")
