"""What a person types: which lines are taken, and what they may do."""

from dataclasses import replace

from runbooks.compiling import TYPED, Compiled, Purpose, compiled
from runbooks.http import allowed
from runbooks.lines.refusal import LineRefused
from runbooks.model import Diagnostic, Mitigation, Runbook


def checked(line: str, runbook: Runbook | None) -> Compiled:
    """Read a person's line; only addresses that stand in the runbook are asked. Raises LineRefused, Usage."""
    ready = compiled(line, purpose=_purpose(line, runbook, changing=False))
    if ready.psql is not None:
        raise LineRefused("SQL runs only as it stands in a runbook.", "Add it there as `sql:`, with its `connection:`.")
    if ready.request is not None and ready.request.changes:
        raise LineRefused(
            f"`curl` with {ready.request.method} may change something, and a typed line only reads.", "Use GET."
        )
    if ready.request is not None and not allowed(ready.request.url, runbook):
        whose = f"the runbook of {runbook.name}" if runbook else "a runbook, and no service is named"
        raise LineRefused(f"{ready.request.url} does not stand in {whose}.", "Only addresses that do are asked.")
    return ready


def changing(line: str, runbook: Runbook | None) -> Compiled:
    """Read a line that may change something, at a terminal. Raises LineRefused, Usage."""
    return compiled(line, purpose=_purpose(line, runbook, changing=True))


def explained(line: str, runbook: Runbook | None) -> Compiled:
    """Read a line as whatever it may be: a diagnostic of the runbook, a line that reads, or one that changes."""
    for step in runbook.diagnostics if runbook else ():
        if runbook and step.automatic and step.line.split() == line.split():
            return compiled(step.line, None, Purpose.of(step, runbook))
    try:
        return compiled(line, purpose=replace(_purpose(line, runbook, changing=False), programs=True))
    except LineRefused:
        return changing(line, runbook)


def standing(line: str, runbook: Runbook) -> Diagnostic | None:
    """Return the diagnostic of SQL, psql or a tool whose line this is: typed, such a line runs only as it stands."""
    wanted = line.split()
    for step in runbook.diagnostics:
        kept = step.sql or step.tool or (step.run if step.run and step.connection else "")
        if kept and kept.split() == wanted:
            return step
    return None


def _purpose(line: str, runbook: Runbook | None, *, changing: bool) -> Purpose:
    """What a person types may be a mitigation's SQL or tool, word by word, when it may change something."""
    variables = runbook.values if runbook else {}
    if changing and runbook is not None:
        parts: list[Diagnostic | Mitigation] = [*runbook.mitigations, *runbook.diagnostics]
        for part in parts:
            if part.line.split() == line.split() and (part.sql or part.tool or part.connection):
                return replace(Purpose.of(part, runbook), changing=True)
    return replace(TYPED, changing=changing, variables=variables)
