"""The functions of Go templates, and how their values are printed and held for true."""

import base64
import binascii
import operator
import re
from collections.abc import Callable
from itertools import pairwise
from typing import Any
from urllib.parse import quote_plus

from runbooks.kubectl.jsonpath_reading import BadTemplate

NOTHING = object()
"""What a key that is not there gives."""


def truth(value: Any) -> bool:
    """What Go's `if` takes for true: nothing that is empty."""
    return value is not NOTHING and bool(value)


def go_text(value: Any) -> str:
    """A value as Go prints it."""
    if value is NOTHING or value is None:
        return "<no value>"
    return _inner(value)


def _inner(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return _number(value)
    if isinstance(value, dict):
        return "map[" + " ".join(f"{key}:{_inner(value[key])}" for key in sorted(value)) + "]"
    if isinstance(value, list):
        return "[" + " ".join(map(_inner, value)) + "]"
    return "<nil>" if value is None or value is NOTHING else str(value)


def _number(value: float) -> str:
    """Whole numbers as they are; others with the shortest digits."""
    return str(value) if isinstance(value, int) else repr(value).removesuffix(".0")


HTML = {"\0": "\ufffd", '"': "&#34;", "'": "&#39;", "&": "&amp;", "<": "&lt;", ">": "&gt;"}
JS = {
    "\\": "\\\\", "'": "\\'", '"': '\\"', "<": "\\u003C", ">": "\\u003E", "&": "\\u0026", "=": "\\u003D",
    "\n": "\\u000A", "\t": "\\u0009", "\r": "\\u000D",
}  # fmt: skip


def _escaped(text: str, signs: dict[str, str]) -> str:
    return "".join(signs.get(sign, sign) for sign in text)


def _printed(*values: Any) -> str:
    """Go's Print: a space between two values of which neither is a text."""
    parts = [_inner(value) for value in values[:1]]
    for before, value in pairwise(values):
        parts += ["" if isinstance(before, str) or isinstance(value, str) else " ", _inner(value)]
    return "".join(parts)


def _index(value: Any, *keys: Any) -> Any:
    for key in keys:
        if isinstance(value, dict):
            value = value.get(str(key), NOTHING)
        elif isinstance(value, list):
            if not isinstance(key, int | float) or not 0 <= int(key) < len(value):
                raise BadTemplate(f"error calling index: index out of range: {go_text(key)}")
            value = value[int(key)]
        else:
            raise BadTemplate("error calling index: index of untyped nil")
    return value


def _exists(value: Any, *keys: Any) -> bool:
    try:
        return _index(value, *keys) is not NOTHING
    except BadTemplate:
        return False


def _length(value: Any) -> int:
    if not isinstance(value, str | list | dict):
        raise BadTemplate("error calling len: len of nil pointer")
    return len(value.encode()) if isinstance(value, str) else len(value)


def _decoded(text: str) -> str:
    try:
        return base64.b64decode(text, validate=True).decode("utf-8", "replace")
    except (binascii.Error, ValueError) as error:
        raise BadTemplate("error calling base64decode: illegal base64 data") from error


def _formatted(form: str, *values: Any) -> str:
    """`printf` with %s, %v, %d, %q and widths."""
    left = list(values)

    def one(found: re.Match[str]) -> str:
        if found[2] == "%":
            return "%"
        if not left:
            return f"%!{found[2]}(MISSING)"
        value = left.pop(0)
        text = f'"{value}"' if found[2] == "q" else str(int(value)) if found[2] == "d" else _inner(value)
        width = int(found[1].lstrip("-") or 0)
        return text.ljust(width) if found[1].startswith("-") else text.rjust(width)

    return re.sub(r"%(-?\d{0,3})([svdq%])", one, form)


def _same(one: Any, *others: Any) -> bool:
    for other in others:
        if not {None, NOTHING} & {_kind(one), _kind(other)} and _kind(one) is not _kind(other):
            raise BadTemplate("error calling eq: incompatible types for comparison")
    return any(one == other for other in others)


def _kind(value: Any) -> Any:
    return value if value is None or value is NOTHING else type(value)


def _ordered(name: str, fits: Callable[[Any, Any], bool]) -> Callable[[Any, Any], bool]:
    def compared(one: Any, two: Any) -> bool:
        if type(one) is not type(two):
            raise BadTemplate(f"error calling {name}: incompatible types for comparison")
        if not isinstance(one, str | int | float) or isinstance(one, bool):
            raise BadTemplate(f"error calling {name}: invalid type for comparison")
        return fits(one, two)

    return compared


FUNCTIONS: dict[str, Callable[..., Any]] = {
    "base64decode": _decoded,
    "eq": _same,
    "exists": _exists,
    "ge": _ordered("ge", operator.ge),
    "gt": _ordered("gt", operator.gt),
    "index": _index,
    "le": _ordered("le", operator.le),
    "len": _length,
    "lt": _ordered("lt", operator.lt),
    "ne": lambda one, two: not _same(one, two),
    "not": lambda value: not truth(value),
    "html": lambda *values: _escaped(_printed(*values), HTML),
    "js": lambda *values: _escaped(_printed(*values), JS),
    "print": _printed,
    "printf": _formatted,
    "slice": lambda text, *ends: text[slice(*(ends if len(ends) > 1 else (*ends, None)))],
    "urlquery": lambda *values: quote_plus(_printed(*values), safe="-_.~"),
    "println": lambda *values: " ".join(_inner(value) for value in values) + "\n",
}
