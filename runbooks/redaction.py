"""The one choke point for secrets: every output passes here before it is stored, posted or logged.

RE2 again: a log line of a megabyte must not stop the bot.
"""

import re
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

import re2

from runbooks.secret_columns import Columns
from runbooks.secret_shapes import MASK, SHAPES, Shape

_SECRET_KIND = re.compile(r"kind\\?[\"']?:\s*\\?[\"']?Secret\b")
_TEXT = r'[^"\\]|\\.'
_TEXT_IN_TEXT = r'[^"\\]|\\\\(?:\\\\|\\"|[^"\\])'
_JSON = tuple(
    (
        re2.compile(rf"{quote}(?:data|stringData){quote}:\s*\{{(?:{between}|{quote}(?:{text})*(?:{quote}|\z))*"),
        re.compile(rf"({quote}[^\"\\]*{quote}:\s*{quote})(?:{text})*({quote}|\Z)"),
    )
    for quote, text, between in (('"', _TEXT, r'[^{}"]'), (r'\\"', _TEXT_IN_TEXT, r'[^{}"\\]|\\[nrt]'))
)
"""The data of a Secret as JSON, also where the output was cut off, and as JSON in a text of JSON: an annotation."""
_YAML_DATA = re.compile(r"([ \t-]*)(?:data|stringData):[ \t]*")
_YAML_FLOW = re.compile(r"([ \t-]*(?:data|stringData):[ \t]*)\{.*[^{}\s].*")
_YAML_ENTRY = re.compile(r"([ \t]*)([^\s:][^:]*:[ \t]+)(\S.*)")
_BEGIN = re.compile(r"-----BEGIN [A-Z0-9 ]*PRIVATE KEY")
_END = re.compile(r"-----END [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----")
_OPEN_LINE: Any = re2.compile(  # re2 has no types, and takes a long line in one pass
    r"(?:.*name[\"']?:.*|-[ \t]+(?:value:|- ).*|.*:[ \t]*(?:[|>][-+]?[ \t]*)?"
    r"|(?:.*[ \t+\"'])?--?\w[\w.-]*[\\\"']*,?[ \t]*|[ \t]*)\n"
)
_OBJECT = re.compile(r"apiVersion[\"']?:|kind[\"']?:\s*[\"']?Secret\b")
_HELD_LINES = 3
_OPEN_LINES = 100
_LONGEST_LINE = 64 * 1024
_LONGEST_WORDS = 4 * 1024
_LONGEST_KEY = 64 * 1024
_LONGEST_OBJECT = 1024 * 1024


class Redaction:
    """Replaces what looks like a secret; `patterns` are the house's own, and `words` are secrets known literally."""

    def __init__(self, patterns: Iterable[str] = (), words: Iterable[str] = ()) -> None:
        known = sorted({word for word in words if len(word) >= len("123456")}, key=len, reverse=True)
        own = [
            Shape(f"()({pattern})()", lambda _name, _value: True) for pattern in (*map(re2.escape, known), *patterns)
        ]
        self._rules = [_rule(shape) for shape in (*own, *SHAPES)]

    def __call__(self, text: str, columns: Columns | None = None) -> str:
        """Mask a text; `columns` know which table it begins in."""
        text = (columns or Columns())(text)
        if _SECRET_KIND.search(text):
            text = _secret_data(text)
        for rule in self._rules:
            text = rule(text)
        return text

    def stream(self) -> "Stream":
        """Return a redaction for a text that comes in pieces."""
        return Stream(self)


class Stream:
    """Redacts a text that comes in pieces: a secret that is cut in two is held back until it is whole."""

    def __init__(self, redact: Redaction) -> None:
        self._redact = redact
        self._columns = Columns()
        self._held = ""

    def feed(self, piece: str) -> str:
        """Take a piece; return what may be shown by now."""
        self._held += piece
        ready = _ready(self._held, self._redact)
        said, self._held = self._held[:ready], self._held[ready:]
        return self._redact(said, self._columns)

    def rest(self) -> str:
        """Return what is left at the end."""
        said, self._held = self._held, ""
        return self._redact(said, self._columns)


def _ready(text: str, redact: Redaction) -> int:
    """How much may be shown: whole lines, none that the next one may belong to, and not into an open key or object."""
    at = len(text)
    for _ in range(_HELD_LINES):
        at = max(text.rfind("\n", 0, at), 0)
    cut = text.rfind("\n", 0, at) + 1 if at else 0
    for _ in range(_OPEN_LINES):
        begins = text.rfind("\n", 0, cut - 1) + 1
        if not cut or not _OPEN_LINE.fullmatch(text[begins:cut]):
            break
        cut = begins
    if not cut and len(text) > _LONGEST_LINE:
        cut = _blank(text, redact)
    for found in _BEGIN.finditer(text):
        ended = _END.search(text, found.start())
        if (ended is None or ended.end() > cut) and len(text) - found.start() <= _LONGEST_KEY:
            cut = min(cut, found.start())
    if held := _OBJECT.search(text, max(len(text) - _LONGEST_OBJECT, 0)):
        cut = min(cut, text.rfind("\n", 0, held.start()) + 1)
    return cut


def _blank(text: str, redact: Redaction) -> int:
    """Where to cut a long line: at a blank that stands in no secret; at any, once the line is twice as long."""
    ends = (_LONGEST_LINE // 2 - back for back in (0, *(2**step for step in range(12))))
    cuts = [cut for end in ends if (cut := text.rfind(" ", 0, end)) > 0]
    for cut in cuts:
        before, after = text[max(cut - _LONGEST_WORDS, 0) : cut], text[cut : cut + _LONGEST_WORDS]
        if redact(before) + redact(after) == redact(before + after):
            return cut
    return cuts[0] if cuts and len(text) > 2 * _LONGEST_LINE else 0


def _rule(shape: Shape) -> Callable[[str], str]:
    options = re2.Options()
    options.log_errors = False
    compiled: Any = re2.compile(shape.pattern, options)  # re2 has no types

    def masked(found: Any) -> str:
        """Keep what stands before and after; a number of the house's own groups may stand between."""
        groups = found.groups()
        if not shape.secret(groups[0], groups[1]):
            return str(found.group(0))
        return f"{groups[0]}{MASK}{groups[-1]}"

    return lambda text: str(compiled.sub(masked, text)) if compiled.search(text) else text


def _secret_data(text: str) -> str:
    """Mask every value of `data` and `stringData` where a Secret is shown, whatever its keys are called."""
    for data, value in _JSON:
        text = str(data.sub(partial(_masked, value), text))
    said, depth, entries = [], -1, -1
    for line in text.split("\n"):
        indent = len(line) - len(line.lstrip(" \t"))
        if flow := _YAML_FLOW.fullmatch(line):
            line = f"{flow[1]}{MASK}"  # noqa: PLW2901  # line by line
        elif begins := _YAML_DATA.fullmatch(line):
            depth, entries = len(begins[1]), -1
        elif depth >= 0 and line.strip() and indent <= depth:
            depth = -1
        elif depth >= 0 and line.strip():
            entries = indent if entries < 0 else entries
            entry = _YAML_ENTRY.fullmatch(line) if indent == entries else None
            line = f"{entry[1]}{entry[2]}{MASK}" if entry else f"{line[:indent]}{MASK}"  # noqa: PLW2901  # line by line
        said.append(line)
    return "\n".join(said)


def _masked(value: re.Pattern[str], found: Any) -> str:
    return value.sub(rf"\g<1>{MASK}\g<2>", str(found.group(0)))


__all__ = ["MASK", "Redaction"]
