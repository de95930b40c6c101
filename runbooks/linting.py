"""What a careful reviewer would say of a runbook: what could run and would still mislead somebody at night."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path as File

from jinja2 import TemplateError, meta
from jinja2.sandbox import SandboxedEnvironment

from runbooks.compiling import Compiled, LineRefused, Purpose, Usage, compiled
from runbooks.documents import Path, dotted
from runbooks.model import TEMPLATE_VALUES, Runbook, Templates
from runbooks.reading import Checked, check_file


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
    yield from _templates(runbook)
    if runbook.diagnostics and not runbook.of_phase("assess"):
        yield ("diagnostics",), "no step has `phase: assess`, so Diagnose has nothing to begin with"


def _lines(runbook: Runbook) -> Iterator[tuple[Path, str]]:
    for index, step in enumerate(runbook.diagnostics):
        key = "http" if step.http else "run"
        if not (step.run or step.http):
            continue
        try:
            ready = compiled(step.line, None, Purpose.of(step, runbook))
        except (LineRefused, Usage):
            continue
        if not step.help:
            yield from (((("diagnostics", index, key)), text) for text in _misleading(ready))
            yield from _namespace(ready, runbook, ("diagnostics", index, key))


def _misleading(ready: Compiled) -> Iterator[str]:
    """Lines that run and do not say what people think; a step whose `help` explains itself is left alone."""
    command = ready.command
    if command is None:
        return
    if "status.phase!=Running" in str(command.flag("field-selector") or ""):
        yield "a pod that crash-loops still counts as Running, so this misses it (say so in `help`)"
    filtered = any(words[0] in {"grep", "egrep", "wc"} for words in ready.pipeline.piped)
    if command.verb == "logs" and command.flag("selector") and filtered and not _has(command.words, "--tail"):
        yield "`logs -l` gives ten lines of each pod; write --tail=-1 to search them all"
    if any(words[0] == "grep" and "-v" in words and "Ready" in words for words in ready.pipeline.piped):
        yield "`grep -v Ready` hides NotReady, too; write `grep -vw Ready`"
    if "componentstatuses" in command.arguments or "cs" in command.arguments:
        yield "componentstatuses is deprecated; ask `kubectl get --raw '/readyz?verbose'`"


def _has(words: tuple[str, ...], flag: str) -> bool:
    return any(word == flag or word.startswith(f"{flag}=") for word in words)


def _namespace(ready: Compiled, runbook: Runbook, path: Path) -> Iterator[tuple[Path, str]]:
    named = ready.command.namespace if ready.command else None
    own = runbook.kubernetes.namespace if runbook.kubernetes else None
    if named and own and named != own:
        yield path, f"it looks into namespace `{named}`, and the service runs in `{own}`"


def _people(runbook: Runbook) -> Iterator[tuple[Path, str]]:
    if not runbook.on_call:
        yield ("service",), "there is no `on_call`, so nobody is invited"
    for index, severity in enumerate(runbook.severities):
        if index == 0 and not runbook.levels(severity.key):
            yield ("severities", index), f"{severity.key} is the worst there is, and has nobody to escalate to"


def _mitigations(runbook: Runbook) -> Iterator[tuple[Path, str]]:
    for index, mitigation in enumerate(runbook.mitigations):
        if mitigation.run and not mitigation.verify:
            yield ("mitigations", index), f"nothing in `verify` shows whether {mitigation.name} has helped"
        for name, asked in mitigation.inputs.items():
            if asked.type in {"integer", "number"} and asked.max is None:
                yield ("mitigations", index, "inputs", name), f"{name} has no max: a slip of the thumb is not stopped"


def _templates(runbook: Runbook) -> Iterator[tuple[Path, str]]:
    environment = SandboxedEnvironment()
    for name in Templates.model_fields:
        try:
            used = meta.find_undeclared_variables(environment.parse(getattr(runbook.templates, name)))
        except TemplateError:
            continue
        for value in sorted(used - TEMPLATE_VALUES):
            yield ("templates", name), f"nobody gives `{value}`, so it will always be a gap"
