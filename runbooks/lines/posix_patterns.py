"""POSIX patterns with GNU's additions, basic and extended, written as RE2 does.

The grammar is that of GNU grep's manual, section 3 (https://www.gnu.org/software/grep/manual/grep.html).
"""

import re

import re2

from runbooks.lines.refusal import LineRefused

WORD = r"[\p{L}\p{N}_]"
LINE_BREAK = "\ue000"
"""Stands in a source for a line break within a text; a real one separates patterns."""
NO_WORD = r"[^\p{L}\p{N}_]"
_ESCAPES = {
    "w": WORD,
    "W": NO_WORD,
    "s": r"\s",
    "S": r"\S",
    "b": r"\b",
    "B": r"\B",
    "<": r"\b",
    ">": r"\b",
    "`": r"\A",
    "'": r"\z",
}
_INTERVAL = re.compile(r"(\d*)(,?)(\d*)\\?\}")
_BASIC_OPERATORS = {"\\(": "(", "\\)": ")", "\\{": "{", "\\|": "|", "\\+": "+", "\\?": "?", "*": "*"}
_EXTENDED_OPERATORS = {"(": "(", ")": ")", "{": "{", "|": "|", "+": "+", "?": "?", "*": "*"}


def translated(source: str, *, extended: bool) -> str:
    """Write a POSIX pattern, with GNU's additions, as RE2 does."""
    return _Translation(source, extended=extended).written()


class _Translation:
    """One pass over one pattern. `atoms` are the written pieces; a quantifier belongs to the last of them."""

    def __init__(self, source: str, *, extended: bool) -> None:
        self.source = source
        self.extended = extended
        self.at = 0
        self.pieces: list[str] = []
        self.quantified = False
        self.open: list[int] = []

    def written(self) -> str:
        while self.at < len(self.source):
            sign = self._sign()
            operator = (_EXTENDED_OPERATORS if self.extended else _BASIC_OPERATORS).get(sign)
            if operator is None:
                self._literal(sign)
            elif operator in "()|":
                self._structure(operator)
            else:
                self._quantifier(operator, sign)
        if self.open:
            raise LineRefused(f"The pattern `{self.source}` opens a parenthesis and does not close it.")
        return "".join(self.pieces)

    def _sign(self) -> str:
        char = self.source[self.at]
        if char == "[":
            return self._bracket()
        length = 2 if char == "\\" else 1
        sign = self.source[self.at : self.at + length]
        if sign == "\\":
            raise LineRefused(f"The pattern `{self.source}` ends in a backslash.")
        self.at += length
        return sign

    def _add(self, piece: str) -> None:
        self.pieces.append(piece)
        self.quantified = False

    def _literal(self, sign: str) -> None:
        if sign.startswith("["):
            self._add(sign)
        elif sign == ".":
            self._add(".")
        elif sign in {"^", "$"}:
            self._add(sign if self._anchors(sign) else re2.escape(sign))
        elif sign.startswith("\\"):
            self._escaped(sign[1])
        else:
            self._add(re2.escape(sign))

    def _escaped(self, char: str) -> None:
        if char.isdigit():
            raise LineRefused(
                f"`\\{char}` in a pattern refers back to a group, which is left out so that no pattern can hang.",
                "To compare numbers as in 1/2, write `awk '{split($2, n, \"/\")} n[1] != n[2]'`.",
            )
        self._add(_ESCAPES.get(char) or re2.escape(char))

    def _anchors(self, sign: str) -> bool:
        if self.extended:
            return True
        if sign == "^":
            return not self.pieces or self.pieces[-1] in {"(", "|"}
        rest = self.source[self.at :]
        return not rest or rest.startswith(("\\)", "\\|"))

    def _structure(self, operator: str) -> None:
        if operator == "(":
            self.open.append(len(self.pieces))
            self._add("(")
        elif operator == "|":
            self._add("|")
        elif self.open:
            start = self.open.pop()
            self.pieces[start:] = ["".join([*self.pieces[start:], ")"])]
            self.quantified = False
        elif self.extended:
            self._add(r"\)")
        else:
            raise LineRefused(f"The pattern `{self.source}` closes a parenthesis that is not open.")

    def _quantifier(self, operator: str, sign: str) -> None:
        interval = _INTERVAL.match(self.source, self.at) if operator == "{" else None
        if operator == "{":
            if interval is None or not (interval[1] or interval[2]):
                self._add(re2.escape(sign[-1]))
                return
            self.at = interval.end()
            operator = f"{{{interval[1] or '0'}{interval[2]}{interval[3]}}}"
        if not self.pieces or self.pieces[-1] in {"(", "|", "^"}:
            if not self.extended:
                self._add(re2.escape(sign[-1]))
            return
        # POSIX has no lazy quantifier: `a+?` is `(a+)?`.
        atom = f"(?:{self.pieces[-1]})" if self.quantified else self.pieces[-1]
        self.pieces[-1] = atom + operator
        self.quantified = True

    def _bracket(self) -> str:
        start, self.at = self.at, self.at + 1
        negated = self._take("^")
        said = [re2.escape("]")] if self._take("]") else []
        while self.at < len(self.source) and self.source[self.at] != "]":
            said.append(self._in_bracket())
        if self.at >= len(self.source):
            raise LineRefused(f"The pattern `{self.source}` has a `[` without its `]`.", "`-F` takes a text as it is.")
        self.at += 1
        if not said:
            raise LineRefused(f"The pattern `{self.source[start:]}` has empty brackets.")
        return f"[{'^' if negated else ''}{''.join(said)}]"

    def _in_bracket(self) -> str:
        named = re.compile(r"\[([:.=])(.+?)\1\]").match(self.source, self.at)
        if named:
            self.at = named.end()
            return f"[:{named[2]}:]" if named[1] == ":" else re2.escape(named[2])
        char = self.source[self.at]
        self.at += 1
        return char if char == "-" or char.isalnum() else re2.escape(char)

    def _take(self, char: str) -> bool:
        taken = self.source.startswith(char, self.at)
        self.at += taken
        return bool(taken)
