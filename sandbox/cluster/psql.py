"""`psql` in a container: its options, and answers printed as it prints them."""

import getopt
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from sandbox.database.answers import Answer, Cell, Complaint, Session
from sandbox.database.asking import as_csv, ask, copied
from sandbox.database.dialect import statements

SHORT = "U:h:p:d:c:f:F:R:P:v:T:L:o:tAqxXwWnEeabsS10zlV"
VALUED = "command=c file=f username=U host=h port=p dbname=d field-separator=F set=v variable=v pset=P"
PLAIN = "tuples-only=t no-align=A expanded=x quiet=q csv=-csv no-psqlrc=X no-password=w version=V single-transaction=1"
LONG = {name: f"-{letter}" for name, letter in (word.split("=") for word in f"{VALUED} {PLAIN}".split())}
SHOWN = 60
RIGHT = {"int8", "numeric"}


@dataclass
class Options:
    """What psql was asked for, and how it shall look."""

    scripts: list[str] = field(default_factory=list)
    flags: set[str] = field(default_factory=set)
    separator: str = "|"
    stops: bool = False


def options(words: Sequence[str]) -> Options:
    """Read psql's words. Raises getopt.GetoptError."""
    long = [re.sub("=.*", "=", word) for word in VALUED.split()] + [re.sub("=.*", "", word) for word in PLAIN.split()]
    found = Options()
    for given, value in getopt.gnu_getopt(list(words), SHORT, long)[0]:
        name = LONG[given[2:]] if given.startswith("--") else given
        if name == "-c":
            found.scripts.append(value)
        elif name == "-F":
            found.separator = value
        elif name == "-v":
            found.stops = found.stops or bool(re.fullmatch("ON_ERROR_STOP=(?:1|on|true)", value, re.IGNORECASE))
        else:
            found.flags.add(name)
    return found


def psql(words: Sequence[str], typed: str, session: Session) -> tuple[str, str, int]:
    """Run psql: what it prints, what it complains of, how it ends."""
    try:
        wanted = options(words)
    except getopt.GetoptError as problem:
        return "", f'psql: {problem}\nTry "psql --help" for more information.\n', 1
    if "-V" in wanted.flags:
        return "psql (PostgreSQL) 16.4 (Debian 16.4-1.pgdg120+1)\n", "", 0
    out, err, code = "", "", 0
    for script in wanted.scripts or [typed]:
        if code and wanted.stops:
            break
        code = 0
        try:
            for said, noticed in _done(script, wanted, session):
                out, err = out + said, err + noticed
        except Complaint as complaint:
            err, code = err + complained(complaint, script), 1
    return out, err, code


def _done(script: str, wanted: Options, session: Session) -> Iterator[tuple[str, str]]:
    """Do one script, statement by statement; a Complaint counts from the script's beginning."""
    if script.lstrip().startswith("\\"):
        raise Complaint("", f"invalid command {script.split(maxsplit=1)[0]}")
    for start, statement in statements(script):
        try:
            copy = copied(statement, session)
            answer = copy[1] if copy else ask(statement, session)
        except Complaint as complaint:
            place = complaint.position + start if complaint.position else 0
            raise Complaint(complaint.code, complaint.message, place) from None
        yield (copy[0] if copy else printed(answer, wanted)), "".join(f"{one}\n" for one in answer.notices)


def complained(complaint: Complaint, script: str) -> str:
    """Print an error with the line it is about."""
    if not complaint.code:
        return f"{complaint.message}\n"
    head = f"ERROR:  {complaint.message}\n"
    if not complaint.position:
        return head
    before = script[: complaint.position - 1]
    number, column = before.count("\n") + 1, len(before) - before.rfind("\n") - 1
    line = script.split("\n")[number - 1].replace("\t", " ")
    start = max(0, column - SHOWN + 10) if len(line) > SHOWN else 0
    shown = f"{'...' if start else ''}{line[start : start + SHOWN]}{'...' if start + SHOWN < len(line) else ''}"
    label = f"LINE {number}: "
    return f"{head}{label}{shown}\n{' ' * (len(label) + column - start + (3 if start else 0))}^\n"


def printed(answer: Answer, wanted: Options) -> str:
    """Print an answer: a table, or its tag."""
    if not answer.columns:
        return "" if "-q" in wanted.flags else f"{answer.tag}\n"
    names = [name for name, _ in answer.columns]
    count = f"({len(answer.rows)} row{'' if len(answer.rows) == 1 else 's'})\n"
    bare = "-t" in wanted.flags
    if "--csv" in wanted.flags:
        return as_csv([*([] if bare else [names]), *answer.rows])
    if "-x" in wanted.flags:
        return _expanded(names, answer.rows, bare=bare)
    if "-A" in wanted.flags:
        lines = [*([] if bare else [names]), *answer.rows]
        told = "".join(f"{wanted.separator.join(cell or '' for cell in row)}\n" for row in lines)
        return told + ("" if bare else count)
    table = list(_aligned(answer.columns, answer.rows))
    return "".join(f"{line}\n" for line in (table[2:] if bare else table)) + ("" if bare else count) + "\n"


def _aligned(columns: Sequence[tuple[str, str]], rows: Sequence[Sequence[Cell]]) -> Iterator[str]:
    """Give the lines of a table: centred heads, numbers to the right, the last column not padded."""
    widths = [max([len(name), *(len(row[at] or "") for row in rows)]) for at, (name, _) in enumerate(columns)]
    heads = zip(columns, widths, strict=True)
    yield "|".join(
        f" {' ' * ((width - len(name)) // 2)}{name:<{width - (width - len(name)) // 2}} " for (name, _), width in heads
    )
    yield "+".join("-" * (width + 2) for width in widths)
    for row in rows:
        cells = zip(row, columns, widths, strict=True)
        line = "|".join(f" {cell or '':{'>' if kind in RIGHT else '<'}{width}} " for cell, (_, kind), width in cells)
        yield line[:-1] if columns[-1][1] in RIGHT else line[: len(line) - widths[-1] - 1] + (row[-1] or "")


def _expanded(names: Sequence[str], rows: Sequence[Sequence[Cell]], *, bare: bool) -> str:
    """Print a record after the other, each cell on a line of its own."""
    if not rows:
        return "" if bare else "(0 rows)\n\n"
    width, most = max(map(len, names)), max(len(cell or "") for row in rows for cell in row)
    parts = []
    for number, row in enumerate(rows, 1):
        head = f"-[ RECORD {number} ]"
        head = f"{head:-<{width + 1}}+" if len(head) <= width + 1 else head
        parts.append("" if bare else f"{head:-<{width + 3 + most}}")
        parts += [f"{name:<{width}} | {cell or ''}" for name, cell in zip(names, row, strict=True)]
    return "\n".join([*(parts[1:] if bare else parts), "", ""])
