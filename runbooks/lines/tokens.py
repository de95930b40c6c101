"""A line taken apart into words, operators and redirections, as a shell's grammar has them; each knows where it stood.

The rules are those of the Shell Command Language, section 2.3 (token recognition):
https://pubs.opengroup.org/onlinepubs/9799919799/utilities/V3_chap02.html
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from runbooks.lines import quoting
from runbooks.lines.refusal import LineRefused
from runbooks.lines.saving import DATE, date_pattern

_REDIRECTION = re.compile(r"(\d*)(>>|>&|>\||>)|()(&>>?)")
_UNKNOWN_REDIRECTION = re.compile(r"\d*(<<<|<<-?|<&|<>|<)")
_OPERATOR = re.compile(r"\|\||\|&|&&|;;|[|;&\n]")
_GAP = re.compile(r"<[A-Za-z][A-Za-z0-9 _./-]*>")
_DATE = re.compile(DATE)
_QUOTED_DATE = re.compile(rf'"(?P<before>[^"$`\\]*){DATE}(?P<after>[^"$`\\]*)"')
_BLANKS = " \t"
_WORD_ENDS = " \t\n|&;()<>"
_RANGE = re.compile(r"\{(?:-?\d+\.\.-?\d+|[A-Za-z]\.\.[A-Za-z])(?:\.\.-?\d+)?\}")
_TILDE = re.compile(r"~|[A-Za-z_][A-Za-z0-9_]*\+?=(?:.*:)?~")
_TYPOGRAPHIC = {"“": '"', "”": '"', "„": '"', "‘": "'", "’": "'", "‚": "'"}


@dataclass(frozen=True)
class Token:
    """A piece of a line. `bare` is what of a word stood outside quotes, with a NUL for each quoted part."""

    kind: Literal["word", "operator", "redirection"]
    text: str
    start: int
    end: int
    bare: str = ""
    file_descriptor: str = ""

    @property
    def pattern(self) -> bool:
        """Whether a shell would look for files of such names."""
        return bool(re.search(r"[*?]|\[.*\]", self.bare))


def tokens(line: str, variables: Mapping[str, str]) -> list[Token]:
    """Take a line apart. Raises LineRefused for what only a shell could do inside a word."""
    return _Lexer(line, variables).tokens()


class _Lexer:
    """One pass over one line."""

    def __init__(self, line: str, variables: Mapping[str, str]) -> None:
        self.line = line
        self.variables = variables
        self.at = 0

    def tokens(self) -> list[Token]:
        found: list[Token] = []
        begun = 0  # where the words of this command begin
        while self._skip():
            named = bool(found) and found[-1].kind == "redirection"
            teed = 0 < begun < len(found) and found[begun].text == "tee"
            found.append(self._redirection() or self._operator() or self._word(target=named or teed))
            begun = len(found) if found[-1].kind == "operator" else begun
        return found

    def _skip(self) -> bool:
        """Pass over blanks, line joins and a comment; False at the line's end."""
        while self.at < len(self.line):
            if self.line[self.at] in _BLANKS:
                self.at += 1
            elif self.line.startswith("\\\n", self.at):
                self.at += 2
            elif self.line[self.at] == "#":
                end = self.line.find("\n", self.at)
                self.at = len(self.line) if end < 0 else end
            else:
                return True
        return False

    def _redirection(self) -> Token | None:
        if gap := _GAP.match(self.line, self.at):
            raise LineRefused(f"`{gap[0]}` is a gap to fill in.", "Write the real name in its place.")
        if re.compile(r"\d*[<>]\(").match(self.line, self.at):
            raise LineRefused("`<(` and `>(` would run another line inside this one.", "Run that one first.")
        if unknown := _UNKNOWN_REDIRECTION.match(self.line, self.at):
            raise self._reads(unknown)
        found = _REDIRECTION.match(self.line, self.at)
        if found is None:
            return None
        if self.at and self.line[self.at - 1] == "}":
            raise LineRefused("A shell would open a file here.", "Put a blank before the `>`.")
        start, self.at = self.at, found.end()
        return Token("redirection", found[2] or found[4], start, self.at, file_descriptor=found[1] or "")

    def _reads(self, found: re.Match[str]) -> LineRefused:
        if found[1] in {"<<", "<<-"}:
            instead = "Put the manifest beside the runbook, and write `-f its-name.yaml`."
            instead = instead if "-f" in self.line else 'Write the text into the line, as `psql -c "SELECT 1"` has it.'
            return LineRefused("`<<` would feed the line from the text below it.", instead)
        if found[1] == "<<<":
            return LineRefused("`<<<` would feed the line from a text.", "Write the text into the line itself.")
        return LineRefused(
            "`<` would read a file, and there are none.", "Put it in quotes if it is meant; leave it out if not."
        )

    def _operator(self) -> Token | None:
        if self.line[self.at] in "()":
            raise LineRefused(
                "`(` and `)` stand for a subshell, and none is used here.", "Put them in quotes if they are meant."
            )
        found = _OPERATOR.match(self.line, self.at)
        if found is None:
            return None
        start, self.at = self.at, found.end()
        return Token("operator", found[0], start, self.at)

    def _word(self, *, target: bool) -> Token:
        start, said, bare = self.at, [], []
        while self.at < len(self.line) and self.line[self.at] not in _WORD_ENDS:
            value, outside = self._piece(target=target)
            said.append(value)
            bare.append(outside)
        token = Token("word", "".join(said), start, self.at, "".join(bare))
        self._expansions(token)
        return token

    def _piece(self, *, target: bool) -> tuple[str, str]:
        """Read the next part of a word: what it says, and what of it stands outside quotes."""
        line, at = self.line, self.at
        char = line[at]
        if char == "\\":
            value, self.at = quoting.backslash(line, at)
            return value, "\0" if value else ""
        if char == "'":
            value, self.at = quoting.single(line, at)
        elif char == '"':
            if target and (date := _QUOTED_DATE.match(line, at)):
                self.at = date.end()
                return f"{date['before']}{date_pattern(date)}{date['after']}", "\0"
            value, self.at = quoting.double(line, at, self.variables)
        elif line.startswith("$'", at):
            value, self.at = quoting.ansi(line, at)
        elif char in "$`" and target and (date := _DATE.match(line, at)):
            value, self.at = date_pattern(date), date.end()
        elif char in "$`":
            value, self.at = quoting.dollar(line, at, self.variables)
        else:
            self.at += 1
            return char, char
        return value, "\0"

    def _expansions(self, token: Token) -> None:
        """Refuse brace lists, home directories and typographic quotes, which mean something else than they say."""
        written = self.line[token.start : token.end]
        if _braces(token.bare):
            raise LineRefused(
                f"A shell would take `{written}` apart at its braces.",
                f"Write a line for each of them; if the braces are meant, `{plain(written)}`.",
            )
        if _TILDE.match(token.bare):
            raise LineRefused(
                "`~` stands for somebody's home directory, and there is none here.", "Put it in quotes if it is meant."
            )
        strange = next((char for char in token.bare if char in _TYPOGRAPHIC), "")
        if strange:
            raise LineRefused(
                f"`{strange}` is a quotation mark of a printer, and no shell knows it.",
                f"Write `{_TYPOGRAPHIC[strange]}` in its place.",
            )
        if token.bare[:1] in {"–", "—"}:
            meant = written.lstrip("–—")
            raise LineRefused(
                f"`{written}` begins with a printer's dash.", f"Write `{'-' if len(meant) == 1 else '--'}{meant}`."
            )


def _braces(bare: str) -> bool:
    """Whether a shell would make several words of it: `{1..3}`, or a comma in braces, at their own depth."""
    if _RANGE.search(bare):
        return True
    commas: list[bool] = []
    for char in bare:
        if char == "{":
            commas.append(False)
        elif char == "," and commas:
            commas[-1] = True
        elif char == "}" and commas and commas.pop():
            return True
    return False


def plain(written: str) -> str:
    """Put a word as it was written into single quotes."""
    return "'" + re.sub(r"['\"\\]", "", written) + "'"
