"""What a filter is: text in, text out, piece by piece; and how its options are read."""

import getopt
import re
import threading
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from runbooks.lines.refusal import LineRefused

LIMIT = 32 * 1024 * 1024
"""How much a filter may hold at once, or `sed` and `awk` may make: they can make much out of little."""
PARTS = 1_000_000
"""How many lines a filter may hold, or cells of them: each takes room of its own, however short it is."""


class Stopped(Exception):
    """Nobody waits any more for what a filter does."""


class TooMuch(Exception):
    """{what} grew beyond 32 MiB or a million parts"""


@dataclass(frozen=True)
class Filtered:
    """What a filter printed, and its exit code; of a whole line, the errors to be shown apart, too."""

    text: str
    exit_code: int = 0
    errors: str = ""


@dataclass
class Flow:
    """What a filter reads, as it comes; where its errors go; and whether anybody still waits."""

    name: str
    pieces: Iterable[str]
    errors: list[str] = field(default_factory=list)
    stop: threading.Event = field(default_factory=threading.Event)

    def check(self) -> None:
        """Raise Stopped when nobody waits any more."""
        if self.stop.is_set():
            raise Stopped

    def complain(self, why: str) -> None:
        """Print an error, as the program does."""
        self.errors.append(f"{self.name}: {why}\n")

    def __iter__(self) -> Iterator[str]:
        for piece in filter(None, self.pieces):
            self.check()
            yield piece

    def kept(self) -> Iterator[str]:
        """Yield lines with their newline, if they have one. Raises TooMuch for a line without an end."""
        left: list[str] = []
        size = 0
        for piece in self:
            first, *more = piece.split("\n")
            left.append(first)
            size += len(first)
            if size > LIMIT:
                raise TooMuch("a line")
            if more:
                yield f"{''.join(left)}\n"
                yield from (f"{row}\n" for row in more[:-1])
                left, size = more[-1:], len(more[-1])
        if size:
            yield "".join(left)

    def lines(self) -> Iterator[str]:
        """Yield lines without their newline."""
        return (line.removesuffix("\n") for line in self.kept())

    def whole(self) -> str:
        """Return the text: the first 32 MiB of it, and an error when there is more."""
        parts, size = [], 0
        for piece in self:
            parts.append(piece[: LIMIT - size])
            size += len(piece)
            if size > LIMIT:
                self.complain("only the first 32 MiB were read. Narrow the line before it.")
                break
        return "".join(parts)

    def held(self) -> list[str]:
        """Return all lines, with their newline: the first million or 32 MiB, and an error when there are more."""
        rows, size = list[str](), 0
        for row in self.kept():
            size += len(row)
            if size > LIMIT or len(rows) == PARTS:
                read = "32 MiB" if size > LIMIT else f"{PARTS:,} lines"
                self.complain(f"only the first {read} were read. Narrow the line before it.")
                break
            rows.append(row)
        return rows

    def last(self, count: int) -> Iterator[tuple[bool, str]]:
        """Yield each line when `count` more have come, as True; at the end those that are left, as False."""
        waiting: deque[str] = deque()
        size = 0
        for row in self.kept():
            waiting.append(row)
            size += len(row)
            if len(waiting) > count:
                size -= len(waiting[0])
                yield True, waiting.popleft()
            if size > LIMIT or len(waiting) > PARTS:
                raise TooMuch("what it has to remember")
        for row in waiting:
            yield False, row


Filtering = Generator[str, None, int]
"""A filter at work: it yields what it prints, and returns its exit code."""
Filter = Callable[[Flow], Filtering]
"""A filter whose options are read already."""


@dataclass(frozen=True)
class Options:
    """The options and operands of a filter's words."""

    pairs: tuple[tuple[str, str], ...]
    operands: tuple[str, ...]

    def __contains__(self, name: str) -> bool:
        return any(option == name for option, _ in self.pairs)

    def last(self, name: str, default: str = "") -> str:
        """Return the value that counts when an option is given twice."""
        return next((value for option, value in reversed(self.pairs) if option == name), default)

    def every(self, name: str) -> list[str]:
        """Return every value of an option."""
        return [value for option, value in self.pairs if option == name]


def options(words: Sequence[str], short: str, long: dict[str, str], *, number: str = "") -> Options:
    """Read a filter's options as GNU does; `number` is the option that `-20` stands for. Raises LineRefused.

    `long` maps `max-count=` (or `count`, without a value) to the short option it stands for.
    """
    name, *rest = words
    if number:
        wants = {f"-{letter}" for letter in re.findall(r"(\w):", short)}
        before = ["", *rest]
        end = rest.index("--") if "--" in rest else len(rest)
        rest = [
            f"-{number}{word[1:]}" if at < end and re.fullmatch(r"-\d+", word) and last not in wants else word
            for at, (last, word) in enumerate(zip(before, rest, strict=False))
        ]
    try:
        pairs, operands = getopt.gnu_getopt(rest, short, list(long))
    except getopt.GetoptError as error:
        raise LineRefused(f"`{name}` here does not know that: {error.msg}.", _known(name, short, long)) from error
    shorter = {f"--{key.rstrip('=')}": f"-{letter}" for key, letter in long.items()}
    return Options(tuple((shorter.get(option, option), value) for option, value in pairs), tuple(operands))


def _known(name: str, short: str, long: dict[str, str]) -> str:
    letters = " ".join(f"-{letter}" for letter in short if letter not in ":+")
    return f"`{name}` knows {letters or 'no options'}{' and their long names' if long else ''}."


def no_files(words: Sequence[str], operands: Sequence[str]) -> None:
    """Refuse operands that name files; `-` alone is the input."""
    files = [operand for operand in operands if operand != "-"]
    if files:
        raise LineRefused(f"`{words[0]}` would read the file `{files[0]}`, and there are none.", "Pipe a line into it.")


def count(name: str, value: str, *, least: int = 0) -> int:
    """Read a number of lines, bytes or fields."""
    if not re.fullmatch(r"\d{1,9}", value) or int(value) < least:
        raise LineRefused(f"`{name}` wants a number of at least {least}, not `{value}`.")
    return int(value)
