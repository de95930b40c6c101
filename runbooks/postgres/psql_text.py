"""What psql prints of a result: aligned tables, one record below the other, unaligned rows, comma-separated ones.

From PostgreSQL's src/fe_utils/print.c and src/fe_utils/mbprint.c.
"""

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from runbooks.secret_columns import masked_cell, secret_name

RIGHT = frozenset({"int2", "int4", "int8", "float4", "float8", "numeric", "oid", "xid", "xid8", "cid", "money"})
_TAB = 8
Row = Sequence[str | None]
Lines = list[str]


@dataclass(frozen=True)
class Look:
    """psql's printing options: `-t`, `-A` and `--csv` (the format), `-F` (the separator), `-x`, `-q` and `-P`."""

    tuples_only: bool = False
    format: str = "aligned"
    separator: str = "|"
    quiet: bool = False
    expanded: bool = False
    footer: bool = True
    null: str = ""


def printed(names: Sequence[str], types: Sequence[str], rows: Sequence[Row], look: Look | None = None) -> str:
    """Print a result as psql does, without what stands in a secret's column: `-t` prints it without its name."""
    look = look or Look()
    secret = {at: name for at, name in enumerate(names) if secret_name(name)}
    cells = [[look.null if cell is None else cell for cell in row] for row in rows]
    for row in cells if secret else ():
        row[:] = [masked_cell(cell, secret[at]) if at in secret else cell for at, cell in enumerate(row)]
    footer = f"({len(rows)} row{'' if len(rows) == 1 else 's'})\n" if look.footer and not look.tuples_only else ""
    if look.format == "csv":
        return "".join(",".join(map(_quoted, row)) + "\n" for row in _plain(names, cells, look))
    if look.format == "unaligned":
        said = "".join(look.separator.join(row) + "\n" for row in _plain(names, cells, look))
        return said if look.expanded else said + footer
    if look.expanded:
        return _records(names, cells, tuples_only=look.tuples_only) if rows else f"{footer}\n"
    return _table(names, types, cells, footer, tuples_only=look.tuples_only)


def _plain(names: Sequence[str], rows: Sequence[Sequence[str]], look: Look) -> Iterator[Sequence[str]]:
    """Give the rows of a plain format; expanded, each row becomes pairs, and unaligned an empty line parts them."""
    if not look.expanded:
        yield from (*([] if look.tuples_only else [names]), *rows)
        return
    for at, row in enumerate(rows):
        yield from [()] if at and look.format == "unaligned" else []
        yield from zip(names, row, strict=True)


def _quoted(cell: str) -> str:
    """Quote a cell for CSV where it needs it."""
    if cell != "\\." and not set(cell) & set(',"\r\n'):
        return cell
    return '"' + cell.replace('"', '""') + '"'


def _records(names: Sequence[str], rows: Sequence[Sequence[str]], *, tuples_only: bool) -> str:
    """Print `-x`: one line for each column."""
    heads = [lines(name) for name in names]
    left = max(screen_width(line) for head in heads for line in head)
    right = max(screen_width(line) for row in rows for cell in row for line in lines(cell))
    said = []
    for number, row in enumerate(rows, 1):
        if not tuples_only or number > 1:
            said.append(_ruled("" if tuples_only else f"[ RECORD {number} ]", left, right))
        for head, cell in zip(heads, row, strict=True):
            said += _pair(head, lines(cell), left, right)
    return "".join(f"{line}\n" for line in (*said, ""))


def _ruled(title: str, left: int, right: int) -> str:
    """Rule above a record; its title hides the cross where it is longer than the names."""
    rule = f"-{title}".ljust(left + 1, "-")
    cross = f"{'-' * left}-+-{'-' * right}"
    return rule + cross[len(rule) :]


def _pair(head: Lines, cell: Lines, left: int, right: int) -> Iterator[str]:
    for at in range(max(len(head), len(cell))):
        name, text = head[at] if at < len(head) else "", cell[at] if at < len(cell) else None
        said = f"{name}{' ' * (left - screen_width(name))}{'+' if at + 1 < len(head) else ' '}|"
        if text is not None:
            more = at + 1 < len(cell)
            said += f" {text}" + (f"{' ' * (right - screen_width(text))}+" if more else "")
        yield said


def _table(
    names: Sequence[str], types: Sequence[str], rows: Sequence[Sequence[str]], footer: str, *, tuples_only: bool
) -> str:
    if not names:
        return "\n" if tuples_only else f"--\n{footer}\n"
    cells = [[lines(cell) for cell in row] for row in rows]
    heads = [lines(name) for name in names]
    widths = [
        max(screen_width(line) for part in (head, *column) for line in part) for head, *column in _columns(heads, cells)
    ]
    right = [kind in RIGHT for kind in types]
    body = "".join(line + "\n" for row in cells for line in _row(row, widths, right))
    if tuples_only:
        return body + "\n"
    rule = "+".join("-" * (width + 2) for width in widths)
    return "".join(line + "\n" for line in (*_head(heads, widths), rule)) + body + footer + "\n"


def _columns(heads: Sequence[Lines], cells: Sequence[Sequence[Lines]]) -> list[list[Lines]]:
    return [[head, *(row[at] for row in cells)] for at, head in enumerate(heads)]


def _head(heads: Sequence[Lines], widths: Sequence[int]) -> Iterator[str]:
    """Names stand in the middle; a name of several lines carries `+`."""
    for at in range(max(len(head) for head in heads)):
        parts = []
        for head, width in zip(heads, widths, strict=True):
            text = head[at] if at < len(head) else ""
            space = width - screen_width(text)
            left = space // 2 if at < len(head) else 0
            more = "+" if at + 1 < len(head) else " "
            parts.append(f" {' ' * left}{text}{' ' * (space - left)}{more}")
        yield "|".join(parts)


def _row(row: Sequence[Lines], widths: Sequence[int], right: Sequence[bool]) -> Iterator[str]:
    """A cell of several lines carries `+` where it goes on; the last column is not padded."""
    last = len(row) - 1
    for at in range(max(len(cell) for cell in row)):
        said = ""
        for column, (cell, width) in enumerate(zip(row, widths, strict=True)):
            more, text = at + 1 < len(cell), cell[at] if at < len(cell) else None
            space = " " * (width - screen_width(text or ""))
            if text is None:
                said += f" {space if column < last else ''}"
            elif right[column]:
                said += f" {space}{text}"
            else:
                said += f" {text}{space if column < last or more else ''}"
            said += "+" if more else " " if column < last else ""
            said += "|" if column < last else ""
        yield said


def lines(cell: str) -> Lines:
    """Take a cell apart, and show control characters as psql does, tabs as blanks."""
    return ["".join(_shown(line)) for line in cell.split("\n")]


def _shown(line: str) -> Iterator[str]:
    width = 0
    for char in line:
        if char == "\t":
            said = " " * (_TAB - width % _TAB)
        elif char == "\r":
            said = "\\r"
        elif unicodedata.category(char) == "Cc":
            said = f"\\x{ord(char):02X}" if ord(char) < 0x80 else f"\\u{ord(char):04X}"
        else:
            said = char
        width += screen_width(said)
        yield said


def screen_width(text: str) -> int:
    """The columns that a text takes on a screen."""
    if text.isascii():
        return len(text)
    return sum(
        0 if unicodedata.combining(char) or unicodedata.category(char) in {"Mn", "Me", "Cf"}
        else 2 if unicodedata.east_asian_width(char) in "WF" else 1
        for char in text
    )  # fmt: skip
