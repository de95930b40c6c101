"""What bash's own grammar (tree-sitter-bash) makes of a line: the judge of `runbooks.lines`."""

import re
from collections.abc import Iterator, Mapping

import tree_sitter_bash
from tree_sitter import Language, Node, Parser

_PARSER = Parser(Language(tree_sitter_bash.language()))
ALLOWED = {
    "program", "command", "command_name", "word", "number", "concatenation", "string", "string_content", "raw_string",
    "ansi_c_string", "simple_expansion", "expansion", "variable_name", "comment", "pipeline", "|", '"', "$", "${", "}",
    "\n", "special_variable_name", "==", "=~", "!=",
}  # fmt: skip
"""What a line holds that is nothing but words and pipes. Everything else is a shell's work."""
_ANSI = dict(zip("ntrabfveE\\'\"?", "\n\t\r\a\b\f\v\x1b\x1b\\'\"?", strict=True))


class NotJudged(Exception):
    """The grammar itself stumbles over the line."""


def tree(line: str) -> Node:
    """Parse a line. Raises NotJudged where the grammar finds an error."""
    root = _PARSER.parse(line.encode()).root_node
    if root.has_error:
        raise NotJudged(line)
    return root


def every(node: Node) -> Iterator[Node]:
    """Yield a node and all below it."""
    yield node
    for child in node.children:
        yield from every(child)


def shell_work(root: Node) -> set[str]:
    """Return the kinds of nodes that only a shell could act on."""
    return {node.type for node in every(root)} - ALLOWED


def commands(root: Node, variables: Mapping[str, str]) -> list[list[str]]:
    """Return the words of each piped command, as the grammar cuts them and POSIX takes their quotes off."""
    return [_words(node, root, variables) for node in every(root) if node.type == "command"]


def _words(command: Node, root: Node, variables: Mapping[str, str]) -> list[str]:
    """Nodes with nothing but a line join between them are one word: the grammar sometimes cuts one in two."""
    words: list[str] = []
    end = -1
    for node in command.children:
        if node.type in {"variable_assignment", "file_redirect"}:
            continue
        between = (root.text or b"")[end - root.start_byte : node.start_byte - root.start_byte] if words else b" "
        if words and not between and words[-1].endswith("$"):
            raise NotJudged(words[-1])  # it overlooks a variable that stands right behind another
        if between.replace(b"\\\n", b""):
            words.append("")
        words[-1] += _value(node, variables)
        end = node.end_byte
    return words


def _text(node: Node) -> str:
    return (node.text or b"").decode()


def _value(node: Node, variables: Mapping[str, str]) -> str:
    if node.type in {"command_name", "concatenation"}:
        return "".join(_value(child, variables) for child in node.children)
    if node.type in {"simple_expansion", "expansion"}:
        (name,) = [_text(one) for one in every(node) if one.type == "variable_name"]
        if name not in variables:
            raise NotJudged(name)  # it takes letters like é for a part of the name
        return variables[name]
    if node.type == "raw_string":
        return _text(node)[1:-1]
    if node.type == "ansi_c_string":
        return re.sub(r"\\(.)", lambda one: _ANSI.get(one[1], one[0]), _text(node)[2:-1])
    if node.type == "string":
        return _string(node, variables)
    if re.search(r"\$\w|\s", re.sub(r"(?s)\\.", "", _text(node))):
        raise NotJudged(
            _text(node)
        )  # it overlooks a variable before a backslash, and takes `[ [` and `{ {` for one word
    return re.sub(r"\\(.)", lambda one: "" if one[1] == "\n" else one[1], _text(node), flags=re.DOTALL)


def _string(node: Node, variables: Mapping[str, str]) -> str:
    """Take the text between the children as it stands: the grammar drops blanks at a string's ends."""
    raw, said, at = node.text or b"", "", 1
    for child in node.children:
        if child.type in {"simple_expansion", "expansion"}:
            start, end = child.start_byte - node.start_byte, child.end_byte - node.start_byte
            said += _unescaped(raw[at:start].decode()) + _value(child, variables)
            at = end
    return said + _unescaped(raw[at:-1].decode())


def _unescaped(text: str) -> str:
    return re.sub(r'\\([$`"\\\n])', lambda one: "" if one[1] == "\n" else one[1], text)
