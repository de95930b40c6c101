"""A YAML document whose every key knows its line: plain values, and a map from a key's path to where it stands."""

import re
from dataclasses import dataclass, field
from typing import Any

import yaml

Path = tuple[str | int, ...]
MAX_SIZE = 1024 * 1024
MAX_DEPTH = 40
MAX_NODES = 200_000
_MENDS = {
    "cannot start any token": "indent with blanks, not tabs, and put a text that begins with a sign into quotes",
    "expected a single document": "keep one runbook in a file, without `---` in between",
    "mapping values are not allowed": "put a text that holds `: ` into quotes",
    "expected ',' or '}'": "close the bracket before it, or quote a text that holds a comma, a bracket or `?`",
    "expected ',' or ']'": "close the bracket before it, or quote a text that holds a comma, a bracket or `?`",
    "expected a comment or a line break": "put a text that begins with > or | into quotes",
    "expected the node content": "put a text that begins with # into quotes, and close the bracket before it",
    "could not determine a constructor": "put a text that begins with ! into quotes",
    "undefined alias": "put a text that begins with `*` into quotes",
    "expected <block end>": "the lines of one list or group must begin in the same column",
    "found unexpected end of stream": "close the quote that is open",
}
"""What to do about what PyYAML says."""


class DocumentBroken(Exception):
    """The text is no YAML document that can be read; `line` is from 1."""

    def __init__(self, line: int, key: str, problem: str, mend: str) -> None:
        super().__init__(problem)
        self.line = line
        self.key = key
        self.problem = problem
        self.mend = mend


class _Loader(yaml.SafeLoader):
    """YAML with YAML 1.2's plain words: `on`, `no`, `10:30` and `2026-12-25` stay the texts they look like."""


_Loader.yaml_implicit_resolvers = {
    first: kept
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
    if (kept := [(tag, how) for tag, how in resolvers if tag in {"tag:yaml.org,2002:null", "tag:yaml.org,2002:merge"}])
}
_Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"(?:true|false|True|False)$"), list("tfTF"))
_Loader.add_implicit_resolver("tag:yaml.org,2002:int", re.compile(r"[-+]?(?:0|[1-9]\d*)$"), list("-+0123456789"))
_Loader.add_implicit_resolver(
    "tag:yaml.org,2002:float", re.compile(r"[-+]?(?:\d+\.\d*|\.\d+)(?:[eE][-+]?\d+)?$"), list("-+.0123456789")
)


@dataclass(frozen=True)
class Document:
    """A document's value, and the line of each of its keys."""

    value: Any
    lines: dict[Path, int] = field(default_factory=dict)

    def line(self, path: Path) -> int:
        """Return the line of a key, or of the nearest part around it that stands in the file."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)


def document(text: str) -> Document:
    """Read one document. Raises DocumentBroken."""
    if len(text) > MAX_SIZE:
        raise DocumentBroken(1, "", "the file is larger than 1 MiB", "split it: one file per service")
    try:
        return _composed(_Loader(text))
    except yaml.MarkedYAMLError as error:
        raise _broken(error) from error
    except yaml.YAMLError as error:
        raise DocumentBroken(_line_of(error, text), "", _unprintable(error), "remove it, or save as UTF-8") from error
    except RecursionError:
        raise DocumentBroken(1, "", "brackets stand in brackets without end", "look for one too many") from None


def _broken(error: yaml.MarkedYAMLError) -> DocumentBroken:
    line = error.problem_mark.line + 1 if error.problem_mark else 1
    problem = ", ".join(part for part in (error.context, error.problem) if part)
    mend = next((mend for said, mend in _MENDS.items() if said in problem), "look at the line above, too")
    return DocumentBroken(line, "", problem or "this is not YAML", mend)


def _line_of(error: yaml.YAMLError, text: str) -> int:
    return text.count("\n", 0, getattr(error, "position", 0)) + 1


def _unprintable(error: yaml.YAMLError) -> str:
    sign = getattr(error, "character", None)
    return f"there is a sign that no text holds, U+{sign:04X}" if isinstance(sign, int) else str(error).split("\n")[0]


def _composed(loader: _Loader) -> Document:
    try:
        node = loader.get_single_node()
        lines: dict[Path, int] = {}
        return Document(_value(loader, node, (), lines) if node is not None else None, lines)
    finally:
        loader.dispose()


def _value(loader: _Loader, node: yaml.Node, path: Path, lines: dict[Path, int]) -> Any:
    """Build a node's value; an alias may repeat a part of the file, but not hold itself, nor multiply without end."""
    if len(path) > MAX_DEPTH or len(lines) > MAX_NODES:
        line, key = node.start_mark.line + 1, dotted(path[:4])
        raise DocumentBroken(line, key, "this goes deeper, or repeats more, than any runbook does", "leave out aliases")
    lines.setdefault(path, node.start_mark.line + 1)
    if isinstance(node, yaml.MappingNode):
        return _mapping(loader, node, path, lines)
    if isinstance(node, yaml.SequenceNode):
        return [_value(loader, one, (*path, index), lines) for index, one in enumerate(node.value)]
    try:
        return loader.construct_object(node)
    except ValueError as error:
        line = node.start_mark.line + 1
        raise DocumentBroken(line, dotted(path), "this number is too long", "put it into quotes") from error


def _mapping(loader: _Loader, node: yaml.MappingNode, path: Path, lines: dict[Path, int]) -> dict[str, Any]:
    said: dict[str, Any] = {}
    for key_node, value_node in node.value:
        line = key_node.start_mark.line + 1
        if not isinstance(key_node, yaml.ScalarNode) or key_node.tag == "tag:yaml.org,2002:merge":
            merges = isinstance(key_node, yaml.ScalarNode)
            mend = "write the keys out instead of `<<`" if merges else "write `name: value`"
            raise DocumentBroken(line, dotted(path), "a key must be a plain word", mend)
        key = str(key_node.value)
        if key in said:
            first = lines[*path, key]
            raise DocumentBroken(line, dotted((*path, key)), f"`{key}` stands twice, first in line {first}", "keep one")
        lines[*path, key] = line
        said[key] = _value(loader, value_node, (*path, key), lines)
    return said


def dotted(path: Path) -> str:
    """Write a key's path as people do: `severities[0].update_every`."""
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path).removeprefix(".")
