"""What psql prints of an error or a notice: its words, and the line of SQL that it is about.

From PostgreSQL's src/interfaces/libpq/fe-protocol3.c.
"""

from collections.abc import Mapping

from runbooks.postgres.psql_text import screen_width

_SHOWN = 60
_LEAST_RIGHT = 10


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
    caret = len(head) + len(before) + screen_width(line[first:place])
    return [f"{head}{before}{line[first:last]}{after}", " " * caret + "^"]


def _window(line: str, place: int) -> tuple[int, int]:
    """Cut on the right if that is enough, else ten columns behind the place, and then on the left."""
    first, last = 0, len(line)
    if screen_width(line) <= _SHOWN:
        return first, last
    if screen_width(line[:place]) + _LEAST_RIGHT > _SHOWN:
        while screen_width(line[place:last]) > _LEAST_RIGHT:
            last -= 1
        while screen_width(line[first:last]) > _SHOWN:
            first += 1
    while screen_width(line[first:last]) > _SHOWN:
        last -= 1
    return first, last
