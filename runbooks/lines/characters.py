"""`tr`: characters changed, deleted and squeezed, with ranges, classes, escapes and -c -d -s -t."""

import re
import string
from collections.abc import Callable, Sequence

from runbooks.lines.filtering import Filter, Filtering, Flow, options
from runbooks.lines.refusal import LineRefused

_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "\\": "\\", "a": "\a", "b": "\b", "f": "\f", "v": "\v"}
_CLASSES = {
    "lower": string.ascii_lowercase,
    "upper": string.ascii_uppercase,
    "digit": string.digits,
    "alpha": string.ascii_uppercase + string.ascii_lowercase,
    "alnum": string.digits + string.ascii_uppercase + string.ascii_lowercase,
    "xdigit": string.digits + "ABCDEFabcdef",
    "space": "\t\n\v\f\r ",
    "blank": "\t ",
    "punct": "".join(sorted(string.punctuation)),
    "print": "".join(map(chr, range(0x20, 0x7F))),
    "graph": "".join(map(chr, range(0x21, 0x7F))),
    "cntrl": "".join(map(chr, [*range(0x20), 0x7F])),
}
_CLASS = re.compile(r"\[:(\w+):\]")
_SAME = re.compile(r"\[=(.)=\]", re.DOTALL)
_REPEATED = re.compile(r"\[(\\.|[^\\])\*(\d*)\]", re.DOTALL)
_CASES = {"lower", "upper"}
_MOST = 4096


def tr(words: Sequence[str]) -> Filter:
    """Read `tr a-z A-Z`, `tr -d '\\r'`, `tr -s ' '`, `tr -cd 0-9`. Raises LineRefused."""
    long = {"delete": "d", "squeeze-repeats": "s", "complement": "c", "truncate-set1": "t"}
    given = options(words, "dscCt", long)
    delete, squeeze, complement = "-d" in given, "-s" in given, "-c" in given or "-C" in given
    if complement and "-t" in given:
        raise LineRefused("`tr -t` and `-c` do not go together.", "Leave `-t` out.")
    wanted = {2} if delete and squeeze else {1} if delete else {1, 2} if squeeze else {2}
    if len(given.operands) not in wanted:
        raise LineRefused("`tr` wants the characters to change and those to put in their place.", "Try `tr a-z A-Z`.")
    translating = len(given.operands) == max(wanted) and not delete
    first = _characters(given.operands[0], fill=-1)
    second = _second(given.operands, first, translating=translating) if len(given.operands) > 1 else ""
    if "-t" in given and translating:
        first = first[: len(second)]
    if not translating:
        changed = _deleting(first, complement=complement) if delete else str
        return _squeezing(changed, (second if delete else first) if squeeze else "", inverted=complement and not delete)
    if complement and _CLASS.search(given.operands[0]) and len(set(second)) > 1:
        raise LineRefused("`tr -c` with a class changes all to one character.", "Write one character in its place.")
    change = _complement(first, second) if complement else _mapping(first, second)
    return _squeezing(lambda text: text.translate(change), second if squeeze else "")


def _second(operands: Sequence[str], first: str, *, translating: bool) -> str:
    if not translating:
        return _characters(operands[1], fill=-1)
    classes = set(_CLASS.findall(operands[1]))
    if classes - _CASES or (classes and not _CASES & set(_CLASS.findall(operands[0]))):
        raise LineRefused("`tr` puts a class in the place of a class only to change the case.", "Try `tr a-z A-Z`.")
    second = _characters(operands[1], fill=len(first))
    if not second:
        raise LineRefused("`tr` has nothing to put in their place.", "To delete them, write `tr -d`.")
    return second


def _deleting(chosen: str, *, complement: bool) -> Callable[[str], str]:
    kept = frozenset(chosen)
    return lambda text: text.translate(_Table(lambda char: char if (char in kept) is complement else ""))


def _squeezing(change: Callable[[str], str], chars: str, *, inverted: bool = False) -> Filter:
    squeezed = frozenset(chars)

    def translate(flow: Flow) -> Filtering:
        last = ""
        for piece in flow:
            said = change(piece)
            if squeezed:
                last, said = said[-1:] or last, _squeezed(last + said, squeezed, inverted=inverted)[len(last) :]
            yield said
        return 0

    return translate


def _squeezed(text: str, chars: frozenset[str], *, inverted: bool) -> str:
    kept: list[str] = []
    for char in text:
        if not (kept and kept[-1] == char and (char in chars) is not inverted):
            kept.append(char)
    return "".join(kept)


class _Table(dict[int, str]):
    """A table for str.translate that learns as it goes."""

    def __init__(self, change: Callable[[str], str]) -> None:
        super().__init__()
        self._change = change

    def __missing__(self, code: int) -> str:
        self[code] = self._change(chr(code))
        return self[code]


def _mapping(first: str, second: str) -> dict[int, str]:
    return {ord(char): second[min(index, len(second) - 1)] for index, char in enumerate(first)}


def _complement(first: str, second: str) -> _Table:
    chosen = sorted(set(first))

    def change(char: str) -> str:
        if char in chosen:
            return char
        position = ord(char) - sum(one < char for one in chosen)
        return second[min(position, len(second) - 1)]

    return _Table(change)


def _characters(written: str, *, fill: int = 0) -> str:
    """Write out a set: ranges, classes, repetitions and escapes; `[x*]` fills up to the length of the first set."""
    said, at, filled = "", 0, (-1, "")
    while at < len(written):
        if named := _CLASS.match(written, at):
            if named[1] not in _CLASSES:
                raise LineRefused(f"`tr` does not know the class `{named[0]}`.")
            said, at = said + _CLASSES[named[1]], named.end()
        elif same := _SAME.match(written, at):
            said, at = said + same[1], same.end()
        elif repeated := _REPEATED.match(written, at):
            char = _character(repeated[1], 0)[0]
            number = int(repeated[2] or "0", 8 if repeated[2].startswith("0") else 10) if repeated[2] else 0
            filled = filled if number else (len(said), char)
            said, at = said + char * min(number, _MOST), repeated.end()
        else:
            more, at = _plain(written, at)
            said += more
    place, char = filled
    if place >= 0 and fill < 0:
        raise LineRefused("`tr` fills up with `[x*]` only what it changes.", "Write `x` alone.")
    return said if place < 0 else said[:place] + char * max(fill - len(said), 0) + said[place:]


def _plain(written: str, at: int) -> tuple[str, int]:
    char, at = _character(written, at)
    if written[at : at + 1] != "-" or at + 1 >= len(written):
        return char, at
    last, at = _character(written, at + 1)
    if last < char:
        raise LineRefused(f"`tr` has the range `{char}-{last}` the wrong way round.")
    return "".join(map(chr, range(ord(char), min(ord(last), ord(char) + _MOST) + 1))), at


def _character(written: str, at: int) -> tuple[str, int]:
    if written[at] == "\\" and at + 1 < len(written):
        octal = re.compile(r"[0-7]{1,3}").match(written, at + 1)
        if octal:
            return chr(int(octal[0], 8)), octal.end()
        return _ESCAPES.get(written[at + 1], written[at + 1]), at + 2
    return written[at], at + 1
