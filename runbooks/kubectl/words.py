"""What a kubectl line is once it is read, and what running it gave."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


class Refused(Exception):
    """This line is not run here; `instead` says what to do."""

    def __init__(self, reason: str, instead: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.instead = instead


class Usage(Exception):
    """kubectl itself would not accept this line: its words for standard error, and its exit code."""

    def __init__(self, stderr: str, exit_code: int = 1) -> None:
        super().__init__(stderr)
        self.stderr = stderr
        self.exit_code = exit_code


class Failed(Exception):
    """A running command ends with these words on standard error."""

    def __init__(self, stderr: str, exit_code: int = 1) -> None:
        super().__init__(stderr)
        self.stderr = stderr
        self.exit_code = exit_code


@dataclass(frozen=True)
class Command:
    """A checked line: exactly these words are run."""

    verb: str
    words: tuple[str, ...]
    arguments: tuple[str, ...] = ()
    flags: Mapping[str, Any] = field(default_factory=dict)
    program: tuple[str, ...] = ()
    changes: bool = False
    runs_programs: bool = False

    @property
    def namespace(self) -> str | None:
        """The namespace the line itself names."""
        return self.flags.get("namespace") or None

    def flag(self, name: str, default: Any = None) -> Any:
        return self.flags.get(name, default)


@dataclass(frozen=True)
class Result:
    """What kubectl would have printed; `objects` are the raw objects read on the way."""

    stdout: str
    stderr: str
    exit_code: int
    notes: tuple[str, ...] = ()
    objects: tuple[dict[str, Any], ...] = ()


@dataclass(frozen=True)
class Inverse:
    """The line that takes a change back, and why there is none where there is none."""

    words: tuple[str, ...] = ()
    reason: str = ""


@dataclass(frozen=True)
class Preview:
    """What a changing line would send and do, before it does; `sends` is each request's line, then its body as YAML.

    `uids` (`pod/web-1` -> uid) are the objects a delete would hit; give them to `run`, and it hits no others.
    `before` is a digest of the objects it would change, and of what they would become.
    """

    sends: tuple[str, ...]
    diff: str
    warnings: tuple[str, ...] = ()
    inverse: Inverse | None = None
    resource_version: str = ""
    refused: str = ""
    uids: Mapping[str, str] = field(default_factory=dict)
    before: str = ""
