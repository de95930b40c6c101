"""What psql prints: aligned tables, unaligned rows and errors with the line they are about.

From PostgreSQL's src/fe_utils/print.c, src/fe_utils/mbprint.c and src/interfaces/libpq/fe-protocol3.c.
"""

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

RIGHT = frozenset({"int2", "int4", "int8", "float4", "float8", "numeric", "oid", "xid", "xid8", "cid", "money"})
_TAB = 8
_SHOWN = 60
_LEAST_RIGHT = 10
Row = Sequence[str | None]


@dataclass(frozen=True)
class Look:
    """psql's switches: `-t` tuples only, `-A` unaligned, `-F` the separator of unaligned columns."""

    tuples_only: bool = False
    unaligned: bool = False
    separator: str = "|"
    quiet: bool = False


def printed(names: Sequence[str], types: Sequence[str], rows: Sequence[Row], look: Look | None = None) -> str:
    """Print a result as psql does; NULL is empty."""
    look = look or Look()
    footer = "" if look.tuples_only else f"({len(rows)} row{'' if len(rows) == 1 else 's'})\n"
    if look.unaligned:
        said = [] if look.tuples_only else [names]
        return "".join(look.separator.join(cell or "" for cell in row) + "\n" for row in (*said, *rows)) + footer
    if not names:
        return "\n" if look.tuples_only else f"--\n{footer}\n"
    cells = [[_lines(cell or "") for cell in row] for row in rows]
    heads = [_lines(name) for name in names]
    widths = [
        max(_width(line) for part in (head, *column) for line in part) for head, *column in _columns(heads, cells)
    ]
    right = [kind in RIGHT for kind in types]
    body = "".join(line + "\n" for row in cells for line in _row(row, widths, right))
    if look.tuples_only:
        return body + "\n"
    rule = "+".join("-" * (width + 2) for width in widths)
    return "".join(line + "\n" for line in (*_head(heads, widths), rule)) + body + footer + "\n"


Lines = list[str]


def _columns(heads: Sequence[Lines], cells: Sequence[Sequence[Lines]]) -> list[list[Lines]]:
    return [[head, *(row[at] for row in cells)] for at, head in enumerate(heads)]


def _head(heads: Sequence[Lines], widths: Sequence[int]) -> Iterator[str]:
    """Names stand in the middle; a name of several lines carries `+`."""
    for at in range(max(len(head) for head in heads)):
        parts = []
        for head, width in zip(heads, widths, strict=True):
            text = head[at] if at < len(head) else ""
            space = width - _width(text)
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
            space = " " * (width - _width(text or ""))
            if text is None:
                said += f" {space if column < last else ''}"
            elif right[column]:
                said += f" {space}{text}"
            else:
                said += f" {text}{space if column < last or more else ''}"
            said += "+" if more else " " if column < last else ""
            said += "|" if column < last else ""
        yield said


def _lines(cell: str) -> Lines:
    """Show control characters as psql does, tabs as blanks."""
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
        width += _width(said)
        yield said


def _width(text: str) -> int:
    """The columns that a text takes on a screen."""
    if text.isascii():
        return len(text)
    return sum(
        0 if unicodedata.combining(char) or unicodedata.category(char) in {"Mn", "Me", "Cf"}
        else 2 if unicodedata.east_asian_width(char) in "WF" else 1
        for char in text
    )  # fmt: skip


def complaint(fields: Mapping[str, str], sql: str) -> str:
    """Print an error or a notice of the server, with the line of SQL that it points at."""
    said = [f"{fields.get('severity', 'ERROR')}:  {fields.get('message', '')}"]
    if position := fields.get("position"):
        said += _pointer(sql, int(position) - 1)
    elif fields.get("internal_query") and fields.get("internal_position"):
        said += _pointer(fields["internal_query"], int(fields["internal_position"]) - 1)
    elif fields.get("internal_query"):
        said.append(f"QUERY:  {fields['internal_query']}")
    said += [f"{name}:  {fields[key]}" for key, name in (("detail", "DETAIL"), ("hint", "HINT")) if fields.get(key)]
    if fields.get("context") and fields.get("severity") in {"ERROR", "FATAL", "PANIC"}:
        said.append(f"CONTEXT:  {fields['context']}")
    return "\n".join(said) + "\n"


def _pointer(sql: str, at: int) -> list[str]:
    """libpq's reportErrorPosition: the line, cut so that the place can be seen, and a caret below."""
    if not 0 <= at <= len(sql):
        return []
    start = sql.rfind("\n", 0, at) + 1
    end = sql.find("\n", start)
    line = sql[start : end if end >= 0 else len(sql)].replace("\t", " ").removesuffix("\r")
    number, place = sql.count("\n", 0, start) + 1, at - start
    first, last = _window(line, place)
    before, after = "..." if first else "", "..." if last < len(line) else ""
    head = f"LINE {number}: "
    caret = len(head) + len(before) + _width(line[first:place])
    return [f"{head}{before}{line[first:last]}{after}", " " * caret + "^"]


def _window(line: str, place: int) -> tuple[int, int]:
    """Cut on the right if that is enough, else ten columns behind the place, and then on the left."""
    first, last = 0, len(line)
    if _width(line) <= _SHOWN:
        return first, last
    if _width(line[:place]) + _LEAST_RIGHT > _SHOWN:
        while _width(line[place:last]) > _LEAST_RIGHT:
            last -= 1
        while _width(line[first:last]) > _SHOWN:
            first += 1
    while _width(line[first:last]) > _SHOWN:
        last -= 1
    return first, last
