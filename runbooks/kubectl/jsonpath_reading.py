"""A JSONPath template, read into steps the way client-go's parser reads it."""

import re
from dataclasses import dataclass

ENDS = set(".,[]$@{} \r\n")
ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "a": "\a", "b": "\b", "f": "\f", "v": "\v", "\\": "\\", '"': '"', "'": "'"}
ESCAPE = re.compile(r"\\(?:[ntrabfv\\\"']|x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|[0-7]{3})")
SLICE = re.compile(r"(-?\d*)(:-?\d*)?(:-?\d*)?")
COMPARISON = re.compile(r"([^!<>=]+)([!<>=]+)(.+)", re.DOTALL)
DEEPEST = 40


class BadTemplate(Exception):
    """The template cannot be read or does not fit the object; the text is client-go's."""


@dataclass(frozen=True)
class Literal:
    value: str | int | float | bool


@dataclass(frozen=True)
class Field:
    name: str


@dataclass(frozen=True)
class Word:
    """`range` or `end`; any other is an error when it is met."""

    name: str


@dataclass(frozen=True)
class Slice:
    start: int | None
    stop: int | None
    step: int | None
    one: bool


@dataclass(frozen=True)
class Every:
    """`*`: all values."""


@dataclass(frozen=True)
class Descent:
    """`..`: the value itself and all below it."""


@dataclass(frozen=True)
class Choice:
    """`[a,b]`: the results of each, one after the other."""

    paths: tuple["Path", ...]


@dataclass(frozen=True)
class Filter:
    left: "Path"
    operator: str
    right: "Path"


Step = Literal | Field | Word | Slice | Every | Descent | Choice | Filter
Path = tuple[Step, ...]


def read_template(text: str) -> list[Path]:
    """Texts and `{actions}` in order, each a path of steps."""
    return _Reader(text).template()


class _Reader:
    def __init__(self, text: str, depth: int = 0) -> None:
        if depth > DEEPEST:
            raise BadTemplate("the template is nested too deeply")
        self.text = text
        self.at = 0
        self.depth = depth
        self.steps: list[Step] = []

    def template(self) -> list[Path]:
        paths: list[Path] = []
        while self.at < len(self.text):
            opening = self.text.find("{", self.at)
            plain = self.text[self.at :] if opening < 0 else self.text[self.at : opening]
            if plain:
                paths.append((Literal(plain),))
            if opening < 0:
                break
            self.at = opening + 1
            paths.append(self.action())
        return paths

    def action(self) -> Path:
        """The steps up to the closing brace."""
        self.steps = []
        while not self.text.startswith("}", self.at):
            self.step()
        self.at += 1
        return tuple(self.steps)

    def step(self) -> None:
        if self.text.startswith("[?(", self.at):
            return self.filter()
        if self.text.startswith("..", self.at):
            return self.descent()
        sign = self.next("unclosed action")
        if sign in " @$":
            return None
        if sign == "[":
            return self.array()
        if sign in "\"'":
            return self.quoted(sign)
        if sign == ".":
            return self.field()
        if sign in "+-" or sign.isdigit():
            return self.number()
        if sign.isalnum() or sign == "_":
            return self.word()
        raise BadTemplate(f"unrecognized character in action: U+{ord(sign):04X} '{sign}'")

    def next(self, problem: str) -> str:
        if self.at >= len(self.text) or self.text[self.at] in "\r\n":
            raise BadTemplate(problem)
        self.at += 1
        return self.text[self.at - 1]

    def field(self) -> None:
        start = self.at
        while self.at < len(self.text) and self.text[self.at] not in ENDS:
            self.at += 2 if self.text[self.at] == "\\" else 1
        self.at = min(self.at, len(self.text))
        name = self.text[start : self.at]
        self.steps.append(Every() if name == "*" else Field(name.replace("\\", "")))

    def descent(self) -> None:
        if self.steps and isinstance(self.steps[-1], Descent):
            raise BadTemplate("invalid multiple recursive descent")
        self.at += 2
        self.steps.append(Descent())
        if self.at < len(self.text) and (self.text[self.at].isalnum() or self.text[self.at] == "_"):
            self.field()

    def number(self) -> None:
        start = self.at - 1
        while self.at < len(self.text) and (self.text[self.at].isdigit() or self.text[self.at] == "."):
            self.at += 1
        written = self.text[start : self.at]
        try:
            self.steps.append(Literal(int(written) if "." not in written else float(written)))
        except ValueError:
            raise BadTemplate(f"cannot parse number {written}") from None

    def word(self) -> None:
        start = self.at - 1
        while self.at < len(self.text) and self.text[self.at] not in ENDS:
            self.at += 1
        name = self.text[start : self.at]
        if name in {"true", "false"}:
            self.steps.append(Literal(name == "true"))
        else:
            self.steps.append(Word(name))

    def quoted(self, quote: str) -> None:
        start = self.at
        while True:
            sign = self.next("unterminated quoted string")
            if sign == quote and self.text[self.at - 2] != "\\":
                break
        self.steps.append(Literal(unquoted(self.text[start : self.at - 1])))

    def array(self) -> None:
        start = self.at
        while self.next("unterminated array") != "]":
            pass
        inside = self.text[start : self.at - 1]
        inside = ":" if inside == "*" else inside
        parts = inside.split(",")
        if len(parts) > 1:
            self.steps.append(Choice(tuple(self.inner(f"[{part.strip(' ')}]") for part in parts)))
        elif len(inside) > 1 and inside[0] == inside[-1] == "'" and "'" not in inside[1:-1]:
            self.steps.extend(self.inner(f".{inside[1:-1]}"))
        else:
            self.steps.append(_slice(inside))

    def inner(self, text: str) -> Path:
        """The steps of a text as if it stood in braces of its own."""
        paths = _Reader("{" + text + "}", self.depth + 1).template()
        return paths[0] if paths else ()

    def filter(self) -> None:
        self.at += 3
        start, quote, closed = self.at, "", False
        while True:
            sign = self.next("unterminated filter")
            if sign in "\"'":
                if not quote:
                    quote = sign
                elif sign == quote and self.text[self.at - 2] != "\\":
                    closed = True
            elif sign == ")" and bool(quote) == closed:
                break
        text = self.text[start : self.at - 1]
        if self.at >= len(self.text) or self.text[self.at] != "]":
            raise BadTemplate("unclosed array expect ]")
        self.at += 1
        compared = COMPARISON.fullmatch(text)
        if compared is None:
            self.steps.append(Filter(self.inner(text), "exists", ()))
        else:
            left, operator, right = compared.groups()
            self.steps.append(Filter(self.inner(left), operator, self.inner(right)))


def unquoted(text: str) -> str:
    """The text of a string of Go, its escapes read (strconv.Unquote)."""
    if "\\" in ESCAPE.sub("", text):
        raise BadTemplate(f"unquote string {text} error invalid syntax")
    return ESCAPE.sub(_sign, text)


def _sign(found: re.Match[str]) -> str:
    word = found[0][1:]
    if word in ESCAPES:
        return ESCAPES[word]
    number = int(word, 8) if word.isdigit() else int(word[1:], 16)
    if number > 0x10FFFF or 0xD800 <= number < 0xE000 or (word.isdigit() and number > 0xFF):
        raise BadTemplate(f"unquote string {found[0]} error invalid syntax")
    return chr(number)


def _slice(text: str) -> Slice:
    parts = SLICE.fullmatch(text)
    if parts is None or any(part and len(part) > 18 for part in parts.groups()):
        raise BadTemplate(f"invalid array index {text}")
    start, stop, step = (part.lstrip(":") if part else "" for part in parts.groups())
    if "-" in {start, stop, step}:
        raise BadTemplate(f"array index {text} is not a number")
    one = parts.group(2) is None
    first = int(start) if start else None
    last = (first or 0) + 1 if one else (int(stop) if stop else None)
    return Slice(first, last, int(step) if step else None, one)


def relaxed(text: str) -> str:
    """`metadata.name`, `.metadata.name` and `{.metadata.name}` are one path where a single field is asked for."""
    if not text:
        return text
    inside = re.fullmatch(r"\{?\.?([^{}]+)\}?|\{\.?([^{}]*)\}?", text)
    if inside is None or (text.startswith("{") != text.endswith("}")):
        raise BadTemplate(
            "unexpected path string, expected a 'name1.name2' or '.name1.name2' or '{name1.name2}' or '{.name1.name2}'"
        )
    return "{." + (inside.group(1) or inside.group(2) or "") + "}"
