"""A line read into words and pipes by POSIX quoting; what only a shell could do is refused, never guessed.

The rules are those of the Shell Command Language, section 2.2 (quoting) and 2.3 (token recognition):
https://pubs.opengroup.org/onlinepubs/9799919799/utilities/V3_chap02.html
"""

import re

from runbooks.lines.refusal import LineRefused

MAX_LINE = 4000
_BLANKS = " \t"
_LOOPS = {"for", "while", "until", "if", "case", "select", "function", "{", "[[", "!"}
_WRAPPERS = {"sudo", "time", "nohup", "exec", "command", "env", "watch", "bash", "sh", "eval", "xargs"}
_REDIRECTION = re.compile(r"(?:&>>?|>>|>&|>\||<<<|<<-?|<&|<>|>|<)\s*[^\s|;&$()]*")
_GAP = re.compile(r"<[A-Za-z][A-Za-z0-9 _-]*>")
_ASSIGNMENT = re.compile(r"[A-Za-z_][A-Za-z0-9_]*=")
_BRACES = re.compile(r"\{[^{}\s]*(?:,|\.\.)[^{}\s]*\}")
_INVISIBLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")


def pipeline(text: str) -> tuple[tuple[str, ...], ...]:
    """Read one line into the words of its piped commands, or raise LineRefused."""
    line = text.strip().replace("\r\n", "\n")
    if not line:
        raise LineRefused("There is nothing to run.", "Try `kubectl get pods`.")
    if len(line) > MAX_LINE:
        raise LineRefused(f"The line has {len(line):,} characters.", f"Keep it under {MAX_LINE:,}.")
    if strange := _INVISIBLE.search(line):
        raise LineRefused(f"The line holds an invisible character, U+{ord(strange[0]):04X}.", "Type it anew.")
    first = line.split(None, 1)[0]
    if first in _LOOPS:
        raise LineRefused(
            f"`{first}` needs a shell, and none is used here.", "In a runbook, `foreach:` repeats a line."
        )
    commands = _Reader(line).commands()
    _first_word(commands[0], line)
    return commands


def _first_word(command: tuple[str, ...], line: str) -> None:
    first = command[0]
    if _ASSIGNMENT.match(first):
        rest = line.split(None, 1)[1] if " " in line else ""
        raise LineRefused(f"`{first}` would set a variable, and there are none.", f"Run `{rest}`." if rest else "")
    if first in _WRAPPERS:
        rest = line.removeprefix(first).strip()
        again = f"Run `{rest}`." if rest and line.startswith(first) and first in {"sudo", "time", "watch"} else ""
        raise LineRefused(f"`{first}` would start another program, and only the line itself is run.", again)


class _Reader:
    """One pass over one line."""

    def __init__(self, line: str) -> None:
        self.line = line
        self.at = 0

    def commands(self) -> tuple[tuple[str, ...], ...]:
        commands: list[list[str]] = [[]]
        while self._skip():
            if self.line[self.at] == "|":
                self._pipe(commands)
            else:
                commands[-1].append(self._word())
        if not commands[-1]:
            raise LineRefused("Nothing stands after the last `|`.", self._before(self.line.rfind("|")))
        return tuple(tuple(command) for command in commands)

    def _pipe(self, commands: list[list[str]]) -> None:
        two = self.line[self.at : self.at + 2]
        if two == "||":
            raise LineRefused("`||` would run a second line when the first fails.", self._before(self.at))
        if two == "|&":
            raise LineRefused(
                "`|&` would mix errors into the output; they are shown apart.", self._without(self.at + 1)
            )
        if not commands[-1]:
            raise LineRefused("Nothing stands before a `|`.")
        commands.append([])
        self.at += 1

    def _skip(self) -> bool:
        """Go to the next token; False at the line's end. A comment is passed over, a second line is refused."""
        start = self.at
        while self.at < len(self.line):
            char = self.line[self.at]
            if char == "#":
                self.at = (self.line.find("\n", self.at) + 1 or len(self.line) + 1) - 1
            elif self.line.startswith("\\\n", self.at):
                self.at += 2
            elif char in _BLANKS or (char == "\n" and self._may_break(start)):
                self.at += 1
            else:
                return True
        return False

    def _may_break(self, start: int) -> bool:
        before = "\n".join(part.partition("#")[0] for part in self.line[:start].split("\n")).rstrip()
        rest = [part for part in self.line[self.at :].split("\n") if part.strip() and not part.strip().startswith("#")]
        if before and not before.endswith("|") and rest:
            raise LineRefused("These are several lines, and one is run at a time.", self._before(self.at))
        return True

    def _word(self) -> str:
        start, said = self.at, []
        bare = ""
        while self.at < len(self.line) and self.line[self.at] not in " \t\n|":
            char = self.line[self.at]
            if char in "'\"\\":
                said.append(self._quoted(char))
                bare += "\0"
            else:
                self._plain(char, start)
                said.append(char)
                bare += char
                self.at += 1
        self._expansions(bare, self.line[start : self.at])
        return "".join(said)

    def _quoted(self, char: str) -> str:
        if char == "\\":
            self.at += 2
            kept = self.line[self.at - 1 : self.at]
            if not kept:
                raise LineRefused("The line ends in a backslash.", self._before(self.at - 2))
            return "" if kept == "\n" else kept
        if char == "'":
            end = self.line.find("'", self.at + 1)
            if end < 0:
                raise LineRefused("A `'` is opened and never closed.", "Close it where the text ends.")
            kept, self.at = self.line[self.at + 1 : end], end + 1
            return kept
        return self._double()

    def _double(self) -> str:
        kept = []
        self.at += 1
        while self.at < len(self.line) and (char := self.line[self.at]) != '"':
            if char in "$`":
                self._substitution(char)
            if char == "\\" and self.line[self.at + 1 : self.at + 2] in {"$", "`", '"', "\\", "\n"}:
                self.at += 1
                char = "" if self.line[self.at] == "\n" else self.line[self.at]
            kept.append(char)
            self.at += 1
        if self.at >= len(self.line):
            raise LineRefused('A `"` is opened and never closed.', "Close it where the text ends.")
        self.at += 1
        return "".join(kept)

    def _plain(self, char: str, start: int) -> None:
        """Refuse what is an operator to a shell when it stands outside quotes."""
        if char in "$`":
            self._substitution(char)
        if char == ";":
            raise LineRefused("`;` would run a second line, and one is run at a time.", self._before(self.at))
        if char == "&" and self.line[self.at + 1 : self.at + 2] != ">":
            what = (
                "`&&` would run a second line"
                if self.line.startswith("&&", self.at)
                else "`&` would leave the line running"
            )
            raise LineRefused(f"{what}, and one is run at a time.", self._before(self.at))
        if char in "<>&":
            self._redirection()
        if char in "()":
            raise LineRefused(
                "`(` and `)` stand for a subshell, and none is used here.", "Put them in quotes if they are meant."
            )
        if char == "~" and self.at == start:
            raise LineRefused(
                "`~` stands for somebody's home directory, and there is none here.", "Put it in quotes if it is meant."
            )

    def _substitution(self, char: str) -> None:
        following = self.line[self.at + 1 : self.at + 2]
        if char == "`" or following == "(":
            raise LineRefused(
                f"{'`$(`' if char == '$' else 'A backtick'} would run another line inside this one.",
                "Run that one first and write down what it prints; in a runbook, `foreach:` does it.",
            )
        if following.isalnum() or following in set("{'\"_?$@*#!-"):
            raise LineRefused(
                "`$` stands for a variable, and there are none.",
                "Write its value, or put it in single quotes if it is meant.",
            )

    def _redirection(self) -> None:
        if gap := _GAP.match(self.line, self.at):
            raise LineRefused(f"`{gap[0]}` is a gap to fill in.", "Write the real name in its place.")
        begin = max(self.line.rfind(blank, 0, self.at) for blank in " \t\n|") + 1
        if not self.line[begin : self.at].isdigit():
            begin = self.at
        found = _REDIRECTION.match(self.line, self.at)
        rest = self.line[found.end() :] if found else ""
        without = self.line[:begin].strip() + (f" {rest.strip()}" if rest[:1] in {" ", "|"} else "")
        raise LineRefused(
            "`<` and `>` would read or write files, and there are none; errors are shown apart from the output.",
            "Put it in quotes if it is meant." if re.search(r"[<>]", without) else f"Run `{without}`.",
        )

    def _expansions(self, bare: str, written: str) -> None:
        """Refuse file patterns and brace lists, which a shell would replace, where they stand unquoted."""
        if _BRACES.search(bare):
            raise LineRefused(f"A shell would take `{written}` apart at its braces.", f"Write `{_single(written)}`.")
        looks_like_value = bare.startswith("-") or "=" in bare or "{" in bare
        if not looks_like_value and re.search(r"[*?\[]", bare):
            raise LineRefused(
                f"`{written}` is a pattern for file names, and there are no files.", f"Write `{_single(written)}`."
            )

    def _before(self, at: int) -> str:
        before = self.line[:at].strip()
        return f"Run `{before}`." if before and "\n" not in before else ""

    def _without(self, at: int) -> str:
        return f"Run `{self.line[:at]}{self.line[at + 1 :]}`."


def _single(written: str) -> str:
    plain = re.sub(r"['\"\\]", "", written)
    return f"'{plain}'"
