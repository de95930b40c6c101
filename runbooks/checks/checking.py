"""What the shape of a runbook cannot say: ids are unique, references exist, lines can run, templates can be read."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace

from runbooks import templates
from runbooks.checks import misleading, references
from runbooks.checks.documents import Path
from runbooks.checks.problem import Problem
from runbooks.compiling import TYPED, Compiled, LineRefused, Purpose, Usage, compiled, sent
from runbooks.kubectl.kustomizing import read_kustomization
from runbooks.kubectl.manifests import read_manifests
from runbooks.kubectl.rehearsing import complaint
from runbooks.kubectl.words import Failed
from runbooks.model import Diagnostic, Input, Mitigation, Runbook
from runbooks.parts.inputs import ANYTHING, InputRefused, accepted, sample
from runbooks.parts.placeholders import placeholders
from runbooks.parts.steps import DOING, LOOKING

_PLUGIN = "mend its name; a plugin of kubectl is for a person: write the line as `manual:`"
_THEN = {
    True: ", and make the rest another mitigation, named in `then` of this one",
    False: ", and make the rest another step",
}
_HARMLESS = "make it a mitigation, or say `harmless: true` if it changes nothing"


def problems(runbook: Runbook) -> Iterator[Problem]:
    """Yield everything that would only come out during an incident."""
    yield from references.problems(runbook)
    for index, step in enumerate(runbook.diagnostics):
        yield from _step(step, runbook, ("diagnostics", index))
    for index, mitigation in enumerate(runbook.mitigations):
        yield from _mitigation(mitigation, runbook, ("mitigations", index))
    yield from _templates(runbook)


def _step(step: Diagnostic, runbook: Runbook, path: Path) -> Iterator[Problem]:
    kinds = [kind for kind in LOOKING if getattr(step, kind)]
    if len(kinds) != 1:
        yield _one_of(step.id, LOOKING, kinds, path)
        return
    if step.foreach and not step.run:
        yield Problem(
            (*path, "foreach"), "foreach repeats a `run` line, and there is none", "add run: kubectl … {item}"
        )
        return
    if step.foreach and step.run and "item" not in placeholders(step.run):
        yield Problem((*path, "run"), "foreach gives {item}, and the line does not use it", "write {item} into it")
    if not step.timeout:
        yield Problem((*path, "timeout"), "nothing answers in no time", "write 15s")
    yield from _keys(step, path)
    if kinds[0] == "manual":
        return
    if step.foreach:
        reading = replace(TYPED, variables=runbook.values)
        if wrong := list(_line((*path, "foreach"), step.foreach, {}, reading, runbook)):
            yield from wrong
            return
    found = _line((*path, kinds[0]), step.line, {}, Purpose.of(step, runbook), runbook)
    yield from (one for one in found if not (step.harmless and one.mend == _HARMLESS))


def _keys(step: Diagnostic, path: Path) -> Iterator[Problem]:
    """A key beside the line that would mean nothing, or name no file."""
    line = step.sql or step.run or ""
    if step.connection and not (step.sql or re.match(r"(?:PG[A-Z]+=\S* +)*psql\b", line)):
        yield Problem(
            (*path, "connection"), "only `sql` and psql lines ask a database", "leave it out, or write `sql:`"
        )
    name = step.save_as.replace("{date}", "").replace("{time}", "").replace("{item}", "")
    if step.save_as and not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._+@=-]*", name):
        yield Problem((*path, "save_as"), f"`{step.save_as}` is no name of a file", "write it as logs-{date}.txt")


def _one_of(id_: str, kinds: tuple[str, ...], given: list[str], path: Path) -> Problem:
    wanted = f"{', '.join(kinds[:-1])} and {kinds[-1]}"
    return Problem(path, f"`{id_}` wants one of {wanted}, and has {' and '.join(given) or 'none'}", "keep one")


def _mitigation(mitigation: Mitigation, runbook: Runbook, path: Path) -> Iterator[Problem]:
    kinds = [kind for kind in DOING if getattr(mitigation, kind)]
    if len(kinds) != 1:
        yield _one_of(mitigation.id, DOING, kinds, path)
        return
    if kinds[0] != "manual":
        values = {name: sample(asked) for name, asked in mitigation.inputs.items()}
        purpose = Purpose.of(mitigation, runbook)
        yield from _line((*path, kinds[0]), sent(mitigation), values, purpose, runbook)
    used = placeholders(mitigation.line)
    for name, asked in mitigation.inputs.items():
        where = (*path, "inputs", name)
        if name not in used:
            yield Problem(where, f"the line has no {{{name}}}", f"write {{{name}}} into it, or leave the input out")
        if name == "item":
            yield Problem(where, "`{item}` is what a loop goes through", "give the input another name")
        if asked.type == "choice" and not (asked.choices or asked.choices_from):
            yield Problem((*where, "choices"), "a choice wants choices", "list them")
        if asked.choices_from:
            listing = replace(TYPED, variables=runbook.values)
            yield from _line((*where, "choices_from"), asked.choices_from, {}, listing, runbook)
        yield from _bounds(asked, where)
        yield from _default(mitigation, name, where)


def _bounds(asked: Input, where: Path) -> Iterator[Problem]:
    """What bounds a value is of its type: on another it would hold nobody back."""
    number = asked.type in {"integer", "number"}
    if number and asked.min is not None and asked.max is not None and asked.min > asked.max:
        yield Problem((*where, "min"), "min is larger than max", "swap them")
    elif number and asked.max is not None and asked.max < (asked.min or 0):
        yield Problem((*where, "max"), "no number fits: the least is 0 where no min is given", "give a min, too")
    for key in ("min", "max"):
        if getattr(asked, key) is not None and not number:
            yield Problem((*where, key), f"{key} bounds a number, and this is `{asked.type}`", "write type: integer")
    if asked.pattern and (number or asked.type == "choice"):
        yield Problem((*where, "pattern"), f"a pattern is for text, and this is `{asked.type}`", "leave it out")
    if asked.choices and asked.type != "choice":
        yield Problem((*where, "choices"), f"one of these is meant, and this is `{asked.type}`", "write type: choice")


def _default(mitigation: Mitigation, name: str, where: Path) -> Iterator[Problem]:
    default = mitigation.inputs[name].default
    if default is None:
        return
    try:
        accepted(name, mitigation.inputs[name], default)
    except InputRefused as error:
        yield Problem((*where, "default"), error.problem, "choose another default, or type")


def _line(path: Path, line: str, values: Mapping[str, str], purpose: Purpose, runbook: Runbook) -> Iterator[Problem]:
    if purpose.changing and (gaps := placeholders(line) - set(values)):
        name = min(gaps)
        yield Problem(path, f"the line uses {{{name}}}, and there is no such input", f"add {name} to inputs")
        return
    try:
        ready = compiled(line, values, purpose)
    except LineRefused as error:
        reason, _, mend = (error.reason, "", error.instead) if error.instead else error.reason.rpartition("; ")
        rest = _THEN[purpose.changing] if "one is run at a time" in reason else ""
        yield Problem(path, (reason or mend).rstrip("."), mend.rstrip(".") + rest if reason else "")
        return
    except Usage as error:
        yield _refused(path, error.stderr)
        return
    yield from _purpose(path, ready, changing=purpose.changing)
    yield from _manifests(path, ready, runbook)
    if ANYTHING not in values.values():
        yield from _rehearsed(path, ready)


def _refused(path: Path, stderr: str) -> Problem:
    said = stderr.strip().splitlines()[0]
    mend = _PLUGIN if "unknown command" in said else "try the line in a terminal"
    return Problem(path, f"kubectl would say: {said}", mend)


def _rehearsed(path: Path, ready: Compiled) -> Iterator[Problem]:
    """What kubectl would refuse of the line as it stands; a loop's items and the files of `-f` come only later."""
    command = ready.command
    if command is None or ready.repeated or command.flag("filename") or command.flag("kustomize"):
        return
    if said := complaint(command):
        yield _refused(path, said)


def _purpose(path: Path, ready: Compiled, *, changing: bool) -> Iterator[Problem]:
    """A mitigation changes something, and a diagnostic changes nothing."""
    if changing and not ready.changes:
        yield Problem(path, "the line of a mitigation changes nothing", "make it a diagnostic, or a manual: step")
    if not changing and ready.request is not None and ready.request.changes:
        yield Problem(path, f"a diagnostic only reads, and {ready.request.method} may change", _HARMLESS)
    if not changing and (found := misleading.changing(ready)):
        yield Problem(path, f"a diagnostic only reads, and `{found}` may change", _HARMLESS)


def _manifests(path: Path, ready: Compiled, runbook: Runbook) -> Iterator[Problem]:
    """The files of `apply -f` and `apply -k` lie beside the runbook, and can be read."""
    if ready.command is None or runbook.folder is None:
        return
    names, built = ready.command.flag("filename"), ready.command.flag("kustomize")
    try:
        if names:
            read_manifests(runbook.folder, names)
        if built:
            read_kustomization(runbook.folder, str(built))
    except Failed as error:
        yield Problem(path, error.stderr.strip().removeprefix("error: "), f"put it into {runbook.folder}")


def _templates(runbook: Runbook) -> Iterator[Problem]:
    texts: list[tuple[Path, str]] = [((name,), text) for name, text in runbook.templates if isinstance(text, str)]
    texts += [(("status_page", name), text) for name, text in runbook.templates.status_page]
    for path, text in texts:
        try:
            templates.check(text)
        except templates.TemplateBroken as error:
            mend = "compare it with docs/runbooks.md"
            yield Problem(("templates", *path), f"line {error.line} of it: {error.problem}", mend)
