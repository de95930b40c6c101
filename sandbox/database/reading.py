"""A query, answered: SQLite works it out over what the pretend PostgreSQL holds at this moment."""

import contextlib
import itertools
import re
import sqlite3
from collections.abc import Callable, Sequence
from typing import Any

from sandbox.database import contents, dialect
from sandbox.database.answers import Cell, Complaint, Session
from sandbox.database.functions import TRUTHS, taught
from sandbox.database.state import Backend

TIMES = re.compile(r"\b(?:now|age|clock_timestamp)\s*\(|current_timestamp|interval", re.IGNORECASE)


class Moment(float):
    """A time; everything else with a fraction is a length of time or a plain number."""


class Amount(float):
    """A plain number with a fraction."""


class Truth(int):
    """True or false."""


CONVERTERS: dict[str, type] = {"timestamptz": Moment, "numeric": Amount, "bool": Truth}


def read(statement: str, session: Session) -> tuple[tuple[tuple[str, str], ...], list[list[Cell]]]:
    """Give the columns with their types, and the rows as text. Raises Complaint."""
    words = re.findall(r"\w+", dialect.unquoted(statement).lower())
    named = [name for name in contents.COLUMNS if name in words]
    for lock in session.database.locks():
        if lock.granted and lock.table in named:
            raise Complaint("57014", "canceling statement due to statement timeout")
    heads, rows = _worked_out(statement, named, session)
    names = [_name(head, statement) for head in heads]
    kinds = [_kind(name, [row[at] for row in rows], statement) for at, name in enumerate(names)]
    shown = [[_shown(cell, kind) for cell, kind in zip(row, kinds, strict=True)] for row in rows]
    return tuple(zip(names, kinds, strict=True)), shown


def _worked_out(statement: str, named: Sequence[str], session: Session) -> tuple[list[str], list[Sequence[Any]]]:
    """Let SQLite do it; gives the heads of the columns as SQLite has them, and the rows."""
    for name, kind in CONVERTERS.items():
        sqlite3.register_converter(name, kind)
    own = Backend(session.pid, "active", statement.strip(), session.now)
    with contextlib.closing(sqlite3.connect(":memory:", detect_types=sqlite3.PARSE_DECLTYPES)) as made:
        contents.laid(made, named, session.database, session.now, own)
        taught(made, session)
        try:
            cursor = made.execute(dialect.translated(statement))
            return [found[0] for found in cursor.description or ()], cursor.fetchall()
        except sqlite3.Error as problem:
            if str(problem) == "not authorized":
                found = re.search(r"\b(?:insert|update|delete|replace)\b", dialect.unquoted(statement), re.IGNORECASE)
                raise refused(found[0] if found else statement.split(maxsplit=1)[0], session) from None
            raise _complaint(str(problem), statement) from None
        except ValueError:
            raise Complaint("42804", "the parts of a query give one column different types") from None


def _name(text: str, statement: str) -> str:
    """Name a column as PostgreSQL does: after its function, its column, or not at all."""
    text = re.sub(r":\d+$", "", text)
    if f'"{text}"' in statement or re.fullmatch(r"\w+", text):
        return "?column?" if text.isdigit() else text if f'"{text}"' in statement else text.lower()
    if found := re.fullmatch(r"\"?[a-z_]\w*\"?\s*\.\s*\"?(\w+)\"?", text, re.IGNORECASE):
        return found[1].lower()
    if (found := re.match(r"(\w+)\s*\(", text)) and _closes(
        re.sub(r"\)\s*filter\s*\(", ",", text, flags=re.IGNORECASE)
    ):
        name = found[1].lower()
        return {"group_concat": "string_agg"}.get(name, name.removesuffix("_part"))
    return "case" if text.lower().startswith("case") else "?column?"


def _closes(text: str) -> bool:
    """Say whether a call's first parenthesis is closed by its last character."""
    depths = list(itertools.accumulate((sign == "(") - (sign == ")") for sign in text))
    return depths[-1] == 0 and 0 not in depths[text.index("(") : -1]


def _kind(name: str, cells: Sequence[Any], statement: str) -> str:
    first = next((cell for cell in cells if cell is not None), "")
    if isinstance(first, Truth) or name in TRUTHS:
        return "bool"
    if isinstance(first, int):
        return "int8"
    if isinstance(first, float) and not isinstance(first, Amount):
        return "timestamptz" if first > 1e9 else "interval" if TIMES.search(statement) else "numeric"
    return "numeric" if isinstance(first, Amount) else "text"


def _shown(cell: Any, kind: str) -> Cell:
    if cell is None:
        return None
    if kind == "bool":
        return "t" if cell else "f"
    ways: dict[str, Callable[[float], str]] = {
        "timestamptz": dialect.moment, "interval": dialect.span, "numeric": dialect.number,
    }  # fmt: skip
    try:
        return ways[kind](cell) if kind in ways and isinstance(cell, int | float) else str(cell)
    except (ValueError, ArithmeticError, OSError):
        raise Complaint("22008", f"{kind} out of range") from None


def refused(word: str, session: Session) -> Complaint:
    """Give what is said to a statement that changes something."""
    if session.read_only:
        return Complaint("25006", f"cannot execute {word.upper()} in a read-only transaction")
    return Complaint("0A000", f"the pretend database only reads: there is no {word.upper()} here")


def place(word: str, statement: str) -> int:
    found = re.search(rf"\b{re.escape(word)}\b", statement, re.IGNORECASE) if word else None
    return found.start() + 1 if found else 0


def _complaint(problem: str, statement: str) -> Complaint:
    """Say in PostgreSQL's words what SQLite does not understand."""
    about, _, word = problem.partition(": ")
    plain = word.rpartition(".")[2]
    if about == "no such table":
        return Complaint("42P01", f'relation "{word}" does not exist', place(word, statement))
    if about == "no such column":
        shown = word if "." in word else f'"{word}"'
        return Complaint("42703", f"column {shown} does not exist", place(word.split(".")[0], statement))
    if about == "no such function":
        return Complaint("42883", f"function {plain}() does not exist", place(plain, statement))
    if found := re.match(r'near "(.*)": syntax error', problem):
        return Complaint("42601", f'syntax error at or near "{found[1]}"', place(found[1], statement))
    if problem == "interrupted":
        return Complaint("57014", "canceling statement due to statement timeout")
    if problem == "incomplete input":
        return Complaint("42601", "syntax error at end of input", len(statement.rstrip()) + 1)
    return Complaint("0A000", f"the pretend database cannot do this: {problem}")
