"""`kubectl label` and `kubectl annotate`."""

import re
from typing import Any

from runbooks.kubectl.changing import Changed, patched, said, split_pairs
from runbooks.kubectl.pods import name_of
from runbooks.kubectl.revisions import CAUSE
from runbooks.kubectl.running import MERGE, Denied, Run
from runbooks.kubectl.targets import Target, fetch, items, targets
from runbooks.kubectl.words import Failed

Pairs = dict[str, str]
LABEL_VALUE = r"(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?"
LONGEST = 63


async def label(run: Run) -> None:
    await _each(run, "labels", "label")


async def annotate(run: Run) -> None:
    await _each(run, "annotations", "annotation")


async def _each(run: Run, key: str, word: str) -> None:
    resources, pairs = split_pairs(run.command.arguments, word)
    if not resources:
        raise Failed("error: one or more resources must be specified as <resource> <name> or <resource>/<name>\n")
    wanted = {name: value for name, equals, value in (pair.partition("=") for pair in pairs) if equals and name}
    gone = [pair[:-1] for pair in pairs if "=" not in pair]
    if not wanted and not gone and not run.command.flag("list"):
        raise Failed(f"error: at least one {word} update is required\n")
    _check_pairs(wanted, gone, key)
    found = await targets(run, resources, every=bool(run.command.flag("all")))
    if run.command.flag("resource-version") and not (len(found) == 1 and found[0].name):
        raise Failed("error: --resource-version may only be used with a single resource\n")
    for target in found:
        if run.command.flag("list"):
            await _list(run, target, key, alone=len(found) == 1 and bool(target.name))
        else:
            await _target(run, target, key, (wanted, gone))


async def _list(run: Run, target: Target, key: str, *, alone: bool) -> None:
    """The labels of each object, under its name where there may be several."""
    try:
        found = items(await fetch(run, target), target.resource)
    except Denied as error:
        run.fail(error.words)
        return
    for one in found:
        if not alone:
            run.say(f"Listing {key} for {target.resource.kind}.{target.resource.group}/{name_of(one)}:")
        indent = "" if alone else " "
        run.out += [f"{indent}{name}={value}\n" for name, value in (one["metadata"].get(key) or {}).items()]


def _check_pairs(wanted: Pairs, gone: list[str], key: str) -> None:
    """What kubectl finds wrong with them before it asks anybody."""
    both = [name for name in gone if name in wanted]
    if both and key == "labels":
        raise Failed("error: can not both modify and remove a label in the same command\n")
    if both:
        names = ", ".join(sorted(both))
        raise Failed(
            f"error: can not both modify and remove the following annotation(s) in the same command: {names}\n"
        )
    for name, value in wanted.items() if key == "labels" else ():
        if len(value) > LONGEST or not re.fullmatch(LABEL_VALUE, value):
            raise Failed(f'error: invalid label value: "{name}={value}": {unfit(value)}\n')


def unfit(value: str) -> str:
    """Why a label's value is none."""
    if len(value) > LONGEST:
        return f"must be no more than {LONGEST} bytes"
    return (
        "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start"
        " and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for"
        f" validation is '{LABEL_VALUE}')"
    )


async def _target(run: Run, target: Target, key: str, change: tuple[Pairs, list[str]]) -> None:
    try:
        document = await fetch(run, target)
        for one in items(document, target.resource):
            await _one(run, (target, one), key, change)
    except Denied as error:
        run.fail(error.words)


async def _one(run: Run, found: Changed, key: str, change: tuple[Pairs, list[str]]) -> None:
    _, one = found
    wanted, gone = change
    before: Pairs = one["metadata"].get(key) or {}
    _check(run, before, wanted, key)
    missing = [name for name in gone if name not in before]
    if key == "labels":
        run.out += [f'label "{name}" not found.\n' for name in missing]
    values: dict[str, Any] = {name: value for name, value in wanted.items() if before.get(name) != value}
    values.update({name: None for name in gone if name in before})
    if not values and key == "labels":
        said(run, one, "not labeled")
        return
    body = {"metadata": {key: values}} if values else {}
    if version := run.command.flag("resource-version"):
        body = {"metadata": {**body.get("metadata", {}), "resourceVersion": version}}
    manager = "kubectl-label" if key == "labels" else "kubectl-annotate"
    after = await patched(run, found, body, content_type=MERGE, manager=manager)
    said(run, after, _operation(key, values))


def _operation(key: str, values: dict[str, Any]) -> str:
    if key == "annotations":
        return "annotated"
    return "labeled" if any(value is not None for value in values.values()) else "unlabeled"


def _check(run: Run, before: Pairs, wanted: Pairs, key: str) -> None:
    if run.command.flag("overwrite"):
        return
    clash = [name for name, value in wanted.items() if before.get(name, value) != value and name != CAUSE]
    taken = [f"'{name}' already has a value ({before[name]})" for name in clash]
    if taken and key == "labels":
        raise Failed(f"error: {taken[0]}, and --overwrite is false\n")
    if taken:
        raise Failed(
            f"error: --overwrite is false but found the following declared annotation(s): {'; '.join(taken)}\n"
        )
