"""awk's printf: a format filled in, never longer than it may be."""

import re
from collections.abc import Iterator, Sequence

from runbooks.lines.awk_running import NOTHING, Unable, Value, number, text
from runbooks.lines.filtering import LIMIT

_FORMAT = re.compile(r"%(?:%|([-+ #0]*)(\*|\d*)(?:\.(\*|\d*))?([a-zA-Z]))")
_MOST_DIGITS = 1000


def formatted(arguments: Sequence[Value]) -> str:
    """Fill printf's format in. Raises Unable."""
    rest, size, at, said = iter(arguments[1:]), 0, 0, list[str]()
    form = text(arguments[0])
    for found in _FORMAT.finditer(form):
        said += [form[at : found.start()], _part(found, rest)]
        at = found.end()
        size += len(said[-1])
        if size > LIMIT:
            raise Unable("a text grew beyond 32 MiB")
    return "".join([*said, form[at:]])


def _part(found: re.Match[str], rest: Iterator[Value]) -> str:
    if found[0] == "%%":
        return "%"
    flags, width, precision, kind = found[1], found[2], found[3], found[4]
    width = str(int(number(next(rest, 0.0)))) if width == "*" else width
    precision = str(int(number(next(rest, 0.0)))) if precision == "*" else precision
    if max(int(width or 0), int(precision or 0)) > _MOST_DIGITS:
        raise Unable("printf was asked for too many places")
    dot = f".{precision}" if precision is not None else ""
    return _written(kind, flags, f"{width}{dot if kind != 'c' else ''}", next(rest, NOTHING))


def _written(kind: str, flags: str, places: str, value: Value) -> str:
    if kind in "di":
        return f"%{flags}{places}d" % int(number(value))
    if kind in "eEfgG":
        return f"%{flags}{places}{kind}" % number(value)
    if kind in "xXou":
        return f"%{flags}{places}{'d' if kind == 'u' else kind}" % int(number(value))
    if kind == "c":
        return f"%{flags.replace('0', '')}{places}s" % _char(value)
    if kind == "s":
        return f"%{flags.replace('0', '')}{places}s" % text(value)
    raise Unable(f"printf does not know %{kind}")


def _char(value: Value) -> str:
    """A text's first character, or one by its number; a half of one is none."""
    if isinstance(value, str):
        return text(value)[:1]
    said = chr(int(value) & 0xFFFF or 32)
    return "\ufffd" if "\ud800" <= said <= "\udfff" else said
