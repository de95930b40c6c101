"""A sentence of `muster doctor`."""

from dataclasses import dataclass
from typing import Literal

Level = Literal["ok", "note", "bad"]


@dataclass(frozen=True)
class Finding:
    """One sentence on what works, what is only worth knowing, or what is wrong and how to mend it."""

    level: Level
    text: str


def first(text: str) -> str:
    """Return the first line of what somebody answered."""
    return next(iter(text.strip().splitlines()), "it gave no reason")
