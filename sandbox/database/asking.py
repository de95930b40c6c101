"""One statement, answered: queries over what there is, and the few commands that responders give beside them."""

import csv
import io
import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from sandbox.database.answers import Answer, Cell, Complaint, Session
from sandbox.database.contents import SETTINGS
from sandbox.database.reading import place, read, refused

READS = {"select", "with", "values", "table"}
CHANGES = {
    "insert", "update", "delete", "merge", "create", "alter", "drop", "truncate", "grant", "revoke", "reindex",
    "cluster", "refresh", "lock", "call", "do", "checkpoint", "comment", "import",
}  # fmt: skip
COPY = re.compile(
    r"\s*copy\s+(?:\((?P<query>.*)\)|(?P<table>\w+))\s+to\s+(?P<to>stdout|'[^']*')(?P<how>.*)",
    re.IGNORECASE | re.DOTALL,
)
EXPLAIN = re.compile(
    r"\s*explain\s*(?:\((?P<listed>[^)]*)\)|(?P<plain>(?:analyze\b|verbose\b|\s)*))\s*(?P<query>.*)",
    re.IGNORECASE | re.DOTALL,
)
ESCAPED = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


def ask(statement: str, session: Session) -> Answer:
    """Answer one statement. Raises Complaint."""
    session.notices = []
    found = re.match(r"[\s(]*(\w+)", statement)
    word = found[1].lower() if found else ""
    if word in READS:
        columns, rows = read(statement, session)
        return Answer(f"SELECT {len(rows)}", columns, rows, tuple(session.notices))
    if word in COMMANDS:
        return COMMANDS[word](statement, session)
    if word in CHANGES:
        raise refused(word, session)
    raise Complaint("42601", f'syntax error at or near "{word or statement.strip()[:1]}"', place(word, statement))


def copied(statement: str, session: Session) -> tuple[str, Answer] | None:
    """Give what a COPY … TO STDOUT sends and its answer; None for any other statement. Raises Complaint."""
    found = COPY.match(statement)
    if found is None or found["to"].lower() != "stdout":
        return None
    session.notices = []
    columns, rows = read(found["query"] or f"SELECT * FROM {found['table']}", session)
    how = found["how"].lower()
    heads = [[name for name, _ in columns]] if re.search(r"\bheader\b(?!\s*(?:false|off))", how) else []
    every: list[Sequence[Cell]] = [*heads, *rows]
    text = as_csv(every) if "csv" in how else "".join(f"{_line(row)}\n" for row in every)
    return text, Answer(f"COPY {len(rows)}", columns, notices=tuple(session.notices))


def as_csv(rows: Sequence[Sequence[Cell]]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    return out.getvalue()


def _line(row: Sequence[Cell]) -> str:
    return "\t".join("\\N" if cell is None else cell.translate(ESCAPED) for cell in row)


def _copy(statement: str, session: Session) -> Answer:
    """Copy into a file of the server's own, which nobody sees here."""
    found = COPY.match(statement)
    if found is None:
        raise Complaint("0A000", "the pretend database copies to stdout or a file alone")
    _, rows = read(found["query"] or f"SELECT * FROM {found['table']}", session)
    return Answer(f"COPY {len(rows)}")


def _show(statement: str, session: Session) -> Answer:
    name = statement.rsplit(maxsplit=1)[-1].lower()
    value = SETTINGS.get(name) if name != "max_connections" else str(session.database.limit)
    if value is None:
        raise Complaint("42704", f'unrecognized configuration parameter "{name}"')
    return Answer("SHOW", ((name, "text"),), [[value]])


def _vacuum(statement: str, session: Session) -> Answer:
    if session.read_only:
        raise refused("VACUUM", session)
    tables = session.database.tables
    named = [name for name in re.findall(r"\w+", statement.lower()) if name in tables]
    told = tuple(f'INFO:  vacuuming "app.public.{name}"' for name in named or sorted(tables))
    if session.acts:
        session.database.vacuum(named or list(tables), session.now)
    return Answer("VACUUM", notices=told if "verbose" in statement.lower() else ())


def _explain(statement: str, session: Session) -> Answer:
    """Explain a query over one table: each is read from end to end, for that is what is wrong with it."""
    found = EXPLAIN.match(statement)
    query, how = (found["query"], (found["listed"] or found["plain"] or "").lower()) if found else ("", "")
    name = re.search(r"\bfrom\s+(\w+)", query, re.IGNORECASE)
    table = session.database.tables.get(name[1].lower()) if name else None
    runs = re.search(r"\banalyze\b(?!\s*(?:false|off|0))", how) is not None
    _, rows = read(query, replace(session, acts=session.acts and runs))
    every = table.rows if table else len(rows)
    about = f" on {name[1].lower()}" if name else ""
    node = f"Seq Scan{about}" if name else "Result"
    ran = f" (actual time=0.011..{every * 2e-4 + 0.02:.3f} rows={len(rows)} loops=1)" if runs else ""
    lines = [f"{node}  (cost=0.00..{every * 0.014 + 10:.2f} rows={every} width=48){ran}"]
    if where := re.search(
        r"\bwhere\s+(.*?)(?:(?<=\S)\s+(?:order|group|limit)\b.*)?$", query, re.IGNORECASE | re.DOTALL
    ):
        lines.append(f"  Filter: ({where[1].strip()})")
    if by := re.search(r"\border\s+by\s+(.*?)(?:(?<=\S)\s+limit\b.*)?$", query, re.IGNORECASE | re.DOTALL):
        cost = every * 0.016 + 10
        head = f"Sort  (cost={cost:.2f}..{cost:.2f} rows={every} width=48){ran}"
        lines = [head, f"  Sort Key: {by[1].strip()}", f"  ->  {lines[0]}", *(f"      {one}" for one in lines[1:])]
    if runs:
        lines += ["Planning Time: 0.094 ms", f"Execution Time: {every * 2e-4 + 0.05:.3f} ms"]
    return Answer("EXPLAIN", (("QUERY PLAN", "text"),), [[line] for line in lines])


def _tagged(tag: str) -> Callable[[str, Session], Answer]:
    return lambda _statement, _session: Answer(tag)


COMMANDS: dict[str, Callable[[str, Session], Answer]] = {
    "copy": _copy, "show": _show, "vacuum": _vacuum, "explain": _explain, "analyze": _tagged("ANALYZE"),
    "set": _tagged("SET"), "reset": _tagged("RESET"), "discard": _tagged("DISCARD ALL"),
    "begin": _tagged("BEGIN"), "start": _tagged("START TRANSACTION"), "commit": _tagged("COMMIT"),
    "end": _tagged("COMMIT"), "rollback": _tagged("ROLLBACK"), "abort": _tagged("ROLLBACK"),
}  # fmt: skip
