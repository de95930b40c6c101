"""A line read whole, by a shell's own grammar: its commands, and what around them is understood; the rest is refused.

Understood are pipes, `2>&1`, `2>/dev/null`, a last `> name`, a last `|| echo text`, declared `$NAME`s and
`PGPASSWORD=… psql`; `runbooks.lines.pipes` reads loops. Nothing is ever given to a shell.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from runbooks.lines.openings import NEEDS_SHELL, begins
from runbooks.lines.redirections import Streams, streams, teed
from runbooks.lines.refusal import LineRefused
from runbooks.lines.tokens import Token, plain, tokens

MAX_LINE = 4000
_INVISIBLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\xa0\xad\u1680\u180e\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\ufeff\ufff0-\ufffb"
    "\ud800-\udfff\U000e0000-\U000e007f]"
)
_ASSIGNMENT = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(?:\[[^\]]*\])?\+?=")
_ORDER = re.compile(r"(?:LC_[A-Z]+|LANG|LANGUAGE|TZ)=")
_FOR_DATABASES = re.compile(r"PG[A-Z]+=")
_SECOND = {
    ";": "`;` would run a second line, and one is run at a time.",
    ";;": "`;;` belongs to a `case`, and one line is run at a time.",
    "&&": "`&&` would run a second line, and one is run at a time.",
    "&": "`&` would leave the line running, and one is run at a time.",
    "\n": "These are several lines, and one is run at a time.",
}


_WHILE = re.compile(
    r"\|\s*+while\s++(?:IFS=\S*+\s++)?read\s++(?:-r\s++)?(?P<names>[\w \t]++)[;\n]\s*+do\s++(?P<body>.*)done\s*+\Z",
    re.DOTALL,
)


@dataclass(frozen=True)
class Line:
    """What was read. `commands` are the words of each piped command; the rest is described at `pipes.Pipeline`."""

    commands: tuple[tuple[str, ...], ...]
    assignments: tuple[tuple[str, str], ...] = ()
    streams: Streams = field(default_factory=Streams)
    otherwise: str | None = None


def pipeline(text: str, variables: Mapping[str, str] | None = None) -> tuple[tuple[str, ...], ...]:
    """Read one line into the words of its piped commands, or raise LineRefused."""
    return read_line(text, variables or {}).commands


def checked_text(text: str) -> str:
    """Return the text of a line, or raise LineRefused for one that is empty, too long or not what it seems."""
    line = text.strip(" \t\r\n").replace("\r\n", "\n")
    if not line:
        raise LineRefused("There is nothing to run.", "Try `kubectl get pods`.")
    if len(line) > MAX_LINE:
        raise LineRefused(f"The line has {len(line):,} characters.", f"Keep it under {MAX_LINE:,}.")
    if strange := _INVISIBLE.search(line):
        raise LineRefused(f"The line holds an invisible character, U+{ord(strange[0]):04X}.", "Type it anew.")
    return line


def read_line(text: str, variables: Mapping[str, str]) -> Line:
    """Read one line; `variables` are what `$NAME` may stand for, each one part of one word. Raises LineRefused."""
    line = checked_text(text)
    if (first := line.split(None, 1)[0]) in NEEDS_SHELL:
        begins((first,), line)
    if loop := _WHILE.search(line):
        raise LineRefused("`while read` needs a shell, and none is used here.", _as_loop(line[: loop.start()], loop))
    return _Grammar(line, _without_breaks(tokens(line, variables))).read()


def _as_loop(listing: str, loop: re.Match[str]) -> str:
    """Write `… | while read x; do kubectl …; done` as the loop that is understood."""
    if "kubectl" not in loop["body"]:
        return f"Run `{listing.strip()}`."
    names, body = loop["names"].strip(), loop["body"].rstrip(" \t\n;")
    if " " in names:
        return "In a runbook, `foreach:` repeats a line for each word that another prints."
    return f"Write `for {names} in $({listing.strip()}); do {body}; done`."


def _without_breaks(found: list[Token]) -> list[Token]:
    """Leave out newlines at the ends and after a `|` or `||`, and a last `;`."""
    kept: list[Token] = []
    for token in found:
        if token.text == "\n" and token.kind == "operator" and (not kept or _continues(kept[-1])):
            continue
        kept.append(token)
    while kept and kept[-1].kind == "operator" and kept[-1].text in {"\n", ";"}:
        kept.pop()
    if not kept:
        raise LineRefused("There is nothing to run.", "Try `kubectl get pods`.")
    return kept


def _continues(token: Token) -> bool:
    return token.kind == "operator" and token.text in {"|", "||", "|&"}


class _Grammar:
    """One reading of one line's tokens."""

    def __init__(self, line: str, found: Sequence[Token]) -> None:
        self.line = line
        self.tokens = found

    def read(self) -> Line:
        rest, otherwise = self._otherwise()
        pieces = self._pieces(rest)
        assignments, commands, redirections = [], [], []
        for index, piece in enumerate(pieces):
            set_, words, streams_ = self._command(piece, first=index == 0)
            assignments += set_
            commands.append(words)
            redirections.append(streams_)
        begins(commands[0], self.line)
        going = streams(redirections, self._without_redirections(rest))
        if len(commands) > 1 and commands[-1][0] == "tee" and not (going.silent or going.save_as):
            going, commands[-1] = replace(going, save_as=teed(commands[-1])), ("cat",)
        return Line(tuple(commands), tuple(assignments), going, otherwise)

    def _otherwise(self) -> tuple[Sequence[Token], str | None]:
        for index, token in enumerate(self.tokens):
            if token.kind != "operator" or token.text in {"|", "|&"}:
                continue
            if token.text != "||":
                raise LineRefused(_SECOND[token.text], self._before(token) or self._after(token))
            said = self.tokens[index + 1 :]
            text = _echoed(said)
            if text is None or not index:
                raise LineRefused(
                    '`||` would run a second line when the first fails; only `|| echo "text"` is understood.',
                    self._before(token),
                )
            return self.tokens[:index], text
        return self.tokens, None

    def _pieces(self, rest: Sequence[Token]) -> list[list[Token]]:
        pieces: list[list[Token]] = [[]]
        for token in rest:
            if token.kind != "operator":
                pieces[-1].append(token)
                continue
            if not pieces[-1]:
                raise LineRefused("Nothing stands before a `|`.")
            if token.text == "|&":
                pieces[-1] += [
                    Token("redirection", ">&", token.start, token.end, file_descriptor="2"),
                    Token("word", "1", token.start, token.end, "1"),
                ]
            pieces.append([])
        if not pieces[-1]:
            raise LineRefused("Nothing stands after the last `|`.", self._before(rest[-1]))
        return pieces

    def _command(
        self, piece: Sequence[Token], *, first: bool
    ) -> tuple[list[tuple[str, str]], tuple[str, ...], list[tuple[Token, Token]]]:
        words: list[Token] = []
        redirections: list[tuple[Token, Token]] = []
        waiting: Token | None = None
        for token in piece:
            if waiting is not None:
                if token.kind != "word":
                    break
                redirections.append((waiting, token))
                waiting = None
            elif token.kind == "redirection":
                waiting = token
            else:
                words.append(token)
        if waiting is not None:
            raise LineRefused(f"Nothing stands after `{waiting.text}`.", self._before(waiting))
        count = next((index for index, word in enumerate(words) if not _ASSIGNMENT.match(word.bare)), len(words))
        assignments = self._assignments(words[:count], words[count:], first=first)
        if not words[count:]:
            raise LineRefused("Nothing stands beside a `|` or a `>`.", "Write the line that prints something.")
        self._patterns(words[count:])
        return assignments, tuple(word.text for word in words[count:]), redirections

    def _assignments(self, found: Sequence[Token], words: Sequence[Token], *, first: bool) -> list[tuple[str, str]]:
        kept = [token for token in found if not _ORDER.match(token.bare)]
        databases = bool(words) and words[0].text in {"psql", "pg_dump", "pg_isready"} and first
        for token in kept:
            if not (databases and _FOR_DATABASES.match(token.bare)):
                rest = self.line[words[0].start :] if words and first else ""
                raise LineRefused(
                    f"`{token.text.partition('=')[0]}=` would set a variable, and none lives on.",
                    f"Run `{rest}`." if rest and "\n" not in rest else "A runbook declares its values.",
                )
        return [(name, value) for name, _, value in (token.text.partition("=") for token in kept)]

    def _patterns(self, words: Sequence[Token]) -> None:
        """Refuse names of files with `*`, `?` or `[…]`. As a flag's or a key's value they stay as they are."""
        texts = [word.text for word in words]
        inside = texts.index("--") if "--" in texts else len(texts)
        for index, word in enumerate(words):
            written = self.line[word.start : word.end]
            if re.fullmatch(r"\[[A-Za-z]+(?:[ _-][A-Za-z]+)+\]|\[[a-z]{5,}\]|\[[A-Z_]{3,}\]", written):
                raise LineRefused(f"`{written}` is a gap to fill in.", "Write the real value in its place.")
            if word.pattern and index > inside:
                raise LineRefused(
                    f"`{written}` is a pattern for file names, and no shell is there to look for them: "
                    "it would reach the program as it stands, and mean nothing or the wrong thing.",
                    "Name the files, or let a program find them: `find /tmp -maxdepth 1 -name 'old-*'`.",
                )
            value = word.bare.startswith("-") or "=" in word.bare or "{" in word.bare or "://" in word.text
            value = value or (texts[0] == "jq" and word.bare.startswith("."))  # `.items[0]` reaches it as it stands
            if word.pattern and not value:
                raise LineRefused(
                    f"`{written}` is a pattern for file names, and there are no files.", f"Write `{plain(written)}`."
                )

    def _before(self, token: Token) -> str:
        before = self.line[: token.start].strip()
        return f"Run `{before}`." if before and "\n" not in before and not before.startswith("cd ") else ""

    def _after(self, token: Token) -> str:
        after = self.line[token.end :].strip()
        return f"Run `{after}`." if after and "\n" not in after else ""

    def _without_redirections(self, rest: Sequence[Token]) -> str:
        kept: list[str] = []
        skip = False
        for token in rest:
            if token.kind == "redirection" or skip:
                skip = token.kind == "redirection"
                continue
            kept.append(self.line[token.start : token.end])
        return " ".join(kept)


def _echoed(said: Sequence[Token]) -> str | None:
    """Return the text of `echo "text"`, nothing for `true`, and None for any other line."""
    if not said or any(token.kind != "word" or token.pattern for token in said):
        return None
    words = [token.text for token in said]
    if words in (["true"], [":"]):
        return ""
    if words[0] != "echo" or (len(words) > 1 and re.fullmatch(r"-[neE]+", words[1])):
        return None
    return " ".join(words[1:])
