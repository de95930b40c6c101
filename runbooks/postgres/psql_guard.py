"""The psql that a diagnostic starts in a container: it only reads, and values go into its SQL as values of SQL."""

import getopt
import re
from collections.abc import Mapping, Sequence
from urllib.parse import unquote

from runbooks.lines.filtering import options
from runbooks.lines.refusal import LineRefused
from runbooks.parts.placeholders import filled, placeholders
from runbooks.postgres.psql_line import LONG, SHORT
from runbooks.postgres.statements import filled_in, must_be_alone, must_read

READ_ONLY = "PGOPTIONS=-c default_transaction_read_only=on -c statement_timeout={} -c standard_conforming_strings=on"
_WRAPPERS: Mapping[str, tuple[str, tuple[str, ...], int]] = {
    "env": ("iu:", ("ignore-environment", "unset="), 0),
    "sudo": ("nHESu:g:", ("user=", "group=", "non-interactive", "set-home", "preserve-env"), 0),
    "doas": ("nu:", (), 0),
    "gosu": ("", (), 1),
    "su-exec": ("", (), 1),
    "runuser": ("u:", ("user=",), 0),
    "timeout": ("k:s:v", ("foreground", "preserve-status", "kill-after=", "signal="), 1),
    "nice": ("n:", ("adjustment=",), 0),
    "ionice": ("c:n:", (), 0),
    "nohup": ("", (), 0),
    "time": ("p", (), 0),
}
"""Programs that begin another one: their options, and how many words of their own stand before it."""
_LOOKERS = {"which", "ls", "stat", "file", "pgrep", "pidof", "ps", "grep", "cat", "tail", "head", "du", "wc"}
_SHELLS = {"sh", "bash", "ash", "zsh", "dash", "ksh", "su", "eval", "ssh", "watch"}
_CLIENT = re.compile(r"\b(?:psql|mysql|mariadb|sqlite3|sqlcmd|cqlsh|clickhouse-client|mongo|mongosh)\b")
_TEXT = re.compile(r"[\s;'\"()`$&|<>]")
_TAKES_TEXT = re.compile(r"-[A-Za-z]{0,2}[ceS]|--(?:command|eval|execute|split-string)")
_ASSIGNED = re.compile(r"(\w+)=")
_VARIABLE = re.compile(
    r"PG(?:PASSWORD|PASSFILE|HOST|HOSTADDR|PORT|USER|DATABASE|CONNECT_TIMEOUT|APPNAME|TZ|SSL[A-Z]+)"
    r"|(?:PSQL_)?PAGER|LANG|LC_[A-Z]+|TZ|TERM|COLUMNS|HOME"
)
_WRITES = {"-f": "reads a file", "-o": "writes a file", "-L": "writes a file", "-s": "waits for somebody to type"}
_DESCRIBES = re.compile(r"\\(?:(?:d[a-zA-Z]*|l|list|z|s[fv])[S+x]*(?:\s+[\w.*?$\"-]+){0,2}|conninfo\+?|encoding)\s*")
"""psql's own commands that only read; `\\encoding SJIS` would change what the SQL after it says."""
_SQL_OPTION = re.compile(r"(?P<option>-[AabeEHlnqStVwWxXz01]*c|--com\w*=)(?P<sql>.*)|--com\w*", re.DOTALL)
_PLAIN = re.compile(r"[\w.:/@%+=,-]*")
_NUMBERS = "Choose a number, or mend the runbook: `kubectl exec POD -- psql -c …` takes any value."
_WITHOUT = "Write `kubectl exec POD -- psql -c …`, without what stands before it."


def guarded(words: Sequence[str], program: Sequence[str], seconds: float) -> tuple[str, ...]:
    """Make the psql of an exec only read, and only so long: the words are run as they are shown.

    `program` are the last of `words`. Raises LineRefused for a psql that may change something, or that nobody sees.
    Other programs stay as they are.
    """
    at = _psql_at(program)
    if at is None:
        _seen(program)
        return tuple(words)
    for name in filter(None, map(_ASSIGNED.match, program[:at])):
        if not _VARIABLE.fullmatch(name[1]):
            raise LineRefused(f"`{name[1]}` could take away that this `psql` only reads.", "Leave it out.")
    _only_reads(program[at:])
    start = len(words) - len(program) + at
    return (*words[:start], "env", READ_ONLY.format(max(1000, int(seconds * 1000) - 500)), *words[start:])


def check(program: Sequence[str]) -> None:
    """Refuse a psql of a mitigation whose SQL no server would take. Raises LineRefused."""
    at = _psql_at(program)
    scripts = [] if at is None else options(program[at:], SHORT, LONG).every("-c")
    for script in scripts:
        if not script.startswith("\\"):
            must_be_alone(script)


def _psql_at(program: Sequence[str]) -> int | None:
    """Return where psql stands: first, or behind programs that begin it (`env`, `timeout 10`, `sudo -u postgres`)."""
    rest = list(program)
    while rest:
        name = _name(rest[0])
        if name == "psql":
            return len(program) - len(rest)
        if name not in _WRAPPERS:
            return None
        short, long, operands = _WRAPPERS[name]
        try:
            _, rest = getopt.getopt(rest[1:], short, list(long))
        except getopt.GetoptError:
            return None
        while name in {"env", "sudo"} and rest and _ASSIGNED.match(rest[0]):
            rest = rest[1:]
        rest = rest[operands:]
    return None


def _name(word: str) -> str:
    return word.rpartition("/")[2]


def _seen(program: Sequence[str]) -> None:
    """Refuse a psql that stands in a text, or behind a program that may do anything with it."""
    name = _name(program[0]) if program else ""
    if name not in _LOOKERS and any(re.search(r"\bpsql\b", word) for word in program):
        raise LineRefused(f"Behind `{name}` nobody sees what this `psql` does, and a diagnostic only reads.", _WITHOUT)


def _only_reads(words: Sequence[str]) -> None:
    given = options(words, SHORT, LONG)
    for option, _ in given.pairs:
        if option in _WRITES:
            raise LineRefused(f"`psql {option}` {_WRITES[option]}, and a diagnostic only reads.", "Write its SQL.")
    for place in (*given.every("-d"), *given.operands):
        if re.search(r"\b(?:options|client_encoding|replication)\s*=", unquote(place)):
            raise LineRefused("Options of a connection could take away that it only reads.", "Leave them out.")
    for script in given.every("-c"):
        if not _DESCRIBES.fullmatch(script):
            must_read(script)


def filled_words(words: Sequence[str], values: Mapping[str, str]) -> tuple[str, ...]:
    """Put values into words: into SQL as a value of SQL, elsewhere as a part of the word.

    Raises LineRefused for a value that a program in a container would read as more than a value.
    """
    start = _program_at(words)
    if start is None or not values:
        return filled(words, values)
    psql = _psql_at(words[start:])
    if psql is not None:
        start += psql + 1
        return (*filled(words[:start], values), *_queries(words[start:], values))
    _harmless(words[start:], values)
    return filled(words, values)


def _harmless(program: Sequence[str], values: Mapping[str, str]) -> None:
    """Refuse values that would be more than a value in a text that a shell, a database or a language reads."""
    shell = next((at for at, word in enumerate(program) if _name(word) in _SHELLS), len(program))
    client = _name(program[0]) not in _LOOKERS and any(map(_CLIENT.search, program)) if program else False
    for at, word in enumerate(program):
        text = at >= shell or _TEXT.search(word) or (at and _TAKES_TEXT.fullmatch(program[at - 1]))
        for name in placeholders(word) & set(values) if text else ():
            value = values[name]
            if client and name != "item" and not re.fullmatch(r"[0-9]+(?:\.[0-9]+)?", value):
                raise LineRefused(f"`{value[:40]}` is no number, and could be more in what a database reads.", _NUMBERS)
            if not _PLAIN.fullmatch(value):
                raise LineRefused(f"A shell would read `{value[:40]}` as more than a value.", "Choose another.")


def _queries(words: Sequence[str], values: Mapping[str, str]) -> tuple[str, ...]:
    """Fill the words behind `psql`: what `-c` says is SQL, also where it clings to it (`--command=SELECT …`)."""
    said: list[str] = []
    expected = False
    for word in words:
        found = None if expected else _SQL_OPTION.fullmatch(word)
        if expected:
            said.append(filled_in(word, values))
        elif found and found["sql"]:
            said.append(found["option"] + filled_in(found["sql"], values))
        else:
            said += filled([word], values)
        expected = found is not None and not found["sql"]
    return tuple(said)


def _program_at(words: Sequence[str]) -> int | None:
    """Return where a program begins: psql and a tool with the line, in a container behind kubectl's `--`."""
    if words[:1] == ("kubectl",):
        return words.index("--") + 1 if "--" in words else None
    return None if words[:1] in {("curl",), ("promql",)} else 0


__all__ = ["check", "filled_words", "guarded"]
