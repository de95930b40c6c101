"""A program that `kubectl exec` runs: what it is called with, and what comes of it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sandbox.cluster.machines import Machine

Asking = Callable[[str, str, str, bytes], tuple[int, bytes, float] | None]
"""Asks from inside a pod: (method, host and port, path, body) -> (status, body, seconds), or None: nobody listens."""
Reading = Callable[[str], str | None]
"""Reads a file that a ConfigMap puts into the container."""


@dataclass(frozen=True)
class Ran:
    out: str = ""
    err: str = ""
    code: int = 0


@dataclass(frozen=True)
class Call:
    """One program to run: its words, where it runs, when, how it asks others and reads files, what is typed into it."""

    words: Sequence[str]
    machine: Machine
    pod: Mapping[str, Any]
    now: float
    ask: Asking
    typed: str = ""
    read: Reading = lambda _path: None


def missing(name: str) -> Ran:
    return Ran("", f'exec: "{name}": executable file not found in $PATH\n', 127)
