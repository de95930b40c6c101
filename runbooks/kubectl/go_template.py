"""`-o go-template=…`: a Go template over an object, as kubectl prints it."""

import base64
import binascii
import operator
import re
from collections.abc import Callable
from functools import reduce
from typing import Any

from runbooks.kubectl.go_template_reading import Block, Call, Constant, Node, Path, Pipe, Show, read_go_template
from runbooks.kubectl.jsonpath_reading import BadTemplate

LARGEST = 16 * 1024 * 1024
MOST = 600_000
"""How many parts are looked at before it counts as endless: loops in loops are more than a cluster has objects."""
NOTHING = object()


class GoTemplate:
    """A template, read once."""

    def __init__(self, text: str) -> None:
        self.nodes = read_go_template(text)

    def text(self, document: Any) -> str:
        """What it prints of a document. Raises BadTemplate where it does not fit."""
        printing = _Printing({"$": document})
        printing.show(self.nodes, document)
        return "".join(printing.parts)


class _Printing:
    def __init__(self, variables: dict[str, Any]) -> None:
        self.variables = variables
        self.parts: list[str] = []
        self.size = 0
        self.seen = 0

    def show(self, nodes: list[Node], dot: Any) -> None:
        self.seen += len(nodes) + 1
        if self.seen > MOST:
            raise BadTemplate(f"the template has more than {MOST:,} parts to print")
        for node in nodes:
            if isinstance(node, str):
                self.say(node)
            elif isinstance(node, Block):
                self.block(node, dot)
            else:
                self.value(node, dot)

    def say(self, text: str) -> None:
        self.parts.append(text)
        self.size += len(text)
        if self.size > LARGEST:
            raise BadTemplate(f"the template prints more than {LARGEST // 1024 // 1024} MiB")

    def value(self, node: Show, dot: Any) -> None:
        value = self.pipe(node.pipe, dot)
        if node.names:
            self.variables[node.names[0]] = value
        else:
            self.say(go_text(value))

    def block(self, node: Block, dot: Any) -> None:
        value = self.pipe(node.pipe, dot)
        if node.word == "range":
            self.each(node, value, dot)
            return
        if node.names:
            self.variables[node.names[0]] = value
        inner = value if node.word == "with" and truth(value) else dot
        self.show(node.body if truth(value) else node.otherwise, inner)

    def each(self, node: Block, value: Any, dot: Any) -> None:
        if value in (None, NOTHING) or (isinstance(value, list | dict) and not value):
            self.show(node.otherwise, dot)
            return
        if not isinstance(value, list | dict):
            raise BadTemplate(f"range can't iterate over {go_text(value)}")
        pairs = enumerate(value) if isinstance(value, list) else ((key, value[key]) for key in sorted(value))
        for key, one in pairs:
            if node.names:
                self.variables[node.names[-1]] = one
            if len(node.names) > 1:
                self.variables[node.names[0]] = key
            self.show(node.body, one)

    def pipe(self, pipe: Pipe, dot: Any) -> Any:
        value: Any = None
        for at, call in enumerate(pipe.calls):
            value = self.call(call, dot, [value] if at else [])
        return value

    def call(self, call: Call, dot: Any, fed: list[Any]) -> Any:
        if not call.name:
            if len(call.arguments) > 1 or fed:
                raise BadTemplate("can't give argument to non-function")
            return self.argument(call.arguments[0], dot)
        if call.name in {"and", "or"}:
            return self.chosen(call, dot, fed)
        if call.name not in FUNCTIONS:
            raise BadTemplate(f'function "{call.name}" not defined')
        arguments = [*(self.argument(one, dot) for one in call.arguments), *fed]
        try:
            return FUNCTIONS[call.name](*arguments)
        except TypeError as error:
            raise BadTemplate(f"error calling {call.name}: wrong arguments") from error

    def chosen(self, call: Call, dot: Any, fed: list[Any]) -> Any:
        """`and` and `or`: the first that decides."""
        values = [*(self.argument(one, dot) for one in call.arguments), *fed]
        for value in values[:-1]:
            if truth(value) is (call.name == "or"):
                return value
        return values[-1] if values else NOTHING

    def argument(self, one: Path | Constant | Pipe, dot: Any) -> Any:
        if isinstance(one, Constant):
            return one.value
        if isinstance(one, Pipe):
            return self.pipe(one, dot)
        if one.inside is not None:
            start = self.pipe(one.inside, dot)
        elif one.root and one.root not in self.variables:
            raise BadTemplate(f'undefined variable "{one.root}"')
        else:
            start = self.variables[one.root] if one.root else dot
        return reduce(_field, one.fields, start)


def _field(value: Any, name: str) -> Any:
    if isinstance(value, dict):
        return value.get(name, NOTHING)
    if value is None or value is NOTHING:
        raise BadTemplate(f"nil pointer evaluating interface {{}}.{name}")
    raise BadTemplate(f"can't evaluate field {name} in type interface {{}}")


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
    "print": lambda *values: "".join(_inner(value) for value in values),
    "printf": _formatted,
    "println": lambda *values: " ".join(_inner(value) for value in values) + "\n",
}
