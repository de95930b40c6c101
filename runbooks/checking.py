"""What the shape of a runbook cannot say: ids are unique, references exist, lines can run, templates can be read."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from runbooks import templates
from runbooks.compiling import Compiled, LineRefused, Usage, compiled
from runbooks.conditions import Condition
from runbooks.documents import Path
from runbooks.inputs import InputRefused, accepted, sample
from runbooks.model import Diagnostic, Mitigation, Runbook
from runbooks.placeholders import placeholders

FINDINGS = {
    "crash-looping": "a container that starts and dies again and again",
    "not-ready": "a pod that runs and is not ready",
    "oom-killed": "a container that was killed for its memory",
    "image-pull": "an image that cannot be fetched",
    "restarts": "containers that restarted lately",
    "recent-rollout": "a rollout shortly before the incident",
    "log-errors": "lines of a log that look like errors, counted",
}


@dataclass(frozen=True)
class Problem:
    """What is wrong with a key, and its mend."""

    path: Path
    problem: str
    mend: str = ""


def problems(runbook: Runbook) -> Iterator[Problem]:
    """Yield everything that would only come out during an incident."""
    yield from _twice(runbook)
    yield from _references(runbook)
    yield from _conditions(runbook)
    for index, step in enumerate(runbook.diagnostics):
        yield from _step(step, ("diagnostics", index))
    for index, mitigation in enumerate(runbook.mitigations):
        yield from _mitigation(mitigation, ("mitigations", index))
    yield from _templates(runbook)


def _twice(runbook: Runbook) -> Iterator[Problem]:
    keyed: dict[str, Sequence[str]] = {
        "severities": [one.key for one in runbook.severities],
        "diagnostics": [one.id for one in runbook.diagnostics],
        "mitigations": [one.id for one in runbook.mitigations],
        "scenarios": [one.id for one in runbook.scenarios],
        "checklists": [one.id for one in runbook.checklists],
        "drills": [one.id for one in runbook.drills],
    }
    for part, names in keyed.items():
        seen: dict[str, str] = {}
        for index, name in enumerate(names):
            loose = re.sub(r"[^a-z0-9]", "", name.lower())
            if loose in seen:
                key = "key" if part == "severities" else "id"
                yield Problem((part, index, key), f"`{name}` and `{seen[loose]}` are the same to people", "rename one")
            seen[loose] = name


def _references(runbook: Runbook) -> Iterator[Problem]:
    steps, fixes = [one.id for one in runbook.diagnostics], [one.id for one in runbook.mitigations]
    scenarios, keys = [one.id for one in runbook.scenarios], [one.key for one in runbook.severities]
    for index, fix in enumerate(runbook.mitigations):
        yield from _known(("mitigations", index, "verify"), fix.verify, steps, "diagnostic")
    for index, scenario in enumerate(runbook.scenarios):
        yield from _known(("scenarios", index, "check"), scenario.check, steps, "diagnostic")
        yield from _known(("scenarios", index, "try"), scenario.try_, fixes, "mitigation")
    for index, drill in enumerate(runbook.drills):
        if drill.scenario:
            yield from _known(("drills", index, "scenario"), [drill.scenario], scenarios, "scenario")
        if drill.severity and runbook.severity(drill.severity) is None:
            yield from _known(("drills", index, "severity"), [drill.severity], keys, "severity")
    for key in runbook.channels.critical:
        if runbook.severity(key) is None:
            yield from _known(("channels", "critical"), [key], keys, "severity")
    for index, step in enumerate(runbook.diagnostics):
        yield from _known(("diagnostics", index, "find"), step.find, list(FINDINGS), "finding")


def _known(path: Path, names: Iterable[str], known: Sequence[str], what: str) -> Iterator[Problem]:
    for index, name in enumerate(names):
        if name not in known:
            mend = (
                f"choose one of: {', '.join(known)}"
                if known
                else f"this runbook has no {what} yet; add it or leave it out"
            )
            yield Problem((*path, index), f"there is no {what} `{name}`", mend)


def _conditions(runbook: Runbook) -> Iterator[Problem]:
    numbers = [one.id for one in runbook.diagnostics if one.promql or one.bad_when]
    for index, severity in enumerate(runbook.severities):
        yield from _tests(("severities", index, "suggest_when"), severity.suggest_when, numbers)
    for index, scenario in enumerate(runbook.scenarios):
        yield from _tests(("scenarios", index, "when"), scenario.when, numbers)
    for index, step in enumerate(runbook.diagnostics):
        if step.bad_when:
            yield from _threshold(("diagnostics", index, "bad_when"), step.bad_when)


def _threshold(path: Path, text: str) -> Iterator[Problem]:
    try:
        condition = Condition.read(text)
    except ValueError as error:
        yield Problem(path, str(error), 'write it as "> 0.01"')
        return
    if condition.step:
        yield Problem(path, f"`{text}` names a diagnostic, and its own is meant", 'write it as "> 0.01"')


def _tests(path: Path, texts: Sequence[str], steps: Sequence[str]) -> Iterator[Problem]:
    for index, text in enumerate(texts):
        try:
            step = Condition.read(text).step
        except ValueError as error:
            yield Problem((*path, index), str(error), "write it as error_ratio > 0.05")
            continue
        if step not in steps:
            mend = f"choose one of: {', '.join(steps)}" if steps else "add a promql diagnostic first"
            yield Problem((*path, index), f"`{step or text}` is no diagnostic that gives a number", mend)


def _step(step: Diagnostic, path: Path) -> Iterator[Problem]:
    kinds = [kind for kind in ("run", "promql", "http", "manual") if getattr(step, kind)]
    if len(kinds) != 1:
        said = " and ".join(kinds) or "none"
        yield Problem(path, f"`{step.id}` wants one of run, promql, http and manual, and has {said}", "keep one")
        return
    if step.foreach and not step.run:
        yield Problem(
            (*path, "foreach"), "foreach repeats a `run` line, and there is none", "add run: kubectl … {item}"
        )
    if step.foreach and step.run:
        yield from _line((*path, "foreach"), step.foreach, {}, changing=False)
        if "item" not in placeholders(step.run):
            yield Problem((*path, "run"), "foreach gives {item}, and the line does not use it", "write {item} into it")
    if kinds[0] in {"run", "http"}:
        values = {"item": "pod/a"} if step.foreach else {}
        yield from _line((*path, kinds[0]), step.line, values, changing=False, programs=True)


def _mitigation(mitigation: Mitigation, path: Path) -> Iterator[Problem]:
    if bool(mitigation.run) == bool(mitigation.manual):
        yield Problem(path, f"`{mitigation.id}` wants one of run and manual", "keep one")
        return
    if mitigation.run:
        values = {name: sample(asked) for name, asked in mitigation.inputs.items()}
        yield from _line((*path, "run"), mitigation.run, values, changing=True)
    used = placeholders(mitigation.line)
    for name, asked in mitigation.inputs.items():
        where = (*path, "inputs", name)
        if name not in used:
            yield Problem(where, f"the line has no {{{name}}}", f"write {{{name}}} into it, or leave the input out")
        if asked.type == "choice" and not asked.choices:
            yield Problem((*where, "choices"), "a choice wants choices", "list them")
        if asked.min is not None and asked.max is not None and asked.min > asked.max:
            yield Problem((*where, "min"), "min is larger than max", "swap them")
        yield from _default(mitigation, name, where)


def _default(mitigation: Mitigation, name: str, where: Path) -> Iterator[Problem]:
    default = mitigation.inputs[name].default
    if default is None:
        return
    try:
        accepted(name, mitigation.inputs[name], default)
    except InputRefused as error:
        yield Problem((*where, "default"), error.problem, "choose another default")


def _line(
    path: Path, line: str, values: Mapping[str, str], *, changing: bool, programs: bool = False
) -> Iterator[Problem]:
    if changing and (gaps := placeholders(line) - set(values)):
        name = min(gaps)
        yield Problem(path, f"the line uses {{{name}}}, and there is no such input", f"add {name} to inputs")
        return
    try:
        ready = compiled(line, values, changing=changing, programs=programs)
    except LineRefused as error:
        yield Problem(path, error.reason.rstrip("."), error.instead.rstrip("."))
        return
    except Usage as error:
        yield Problem(path, f"kubectl would say: {error.stderr.strip().splitlines()[0]}", "try the line in a terminal")
        return
    yield from _purpose(path, ready, changing=changing)


def _purpose(path: Path, ready: Compiled, *, changing: bool) -> Iterator[Problem]:
    """A mitigation changes the cluster, and a diagnostic changes nothing."""
    if changing and (ready.command is None or not ready.command.changes):
        yield Problem(path, "the line of a mitigation changes nothing", "make it a diagnostic, or a manual: step")
    if not changing and ready.request is not None and ready.request.changes:
        yield Problem(path, f"a diagnostic only reads, and {ready.request.method} may change", "make it a manual: step")


def _templates(runbook: Runbook) -> Iterator[Problem]:
    for name in type(runbook.templates).model_fields:
        try:
            templates.check(getattr(runbook.templates, name))
        except templates.TemplateBroken as error:
            yield Problem(
                ("templates", name), f"line {error.line} of it: {error.problem}", "compare it with docs/runbooks.md"
            )
