"""A problem of a runbook that its shape cannot show."""

from dataclasses import dataclass

from runbooks.checks.documents import Path


@dataclass(frozen=True)
class Problem:
    """What is wrong with a key, and its mend."""

    path: Path
    problem: str
    mend: str = ""
