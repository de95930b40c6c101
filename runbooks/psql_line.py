"""A `psql -c "…"` line read: its SQL, its switches, and what of it a named connection says instead."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from runbooks.lines.filtering import options
from runbooks.lines.refusal import LineRefused
from runbooks.placeholders import filled
from runbooks.psql_text import Look
from runbooks.statements import filled_in, must_read

_SHORT = "c:d:h:p:U:wWtAF:qXP:v:Hxf:l1aebEnLo:sST:V?R:0z"
_LONG = {
    "command=": "c", "dbname=": "d", "host=": "h", "port=": "p", "username=": "U", "no-password": "w", "password": "W",
    "tuples-only": "t", "no-align": "A", "field-separator=": "F", "quiet": "q", "no-psqlrc": "X", "pset=": "P",
    "set=": "v", "variable=": "v", "html": "H", "expanded": "x", "file=": "f", "list": "l", "single-transaction": "1",
}  # fmt: skip
_WHERE = {"-d": "database", "-h": "host", "-p": "port", "-U": "user", "-w": "password", "-W": "password"}
_KNOWN = {"-c", "-t", "-A", "-F", "-q", "-X", "-P", "-v", *_WHERE}
_HARMLESS = {"-P": {"pager=off", "pager=0", "pager"}, "-v": {"ON_ERROR_STOP=1", "ON_ERROR_STOP=on", "ON_ERROR_STOP"}}
_PREFIX = re.compile(r"\s*((?:PG[A-Z]+=(?:\"[^\"]*\"|'[^']*'|[^\s'\";|&]*)\s+)+)(?=psql\b)")
_FROM_ELSEWHERE = re.compile(
    r"\s(?:-[hUdp]|--(?:host|username|dbname|port))(?:\s+|=)?(?:\"\$\{?\w+\}?\"|\$\{?\w+\}?)(?=\s|$)"
)
_SQL_OPTION = re.compile(r"-[tAqXwW1abeEnsSHxz0]*c(?P<short>.*)|--com\w*(?P<long>=.*)?", re.DOTALL)
_FILE_OPTION = re.compile(r"-[tAqXwW1abeEnsSHxz0]*f.*|--fi\w*(?:=.*)?", re.DOTALL)
_LOOKS = {"-l", "--list", "-V", "--version", "-?", "--help"}
READ_ONLY = "PGOPTIONS=-c default_transaction_read_only=on -c statement_timeout={}"


@dataclass(frozen=True)
class Psql:
    """What a psql line asks: each `-c` runs by itself. `service` is the connection that the line itself names."""

    scripts: tuple[str, ...]
    look: Look = field(default_factory=Look)
    service: str = ""
    notes: tuple[str, ...] = ()


def without_login(line: str) -> tuple[str, tuple[str, ...]]:
    """Drop `PGPASSWORD=$X` and `-h $HOST` from a psql line before it is read: the connection says them."""
    found = _PREFIX.match(line)
    rest = line[found.end() :] if found else line.lstrip()
    if not re.match(r"psql\b", rest):
        return line, ()
    names = [part.partition("=")[0] for part in re.findall(r"PG[A-Z]+=", found[1])] if found else []
    head, sign, tail = _split(rest)
    kept = _FROM_ELSEWHERE.sub("", head)
    if kept == head and not names:
        return line, ()
    return kept + sign + tail, _dropped([*names, *(["what its variables say"] if kept != head else [])])


def _split(line: str) -> tuple[str, str, str]:
    """Split before the SQL: nothing in it is touched."""
    found = re.search(r"\s(?:-\w*c|--command)(?=[\s=\"'])", line)
    at = found.start() if found else len(line)
    return line[:at], line[at:], ""


def _dropped(names: Sequence[str]) -> tuple[str, ...]:
    if not names:
        return ()
    return (f"The connection says where the database is and who asks; {', '.join(names)} of the line was left out.",)


def psql(words: Sequence[str]) -> Psql:
    """Read psql's words. Raises LineRefused for what is not `psql -c`, or would read and write files."""
    given = options(words, _SHORT, _LONG)
    for option, value in given.pairs:
        _known(option, value)
    scripts = tuple(given.every("-c"))
    if not scripts:
        raise LineRefused("`psql` without `-c` waits for somebody to type.", 'Write `psql -c "SELECT …"`.')
    place = [given.last("-d"), *given.operands]
    service = next((one.removeprefix("service=") for one in place if one.startswith("service=")), "")
    dropped = [name for option, name in _WHERE.items() if option in given]
    if given.operands and not service:
        dropped.append("database")
    look = Look(
        tuples_only="-t" in given,
        unaligned="-A" in given,
        separator=given.last("-F", "|").replace("\\t", "\t"),
        quiet="-q" in given,
    )
    return Psql(scripts, look, service, () if service else _dropped(list(dict.fromkeys(dropped))))


def _known(option: str, value: str) -> None:
    if option == "-f":
        raise LineRefused("`psql -f` reads a file of this machine.", "Write its SQL into the line.")
    if option not in _KNOWN or value not in _HARMLESS.get(option, {value}):
        shown = f"{option} {value}".strip()
        raise LineRefused(f"`psql {shown}` is not known here.", "Known are -c, -t, -A, -F, -q, -X and -h -p -U -d.")


def sql_at(words: Sequence[str]) -> tuple[int, ...]:
    """Say which words are SQL: those behind `-c` of a psql, also of one that `kubectl exec` starts."""
    start = _program_at(words)
    if start is None:
        return ()
    options_ = ((at, _SQL_OPTION.fullmatch(before)) for at, before in enumerate(words[:-1], 1) if at > start)
    return tuple(at for at, found in options_ if found and not (found["short"] or found["long"]))


def _scripts(words: Sequence[str], start: int) -> list[str]:
    """Return the SQL of a psql that an exec starts, also where it clings to its `-c`."""
    clinging = (_SQL_OPTION.fullmatch(word) for word in words[start + 1 :])
    inside = [found["short"] or (found["long"] or "=")[1:] for found in clinging if found]
    return [*(words[at] for at in sql_at(words)), *filter(None, inside)]


def _program_at(words: Sequence[str]) -> int | None:
    """Return where psql stands: first, or first behind the `--` of an exec (after its `env NAME=value`)."""
    if words[:1] == ("psql",) or list(words[:1]) == ["psql"]:
        return 0
    if "exec" not in words or "--" not in words:
        return None
    at = list(words).index("--") + 1
    while at < len(words) and (words[at].rpartition("/")[2] == "env" or re.match(r"[A-Z_]+=", words[at])):
        at += 1
    return at if at < len(words) and words[at].rpartition("/")[2] == "psql" else None


def filled_words(words: Sequence[str], values: Mapping[str, str]) -> tuple[str, ...]:
    """Put values into words: into SQL as a value of SQL, elsewhere as a part of the word."""
    sql = set(sql_at(words))
    plain = filled(words, values)
    return tuple(filled_in(word, values) if at in sql else plain[at] for at, word in enumerate(words))


def guarded(words: Sequence[str], seconds: float) -> tuple[str, ...]:
    """Make the psql of an exec only read, and only so long: the words are run as they are shown.

    Raises LineRefused for SQL that changes something. Other programs stay as they are.
    """
    start = _program_at(words)
    if start is None or _LOOKS & set(words[start:]):
        return tuple(words)
    if any(_FILE_OPTION.fullmatch(word) for word in words[start + 1 :]):
        raise LineRefused("Nobody sees what the file of `psql -f` does, and a diagnostic only reads.", "Write its SQL.")
    for script in _scripts(words, start):
        must_read(script)
    before = list(words).index("--") + 1
    limit = READ_ONLY.format(max(1000, int(seconds * 1000) - 500))
    return (*words[:before], "env", limit, *words[before:])


__all__ = ["Psql", "filled_words", "guarded", "psql", "sql_at", "without_login"]
