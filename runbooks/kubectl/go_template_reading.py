"""A Go template, read into nodes: texts, values, `if`, `range`, `with` and variables; no templates of its own."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from runbooks.kubectl.jsonpath_reading import BadTemplate, unquoted

ACTION = re.compile(r"\{\{(-\s)?((?:`[^`]*`|\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)+'|(?!\}\}).)*?)(\s-)?\}\}", re.DOTALL)
TOKEN = re.compile(
    r"""\s+|(?P<text>"(?:[^"\\]|\\.)*"|`[^`]*`)|(?P<number>[-+]?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?)|(?P<sign>:=|[|(),=])"""
    r"""|(?P<path>\$\w*(?:\.\w+)*|(?:\.\w+)+|\.)|(?P<word>\w+)""",
    re.VERBOSE,
)
DEEPEST = 40


@dataclass(frozen=True)
class Path:
    """`.a.b`, `$x.a` or `$`; `root` is a variable's name or empty for the dot; a call's fields have it as `inside`."""

    root: str
    fields: tuple[str, ...]
    inside: "Pipe | None" = None


@dataclass(frozen=True)
class Constant:
    value: Any


@dataclass(frozen=True)
class Call:
    """A function's name, or empty for a plain value, and its arguments."""

    name: str
    arguments: tuple["Path | Constant | Pipe", ...]


@dataclass(frozen=True)
class Pipe:
    """Calls, each fed with what the one before it gave."""

    calls: tuple[Call, ...]


@dataclass(frozen=True)
class Show:
    """A text, or the value of a pipe; with names it is kept in variables instead."""

    pipe: Pipe
    names: tuple[str, ...] = ()


@dataclass
class Block:
    """`if`, `range` or `with`: its pipe, its two branches, and the variables it sets."""

    word: str
    pipe: Pipe
    names: tuple[str, ...] = ()
    body: list["Node"] = field(default_factory=list)
    otherwise: list["Node"] = field(default_factory=list)


@dataclass(frozen=True)
class Jump:
    """`break` or `continue`."""

    word: str


Node = str | Show | Block | Jump


def read_go_template(text: str) -> list[Node]:
    """The nodes of a template. Raises BadTemplate."""
    reader = _Reader(_pieces(text))
    nodes, end = reader.nodes(0)
    if end:
        raise BadTemplate(f"unexpected {{{{{end}}}}}")
    return nodes


def _pieces(text: str) -> list[tuple[str, bool]]:
    """Texts (False) and actions (True), `{{-` and `-}}` having eaten the space beside them."""
    pieces: list[tuple[str, bool]] = []
    at, eat = 0, False
    for found in ACTION.finditer(text):
        plain = text[at : found.start()]
        plain = plain.lstrip() if eat else plain
        pieces.append((plain.rstrip() if found[1] else plain, False))
        if not found[2].strip().startswith("/*"):
            pieces.append((found[2].strip(), True))
        at, eat = found.end(), bool(found[3])
    rest = text[at:]
    if "{{" in rest:
        raise BadTemplate("unclosed action")
    return [*pieces, (rest.lstrip() if eat else rest, False)]


class _Reader:
    def __init__(self, pieces: Sequence[tuple[str, bool]]) -> None:
        self.pieces = list(pieces)
        self.loops = 0

    def nodes(self, depth: int) -> tuple[list[Node], str]:
        """The nodes up to `end` or `else`, and which it was."""
        if depth > DEEPEST:
            raise BadTemplate("the template is nested too deeply")
        found: list[Node] = []
        while self.pieces:
            text, action = self.pieces.pop(0)
            word = text.split(None, 1)[0] if action and text else ""
            if not action:
                found += [text] if text else []
            elif word in {"end", "else"}:
                return found, text
            elif word in {"if", "range", "with"}:
                found.append(self.block(word, text[len(word) :], depth))
            elif word in {"break", "continue"}:
                if not self.loops:
                    raise BadTemplate(f"{{{{{word}}}}} outside {{{{range}}}}")
                found.append(Jump(word))
            elif word in {"define", "template", "block"}:
                raise BadTemplate(f"{word} is not run here")
            else:
                found.append(Show(*_assigned(text)))
        return found, ""

    def block(self, word: str, rest: str, depth: int) -> Block:
        pipe, names = _assigned(rest)
        block = Block(word, pipe, names)
        self.loops += word == "range"
        block.body, end = self.nodes(depth + 1)
        self.loops -= word == "range"
        if end.startswith("else") and (more := end[4:].strip()):
            again = more.split(None, 1)[0]
            block.otherwise = [self.block(again, more[len(again) :], depth + 1)]
            return block
        if end == "else":
            block.otherwise, end = self.nodes(depth + 1)
        if end != "end":
            raise BadTemplate("unexpected EOF")
        return block


def _assigned(text: str) -> tuple[Pipe, tuple[str, ...]]:
    """A pipe, and the variables before its `:=` or `=`."""
    found = re.match(r"\s*(\$\w+)(?:\s*,\s*(\$\w+))?\s*:?=", text)
    names = tuple(name for name in found.groups() if name) if found else ()
    tokens = _tokens(text[found.end() :] if found else text)
    pipe = _pipe(tokens)
    if tokens:
        raise BadTemplate(f"unexpected {tokens[0][1]!r} in command")
    return pipe, names


def _tokens(text: str) -> list[tuple[str, str]]:
    tokens, at = [], 0
    while at < len(text):
        found = TOKEN.match(text, at)
        if found is None or found.end() == at:
            raise BadTemplate(f"unexpected {text[at]!r} in command")
        if found.lastgroup:
            tokens.append((found.lastgroup, found[0]))
        at = found.end()
    return tokens


def _pipe(tokens: list[tuple[str, str]], depth: int = 0) -> Pipe:
    if depth > DEEPEST:
        raise BadTemplate("the template is nested too deeply")
    calls = [_call(tokens, depth)]
    while tokens and tokens[0] == ("sign", "|"):
        tokens.pop(0)
        calls.append(_call(tokens, depth))
    return Pipe(tuple(calls))


def _call(tokens: list[tuple[str, str]], depth: int) -> Call:
    name = ""
    if tokens and tokens[0][0] == "word" and tokens[0][1] not in {"true", "false", "nil"}:
        name = tokens.pop(0)[1]
    arguments: list[Path | Constant | Pipe] = []
    while tokens and tokens[0] not in {("sign", "|"), ("sign", ")")}:
        arguments.append(_value(tokens, depth))
    if not name and not arguments:
        raise BadTemplate("missing value for command")
    return Call(name, tuple(arguments))


def _value(tokens: list[tuple[str, str]], depth: int) -> Path | Constant | Pipe:
    kind, text = tokens.pop(0)
    if kind == "text":
        return Constant(text[1:-1] if text[0] == "`" else unquoted(text[1:-1]))
    if kind == "number":
        return Constant(float(text) if re.search(r"[.eE]", text) else int(text))
    if kind == "path":
        root, *fields = text.split(".")
        return Path(root, tuple(name for name in fields if name))
    if (kind, text) == ("sign", "("):
        inner = _pipe(tokens, depth + 1)
        if not tokens or tokens.pop(0) != ("sign", ")"):
            raise BadTemplate("unclosed left paren")
        if tokens and tokens[0][0] == "path" and tokens[0][1].startswith(".") and tokens[0][1] != ".":
            return Path("", tuple(tokens.pop(0)[1][1:].split(".")), inner)
        return inner
    if kind == "word":
        constants = {"true": True, "false": False, "nil": None}
        return Constant(constants[text]) if text in constants else Pipe((Call(text, ()),))
    raise BadTemplate(f"unexpected {text!r} in operand")
