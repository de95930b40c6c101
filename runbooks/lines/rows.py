"""Filters that choose and count whole lines: `head`, `tail`, `wc`, `uniq`."""

import re
from collections.abc import Callable, Sequence
from itertools import groupby, islice

from runbooks.lines.filtering import LIMIT, Filter, Filtering, Flow, count, no_files, options
from runbooks.lines.refusal import LineRefused

_UNIQ_WIDTH = 7
_UNIQ_LONG = {
    "count": "c",
    "repeated": "d",
    "unique": "u",
    "ignore-case": "i",
    "skip-fields=": "f",
    "skip-chars=": "s",
    "check-chars=": "w",
}
_MOST_FIELDS = 100


def head(words: Sequence[str]) -> Filter:
    """Read `head -20`, `head -n 5`, `head -n -3`, `head -c 100`."""
    given = options(words, "n:c:qv", {"lines=": "n", "bytes=": "c", "quiet": "q", "verbose": "v"}, number="n")
    no_files(words, given.operands)
    by_bytes = "-c" in given
    asked = given.last("-c" if by_bytes else "-n", "10")
    number = _much("head", asked.lstrip("+").removeprefix("-"))
    return (
        _titled(_head(asked, number, by_bytes=by_bytes)) if "-v" in given else _head(asked, number, by_bytes=by_bytes)
    )


def _much(name: str, asked: str) -> int:
    """Read `10`, `4K`, `1MB`."""
    found = re.fullmatch(r"(\d+)([bKkMm]?)(B?)", asked)
    if found is None:
        return count(name, asked)
    unit = {"": 1, "b": 512, "k": 1024, "m": 1024 * 1024}[found[2].lower()]
    return count(name, found[1]) * ({1024: 1000, 1024 * 1024: 1_000_000}.get(unit, unit) if found[3] else unit)


def _titled(read: Filter) -> Filter:
    def shown(flow: Flow) -> Filtering:
        yield "==> standard input <==\n"
        return (yield from read(flow))

    return shown


def _head(asked: str, number: int, *, by_bytes: bool) -> Filter:
    if asked.startswith("-"):
        return _all_but_bytes(number) if by_bytes else _lines_before(number)
    return _first_bytes(number) if by_bytes else _first(number)


def _first(number: int) -> Filter:
    def first(flow: Flow) -> Filtering:
        for _, line in zip(range(number), flow.kept(), strict=False):
            yield line
        return 0

    return first


def _first_bytes(number: int) -> Filter:
    def first(flow: Flow) -> Filtering:
        left = number
        for piece in flow if number else ():
            data = piece.encode()[:left]
            yield data.decode(errors="replace")
            left -= len(data)
            if not left:
                break
        return 0

    return first


def _lines_before(number: int) -> Filter:
    def first(flow: Flow) -> Filtering:
        yield from (line for more, line in flow.last(number) if more)
        return 0

    return first


def _all_but_bytes(number: int) -> Filter:
    def first(flow: Flow) -> Filtering:
        data = flow.whole().encode()
        yield data[: max(len(data) - number, 0)].decode(errors="replace")
        return 0

    return first


def tail(words: Sequence[str]) -> Filter:
    """Read `tail -20`, `tail -n +2`, `tail -c 100`; what comes later is not waited for, so `-f` is left out."""
    if len(words) > 1 and re.fullmatch(r"\+\d+", words[1]):
        words = [words[0], f"-n{words[1]}", *words[2:]]
    given = options(
        words, "n:c:qvfF", {"lines=": "n", "bytes=": "c", "quiet": "q", "verbose": "v", "follow": "f"}, number="n"
    )
    no_files(words, given.operands)
    by_bytes = "-c" in given
    asked = given.last("-c" if by_bytes else "-n", "10")
    number = _much("tail", asked.lstrip("+-"))
    return (
        _titled(_tail(asked, number, by_bytes=by_bytes)) if "-v" in given else _tail(asked, number, by_bytes=by_bytes)
    )


def _tail(asked: str, number: int, *, by_bytes: bool) -> Filter:
    if asked.startswith("+"):
        return _from_byte(max(number, 1)) if by_bytes else _from_line(max(number, 1))
    return _last_bytes(number) if by_bytes else _last(number)


def _from_line(number: int) -> Filter:
    def rest(flow: Flow) -> Filtering:
        yield from islice(flow.kept(), number - 1, None)
        return 0

    return rest


def _from_byte(number: int) -> Filter:
    def rest(flow: Flow) -> Filtering:
        left = number - 1
        for piece in flow:
            data = piece.encode()
            yield data[left:].decode(errors="replace") if left else piece
            left = max(left - len(data), 0)
        return 0

    return rest


def _last(number: int) -> Filter:
    def end(flow: Flow) -> Filtering:
        yield from (line for more, line in flow.last(number) if not more)
        return 0

    return end


def _last_bytes(number: int) -> Filter:
    def end(flow: Flow) -> Filtering:
        data = bytearray()
        for piece in flow:
            data += piece.encode()
            del data[: max(len(data) - min(number, LIMIT), 0)]
        yield data.decode(errors="replace")
        return 0

    return end


def wc(words: Sequence[str]) -> Filter:
    """Read `wc -l`, `-w`, `-c`, `-m`; several numbers are padded as GNU pads them for a pipe."""
    long = {"lines": "l", "words": "w", "bytes": "c", "chars": "m", "max-line-length": "L"}
    given = options(words, "lwcmL", long)
    no_files(words, given.operands)
    asked = [option for option in ("-l", "-w", "-m", "-c", "-L") if option in given] or ["-l", "-w", "-c"]
    counters: dict[str, Callable[[str], int]] = {
        "-l": lambda row: row.endswith("\n"),
        "-w": lambda row: len(row.split()),
        "-m": len,
        "-c": lambda row: len(row.encode()),
        "-L": lambda row: len(row.rstrip("\n").expandtabs()),
    }

    def counted(flow: Flow) -> Filtering:
        numbers = dict.fromkeys(asked, 0)
        for row in flow.kept():
            for option in asked:
                found = counters[option](row)
                numbers[option] = max(numbers[option], found) if option == "-L" else numbers[option] + found
        padded = [f"{number:>7}" if len(asked) > 1 else str(number) for number in numbers.values()]
        yield f"{' '.join(padded)}\n"
        return 0

    return counted


def uniq(words: Sequence[str]) -> Filter:
    """Read `uniq -c`, `-d`, `-u`, `-i`, `-f1`, `-s1`, `-w8`."""
    given = options(words, "cduDif:s:w:", _UNIQ_LONG)
    no_files(words, given.operands)
    if "-D" in given and {"-c", "-u"} & {option for option, _ in given.pairs}:
        raise LineRefused("`uniq -D` goes with neither -c nor -u.", "Leave `-D` out.")
    fields, chars = (count("uniq", given.last(option, "0")) for option in ("-f", "-s"))
    width = count("uniq", given.last("-w")) if "-w" in given else None
    skipped = re.compile(rf"(?:[ \t]*[^ \t]*){{0,{min(fields, _MOST_FIELDS)}}}")

    def compared(row: str) -> str:
        found = skipped.match(row)
        part = row[found.end() if found else 0 :][chars:][:width]
        return part.lower() if "-i" in given else part

    def unique(flow: Flow) -> Filtering:
        for _, run in groupby(flow.lines(), compared):
            row = next(run)
            if "-D" in given:
                again = [f"{row}\n"]
                for other in run:
                    yield "".join((*again, f"{other}\n"))
                    again = []
                continue
            times = 1 + sum(1 for _ in run)  # noqa: B031  # `next` took one of them, and this the others
            if not (("-d" in given and times == 1) or ("-u" in given and times > 1)):
                yield f"{times:>{_UNIQ_WIDTH}} {row}\n" if "-c" in given else f"{row}\n"
        return 0

    return unique
