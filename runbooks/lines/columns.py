"""Filters that change what stands in a line: `cut`, `tr`, `cat`."""

import re
import string
from collections.abc import Callable, Sequence

from runbooks.lines.filtering import Filter, Filtered, joined, kept, lines, no_files, options
from runbooks.lines.refusal import LineRefused

_RANGE = re.compile(r"(\d*)(-?)(\d*)")
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "\\": "\\", "a": "\a", "b": "\b", "f": "\f", "v": "\v"}
_CLASSES = {
    "lower": string.ascii_lowercase,
    "upper": string.ascii_uppercase,
    "digit": string.digits,
    "alpha": string.ascii_letters,
    "alnum": string.digits + string.ascii_letters,
    "space": "\t\n\v\f\r ",
    "blank": "\t ",
    "punct": string.punctuation,
}


def cat(words: Sequence[str]) -> Filter:
    """Read `cat`, which changes nothing, and `cat -n`."""
    given = options(words, "n", {"number": "n"})
    no_files(words, given.operands)
    if "-n" not in given:
        return Filtered
    return lambda text: Filtered("".join(f"{number:>6}\t{line}" for number, line in enumerate(kept(text), 1)))


def cut(words: Sequence[str]) -> Filter:
    """Read `cut -d, -f1,3-`, `cut -c1-10`, with -s and --complement."""
    given = options(words, "d:f:c:b:sC", {"delimiter=": "d", "fields=": "f", "characters=": "c", "complement": "C"})
    no_files(words, given.operands)
    chosen = [option for option in ("-f", "-c", "-b") if option in given]
    if len(chosen) != 1:
        raise LineRefused("`cut` wants one of -f and -c.", "Try `cut -d, -f1`.")
    delimiter, ranges, complement = given.last("-d", "\t"), _ranges(given.last(chosen[0])), "-C" in given
    if len(delimiter) != 1:
        raise LineRefused(f"`cut -d` takes one character, not `{delimiter}`.", "For blanks, try `awk '{print $2}'`.")

    def row(line: str) -> str | None:
        if chosen[0] != "-f":
            return "".join(_picked(list(line), ranges, complement=complement))
        if delimiter not in line:
            return None if "-s" in given else line
        return delimiter.join(_picked(line.split(delimiter), ranges, complement=complement))

    return lambda text: Filtered(joined([cut for line in lines(text) if (cut := row(line)) is not None]))


def _ranges(asked: str) -> list[tuple[int, int | None]]:
    ranges: list[tuple[int, int | None]] = []
    for part in asked.split(","):
        found = _RANGE.fullmatch(part)
        if found is None or not (found[1] or found[3]) or part.strip("-") in {"0", ""}:
            raise LineRefused(f"`cut` does not understand the fields `{asked}`.", "Write them as 1,3-5,7-.")
        last = int(found[3]) if found[3] else (None if found[2] else int(found[1]))
        ranges.append((int(found[1] or 1), last))
    return ranges


def _picked(parts: list[str], ranges: list[tuple[int, int | None]], *, complement: bool) -> list[str]:
    def inside(number: int) -> bool:
        return any(first <= number and (last is None or number <= last) for first, last in ranges)

    return [part for number, part in enumerate(parts, 1) if inside(number) is not complement]


def tr(words: Sequence[str]) -> Filter:
    """Read `tr a-z A-Z`, `tr -d '\\r'`, `tr -s ' '`, `tr -c`."""
    given = options(words, "dscC", {"delete": "d", "squeeze-repeats": "s", "complement": "c"})
    sets = [_characters(operand) for operand in given.operands]
    delete, squeeze, complement = "-d" in given, "-s" in given, "-c" in given or "-C" in given
    wanted = {1} if delete and not squeeze else {1, 2} if squeeze and not delete else {2}
    if len(sets) not in wanted:
        raise LineRefused("`tr` wants the characters to change and those to put in their place.", "Try `tr a-z A-Z`.")
    first, second = sets[0], sets[1] if len(sets) > 1 else ""
    chosen = frozenset(first)
    table = dict(zip(first, second.ljust(len(first), second[-1:] or " "), strict=False)) if second else {}
    squeezed = frozenset(second or first)

    def changed(char: str) -> str:
        if (char in chosen) is complement:
            return char
        if delete:
            return ""
        return (second[-1] if complement else table[char]) if second else char

    def translate(text: str) -> Filtered:
        said = text.translate(_Table(changed)) if (delete or second) else text
        return Filtered(_squeezed(said, squeezed, complement=complement and not second) if squeeze else said)

    return translate


class _Table(dict[int, str]):
    """A table for str.translate that learns as it goes."""

    def __init__(self, change: Callable[[str], str]) -> None:
        super().__init__()
        self._change = change

    def __missing__(self, code: int) -> str:
        self[code] = self._change(chr(code))
        return self[code]


def _squeezed(text: str, chars: frozenset[str], *, complement: bool) -> str:
    kept: list[str] = []
    for char in text:
        if not (kept and kept[-1] == char and (char in chars) is not complement):
            kept.append(char)
    return "".join(kept)


def _characters(written: str) -> str:
    """Write out a set: ranges, classes and escapes."""
    said, at = "", 0
    while at < len(written):
        if named := re.compile(r"\[:(\w+):\]").match(written, at):
            if named[1] not in _CLASSES:
                raise LineRefused(f"`tr` does not know the class `{named[0]}`.")
            said, at = said + _CLASSES[named[1]], named.end()
            continue
        char, at = _character(written, at)
        if written[at : at + 1] == "-" and at + 1 < len(written):
            last, at = _character(written, at + 1)
            if last < char:
                raise LineRefused(f"`tr` has the range `{char}-{last}` the wrong way round.")
            said += "".join(chr(code) for code in range(ord(char), ord(last) + 1))
        else:
            said += char
    return said


def _character(written: str, at: int) -> tuple[str, int]:
    if written[at] == "\\" and at + 1 < len(written):
        octal = re.compile(r"[0-7]{1,3}").match(written, at + 1)
        if octal:
            return chr(int(octal[0], 8)), octal.end()
        return _ESCAPES.get(written[at + 1], written[at + 1]), at + 2
    return written[at], at + 1
