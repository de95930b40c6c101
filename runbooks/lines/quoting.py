r"""What stands in quotes or behind a `$`: `'…'`, `"…"`, `$'…'`, `\x`, `$NAME` and `${NAME}`.

The rules are those of the Shell Command Language, section 2.2 and, for `$'…'`, 2.2.4:
https://pubs.opengroup.org/onlinepubs/9799919799/utilities/V3_chap02.html
"""

import re
from collections.abc import Mapping

from runbooks.lines.refusal import LineRefused

_VARIABLE = re.compile(r"\$(?:([A-Za-z_][A-Za-z0-9_]*)|\{([A-Za-z_][A-Za-z0-9_]*)\})")
_MEANT = set("{'\"_?$@*#![-")
_ANSI = re.compile(
    r"\\(?:([abefnrtvE\\'\"?])|([0-7]{1,3})|x([0-9A-Fa-f]{1,2})|u([0-9A-Fa-f]{1,4})|U([0-9A-Fa-f]{1,8}))"
)
_ANSI_LETTERS = {
    "a": "\a", "b": "\b", "e": "\x1b", "E": "\x1b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v",
}  # fmt: skip
_ASCII_END = 0x80


def single(line: str, at: int) -> tuple[str, int]:
    """Read `'…'` from its opening quote; return what stands in it and where the line goes on."""
    end = line.find("'", at + 1)
    if end < 0:
        raise LineRefused("A `'` is opened and never closed.", "Close it where the text ends.")
    return line[at + 1 : end], end + 1


def backslash(line: str, at: int) -> tuple[str, int]:
    """Read a backslash outside quotes and what it takes along; a line join is nothing."""
    kept = line[at + 1 : at + 2]
    if not kept:
        before = line[:at].strip()
        raise LineRefused("The line ends in a backslash.", f"Run `{before}`." if before and "\n" not in before else "")
    return "" if kept == "\n" else kept, at + 2


def double(line: str, at: int, variables: Mapping[str, str]) -> tuple[str, int]:
    """Read `"…"` from its opening quote, its variables put in."""
    said = []
    at += 1
    while at < len(line) and (char := line[at]) != '"':
        if char in "$`":
            value, at = dollar(line, at, variables, quoted=True)
            said.append(value)
            continue
        if char == "\\" and line[at + 1 : at + 2] in {"$", "`", '"', "\\", "\n"}:
            at += 1
            char = "" if line[at] == "\n" else line[at]
        said.append(char)
        at += 1
    if at >= len(line):
        raise LineRefused('A `"` is opened and never closed.', "Close it where the text ends.")
    return "".join(said), at + 1


def dollar(line: str, at: int, variables: Mapping[str, str], *, quoted: bool = False) -> tuple[str, int]:
    """Read a `$` or a backtick that is not in single quotes: a declared value, or a `$` that is only itself."""
    following = line[at + 1 : at + 2]
    if line[at] == "`" or following == "(":
        raise LineRefused(
            f"{'`$(`' if line[at] == '$' else 'A backtick'} would run another line inside this one.",
            _dated(line, at) or "Run that one first and write down what it prints; in a runbook, `foreach:` does it.",
        )
    if found := _VARIABLE.match(line, at):
        name = found[1] or found[2]
        if name in variables:
            return variables[name], found.end()
        raise _undeclared(name, variables)
    if following == "?":
        raise LineRefused(
            "`$?` is how the line before it ended, and one line is run at a time.",
            "Leave it out: its exit code is told.",
        )
    if following.isalnum() or following in (_MEANT - {"'", '"'} if quoted else _MEANT):
        raise LineRefused(
            "`$` stands for a variable, and nothing of this kind is put in here.",
            "Write its value, or put it in single quotes if it is meant.",
        )
    return "$", at + 1


def _dated(line: str, at: int) -> str:
    """What does instead of `--since-time=$(date -d …)`."""
    if not re.match(r"(?:\$\(|`)\s*date\b", line[at:]):
        return ""
    return "Write the time itself; `kubectl logs --since=1h` counts back from now." if "since" in line[:at] else ""


def _undeclared(name: str, variables: Mapping[str, str]) -> LineRefused:
    known = f"Declared are {', '.join(f'`${one}`' for one in variables)}. " if variables else ""
    return LineRefused(
        f"`${name}` stands for a variable, and there is none of that name.",
        f"{known}Write its value, or declare it under `values:` of the runbook (no secrets); what a container knows"
        " stands in single quotes there: `sh -c '…'`.",
    )


def ansi(line: str, at: int) -> tuple[str, int]:
    r"""Read `$'…'`, in which `\n`, `\t` and their like mean a character."""
    found = re.compile(r"\$'((?:[^'\\]|\\.)*)'", re.DOTALL).match(line, at)
    if found is None:
        raise LineRefused("A `$'` is opened and never closed.", "Close it where the text ends.")
    if re.search(r"\\c", found[1].replace("\\\\", "")):
        raise LineRefused(r"`\c` in `$'…'` is a control character.", "Leave it out.")
    return _ANSI.sub(_ansi_char, found[1]), found.end()


def _ansi_char(found: re.Match[str]) -> str:
    letter, octal, *coded = found.groups()
    if letter:
        return _ANSI_LETTERS.get(letter, letter)
    code = int(octal, 8) & 0xFF if octal else int(next(one for one in coded if one), 16)
    one_byte = octal or coded[0]
    if not code or (one_byte and code >= _ASCII_END) or code > 0x10FFFF or 0xD800 <= code < 0xE000:
        raise LineRefused(f"`{found[0]}` in `$'…'` is no character.", "Write the character itself.")
    return chr(code)
