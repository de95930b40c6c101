"""`-o go-template=…`: a Go template over an object, as kubectl prints it."""

from functools import reduce
from typing import Any

from runbooks.kubectl.go_functions import FUNCTIONS, NOTHING, go_text, truth
from runbooks.kubectl.go_template_reading import Block, Call, Constant, Jump, Node, Path, Pipe, Show, read_go_template
from runbooks.kubectl.jsonpath_reading import BadTemplate

LARGEST = 16 * 1024 * 1024
MOST = 600_000
"""How many parts are looked at before it counts as endless: loops in loops are more than a cluster has objects."""


class _Left(Exception):
    """A loop is left by `break`, or its turn by `continue`."""

    def __init__(self, word: str) -> None:
        super().__init__(word)
        self.word = word


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
            elif isinstance(node, Jump):
                raise _Left(node.word)
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
            try:
                self.show(node.body, one)
            except _Left as left:
                if left.word == "break":
                    return

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
    if value is NOTHING:
        return NOTHING
    if value is None:
        raise BadTemplate(f"nil pointer evaluating interface {{}}.{name}")
    raise BadTemplate(f"can't evaluate field {name} in type interface {{}}")
