"""What SQL may change: which statements and functions only read, and how a chosen value is put into a text of SQL."""

import re
from collections.abc import Iterator, Mapping
from itertools import pairwise

from runbooks.lines.refusal import LineRefused
from runbooks.postgres.tokens import Statement, Token, statements, tokens

_PLACEHOLDER = re.compile(r"\{([a-z][a-z0-9_]*)\}")
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
READS = {"select", "with", "values", "table", "show", "explain", "copy"}
_INSIDE = {"insert", "update", "delete", "merge"}
_ANALYZES = {"analyze", "analyse"}
_ALONE = re.compile(
    r"vacuum|alter system|(?:create|drop) (?:database|tablespace|subscription)"
    r"|(?:create (?:unique )?|drop )index concurrently"
    r"|reindex(?: \(.*?\))? (?:database|system|\w+ concurrently)|(?:commit|rollback) prepared|discard all"
)
"""What runs in no transaction: PostgreSQL's PreventInTransactionBlock."""
_LOCKS = re.compile(r"\bfor (?:no key update|key share|update|share)\b")
_SERVERS = re.compile(
    r"""pg_(?!\w*_reset$)(?:
    (?:stat_)?get_\w+ | statio?_get_\w+ | show_\w+ | options_to_table | (?:hba_file_rules|ident_file_mappings)
    | \w+_(?:size|is_visible|is_updatable|is_publishable|has_property|privilege) | size_(?:pretty|bytes) | relpages
    | is_\w+ | has_role | last_\w+ | current_(?:wal|xlog|snapshot|logfile|xact_id)\w* | control_\w+
    | (?:wal_lsn|xlog_location)_diff | (?:split_)?(?:wal|xlog)file\w*name\w* | lsn_\w+ | xact_\w+ | snapshot_\w+
    | visible_in_snapshot | (?:safe_snapshot_)?blocking_pids | lock_status | backend_pid | postmaster_start_time
    | conf_load_time | sleep(?:_for|_until)? | typeof | basetype | collation_\w+ | database_collation_actual_version
    | char_to_encoding | encoding_to_char | client_encoding | describe_object | identify_object\w*
    | relation_file\w+ | filenode_relation | tablespace_(?:location|databases) | timezone_\w+ | trigger_depth
    | my_temp_schema | listening_channels | notification_queue_usage | partition_\w+ | prepared_(?:xact|statement)
    | cursor | sequence_(?:last_value|parameters) | settings_get_flags | stat_have_stats | stat_clear_snapshot
    | stat_statements(?:_info)? | stat_kcache\w* | wait_sampling_get_\w+ | qualstats\w* | config | available_\w+
    | input_\w+ | jit_available | numa_available | column_\w+ | extension_update_paths | wal_summary_contents
    | replication_origin_(?:oid|progress|session_is_setup|session_progress) | buffercache_(?:pages|summary|usage_counts)
    | freespace | visibility(?:_map(?:_summary)?)? | ls_(?:wal|log|tmp|archive_status|replslot)dir
    )""",
    re.VERBOSE,
)
"""Of PostgreSQL's own functions, the `pg_…`, those that read: what pg_monitor may call, sizes, names, states."""
_ACTS = re.compile(
    r"""
    nextval | setval | set_config | lo_\w+ | loread | lowrite | brin_\w+ | gin_clean_\w+ | binary_upgrade_\w+
    | dblink\w* | postgres_fdw_\w+ | (?:query|cursor|table|schema|database)_to_xml\w* | ts_stat | ts_rewrite
    | crosstab\w* | connectby | xpath_table | run_command_on_\w+ | invoke | query_export_to_\w+
    | http(?:_(?:get|post|put|patch|delete|head))?
    """,
    re.VERBOSE,
)
"""Others that act, reach another server, or run SQL out of a text."""


def changing(sql: str) -> str:
    """Say what in this SQL may change something, in a few words; empty when it only reads. Raises LineRefused."""
    return next((found for one in statements(sql) if (found := _changes(one))), "")


def _changes(one: Statement) -> str:
    words = one.words
    if one.verb not in READS:
        return f"`{(one.verb or one.text[:20]).upper()}`"
    if one.verb == "copy" and not to_stdout(one):
        return "`COPY` to or from a file"
    runs = one.verb != "explain" or any(token.text.strip('"').lower() in _ANALYZES for token in one.tokens)
    if one.verb == "explain" and runs and (inner := _explained(words)):
        return f"`EXPLAIN ANALYZE {inner.upper()}`"
    if coded := next((token.text for token in one.tokens if token.kind == "coded"), ""):
        return f"the encoded name `{coded[:20]}`"
    for name in one.calls:
        if _ACTS.fullmatch(name) or (name.startswith("pg_") and not _SERVERS.fullmatch(name)):
            return f"`{name}()`"
    return _written(words) if runs else ""


def _written(words: tuple[str, ...]) -> str:
    """Say what a query would write or lock on its way."""
    for at, (before, word) in enumerate(pairwise(words)):
        # A SET in what reads ends `WITH … SEARCH` and `CYCLE`, behind which the statement itself stands.
        if word in _INSIDE and (before in {"(", ")"} or "set" in words[: at + 1]):
            return f"`{word.upper()}`"
    locks = _LOCKS.search(" ".join(words))
    return f"`{locks[0].upper()}`" if locks else "`SELECT INTO`" if "into" in words else ""


def to_stdout(one: Statement) -> bool:
    """Whether a COPY says `TO STDOUT` behind its table or its query."""
    return _way(one) == ("to", "stdout")


def from_stdin(one: Statement) -> bool:
    """Whether a statement is a COPY that waits for rows from somewhere else."""
    return one.verb == "copy" and _way(one) == ("from", "stdin")


def _way(one: Statement) -> tuple[str, str]:
    """Return a COPY's `TO` or `FROM`, and the word behind it."""
    depth, before = 0, ""
    for token in one.tokens:
        depth += (token.text == "(") - (token.text == ")")
        text = token.text.lower() if token.kind == "word" else ""
        if not depth and before in {"to", "from"}:
            return before, text
        before = text if not depth else ""
    return "", ""


def _explained(words: tuple[str, ...]) -> str:
    """Return the verb that an EXPLAIN ANALYZE would run, if that is none that reads."""
    verbs = (
        word for word in words[1:] if word in READS | _INSIDE | {"create", "execute", "declare", "refresh", "call"}
    )
    inner = next(verbs, "")
    return inner if inner not in READS else ""


def must_be_alone(sql: str) -> None:
    """Refuse SQL that PostgreSQL takes in no transaction beside other statements, which are one transaction."""
    every = statements(sql)
    found = next((begun for one in every if (begun := _ALONE.match(" ".join(one.words)))), None)
    if found and len(every) > 1:
        raise LineRefused(
            f"`{found[0].upper()}` runs in no transaction, and several statements are one.",
            "Write it behind a `-c` of its own, or as a mitigation of its own.",
        )


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
    filled = "".join(_pieces(sql, values))
    if _escaping(filled) != _escaping(sql):
        raise LineRefused("A chosen value cannot stand in an `E'…'` or a `U&\"…\"`.", "Put it between plain quotes.")
    return filled


def _escaping(sql: str) -> list[str]:
    """List the texts in which a backslash says something, also those that go on in the next line."""
    return [token.text for token in tokens(sql) if token.kind in {"escaped", "coded"}]


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


__all__ = ["Statement", "changing", "filled_in", "from_stdin", "must_be_alone", "must_read", "statements", "to_stdout"]
