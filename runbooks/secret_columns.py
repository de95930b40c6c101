"""Secrets in tables: below a column named like one, or beside such a name, as psql, mysql and CSV print them."""

import re
from collections.abc import Mapping
from typing import Any

import re2

from runbooks.secret_shapes import MASK, NAME, named

_NAMED = rf"{NAME}(?:[_ -]?(?:hash|salt|digest))?"
_SECRET: Any = re2.compile(f"(?i){_NAMED}")  # re2 has no types
_HEAD: Any = re2.compile(rf'(?im)^-\[ RECORD |(?:^|[|,\t])[ \t]*"?{_NAMED}"?[ \t]*(?:[|,\t\r]|$)')
_RULE = re.compile(r"[|+]?-{2}[-:+| ]*")
_FOOTER = re.compile(r"\(\d+ rows?\)")
_WORD = re.compile(r'"?\w+"?')
_SIGNS = ("|", ",", "\t")
_LONGEST = 64 * 1024


class Columns:
    """Masks the cells of tables line by line, and knows in the next piece of a text which table it is in."""

    def __init__(self) -> None:
        self._head = ""
        self._names: Mapping[int, str] = {}
        self._count = 0
        self._sign = "|"
        self._ruled = False
        self._record = False
        self._name = ""

    def __call__(self, text: str) -> str:
        """Mask what stands in tables in the next lines of a text."""
        if not (self._head or self._names or self._record or _HEAD.search(text)):
            return text
        return "".join(map(self._line, text.splitlines(keepends=True)))

    def _line(self, line: str) -> str:
        body = line.rstrip("\r\n")
        end = line[len(body) :]
        if body.startswith("-[ RECORD ") or not body.strip() or len(body) > _LONGEST:
            self._record, self._names, self._head = body.startswith("-["), {}, ""
            return line
        if self._record:
            return self._pair(body) + end
        rule = _RULE.fullmatch(body) is not None
        if self._names and (rule or _FOOTER.fullmatch(body) or not (self._ruled or self._fits(body))):
            self._names = {}
        elif not self._names and self._head:
            self._open(body, ruled=rule)
        self._head = body if not self._names and _HEAD.search(body) else ""
        return self._row(body) + end if self._names and not rule else line

    def _open(self, body: str, *, ruled: bool) -> None:
        """Begin a table below its head: with a rule, or at a row of as many cells as the head has names."""
        self._ruled = ruled
        for sign in ("|",) if ruled else _SIGNS:
            head = _cells(self._head, sign)
            plain = len(head) > 1 and all(map(_WORD.fullmatch, head)) and len(_cells(body, sign)) == len(head)
            if plain or (ruled and (len(head) > 1 or self._head.startswith(" "))):
                names = (cell.strip(' \t"') for cell in head)
                self._names = {at: name for at, name in enumerate(names) if secret_name(name)}
                self._count, self._sign = len(head), sign
                return

    def _fits(self, body: str) -> bool:
        return len(_cells(body, self._sign)) == self._count

    def _row(self, body: str) -> str:
        cells = _cells(body, self._sign)
        if len(cells) < self._count:
            return body
        if len(cells) > self._count:
            first = min(self._names)
            cells = [*cells[:first], self._sign.join(cells[first:])]
        return self._sign.join(
            masked_cell(cell, self._names[at]) if at in self._names else cell for at, cell in enumerate(cells)
        )

    def _pair(self, body: str) -> str:
        """Mask `password | …` of psql's `-x`; a value of several lines goes on without its name."""
        name, sign, value = body.partition("|")
        self._name = name.strip() or self._name
        return f"{name}{sign}{masked_cell(value, self._name) if secret_name(self._name) else value}"


def _cells(line: str, sign: str) -> list[str]:
    """Take a row apart; a comma within the quotes of CSV parts nothing."""
    if sign != "," or '"' not in line:
        return line.split(sign)
    cells: list[str] = []
    quotes = 0
    for part in line.split(sign):
        if quotes % 2:
            cells[-1] += sign + part
        else:
            cells.append(part)
        quotes += part.count('"')
    return cells


def secret_name(column: str) -> bool:
    """Whether a column is named like a secret."""
    return _SECRET.fullmatch(column) is not None


def masked_cell(cell: str, column: str) -> str:
    """Mask a cell of a secret's column, in its width where something stands behind it."""
    text = cell.strip()
    if text in {"t", "f", "\\N"} or not named(column, text):
        return cell
    at = cell.index(text)
    padded = f"{cell[:at]}{MASK}"
    return f"{padded} ".ljust(len(cell)) if cell[at + len(text) :] else padded


__all__ = ["Columns", "masked_cell", "secret_name"]
