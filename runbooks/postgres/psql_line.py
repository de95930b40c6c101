"""A `psql -c "…"` line read: its SQL, its switches, and what of it a named connection says instead."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from runbooks.lines.filtering import options
from runbooks.lines.refusal import LineRefused
from runbooks.postgres import psql_commands
from runbooks.postgres.psql_text import Look
from runbooks.postgres.statements import from_stdin, statements

SHORT = "aAbc:d:eEf:F:h:HlL:no:p:P:qR:sStT:U:v:VwWxXz?01"
LONG = {
    "echo-all": "a", "no-align": "A", "echo-errors": "b", "command=": "c", "dbname=": "d", "echo-queries": "e",
    "echo-hidden": "E", "file=": "f", "field-separator=": "F", "field-separator-zero": "z", "host=": "h", "html": "H",
    "list": "l", "log-file=": "L", "no-readline": "n", "single-transaction": "1", "output=": "o", "port=": "p",
    "pset=": "P", "quiet": "q", "record-separator=": "R", "record-separator-zero": "0", "single-step": "s",
    "single-line": "S", "tuples-only": "t", "table-attr=": "T", "username=": "U", "set=": "v", "variable=": "v",
    "version": "V", "no-password": "w", "password": "W", "expanded": "x", "no-psqlrc": "X", "help": "?", "csv": "2",
}  # fmt: skip
"""All of psql 18, from its src/bin/psql/startup.c."""
_WHERE = {"-d": "database", "-h": "host", "-p": "port", "-U": "user", "-w": "password", "-W": "password"}
_SILENT = {"-c", "-q", "-X", "-n", "-1", *_WHERE}
_LOOKS = {
    "-t": "tuples_only=on",
    "-A": "format=unaligned",
    "-F": "fieldsep={}",
    "-x": "expanded=on",
    "-2": "format=csv",
}
_NEAREST = {
    "-f": ("`psql -f` reads a file of this machine.", "Write its SQL into the line."),
    "-o": ("`psql -o` writes a file of this machine.", "Leave it out; `> name.txt` keeps the output as evidence."),
    "-L": ("`psql -L` writes a file of this machine.", "Leave it out; `> name.txt` keeps the output as evidence."),
    "-l": ("`psql -l` is more than one query.", f"For example `{psql_commands.NEAREST['l']}`."),
    "-V": ("There is no psql here that has a version.", 'The server\'s is `psql -c "SELECT version()"`.'),
}
_TRUE, _FALSE = {"", "on", "true", "yes", "1"}, {"off", "false", "no", "0"}
_PREFIX = re.compile(r"\s*((?:PG[A-Z_]+=(?:\"[^\"]*\"|'[^']*'|[^\s'\";|&]*)\s+)+)(?=psql\b)")
_FROM_ELSEWHERE = re.compile(
    r"(?:\s(?:-[hUdp]|--(?:host|username|dbname|port))(?:\s+|=)?|(?<!-[FPRTv])\s)(?:\"\$\{?\w+\}?\"|\$\{?\w+\}?)(?=\s|$)"
)


@dataclass(frozen=True)
class Psql:
    """What a psql line asks: each `-c` runs by itself, and `stops` where one fails (`-v ON_ERROR_STOP=1`).

    `service` is the connection that the line itself names.
    """

    scripts: tuple[str, ...]
    look: Look = field(default_factory=Look)
    service: str = ""
    stops: bool = False
    notes: tuple[str, ...] = ()


def without_login(line: str) -> tuple[str, tuple[str, ...]]:
    """Drop `PGPASSWORD=$X` and `-h $HOST` from a psql line before it is read: the connection says them."""
    found = _PREFIX.match(line)
    rest = line[found.end() :] if found else line.lstrip()
    if not re.match(r"psql\b", rest):
        return line, ()
    names = re.findall(r"(?:^|\s)(PG[A-Z_]+)=", found[1]) if found else []
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
    given = options(words, SHORT, LONG)
    look, stops = Look(), False
    for option, value in given.pairs:
        if option == "-v" and value.partition("=")[0] == "ON_ERROR_STOP":
            stops = "=" in value and _switched(option, value)
        elif option in _LOOKS or option == "-P":
            look = _looked(look, option, _LOOKS.get(option, "{}").format(value))
        elif option not in _SILENT:
            raise _unknown(option, value)
    scripts = tuple(given.every("-c"))
    if not scripts:
        raise LineRefused("`psql` without `-c` waits for somebody to type.", 'Write `psql -c "SELECT …"`.')
    if any(from_stdin(one) for script in scripts for one in statements(script)):
        raise LineRefused(
            "`COPY … FROM STDIN` waits for rows, and nobody sends any.", "Write `INSERT INTO … VALUES …`."
        )
    if "-1" in given and len(scripts) > 1:
        raise LineRefused("`psql -1` would hold several `-c` together.", "Write them as one `-c`, with `;` between.")
    place = [given.last("-d"), *given.operands]
    service = next((one.removeprefix("service=") for one in place if one.startswith("service=")), "")
    dropped = [name for option, name in _WHERE.items() if option in given]
    if given.operands and not service:
        dropped.append("database")
    look = replace(look, quiet="-q" in given)
    return Psql(scripts, look, service, stops, () if service else _dropped(list(dict.fromkeys(dropped))))


def _looked(look: Look, option: str, said: str) -> Look:
    """Apply one of psql's printing options, as `\\pset` takes them."""
    name, sign, value = said.partition("=")
    if name == "format" and value in {"aligned", "unaligned", "csv"}:
        return replace(look, format=value)
    if name == "fieldsep":
        return replace(look, separator=value)
    if name == "null":
        return replace(look, null=value)
    if name in {"tuples_only", "footer", "expanded"}:
        switched: dict[str, Any] = {name: _switched(option, said) if sign else not getattr(look, name)}
        return replace(look, **switched)
    if name.startswith("pager") or said in {"border=1", "linestyle=ascii"}:
        return look
    raise _unknown(option, said)


def _switched(option: str, said: str) -> bool:
    """Read `on`, `off` and their like."""
    value = said.partition("=")[2].lower()
    if value not in _TRUE | _FALSE:
        raise _unknown(option, said)
    return value in _TRUE


def _unknown(option: str, value: str) -> LineRefused:
    if option in _NEAREST:
        return LineRefused(*_NEAREST[option])
    shown = "--csv" if option == "-2" else f"{option} {value}".strip()
    return LineRefused(
        f"`psql {shown}` is not known here.", "Known are -c, -t, -A, -F, -x, --csv, -P, -q and -h -p -U -d."
    )


__all__ = ["LONG", "SHORT", "Psql", "psql", "without_login"]
