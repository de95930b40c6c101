"""What a careful reviewer would say of a runbook: what could run and would still mislead somebody at night."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path as File

from jinja2 import TemplateError, meta
from jinja2.sandbox import SandboxedEnvironment

from runbooks.checks.contradictions import contradictions
from runbooks.checks.documents import Path, dotted
from runbooks.checks.misleading import misleading
from runbooks.checks.unseen import unseen
from runbooks.compiling import Compiled, LineRefused, Purpose, Usage, compiled
from runbooks.kubectl.well_known import type_of
from runbooks.model import TEMPLATE_VALUES, Diagnostic, Mitigation, Runbook
from runbooks.parts.durations import spelled
from runbooks.parts.inputs import sample
from runbooks.reading import Checked, check_file

_TELLS_USERS = {"announcement", "update", "automatic_update", "email", "status_page.investigating"}
_OF_THE_CLUSTER = {
    "cluster-info",
    "top node",
    "api-resources",
    "api-versions",
    "version",
    "auth whoami",
    "cordon",
    "uncordon",
    "drain",
}
_LONG = timedelta(minutes=10)
_FINAL = (
    (re.compile(r"--replicas=0\b"), "stops everything"),
    (re.compile(r"\bkubectl (?:\S+ )*?(?:delete|drain)\b"), "cannot be taken back"),
    (re.compile(r"\b(?:FLUSHDB|FLUSHALL|DROP|TRUNCATE|DELETE FROM)\b"), "cannot be taken back"),
    (re.compile(r"\brm -|-delete\b"), "cannot be taken back"),
)
"""What is more than a low risk, and why."""


@dataclass(frozen=True)
class Remark:
    """One thing about a file; an error keeps it from being used."""

    file: str
    line: int
    key: str
    text: str
    error: bool = False

    def __str__(self) -> str:
        kind = "error" if self.error else "warning"
        key = f"{self.key}: " if self.key else ""
        return " ".join(f"{self.file}:{self.line}: {kind}: {key}{self.text}".split())


def lint(files: Iterable[File]) -> list[Remark]:
    """Check files one by one, and that no two are for the same service."""
    remarks: list[Remark] = []
    services: dict[str, str] = {}
    for file in files:
        checked = check_file(file)
        remarks += remarks_on(checked)
        if checked.runbook is None:
            continue
        service = checked.runbook.service
        if service in services:
            text = f"{services[service]} is for `{service}`, too; keep one of them"
            remarks.append(Remark(str(file), checked.document.line(("service",)), "service", text, error=True))
        services.setdefault(service, str(file))
    return remarks


def remarks_on(checked: Checked) -> list[Remark]:
    """Return a file's errors, or, when it has none, what else a reviewer would say."""
    if checked.errors or checked.runbook is None:
        return [_error(checked.file, one.line, one.key, one.problem, one.mend) for one in checked.errors]
    placed = [
        Remark(checked.file, checked.document.line(path), dotted(path), text)
        for path, text in _warnings(checked.runbook)
    ]
    return sorted(placed, key=lambda one: one.line)


def _error(file: str, line: int, key: str, problem: str, mend: str) -> Remark:
    return Remark(file, line, key, f"{problem} ({mend})" if mend else problem, error=True)


def _warnings(runbook: Runbook) -> Iterator[tuple[Path, str]]:
    yield from _lines(runbook)
    yield from _people(runbook)
    yield from _mitigations(runbook)
    yield from _scenarios(runbook)
    yield from contradictions(runbook)
    yield from _templates(runbook)
    if runbook.diagnostics and not runbook.of_phase("assess"):
        yield ("diagnostics",), "no step has `phase: assess`, so Diagnose has nothing to begin with"


def _lines(runbook: Runbook) -> Iterator[tuple[Path, str]]:
    """A step whose `help` explains itself is left alone."""
    for index, step in enumerate(runbook.diagnostics):
        key = next((kind for kind in ("run", "http", "sql", "tool", "promql") if getattr(step, kind)), "")
        ready = _ready(step.line, step, runbook) if key else None
        if ready is None:
            continue
        path = ("diagnostics", index, key)
        if step.timeout > _LONG:
            yield ("diagnostics", index, "timeout"), f"nobody waits {spelled(step.timeout)} at night; write 30s"
        yield from ((("diagnostics", index, "find", at), text) for at, text in unseen(ready, step.find))
        if not step.help:
            yield from ((path, text) for text in (*misleading(ready), *_namespace(ready, runbook)))
    for index, fix in enumerate(runbook.mitigations):
        ready = _ready(fix.line, fix, runbook) if not fix.manual else None
        if ready is not None:
            yield from ((("mitigations", index, "run"), text) for text in _nowhere(ready, runbook))


def _ready(line: str, step: Diagnostic | Mitigation, runbook: Runbook) -> Compiled | None:
    values = {name: sample(asked) for name, asked in step.inputs.items()} if isinstance(step, Mitigation) else None
    try:
        return compiled(line, values, Purpose.of(step, runbook))
    except (LineRefused, Usage):
        return None


def _namespace(ready: Compiled, runbook: Runbook) -> Iterator[str]:
    named = ready.command.namespace if ready.command else None
    own = runbook.kubernetes.namespace if runbook.kubernetes else None
    if named and own and named != own:
        yield f"it looks into namespace `{named}`, and the service runs in `{own}` (say why in `help`)"
    yield from _nowhere(ready, runbook)


def _nowhere(ready: Compiled, runbook: Runbook) -> Iterator[str]:
    """A line that names no namespace, in a runbook that names none: it would be whatever the cluster's login says."""
    command = ready.command
    if runbook.kubernetes is not None or command is None or command.namespace or command.flag("all-namespaces"):
        return
    kinds = [kind for word in command.arguments[:1] for kind in word.partition("/")[0].split(",")]
    apart = kinds and not any(type_of(kind).namespaced for kind in kinds)
    if command.verb in _OF_THE_CLUSTER or apart or command.flag("raw"):
        return
    yield "it names no namespace; add -n, or `kubernetes: {namespace: …}` to the runbook"


def _people(runbook: Runbook) -> Iterator[tuple[Path, str]]:
    if not runbook.on_call:
        yield ("service",), "there is no `on_call`, so nobody is invited"
    for index, severity in enumerate(runbook.severities):
        if index == 0 and not runbook.levels(severity.key):
            yield ("severities", index), f"{severity.key} is the worst there is, and has nobody to escalate to"


def _mitigations(runbook: Runbook) -> Iterator[tuple[Path, str]]:
    for index, mitigation in enumerate(runbook.mitigations):
        path = ("mitigations", index)
        if not mitigation.manual and not mitigation.verify:
            yield path, f"nothing in `verify` shows whether {mitigation.name} has helped"
        if mitigation.risk == "high" and not mitigation.approved:
            yield (*path, "approval"), "its risk is high, and nobody else has to agree"
        if mitigation.risk == "low" and (
            why := next((why for what, why in _FINAL if what.search(mitigation.line)), "")
        ):
            yield (*path, "risk"), f"it {why}, and its risk is said to be low"
        yield from _inputs(mitigation, path)


def _inputs(mitigation: Mitigation, path: Path) -> Iterator[tuple[Path, str]]:
    for name, asked in mitigation.inputs.items():
        if asked.type in {"integer", "number"} and asked.max is None:
            yield (*path, "inputs", name), f"{name} has no max: a slip of the thumb is not stopped"


def _scenarios(runbook: Runbook) -> Iterator[tuple[Path, str]]:
    looked_for = {word for step in runbook.diagnostics for word in step.find}
    for index, scenario in enumerate(runbook.scenarios):
        for at, word in enumerate(scenario.found):
            if word not in looked_for:
                yield (
                    ("scenarios", index, "found", at),
                    f"no step has `{word}` in `find`, so it never comes up by itself",
                )
        if not (scenario.check or scenario.try_ or scenario.first or scenario.advice):
            yield ("scenarios", index), f"{scenario.name} neither looks at anything nor does anything"


def _templates(runbook: Runbook) -> Iterator[tuple[Path, str]]:
    environment = SandboxedEnvironment()
    texts: list[tuple[str, str]] = [(name, text) for name, text in runbook.templates if isinstance(text, str)]
    texts += [(f"status_page.{name}", text) for name, text in runbook.templates.status_page]
    for name, text in texts:
        path = ("templates", *name.split("."))
        try:
            used = meta.find_undeclared_variables(environment.parse(text))
        except TemplateError:
            continue
        for value in sorted(used - TEMPLATE_VALUES):
            yield path, f"nobody gives `{value}`, so it will always be a gap"
        if name in _TELLS_USERS and "impact" not in used:
            yield path, "it never shows the impact, which is what its readers want to know; add {{ impact }}"
