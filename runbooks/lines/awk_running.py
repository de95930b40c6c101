"""What an awk program works on: values, fields, variables and arrays, and bounds on what it may use."""

import math
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import islice

from runbooks.lines.filtering import LIMIT, PARTS, Flow
from runbooks.lines.patterns import Pattern, pattern

STEPS = 2_000_000
"""How many of them one line of the input may take."""
ENTRIES = 300_000
HELD = 2 * LIMIT
"""How much text all variables and arrays may hold."""
_NUMBER = re.compile(r"[ \t\n]*([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)")
_WHOLE = re.compile(r"[ \t\n]*[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?[ \t\n]*")


class Unable(Exception):
    """{why}"""


class Next(Exception):
    """Go on with the next line."""


class Exit(Exception):
    """End, with a code."""


class Leave(Exception):
    """`break`, or with `again`, `continue`."""

    def __init__(self, *, again: bool) -> None:
        super().__init__()
        self.again = again


class Given(str):
    """A text that came from the input: it counts as a number when it looks like one."""

    __slots__ = ()


NOTHING = Given("")
Value = float | str
Eval = Callable[["Run"], Value]
Do = Callable[["Run"], None]


def number(value: Value) -> float:
    """Read a value as a number: what its beginning says, or 0."""
    if isinstance(value, float):
        return value
    found = _NUMBER.match(value)
    return float(found[1]) if found else 0.0


def text(value: Value) -> str:
    """Write a value as a text: whole numbers without a point, others with six figures."""
    if isinstance(value, str):
        return str(value)
    if value != value or value in {float("inf"), float("-inf")}:  # noqa: PLR0124  # that is how NaN shows
        return {"inf": "inf", "-inf": "-inf"}.get(str(value), "nan")
    return str(int(value)) if value == int(value) and abs(value) < 1e16 else f"{value:.6g}"


def numeric(value: Value) -> bool:
    """Whether a value is compared as a number."""
    return isinstance(value, float) or value is NOTHING or (isinstance(value, Given) and bool(_WHOLE.fullmatch(value)))


def true(value: Value) -> bool:
    """Whether a value counts as true."""
    return number(value) != 0 if numeric(value) else text(value) != ""


@lru_cache(maxsize=256)
def compiled(source: str) -> Pattern:
    """Compile a pattern once. Raises LineRefused."""
    return pattern([source], "extended")


@dataclass
class Run:
    """One program on its way through one input."""

    flow: Flow
    variables: dict[str, Value] = field(default_factory=dict)
    arrays: dict[str, dict[str, Value]] = field(default_factory=dict)
    fields: list[Value] = field(default_factory=list)
    line: Value = NOTHING
    said: list[str] = field(default_factory=list)
    size: int = 0
    steps: int = 0
    ranges: dict[int, bool] = field(default_factory=dict)
    held: int = 0

    def step(self) -> None:
        """Count a step. Raises Unable after too many for one line, Stopped when nobody waits any more."""
        self.flow.check()
        self.steps += 1
        if self.steps > STEPS:
            raise Unable(f"stopped after {STEPS:,} steps")

    def get(self, name: str) -> Value:
        """Read a variable."""
        return float(len(self.fields)) if name == "NF" else self.variables.get(name, NOTHING)

    def set(self, name: str, value: Value) -> None:
        """Set a variable; NF cuts or lengthens the line."""
        if name != "NF":
            self._hold(self.variables.get(name, NOTHING), value)
            self.variables[name] = value
            return
        count = max(min(int(number(value)), 10_000), 0)
        self.fields = [*self.fields[:count], *[NOTHING] * (count - len(self.fields))]
        self._joined()

    def read(self, line: str) -> None:
        """Take the next line."""
        self.line = Given(line)
        self.fields = [Given(part) for part in split(self.flow, line, text(self.get("FS")))]

    def entries(self, name: str) -> dict[str, Value]:
        """Return an array. Raises Unable when it is too large."""
        array = self.arrays.setdefault(name, {})
        if len(array) > ENTRIES:
            raise Unable("an array grew too large")
        return array

    def put(self, name: str, key: str, value: Value) -> None:
        """Set an array's entry."""
        array = self.entries(name)
        self._hold(array.get(key, NOTHING), value)
        array[key] = value

    def fill(self, name: str, array: dict[str, Value]) -> None:
        """Set a whole array."""
        for old in self.arrays.get(name, {}).values():
            self._hold(old, NOTHING)
        for new in array.values():
            self._hold(NOTHING, new)
        self.arrays[name] = array

    def drop(self, name: str, key: str) -> None:
        """Delete an array's entry."""
        self._hold(self.arrays.get(name, {}).pop(key, NOTHING), NOTHING)

    def _hold(self, old: Value, new: Value) -> None:
        self.held += (len(new) if isinstance(new, str) else 0) - (len(old) if isinstance(old, str) else 0)
        if self.held > HELD:
            raise Unable("what it keeps grew beyond 64 MiB")

    def field(self, index: float) -> Value:
        """Read a field; 0 is the line. Raises Unable for one before it."""
        if index < 0:
            raise Unable(f"there is no field ${index:.0f}")
        at = int(index)
        return self.line if at == 0 else self.fields[at - 1] if at <= len(self.fields) else NOTHING

    def set_field(self, index: float, value: Value) -> None:
        """Set a field, and the line with it."""
        at = int(index)
        if at == 0:
            self.read(text(value))
            return
        if not 0 < at <= 10_000:
            raise Unable(f"there is no field ${at}")
        self.fields += [NOTHING] * (at - len(self.fields))
        self.fields[at - 1] = value
        self._joined()

    def _joined(self) -> None:
        self.line = Given(together(self.fields, text(self.get("OFS"))))

    def say(self, words: str) -> None:
        """Print. Raises Unable when it is too much."""
        self.said.append(words)
        self.size += len(words)
        if self.size > LIMIT:
            raise Unable("the output was cut at 32 MiB")

    def printed(self) -> str:
        """Take what was printed since the last time."""
        said = "".join(self.said)
        self.said.clear()
        return said


def bounded(words: str) -> str:
    """Return a text that is not too long. Raises Unable."""
    if len(words) > LIMIT:
        raise Unable("a text grew beyond 32 MiB")
    return words


def together(values: Sequence[Value], separator: str) -> str:
    """Join values. Raises Unable, before it is made, for a text that is too long."""
    parts = [text(value) for value in values]
    if sum(map(len, parts)) + len(separator) * len(parts) > LIMIT:
        raise Unable("a text grew beyond 32 MiB")
    return separator.join(parts)


def power(base: float, exponent: float) -> float:
    """Raise to a power; what has no real answer is no number."""
    try:
        return math.pow(base, exponent)
    except ValueError:
        return math.nan


def split(flow: Flow, line: str, separator: str) -> list[str]:
    """Cut a line into fields. Raises Unable where they are too many."""
    parts = list(islice(_parts(flow, line, separator), PARTS + 1))
    if len(parts) > PARTS:
        raise Unable(f"a line has more than {PARTS:,} fields")
    return parts


def _parts(flow: Flow, line: str, separator: str) -> Iterable[str]:
    if separator == " ":
        return filter(None, re.split(r"[ \t\n]+", line, maxsplit=PARTS + 1))
    if not (line and separator):
        return line
    if len(separator) == 1 and separator != "\\":
        return line.split(separator, PARTS)
    return _between(flow, line, separator)


def _between(flow: Flow, line: str, pattern_: str) -> Iterator[str]:
    at = 0
    for found in compiled(pattern_).compiled.finditer(line):
        flow.check()
        if found.end() > found.start():
            yield line[at : found.start()]
            at = found.end()
    yield line[at:]


def compare(one: Value, other: Value) -> int:
    """Order two values: as numbers when both are, else as texts."""
    left: tuple[float | str, float | str] = (
        (number(one), number(other)) if numeric(one) and numeric(other) else (text(one), text(other))
    )
    return (left[0] > left[1]) - (left[0] < left[1])  # type: ignore[operator]  # both are numbers, or both are texts
