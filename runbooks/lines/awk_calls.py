"""awk's own functions that only look at values."""

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from runbooks.lines.awk_printf import formatted
from runbooks.lines.awk_running import Run, Unable, Value, bounded, compiled, number, text
from runbooks.lines.filtering import LIMIT

_REFERENCE = re.compile(r"\\(.)|&", re.DOTALL)


@dataclass(frozen=True)
class Call:
    """A function and how many arguments it takes."""

    least: int
    most: int
    run: Callable[[Run, Sequence[Value]], Value]


def _length(run: Run, given: Sequence[Value]) -> Value:
    return float(len(text(given[0] if given else run.line)))


def _substr(_run: Run, given: Sequence[Value]) -> Value:
    words, start = text(given[0]), _rounded(number(given[1]))
    end = _rounded(number(given[2])) + start if len(given) > 2 else math.inf  # the third argument
    first, last = max(start, 1), min(end, len(words) + 1)
    return words[int(first) - 1 : int(last) - 1] if last > first else ""


def _rounded(value: float) -> float:
    return math.floor(value + 0.5) if math.isfinite(value) else value


def _match(run: Run, given: Sequence[Value]) -> Value:
    found = compiled(text(given[1])).compiled.search(text(given[0]))
    start, length = (found.start() + 1, found.end() - found.start()) if found else (0, -1)
    run.variables |= {"RSTART": float(start), "RLENGTH": float(length)}
    return float(start)


def replaced(run: Run, source: str, replacement: str, words: str, *, everything: bool) -> tuple[str, int]:
    """Put a text in the place of a pattern's first match, or all; `&` is the match. Returns how many there were."""

    def put(match: Any) -> str:
        return _REFERENCE.sub(
            lambda one: match.group(0) if one[0] == "&" else one[1] if one[1] in "&\\" else one[0], replacement
        )

    said, at, count, ended, size, again = [], 0, 0, -1, 0, replacement.count("&")
    for match in compiled(source).compiled.finditer(words):
        run.flow.check()
        beside = match.start() == match.end() == ended
        ended = match.end()
        if beside:
            continue
        size += len(replacement) + again * (match.end() - match.start())
        if size > LIMIT:
            raise Unable("a text grew beyond 32 MiB")
        said += [words[at : match.start()], put(match)]
        at, count = match.end(), count + 1
        if not everything:
            break
    return bounded("".join([*said, words[at:]])), count


def _real(function: Callable[[float], float]) -> Callable[[Run, Sequence[Value]], Value]:
    """Make a function of numbers that gives infinity or no number where there is none, as awk's do."""

    def run(_run: Run, given: Sequence[Value]) -> Value:
        value = number(given[0])
        try:
            return float(function(value))
        except OverflowError:
            return math.inf if math.isfinite(value) else value
        except ValueError:
            return -math.inf if value == 0 else value if math.isinf(value) and value > 0 else math.nan

    return run


def _whole(value: float) -> float:
    return float(int(value)) if math.isfinite(value) else value


CALLS = {
    "length": Call(0, 1, _length),
    "substr": Call(2, 3, _substr),
    "index": Call(2, 2, lambda _run, given: float(text(given[0]).find(text(given[1])) + 1)),
    "match": Call(2, 2, _match),
    "toupper": Call(1, 1, lambda _run, given: text(given[0]).upper()),
    "tolower": Call(1, 1, lambda _run, given: text(given[0]).lower()),
    "sprintf": Call(1, 99, lambda _run, given: formatted(given)),
    "int": Call(1, 1, _real(_whole)),
    "sin": Call(1, 1, _real(math.sin)),
    "cos": Call(1, 1, _real(math.cos)),
    "atan2": Call(2, 2, lambda _run, given: math.atan2(number(given[0]), number(given[1]))),
    "sqrt": Call(1, 1, _real(math.sqrt)),
    "log": Call(1, 1, _real(math.log)),
    "exp": Call(1, 1, _real(math.exp)),
}
