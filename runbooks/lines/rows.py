"""Filters that choose and count whole lines: `head`, `tail`, `wc`, `uniq`."""

import re
from collections.abc import Callable, Sequence
from itertools import groupby

from runbooks.lines.filtering import Filter, Filtered, count, joined, kept, lines, no_files, options

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
    """Read `tail -20`, `tail -n +2`, `tail -c 100`; what comes later is not waited for, so `-f` is left out."""
    if len(words) > 1 and re.fullmatch(r"\+\d+", words[1]):
        words = [words[0], f"-n{words[1]}", *words[2:]]
    given = options(words, "n:c:qfF", {"lines=": "n", "bytes=": "c", "quiet": "q", "follow": "f"}, number="n")
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
    long = {"lines": "l", "words": "w", "bytes": "c", "chars": "m", "max-line-length": "L"}
    given = options(words, "lwcmL", long)
    no_files(words, given.operands)
    asked = [option for option in ("-l", "-w", "-m", "-c", "-L") if option in given] or ["-l", "-w", "-c"]
    counters: dict[str, Callable[[str], int]] = {
        "-l": lambda text: text.count("\n"),
        "-w": lambda text: len(text.split()),
        "-m": len,
        "-c": lambda text: len(text.encode()),
        "-L": lambda text: max((len(row.expandtabs()) for row in lines(text)), default=0),
    }

    def counted(text: str) -> Filtered:
        numbers = [str(counters[option](text)) for option in asked]
        return Filtered((numbers[0] if len(numbers) == 1 else " ".join(f"{number:>7}" for number in numbers)) + "\n")

    return counted


def uniq(words: Sequence[str]) -> Filter:
    """Read `uniq -c`, `-d`, `-u`, `-i`, `-f1`, `-s1`, `-w8`."""
    given = options(words, "cduif:s:w:", _UNIQ_LONG)
    no_files(words, given.operands)
    fields, chars = (count("uniq", given.last(option, "0")) for option in ("-f", "-s"))
    width = count("uniq", given.last("-w")) if "-w" in given else None
    skipped = re.compile(rf"(?:[ \t]*[^ \t]*){{0,{min(fields, _MOST_FIELDS)}}}")

    def compared(row: str) -> str:
        found = skipped.match(row)
        part = row[found.end() if found else 0 :][chars:][:width]
        return part.lower() if "-i" in given else part

    def unique(text: str) -> Filtered:
        runs = [(row, 1 + sum(1 for _ in run)) for _, run in groupby(lines(text), compared) for row in [next(run)]]
        if "-d" in given:
            runs = [(row, times) for row, times in runs if times > 1]
        if "-u" in given:
            runs = [(row, times) for row, times in runs if times == 1]
        return Filtered(joined([f"{times:>{_UNIQ_WIDTH}} {row}" if "-c" in given else row for row, times in runs]))

    return unique
