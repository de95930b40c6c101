"""`column -t`, a table whose columns are as wide as their longest cell, and `paste -s`, all lines as one."""

import re
import unicodedata
from collections.abc import Iterator, Sequence

from runbooks.lines.filtering import PARTS, Filter, Filtering, Flow, TooMuch, no_files, options
from runbooks.lines.refusal import LineRefused

_LONG = {"table": "t", "separator=": "s", "output-separator=": "o", "table-columns=": "N", "keep-empty-lines": "L"}


def column(words: Sequence[str]) -> Filter:
    """Read `column -t`, `column -t -s,`, -o and -N. Raises LineRefused."""
    given = options(words, "ts:o:N:L", _LONG)
    no_files(words, given.operands)
    if "-t" not in given:
        raise LineRefused("`column` without `-t` fills a terminal's width, and there is none.", "Write `column -t`.")
    separators, between = given.last("-s"), given.last("-o", "  ")
    if "-s" in given and not separators:
        raise LineRefused("`column -s` takes the characters between cells.", "Write `column -t -s,`.")
    names = [given.last("-N").split(",")] if "-N" in given else []

    def aligned(flow: Flow) -> Filtering:
        rows, count = list(names), 0
        for line in flow.held():
            flow.check()
            if "-L" in given or line.strip(" \t\n"):
                rows.append(_cells(line.removesuffix("\n"), separators))
                count += len(rows[-1])
            if count > PARTS:
                raise TooMuch("the table")
        yield from (f"{row}\n" for row in _table(rows, between))
        return 0

    return aligned


def _cells(line: str, separators: str) -> list[str]:
    if not separators:
        return line.split(None, PARTS)
    return re.split(f"[{re.escape(separators)}]", line, maxsplit=PARTS)


def _table(rows: Sequence[Sequence[str]], between: str) -> Iterator[str]:
    count = max(map(len, rows), default=0)
    widths = [max((_width(row[index]) for row in rows if index < len(row)), default=0) for index in range(count)]
    for row in rows:
        cells = [*row, *[""] * (count - len(row))]
        padded = [cell + " " * (width - _width(cell)) for cell, width in zip(cells[:-1], widths, strict=False)]
        yield between.join([*padded, *cells[-1:]])


def _width(text: str) -> int:
    if text.isascii() and text.isprintable():
        return len(text)
    text = "".join(char for char in text if char.isprintable())
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else not unicodedata.combining(char) for char in text)


def paste(words: Sequence[str]) -> Filter:
    """Read `paste -sd, -`: the lines put together, with the separators in turn; `paste - -` takes them two by two."""
    given = options(words, "sd:", {"serial": "s", "delimiters=": "d"})
    no_files(words, given.operands)
    separators = _separators(given.last("-d", "\t"))
    width = 0 if "-s" in given else max(len(given.operands), 1)

    def pasted(flow: Flow) -> Filtering:
        number = 0
        for row in flow.lines():
            yield _before(number, width, separators) + row
            number += 1
        missing = -number % width if width else 0
        yield "".join(_before(number + more, width, separators) for more in range(missing))
        if number or not width:
            yield "\n"
        return 0

    return pasted


def _before(number: int, width: int, separators: Sequence[str]) -> str:
    """What stands before a line: nothing, the end of the row above, or a separator. A width of 0 is one row of all."""
    place = number % width if width else number
    if place:
        return separators[(place - 1) % len(separators)]
    return "\n" if number else ""


def _separators(written: str) -> list[str]:
    escapes = {"\\n": "\n", "\\t": "\t", "\\\\": "\\", "\\0": ""}
    return [escapes.get(one, one) for one in re.findall(r"\\.|.", written, re.DOTALL)] or [""]
