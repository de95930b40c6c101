"""`sort`: lines in order, by keys; the order of letters is that of LC_ALL=C.

The rules for keys are those of GNU's manual, section 7.1: https://www.gnu.org/software/coreutils/manual/html_node/sort-invocation.html
"""

import math
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cmp_to_key
from typing import Any

from runbooks.lines.filtering import Filter, Filtering, Flow, no_files, options
from runbooks.lines.refusal import LineRefused
from runbooks.lines.versions import compare_versions

_LONG = {
    "reverse": "r",
    "numeric-sort": "n",
    "human-numeric-sort": "h",
    "general-numeric-sort": "g",
    "version-sort": "V",
    "month-sort": "M",
    "dictionary-order": "d",
    "ignore-nonprinting": "i",
    "unique": "u",
    "stable": "s",
    "ignore-case": "f",
    "ignore-leading-blanks": "b",
    "key=": "k",
    "field-separator=": "t",
    "merge": "m",
    "parallel=": "S",
    "buffer-size=": "S",
    "temporary-directory=": "T",
}
_LETTERS = "bdfghinrMV"
_KEY = re.compile(rf"(\d{{1,6}})(?:\.(\d{{1,6}}))?([{_LETTERS}]*)(?:,(\d{{1,6}})(?:\.(\d{{1,6}}))?([{_LETTERS}]*))?")
_KINDS = set("nhgMV")
_NUMBER = re.compile(r"[ \t]*(-?(?:\d+\.?\d*|\.\d+))")
_FLOAT = re.compile(r"\s*[+-]?(?:\d+\.?\d*(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?|inf(?:inity)?|nan)", re.IGNORECASE)
_SIZES = "KMGTPEZYRQ"
_MONTHS = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"]


@dataclass(frozen=True)
class _Key:
    """From a field's character to another's; counted from 0, the end as in GNU's limfield."""

    field: int = 0
    char: int = 0
    last: int | None = None
    last_char: int = 0
    letters: str = ""
    start_blanks: bool = False
    end_blanks: bool = False
    separator: str = ""

    def text(self, row: str) -> str:
        end = len(row) if self.last is None else self._end(row)
        return row[self._start(row) : end]

    def _start(self, row: str) -> int:
        at = 0
        for _ in range(self.field):
            at = self._past(row, at)
            at += bool(self.separator) and at < len(row)
        if self.start_blanks:
            at = _blanks(row, at)
        return min(at + self.char, len(row))

    def _end(self, row: str) -> int:
        at, fields = 0, (self.last or 0) - (self.last_char > 0)
        for left in range(fields - 1, -1, -1):
            at = self._past(row, at)
            at += bool(self.separator and (left or self.last_char)) and at < len(row)
        if not self.last_char:
            return at
        if self.end_blanks:
            at = _blanks(row, at)
        return min(at + self.last_char, len(row))

    def _past(self, row: str, at: int) -> int:
        if self.separator:
            found = row.find(self.separator, at)
            return len(row) if found < 0 else found
        at = _blanks(row, at)
        while at < len(row) and row[at] not in " \t":
            at += 1
        return at


def _blanks(row: str, at: int) -> int:
    while at < len(row) and row[at] in " \t":
        at += 1
    return at


def sort(words: Sequence[str]) -> Filter:
    """Read `sort -rn -k2,2 -t, -u -h -V`. Raises LineRefused."""
    given = options(words, "rnhgVMdiusfbmk:t:S:T:", _LONG)
    no_files(words, given.operands)
    letters = "".join(option[1] for option, _ in given.pairs if option[1] in _LETTERS)
    separator = {"\\t": "\t", "\\0": "\0"}.get(given.last("-t"), given.last("-t"))
    if "-t" in given and len(separator) != 1:
        raise LineRefused(f"`sort -t` takes one character, not `{separator}`.", "For a tab, write `-t$'\\t'`.")
    whole = _Key(letters=letters, start_blanks="b" in letters)
    keys = [_key(asked, letters, separator) for asked in given.every("-k")] or [whole]
    for key in keys:
        if len(_KINDS & set(key.letters)) > 1 or (_KINDS & set(key.letters) and set("di") & set(key.letters)):
            raise LineRefused(f"`sort` cannot follow `{key.letters}` at once.", "Choose one of -n, -h, -g, -V and -M.")
    unique, stable, reverse = "-u" in given, "-s" in given, "r" in letters

    def ordered(flow: Flow) -> Filtering:
        rows = [row.removesuffix("\n") for row in flow.held()]
        if not (stable or unique):
            rows.sort(key=str.encode, reverse=reverse)
        orders = [_order(key, flow) for key in keys]
        for key, order in zip(reversed(keys), reversed(orders), strict=True):
            rows.sort(key=order, reverse="r" in key.letters)
        yield from (f"{row}\n" for row in (_distinct(rows, orders) if unique else rows))
        return 0

    return ordered


def _key(asked: str, default: str, separator: str) -> _Key:
    found = _KEY.fullmatch(asked)
    if found is None or int(found[1]) == 0 or found[2] == "0" or found[4] == "0":
        raise LineRefused(f"`sort -k {asked}` is not understood.", "Write `-k2`, `-k2,2` or `-k2,2nr`.")
    own = found[3] + (found[6] or "")
    return _Key(
        int(found[1]) - 1,
        int(found[2] or 1) - 1,
        int(found[4]) if found[4] else None,
        int(found[5] or 0),
        own or default,
        "b" in (found[3] if own else default),
        "b" in ((found[6] or "") if own else default),
        separator,
    )


def _order(key: _Key, flow: Flow) -> Callable[[str], Any]:
    compare = _comparison(key.letters, flow)
    return lambda row: compare(key.text(row))


def _distinct(rows: list[str], orders: Sequence[Callable[[str], Any]]) -> Iterator[str]:
    before: list[Any] | None = None
    for row in rows:
        same = [order(row) for order in orders]
        if same != before:
            yield row
        before = same


def _comparison(letters: str, flow: Flow) -> Callable[[str], Any]:
    if "n" in letters:
        return lambda text: Decimal(found[1]) if (found := _NUMBER.match(text)) else Decimal(0)
    if "h" in letters:
        return _size
    if "g" in letters:
        return _float
    if "M" in letters:
        return lambda text: _MONTHS.index(name) + 1 if (name := text.lstrip(" \t")[:3].upper()) in _MONTHS else 0
    if "V" in letters:

        def compare(one: str, other: str) -> int:
            flow.check()  # each takes so long that many rows would take minutes
            return compare_versions(one, other)

        return cmp_to_key(compare)
    return lambda text: _letters(text, letters).encode()


def _letters(text: str, letters: str) -> str:
    if "d" in letters:
        text = re.sub(r"[^A-Za-z0-9 \t]", "", text)
    if "i" in letters:
        text = re.sub(r"[^ -~]", "", text)
    return re.sub(r"[a-z]+", lambda found: found[0].upper(), text) if "f" in letters else text


def _size(text: str) -> tuple[int, Decimal]:
    found = _NUMBER.match(text)
    if found is None:
        return 0, Decimal(0)
    number = Decimal(found[1])
    letter = text[found.end() : found.end() + 1]
    order = _SIZES.find("K" if letter == "k" else letter) + 1 if letter and number else 0
    return (-order if number < 0 else order), number


def _float(text: str) -> tuple[int, float]:
    found = _FLOAT.match(text)
    if found is None:
        return 0, 0.0
    number = float(found[0])
    return (1, 0.0) if math.isnan(number) else (2, number)
