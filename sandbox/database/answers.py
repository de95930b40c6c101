"""What is asked of the pretend PostgreSQL, and what it says."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from sandbox.database.state import Database

Cell = str | None


@dataclass(frozen=True)
class Answer:
    """What came of a statement: columns with their types, rows as text, the command's tag, notices."""

    tag: str
    columns: tuple[tuple[str, str], ...] = ()
    rows: Sequence[Sequence[Cell]] = ()
    notices: tuple[str, ...] = ()


class Complaint(Exception):
    """What the server says instead of an answer: code, message, and where (a character of the statement, from 1)."""

    def __init__(self, code: str, message: str, position: int = 0) -> None:
        super().__init__(message)
        self.code, self.message, self.position = code, message, position


@dataclass
class Session:
    """Who asks. `acts` is off while a statement is only described: then nothing is ended."""

    database: Database
    now: float
    read_only: bool = False
    acts: bool = True
    notices: list[str] = field(default_factory=list)

    @property
    def pid(self) -> int:
        return self.database.last_pid + 1

    def end(self, pid: object, act: Callable[[Database, int], None]) -> int:
        """Terminate or cancel, and say whether there was such a process."""
        known = isinstance(pid, int) and (pid == self.pid or any(one.pid == pid for one in self.database.backends))
        if self.acts and not known:
            self.notices.append(f"WARNING:  PID {pid} is not a PostgreSQL backend process")
        elif self.acts and isinstance(pid, int):
            act(self.database, pid)
        return int(known)
