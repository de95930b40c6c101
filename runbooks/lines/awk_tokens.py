"""An awk program taken apart; what would start programs or read files is refused here."""

import re
from collections.abc import Callable

from runbooks.lines.awk_running import Eval, Run, Value
from runbooks.lines.refusal import LineRefused

HELP = (
    "It knows patterns, `{print $1, $NF}`, printf, sums, arrays, if, for, while, `sub`, `split`, `substr` and the like."
)
_TOKEN = re.compile(
    r"(?P<blank>(?:[ \t\r]|\\\n)+|#[^\n]*)|(?P<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)"
    r"|(?P<string>\"(?:[^\"\\\n]|\\.)*\")"
    r"|(?P<name>[A-Za-z_]\w*)|(?P<sign>\*\*=?|\+\+|--|&&|\|\||[-+*/%^=!<>]=|!~|>>|[-+*/%^=!<>~?:,;(){}\[\]$|\n])",
    re.DOTALL,
)
_REGEX = re.compile(r"/((?:[^/\\\n\[]|\\.|\[\^?\]?(?:[^\]\\]|\\.)*\])*)/")
ESCAPES = {"n": "\n", "t": "\t", "r": "\r", '"': '"', "\\": "\\", "/": "/", "a": "\a", "b": "\b", "f": "\f", "v": "\v"}
_FORBIDDEN = {
    "system": "would run a program",
    "getline": "would read a file or a program",
    "ENVIRON": "would show the bot's own settings",
    **dict.fromkeys(("close", "fflush", "function", "func", "rand", "srand", "strftime", "systime"), "is not here"),
    **dict.fromkeys(
        ("ARGV", "ARGC", "CONVFMT", "OFMT", "IGNORECASE", "FIELDWIDTHS", "FPAT", "RT", "PROCINFO", "SYMTAB"),
        "is not here",
    ),
}
_SORTED = "Print what it would sort, and write `| sort` after the awk."
INSTEAD = {
    "IGNORECASE": "Write `tolower($0) ~ /error/`.",
    "asort": _SORTED,
    "asorti": _SORTED,
    "gensub": "Write `gsub`, or `sed -E 's/(a)b/\\1/g'` after the awk.",
}
WORDS = frozenset(
    (
        "print",
        "printf",
        "if",
        "else",
        "for",
        "while",
        "do",
        "in",
        "next",
        "nextfile",
        "exit",
        "delete",
        "break",
        "continue",
        "BEGIN",
        "END",
    )
)
_ENDS = {")", "]", "$", "++", "--"}
"""Behind these a `/` divides, and begins no pattern."""


_ESCAPE = re.compile(r"\\(x[0-9A-Fa-f]{1,2}|[0-7]{1,3}|.)", re.DOTALL)


def unescaped(written: str) -> str:
    """Put characters in the place of `\\n`, `\\x41` and `\\101`; what is none of them stays as it is."""

    def char(found: re.Match[str]) -> str:
        name = found[1]
        if name == "\n":
            return ""
        if name[0] == "x" and len(name) > 1:
            return chr(int(name[1:], 16))
        return chr(int(name, 8) & 0xFF) if name[0] in "01234567" else ESCAPES.get(name, found[0])

    return _ESCAPE.sub(char, written)


class Tokens:
    """The pieces of one program, and where the reading of it is."""

    def __init__(self, program: str) -> None:
        self.program = program
        self.tokens = self._tokens()
        self.at = 0
        self.loops = 0
        self._places: dict[int, tuple[Eval, Callable[[Run, Value], None]]] = {}
        self._kept: list[Eval] = []

    def _refused(self, why: str = "is more than is understood here", instead: str = HELP) -> LineRefused:
        return LineRefused(f"`awk '{self.program}'` {why}.", instead)

    def _tokens(self) -> list[tuple[str, str]]:
        found: list[tuple[str, str]] = []
        at = 0
        while at < len(self.program):
            regex = None if found and _operand(*found[-1]) else _REGEX.match(self.program, at)
            match = regex or _TOKEN.match(self.program, at)
            if match is None:
                raise self._refused()
            at = match.end()
            kind = "regex" if regex else str(match.lastgroup)
            value = match[1] if regex else match[0].replace("**", "^") if kind == "sign" else match[0]
            if kind == "name" and value in _FORBIDDEN:
                raise self._refused(f"uses `{value}`, which {_FORBIDDEN[value]}", INSTEAD.get(value, HELP))
            if kind != "blank":
                found.append((kind, value))
        return [*found, ("end", "")]

    def _peek(self, *signs: str) -> bool:
        kind, value = self.tokens[self.at]
        return value in signs and kind in {"sign", "name"}

    def _take(self, *signs: str) -> str:
        if not self._peek(*signs):
            return ""
        self.at += 1
        return self.tokens[self.at - 1][1]

    def _want(self, sign: str) -> None:
        if not self._take(sign):
            raise self._refused()

    def _breaks(self) -> None:
        while self._take("\n", ";"):
            pass


def _operand(kind: str, value: str) -> bool:
    """Whether a value ends here, so that a `/` divides it."""
    if kind == "name":
        return value not in WORDS
    return kind in {"number", "string", "regex"} or value in _ENDS
