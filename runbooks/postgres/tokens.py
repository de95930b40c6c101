"""SQL taken apart as PostgreSQL does: its tokens, and where one statement ends.

The rules are those of PostgreSQL's src/backend/parser/scan.l, kept to the letter: what was a text here and a statement
there would run unseen. A comment ends at a carriage return, too; a text of `E'…'` goes on in the next line.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from runbooks.lines.refusal import LineRefused
from runbooks.postgres import psql_commands

_LETTER = r"[A-Za-z_\x80-\U0010ffff]"
_MORE = r"[A-Za-z0-9_\x80-\U0010ffff]"
_NEXT_LINE = r"(?:[ \t\f\v]|--[^\n\r]*+)*+[\n\r](?:[ \t\f\v\n\r]|--[^\n\r]*+[\n\r])*+"
_TOKEN = re.compile(
    rf"""
    (?P<blank>[ \t\f\v\n\r]+|--[^\n\r]*)
    |(?P<comment>/\*)
    |(?P<escaped>[eE]'(?:[^'\\]|\\.|'')*+'(?:{_NEXT_LINE}'(?:[^'\\]|\\.|'')*+')*)
    |(?P<text>'(?:[^']|'')*+')
    |(?P<coded>[uU]&"(?:[^"]|"")*+")
    |(?P<name>"(?:[^"]|"")*+")
    |(?P<dollar>\$(?:{_LETTER}{_MORE}*)?\$)
    |(?P<word>{_LETTER}(?:{_MORE}|\$)*)
    |(?P<number>\d[\d_]*(?:\.[\d_]*)?(?:[eE][+-]?\d+)?)
    |(?P<other>.)
    """,
    re.VERBOSE | re.DOTALL,
)


@dataclass(frozen=True)
class Token:
    """A piece of SQL; `kind` is a group of the grammar above, `coded` a name as `U&"…"`."""

    kind: str
    text: str
    at: int


@dataclass(frozen=True)
class Statement:
    """One statement, and where it begins in the whole text; its tokens are without blanks and comments."""

    text: str
    at: int
    tokens: tuple[Token, ...] = ()

    @property
    def verb(self) -> str:
        """Its first word: `select`; what stands in parentheses is looked into: `(SELECT 1) UNION …`."""
        first = next((one for one in self.tokens if one.text != "("), None)
        return first.text.lower() if first is not None and first.kind == "word" else ""

    @property
    def words(self) -> tuple[str, ...]:
        """Its words outside quotes and comments, in small letters, with `(` and `)`."""
        return tuple(one.text.lower() for one in self.tokens if one.kind == "word" or one.text in "()")

    @property
    def calls(self) -> tuple[str, ...]:
        """What stands before a `(`, or behind the `.` of a value (`(pid).f`) or an alias (`x.f`), in small letters."""
        names = [one.text.strip('"').lower() for one in self.tokens]
        signs = [*(one.text for one in self.tokens[1:]), ""]
        # A schema is always followed by a dot; an alias stands without one where it is given.
        values = {")", "]", *(name for name, sign in zip(names, signs, strict=True) if sign != ".")}
        dotted = zip(names, signs, names[2:], strict=False)
        return (
            *(name for name, sign in zip(names, signs, strict=True) if sign == "("),
            *(name for before, sign, name in dotted if sign == "." and before in values),
        )


def tokens(sql: str) -> Iterator[Token]:
    """Take SQL apart; comments come as `blank`. Raises LineRefused for what is opened and never closed."""
    at = 0
    while at < len(sql):
        found = _TOKEN.match(sql, at)
        kind, end = ("other", at + 1) if found is None else (found.lastgroup or "other", found.end())
        if found is not None and kind == "dollar":
            end = _closed(sql, found["dollar"], end)
        elif kind == "comment":
            kind, end = "blank", _comment(sql, at)
        elif kind == "other" and sql[at] in "'\"":
            raise LineRefused(f"A `{sql[at]}` in the SQL is opened and never closed.", "Close it where the text ends.")
        yield Token(kind, sql[at:end], at)
        at = end


def _closed(sql: str, tag: str, start: int) -> int:
    end = sql.find(tag, start)
    if end < 0:
        raise LineRefused(f"A `{tag}` in the SQL is opened and never closed.", "Close it where the text ends.")
    return end + len(tag)


def _comment(sql: str, start: int) -> int:
    depth = 0
    for found in re.compile(r"/\*|\*/").finditer(sql, start):
        depth += 1 if found[0] == "/*" else -1
        if not depth:
            return found.end()
    raise LineRefused("A `/*` in the SQL is opened and never closed.", "Close it with `*/`.")


def statements(sql: str) -> tuple[Statement, ...]:
    """Split at the semicolons that end a statement; raises LineRefused when there is none, or a psql command."""
    found: list[Statement] = []
    held: list[Token] = []
    depth = 0
    for token in (*tokens(sql), Token("other", ";", len(sql))):
        depth += (token.text == "(") - (token.text == ")")
        if token.kind == "other" and token.text == ";" and (depth <= 0 or token.at == len(sql)):
            found += _statement(sql, held, token.at)
            held, depth = [], 0
        elif token.kind != "blank":
            held.append(token)
    if not found:
        raise LineRefused("There is no SQL to run.", "For example `SELECT count(*) FROM pg_stat_activity`.")
    return tuple(found)


def _statement(sql: str, held: list[Token], end: int) -> list[Statement]:
    if not held:
        return []
    if (at := next((one.at for one in held if one.text == "\\"), None)) is not None:
        raise psql_commands.refused(sql[at:end].split(maxsplit=1)[0])
    last = held[-1]
    return [Statement(sql[held[0].at : last.at + len(last.text)], held[0].at, tuple(held))]


__all__ = ["Statement", "Token", "statements", "tokens"]
