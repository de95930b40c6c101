"""SQL as text: where one statement ends, whether it only reads, and how a chosen value is put into it.

The lexical rules are PostgreSQL's: https://www.postgresql.org/docs/current/sql-syntax-lexical.html
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from runbooks.lines.refusal import LineRefused

_TOKEN = re.compile(
    r"""
    (?P<blank>\s+|--[^\n]*)
    |(?P<comment>/\*)
    |(?P<escaped>[eE]'(?:[^'\\]|\\.|'')*')
    |(?P<text>'(?:[^']|'')*')
    |(?P<name>"(?:[^"]|"")*")
    |(?P<dollar>\$(?P<tag>[A-Za-z_\x80-\U0010ffff]\w*)?\$)
    |(?P<word>[A-Za-z_\x80-\U0010ffff][\w$]*)
    |(?P<number>\d[\d.eE_]*)
    |(?P<other>.)
    """,
    re.VERBOSE | re.DOTALL,
)
_PLACEHOLDER = re.compile(r"\{([a-z][a-z0-9_]*)\}")
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
READS = {"select", "with", "values", "table", "show", "explain", "copy"}
ACTS = {
    "pg_terminate_backend", "pg_cancel_backend", "pg_reload_conf", "pg_rotate_logfile", "pg_promote", "pg_switch_wal",
    "pg_create_restore_point", "pg_backup_start", "pg_backup_stop", "pg_start_backup", "pg_stop_backup",
    "pg_wal_replay_pause", "pg_wal_replay_resume", "pg_log_backend_memory_contexts", "pg_logical_emit_message",
    "pg_create_physical_replication_slot", "pg_create_logical_replication_slot", "pg_drop_replication_slot",
    "pg_replication_slot_advance", "pg_logical_slot_get_changes", "pg_stat_reset", "pg_stat_reset_shared",
    "pg_stat_reset_slru", "pg_stat_reset_single_table_counters", "pg_stat_statements_reset", "pg_advisory_lock",
    "pg_advisory_lock_shared", "pg_try_advisory_lock", "pg_notify", "setval", "nextval", "set_config", "lo_import",
    "lo_export", "lo_create", "lo_unlink", "lo_put", "dblink", "dblink_exec", "dblink_connect", "pg_export_snapshot",
}  # fmt: skip
FILES = {"pg_read_file", "pg_read_binary_file", "pg_ls_dir", "pg_stat_file", "pg_ls_logdir", "pg_ls_waldir"}
_ALIKE = re.compile(r"dblink\w*|pg_stat_reset\w*|query_to_xml\w*|ts_stat|pg_(?:try_)?advisory_\w*lock\w*|pg_ls_\w*dir")
"""Further names of such functions, and those that run SQL out of a text."""
_INSIDE = {"insert", "update", "delete", "merge"}


@dataclass(frozen=True)
class Token:
    """A piece of SQL; `kind` is a group of the grammar above."""

    kind: str
    text: str
    at: int


@dataclass(frozen=True)
class Statement:
    """One statement, and where it begins in the whole text."""

    text: str
    at: int
    tokens: tuple[Token, ...] = ()

    @property
    def verb(self) -> str:
        """Its first word: `select`."""
        return next((one.text.lower() for one in self.tokens if one.kind == "word"), "")

    @property
    def words(self) -> tuple[str, ...]:
        """Its words outside quotes and comments, in small letters, with `(` and `)`."""
        return tuple(one.text.lower() for one in self.tokens if one.kind == "word" or one.text in "()")

    @property
    def calls(self) -> tuple[str, ...]:
        """What stands before a `(`, without quotes and in small letters."""
        pairs = zip(self.tokens, self.tokens[1:], strict=False)
        return tuple(one.text.strip('"').lower() for one, after in pairs if after.text == "(")


def tokens(sql: str) -> Iterator[Token]:
    """Take SQL apart; comments come as `blank`. Raises LineRefused for what is opened and never closed."""
    at = 0
    while at < len(sql):
        found = _TOKEN.match(sql, at)
        kind, end = ("other", at + 1) if found is None else (found.lastgroup or "other", found.end())
        if found is not None and kind in {"dollar", "tag"}:
            kind, end = "dollar", _closed(sql, found["dollar"], found.end())
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
    if held[0].text == "\\":
        command = sql[held[0].at : end].split(maxsplit=1)[0]
        raise LineRefused(f"`{command}` is a command of psql's own.", "Write the query that it would send.")
    last = held[-1]
    return [Statement(sql[held[0].at : last.at + len(last.text)], held[0].at, tuple(held))]


def changing(sql: str) -> str:
    """Say what in this SQL may change something, in a few words; empty when it only reads. Raises LineRefused."""
    return next((found for one in statements(sql) if (found := _changes(one))), "")


def _changes(one: Statement) -> str:
    words = one.words
    if one.verb not in READS:
        return f"`{(one.verb or one.text[:20]).upper()}`"
    if one.verb == "copy" and not ("to" in words and "stdout" in words and "program" not in words):
        return "`COPY` to or from a file"
    for name in one.calls:
        if name in ACTS | FILES or _ALIKE.fullmatch(name):
            return f"`{name}()`"
    for before, word in zip(("", *words[:-1]), words, strict=True):
        if before == "(" and word in _INSIDE:
            return f"`{word.upper()}`"
    return ""


def must_read(sql: str) -> None:
    """Refuse SQL that may change something, where only reading is wanted."""
    if found := changing(sql):
        raise LineRefused(
            f"A diagnostic only reads, and {found} may do more.", "Make it a mitigation, or leave it out."
        )


def filled_in(sql: str, values: Mapping[str, str]) -> str:
    """Put values into SQL as values: inside quotes escaped, elsewhere a number or a quoted text, never as SQL."""
    if not values or not _PLACEHOLDER.search(sql):
        return sql
    return "".join(_pieces(sql, values))


def _pieces(sql: str, values: Mapping[str, str]) -> Iterator[str]:
    at = 0
    for token in (*tokens(sql), None):
        if token is not None and token.kind in {"text", "name", "escaped", "dollar", "blank"}:
            yield from (_bare(sql[at : token.at], values), _quoted(token, values))
            at = token.at + len(token.text)
    yield _bare(sql[at:], values)


def _bare(text: str, values: Mapping[str, str]) -> str:
    def value(found: re.Match[str]) -> str:
        given = values.get(found[1])
        if given is None:
            return found[0]
        if _NUMBER.fullmatch(given):
            return f"({given})" if given.startswith("-") else given
        return "'" + given.replace("'", "''") + "'"

    return _PLACEHOLDER.sub(value, text)


def _quoted(token: Token, values: Mapping[str, str]) -> str:
    if token.kind == "blank" or not (set(_PLACEHOLDER.findall(token.text)) & set(values)):
        return token.text
    if token.kind in {"escaped", "dollar"}:
        raise LineRefused(f"A chosen value cannot stand in `{token.text[:20]}`.", "Put it between plain quotes.")
    quote = token.text[0]
    return _PLACEHOLDER.sub(lambda found: values.get(found[1], found[0]).replace(quote, quote * 2), token.text)


__all__ = ["Statement", "changing", "filled_in", "must_read", "statements"]
