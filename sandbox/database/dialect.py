"""PostgreSQL's words in SQLite's: what statements of responders use beyond what both understand."""

import math
import re
from collections.abc import Iterator
from datetime import UTC, datetime

from sandbox.database.answers import Complaint

TOKEN = re.compile(
    r"(?P<blank>--[^\n]*|/\*.*?(?:\*/|\Z))|(?P<text>(?:(?<!\w)[eE])?'(?:[^']|'')*')|(?P<name>\"[^\"]*\")|(?P<end>;)|(?P<rest>[^-/'\";eE]+|.)",
    re.DOTALL,
)
UNITS = {
    "s": 1, "sec": 1, "second": 1, "m": 60, "min": 60, "minute": 60, "h": 3600, "hr": 3600, "hour": 3600, "d": 86_400,
    "day": 86_400, "week": 604_800, "mon": 2_592_000, "month": 2_592_000, "year": 31_557_600,
}  # fmt: skip
SPAN = re.compile(r"(-?\d+(?:\.\d+)?)\s*([a-z]+?)s?\b|(\d+):(\d\d)(?::(\d\d))?", re.IGNORECASE)
HELD, LONGEST = "§{}§", 100
FRACTION = r"::\s*(?:float[48]?|double\s+precision|real|numeric|decimal)\b(?:\s*\([\d, ]+\))?"
WORDS: tuple[tuple[str, str], ...] = (
    (r"\b(?:pg_catalog|public)\s*\.\s*", ""),
    (FRACTION, " * 1.0"),
    (r"::\s*\w+(?:\s*\([\d, ]+\))?(?:\[\])?", ""),
    (r"\bextract\s*\(\s*epoch\s+from\b", "extract("),
    (r"\bAT\s+TIME\s+ZONE\s+§\d+§", ""),
    (r"\bcurrent_timestamp\b", "now()"),
    (r"\bcurrent_(database|user|schema)\b(?!\s*\()", r"current_\1()"),
    (r"(?<![\w.])([\w.]+)\s*=\s*ANY\s*\(", r"is_one_of(\1, "),
    (r"\b(left|right)\s*\(", r"\1_part("),
    (r"\b(?:string_agg|array_agg)\s*\(", "group_concat("),
    (r"\bgreatest\s*\(", "max("),
    (r"\bleast\s*\(", "min("),
    (r"\bILIKE\b", "LIKE"),
    (r"!~\*?", " NOT REGEXP "),
    (r"~\*?", " REGEXP "),
    (r"^\s*TABLE\s+(\w+)", r"SELECT * FROM \1"),
)


def statements(sql: str) -> Iterator[tuple[int, str]]:
    """Give each statement and where it begins."""
    start, parts = 0, ""
    for found in TOKEN.finditer(sql):
        if found.lastgroup == "end":
            if parts.strip():
                yield start, parts
            start, parts = found.end(), ""
        else:
            parts += " " * len(found[0]) if found.lastgroup == "blank" else found[0]
    if parts.strip():
        yield start, parts


def translated(statement: str) -> str:
    """Write a statement of PostgreSQL as SQLite reads it; what is in quotes stays as it is."""
    held: list[str] = []

    def hold(found: re.Match[str]) -> str:
        if found.lastgroup in {"rest", "end"}:
            if "§" in found[0]:
                raise Complaint("42601", 'syntax error at or near "§"')
            return found[0]
        held.append(found[0])
        return HELD.format(len(held) - 1)

    text = TOKEN.sub(hold, statement)
    for pattern in (r"\binterval\s+§(\d+)§", r"§(\d+)§\s*::\s*interval\b"):
        text = re.sub(pattern, lambda found: repr(seconds(held[int(found[1])])), text, flags=re.IGNORECASE)
    for pattern, put in WORDS:
        text = re.sub(pattern, put, text, flags=re.IGNORECASE)
    return re.sub(r"§(\d+)§", lambda found: held[int(found[1])].lstrip("eE"), text)


def unquoted(statement: str) -> str:
    """Leave out what is in quotes or a comment."""
    return TOKEN.sub(lambda found: found[0] if found.lastgroup in {"rest", "end"} else " ", statement)


def seconds(text: str) -> float:
    """Read an interval in its quotes: `'5 minutes'`, `'1 hour 30 min'`, `'00:05:00'`. Raises Complaint."""
    found, parts = 0.0, SPAN.findall(text) if len(text) < LONGEST else []
    if not parts or any(unit and unit.lower() not in UNITS for _, unit, *_ in parts):
        raise Complaint("22007", f'invalid input syntax for type interval: "{text[1:-1]}"')
    for number, unit, hours, minutes, rest in parts:
        found += float(number) * UNITS[unit.lower()] if unit else int(hours) * 3600 + int(minutes) * 60 + int(rest or 0)
    return found


def moment(at: float) -> str:
    """Print a time with its zone."""
    return _trimmed(datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%d %H:%M:%S.%f")) + "+00"


def span(length: float) -> str:
    """Print an interval."""
    micros = round(abs(length) * 1e6)
    days, rest = divmod(micros, 86_400_000_000)
    whole, fraction = divmod(rest, 1_000_000)
    clock = f"{whole // 3600:02d}:{whole // 60 % 60:02d}:{whole % 60:02d}.{fraction:06d}"
    sign = "-" if length < 0 else ""
    return (f"{sign}{days} day{'s' if days != 1 else ''} " if days else "") + sign + _trimmed(clock)


def number(value: float) -> str:
    return f"{value:.10g}"


def _trimmed(text: str) -> str:
    return text.rstrip("0").rstrip(".")


def pretty(size: float | None) -> str | None:
    """Do `pg_size_pretty`: whole numbers below ten times the next unit."""
    for unit in ("bytes", "kB", "MB", "GB", "TB"):
        if size is None or abs(size) < 10_240 or unit == "TB":
            return None if size is None else f"{math.floor(size + 0.5)} {unit}"
        size /= 1024
    return None
