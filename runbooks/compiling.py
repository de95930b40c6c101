"""A line made ready to run: which kind it is, its words, its filters, all checked before anything happens."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from runbooks import promql_reading
from runbooks.curl.reading import Curl, curl
from runbooks.kubectl.parsing import parse
from runbooks.kubectl.words import Command, Refused, Usage
from runbooks.lines.pipes import Pipeline, read
from runbooks.lines.refusal import LineRefused
from runbooks.lines.writing import written
from runbooks.model import Diagnostic, Mitigation, Runbook
from runbooks.postgres import psql_guard, psql_line, statements
from runbooks.postgres.psql_line import Psql
from runbooks.unknown_programs import check_inside, check_place, unknown

_SOME = "pod/a"
_CHANGE_DIRECTORY = re.compile(r"cd\s+(\S+)\s*(?:&&|;)\s*(\S.*)", re.DOTALL)


@dataclass(frozen=True)
class Purpose:
    """What a line is for, which decides what it may do, and how it is written (`kind`: a key of the runbook).

    A line that changes something is for a mitigation and refused everywhere else; programs in containers run where
    the line stands in a runbook (`programs`), and never when a person types it. `variables` are the runbook's `values`;
    `foreach`, `save_as` and `otherwise` are what the keys beside the line say.
    """

    changing: bool = False
    programs: bool = False
    kind: str = "run"
    connection: str = ""
    seconds: float = 15.0
    variables: Mapping[str, str] = field(default_factory=dict)
    foreach: str = ""
    save_as: str = ""
    otherwise: str = ""

    @classmethod
    def of(cls, part: Diagnostic | Mitigation, runbook: Runbook) -> "Purpose":
        """The purpose of a part of a runbook."""
        kinds = ("http", "promql", "sql", "tool")
        said = cls._of(part, runbook, next((kind for kind in kinds if getattr(part, kind, None)), "run"))
        if isinstance(part, Mitigation):
            return said
        save_as = part.save_as.replace("{date}", "{date:%Y%m%d}").replace("{time}", "{date:%H%M%S}")
        return replace(said, foreach=part.foreach or "", save_as=save_as, otherwise=part.otherwise)

    @classmethod
    def _of(cls, part: Diagnostic | Mitigation, runbook: Runbook, kind: str) -> "Purpose":
        return cls(
            changing=isinstance(part, Mitigation),
            programs=True,
            kind=kind,
            connection=part.connection,
            seconds=part.timeout.total_seconds(),
            variables=runbook.values,
        )


TYPED = Purpose()


@dataclass(frozen=True)
class Compiled:
    """A line that can run: exactly one of `command`, `request`, `promql`, `psql` and `tool`.

    `each` is the line whose output names the items of a loop; `{item}` then still stands in `pipeline`.
    """

    pipeline: Pipeline
    command: Command | None = None
    request: Curl | None = None
    promql: str = ""
    psql: Psql | None = None
    tool: str = ""
    connection: str = ""
    each: "Compiled | None" = None
    notes: tuple[str, ...] = ()
    purpose: Purpose = TYPED

    @property
    def line(self) -> str:
        """The words that run, as a line for a person to read; of a `sql:` step, its statement."""
        if self.psql is not None and self.pipeline.words[:2] == ("psql", "-c") and not self.pipeline.piped:
            return self.psql.scripts[0]
        return " | ".join(written(words) for words in (self.pipeline.words, *self.pipeline.piped))

    @property
    def keeps_end(self) -> bool:
        """Whether the end of a long output is kept, as of logs, and not its beginning."""
        return self.command is not None and self.command.verb == "logs"

    @property
    def repeated(self) -> bool:
        """Whether the line is a loop."""
        return self.each is not None or bool(self.pipeline.items)

    @property
    def changes(self) -> bool:
        """Whether it may change something; a program may do anything."""
        if self.command is not None:
            return self.command.changes or self.command.runs_programs
        if self.psql is not None:
            return any(statements.changing(script) for script in self.psql.scripts)
        return bool(self.tool) or (self.request is not None and self.request.changes)


def sent(mitigation: Mitigation) -> str:
    """Return a mitigation's line; `http:` may leave out `curl`."""
    http = mitigation.http
    return f"curl -sS {http}" if http and not http.startswith("curl") else mitigation.line


def compiled(line: str, values: Mapping[str, str] | None = None, purpose: Purpose = TYPED) -> Compiled:
    """Read a line, put `values` into its words, and check it. Raises LineRefused, and kubectl's Usage."""
    if purpose.kind == "promql" or line.split(None, 1)[:1] == ["promql"]:
        return _promql(line.strip().removeprefix("promql "))
    text, notes = psql_line.without_login(line)
    given = dict(values or {})
    pipeline = Pipeline(("psql", "-c", line.strip())) if purpose.kind == "sql" else _read(text, purpose)
    save_as, otherwise = purpose.save_as or pipeline.save_as, purpose.otherwise or pipeline.otherwise
    pipeline = replace(pipeline, save_as=save_as, otherwise=otherwise)
    ready = _looped(pipeline, given, purpose)
    return replace(ready, notes=tuple(dict.fromkeys((*notes, *ready.notes))))


def _looped(pipeline: Pipeline, values: Mapping[str, str], purpose: Purpose) -> Compiled:
    """Check a loop's line with some item; `for_item` makes it ready for each."""
    listing = _read(purpose.foreach, purpose) if purpose.foreach else pipeline.foreach
    if listing is None and not pipeline.items:
        return _ready(_filled(pipeline, values), purpose)
    if purpose.changing:
        raise LineRefused("A mitigation is one line, and no loop.", "Name one object, or use `-l` with a selector.")
    item = pipeline.items[0] if pipeline.items else _SOME
    ready = _ready(_filled(pipeline, {**values, "item": item}), purpose)
    each = _ready(_filled(listing, values), replace(purpose, kind="run", programs=False)) if listing else None
    if each is not None and (each.command is None or each.changes):
        raise LineRefused(
            "A loop's items come from a kubectl line that reads.", "For example `kubectl get pods -o name`."
        )
    return replace(ready, pipeline=_filled(pipeline, values), each=each, purpose=purpose)


def for_item(ready: Compiled, item: str) -> Compiled:
    """Return the line of a loop for one item. Raises LineRefused, Usage for an item that makes it another line."""
    found = _ready(_filled(ready.pipeline, {"item": item}), ready.purpose)
    return replace(found, pipeline=replace(found.pipeline, items=()), notes=ready.notes)


def _read(text: str, purpose: Purpose) -> Pipeline:
    if found := _CHANGE_DIRECTORY.fullmatch(text.strip()):
        program = found[2].split()[0]
        raise LineRefused(
            "`cd` goes to a directory, and a line has none.",
            f"Write `tool: {' '.join(found[2].split())}`, and `folder: {found[1]}` for {program} in muster.yaml.",
        )
    return read(text, purpose.variables)


def _filled(pipeline: Pipeline, values: Mapping[str, str]) -> Pipeline:
    """Put values into words that were read before; into SQL they go as SQL's own values."""
    return replace(replace(pipeline, words=()).filled(values), words=psql_guard.filled_words(pipeline.words, values))


def _ready(pipeline: Pipeline, purpose: Purpose) -> Compiled:
    name = pipeline.words[0]
    if purpose.kind == "tool":
        return _tool(pipeline)
    if name == "kubectl":
        return _kubectl(pipeline, purpose)
    if name == "curl":
        return Compiled(pipeline, request=curl(pipeline.words))
    if name == "psql":
        return _sql(pipeline, purpose)
    raise unknown(pipeline.words)


def _promql(text: str) -> Compiled:
    expression = promql_reading.unquoted(" ".join(text.split()))
    if not expression or expression == "promql":
        raise LineRefused("There is no PromQL after `promql`.", "Try `promql up`.")
    promql_reading.check(expression)
    return Compiled(Pipeline(("promql", expression)), promql=expression)


def _sql(pipeline: Pipeline, purpose: Purpose) -> Compiled:
    asked = psql_line.psql(pipeline.words)
    for script in asked.scripts:
        if purpose.changing:
            statements.must_be_alone(script)
        else:
            statements.must_read(script)
    if not (connection := purpose.connection or asked.service):
        raise LineRefused(
            "Nothing says which database is meant.",
            "Add `connection:` with a name of `connections` in muster.yaml, or write `psql service=NAME -c …`.",
        )
    return Compiled(pipeline, psql=asked, connection=connection, notes=asked.notes)


def _tool(pipeline: Pipeline) -> Compiled:
    check_place(pipeline.words)
    name = pipeline.words[0].removeprefix("./")
    return Compiled(replace(pipeline, words=(name, *pipeline.words[1:])), tool=name)


def _kubectl(pipeline: Pipeline, purpose: Purpose) -> Compiled:
    command = _parsed(pipeline.words)
    _must_fit(command, pipeline, purpose)
    if command.runs_programs and not purpose.changing:
        guarded = psql_guard.guarded(pipeline.words, command.program, purpose.seconds)
        return Compiled(replace(pipeline, words=guarded), command=_parsed(guarded))
    psql_guard.check(command.program)
    return Compiled(pipeline, command=command)


def _must_fit(command: Command, pipeline: Pipeline, purpose: Purpose) -> None:
    """Refuse a command that does more than its line is for, or that would wait for somebody."""
    if command.runs_programs and not (purpose.programs or purpose.changing):
        raise LineRefused(
            "`kubectl exec` may do anything, and runs only as a step of a runbook.", "Add it there, or run it yourself."
        )
    if command.runs_programs and len(command.arguments) > 1:
        at = pipeline.words.index(command.arguments[1], pipeline.words.index(command.arguments[0]) + 1)
        words = (*pipeline.words[:at], "--", *pipeline.words[at:])
        raise LineRefused("`kubectl exec` takes a program only behind `--`.", f"Write `{written(words)}`.")
    if command.changes and not (purpose.changing or command.runs_programs):
        raise LineRefused(
            f"`kubectl {command.verb}` changes the cluster, and a typed or diagnostic line only reads.",
            "Use `/incident mitigate`, or add it to the runbook's mitigations.",
        )
    if purpose.changing and command.changes and pipeline.piped:
        raise LineRefused("A line that changes the cluster takes no pipes.", f"Write `{' '.join(pipeline.words)}`.")
    if command.runs_programs:
        check_inside(command.program)


def _parsed(words: tuple[str, ...]) -> Command:
    try:
        return parse(words[1:])
    except Refused as error:
        raise LineRefused(error.reason, error.instead) from error


__all__ = [
    "TYPED",
    "Compiled",
    "LineRefused",
    "Purpose",
    "Usage",
    "compiled",
    "for_item",
    "sent",
]
