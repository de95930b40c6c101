"""Filters that choose and order whole lines: `head`, `tail`, `wc`, `sort`, `uniq`."""

import re
from collections.abc import Callable, Sequence
from itertools import groupby
from typing import Any

from runbooks.lines.filtering import Filter, Filtered, Options, count, joined, kept, lines, no_files, options
from runbooks.lines.refusal import LineRefused

_SIZES = {"K": 1, "M": 2, "G": 3, "T": 4, "P": 5, "E": 6}
_NUMBER = re.compile(r"\s*(-?\d*\.?\d+|-?\d+\.)")
_SIZE = re.compile(r"\s*(-?\d*\.?\d+)([KkMGTPE]?)")
_UNIQ_WIDTH = 7


def head(words: Sequence[str]) -> Filter:
    """Read `head -20`, `head -n 5`, `head -n -3`, `head -c 100`."""
    given = options(words, "n:c:qz", {"lines=": "n", "bytes=": "c", "quiet": "q"}, number="n")
    no_files(words, given.operands)
    by_bytes = "-c" in given
    asked = given.last("-c" if by_bytes else "-n", "10")
    least = count("head", asked.removeprefix("-"))
    end = -least if asked.startswith("-") and least else (None if asked.startswith("-") else least)
    if by_bytes:
        return lambda text: Filtered(_bytes(text, slice(0, end)))
    return lambda text: Filtered("".join(kept(text)[:end]))


def tail(words: Sequence[str]) -> Filter:
    """Read `tail -20`, `tail -n +2`, `tail -c 100`; `-f` is refused."""
    if len(words) > 1 and re.fullmatch(r"\+\d+", words[1]):
        words = [words[0], f"-n{words[1]}", *words[2:]]
    given = options(words, "n:c:qfF", {"lines=": "n", "bytes=": "c", "quiet": "q", "follow": "f"}, number="n")
    if "-f" in given or "-F" in given:
        raise LineRefused("`tail -f` would wait for ever.", "Leave `-f` out, and run it again to see more.")
    no_files(words, given.operands)
    by_bytes = "-c" in given
    asked = given.last("-c" if by_bytes else "-n", "10")
    number = count("tail", asked.lstrip("+-"))
    part = slice(max(number - 1, 0), None) if asked.startswith("+") else slice(-number if number else 1 << 40, None)
    if by_bytes:
        return lambda text: Filtered(_bytes(text, part))
    return lambda text: Filtered("".join(kept(text)[part]))


def _bytes(text: str, part: slice) -> str:
    return text.encode()[part].decode(errors="replace")


def wc(words: Sequence[str]) -> Filter:
    """Read `wc -l`, `-w`, `-c`, `-m`; several numbers are padded as GNU pads them for a pipe."""
    given = options(words, "lwcm", {"lines": "l", "words": "w", "bytes": "c", "chars": "m"})
    no_files(words, given.operands)
    asked = [option for option in ("-l", "-w", "-m", "-c") if option in given] or ["-l", "-w", "-c"]
    counters: dict[str, Callable[[str], int]] = {
        "-l": lambda text: text.count("\n"),
        "-w": lambda text: len(text.split()),
        "-m": len,
        "-c": lambda text: len(text.encode()),
    }

    def counted(text: str) -> Filtered:
        numbers = [str(counters[option](text)) for option in asked]
        return Filtered((numbers[0] if len(numbers) == 1 else " ".join(f"{number:>7}" for number in numbers)) + "\n")

    return counted


def uniq(words: Sequence[str]) -> Filter:
    """Read `uniq -c`, `-d`, `-u`, `-i`."""
    given = options(words, "cdui", {"count": "c", "repeated": "d", "unique": "u", "ignore-case": "i"})
    no_files(words, given.operands)

    def unique(text: str) -> Filtered:
        runs = [list(run) for _, run in groupby(lines(text), str.lower if "-i" in given else None)]
        if "-d" in given:
            runs = [run for run in runs if len(run) > 1]
        if "-u" in given:
            runs = [run for run in runs if len(run) == 1]
        return Filtered(joined([f"{len(run):>{_UNIQ_WIDTH}} {run[0]}" if "-c" in given else run[0] for run in runs]))

    return unique


_SORT_LONG = {
    "reverse": "r",
    "numeric-sort": "n",
    "human-numeric-sort": "h",
    "unique": "u",
    "stable": "s",
    "ignore-case": "f",
    "ignore-leading-blanks": "b",
    "key=": "k",
    "field-separator=": "t",
}
_KEY = re.compile(r"(\d+)(?:\.1)?([bfhnr]*)(?:,(\d+)([bfhnr]*))?")
Key = tuple[int, int | None, str]


def sort(words: Sequence[str]) -> Filter:
    """Read `sort -rn -k2,2 -t, -u -h -V`; the order is that of LC_ALL=C."""
    given = options(words, "rnhusfbk:t:", _SORT_LONG)
    no_files(words, given.operands)
    letters = "".join(option[1] for option, value in given.pairs if not value)
    separator = {"\\t": "\t"}.get(given.last("-t"), given.last("-t"))
    if len(separator) > 1:
        raise LineRefused(f"`sort -t` takes one character, not `{separator}`.")
    keys = [_key(asked, letters) for asked in given.every("-k")] or [(1, None, letters)]
    return lambda text: Filtered(joined(_sorted(lines(text), keys, separator, given)))


def _key(asked: str, letters: str) -> Key:
    found = _KEY.fullmatch(asked)
    if found is None or found[1] == "0":
        raise LineRefused(f"`sort -k {asked}` is not understood.", "Write `-k2`, `-k2,2` or `-k2,2nr`.")
    own = found[2] + (found[4] or "")
    return int(found[1]), int(found[3]) if found[3] else None, own or letters


def _sorted(rows: list[str], keys: list[Key], separator: str, given: Options) -> list[str]:
    if not ("-s" in given or "-u" in given):
        rows = sorted(rows, key=str.encode, reverse="-r" in given)
    for key in reversed(keys):
        rows = sorted(rows, key=_ordering(key, separator), reverse="r" in key[2])
    return _distinct(rows, keys, separator) if "-u" in given else rows


def _ordering(key: Key, separator: str) -> Callable[[str], Any]:
    first, last, letters = key
    compare = _comparison(letters)
    return lambda row: compare(_field(row, first, last, separator))


def _distinct(rows: list[str], keys: list[Key], separator: str) -> list[str]:
    first: dict[tuple[Any, ...], str] = {}
    for row in rows:
        same = tuple(_ordering(key, separator)(row) for key in keys)
        first.setdefault(same, row)
    return list(first.values())


def _field(row: str, first: int, last: int | None, separator: str) -> str:
    if first == 1 and last is None:
        return row
    parts = row.split(separator) if separator else re.findall(r"\s*\S+", row)
    return (separator or "").join(parts[first - 1 : last])


def _comparison(letters: str) -> Callable[[str], Any]:
    if "h" in letters:
        return _size
    if "n" in letters:
        return lambda text: float(found[1]) if (found := _NUMBER.match(text)) else 0.0
    fold = str.upper if "f" in letters else str
    bare = str.lstrip if "b" in letters else str
    return lambda text: fold(bare(text)).encode()


def _size(text: str) -> tuple[int, float]:
    found = _SIZE.match(text)
    if found is None:
        return 0, 0.0
    number = float(found[1])
    order = _SIZES.get(found[2].upper(), 0) if number else 0
    return (-order if number < 0 else order), number
