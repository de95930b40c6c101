"""`kubectl label` and `kubectl annotate`."""

from typing import Any

from runbooks.kubectl.changing import Changed, path_of, said, split_pairs
from runbooks.kubectl.revisions import CAUSE
from runbooks.kubectl.running import MERGE, Denied, Run
from runbooks.kubectl.targets import Target, fetch, items, targets
from runbooks.kubectl.words import Failed

Pairs = dict[str, str]


async def label(run: Run) -> None:
    await _each(run, "labels", "label")


async def annotate(run: Run) -> None:
    await _each(run, "annotations", "annotation")


async def _each(run: Run, key: str, word: str) -> None:
    resources, pairs = split_pairs(run.command.arguments)
    if not resources:
        raise Failed("error: one or more resources must be specified as <resource> <name> or <resource>/<name>\n")
    if not pairs and not run.command.flag("list"):
        raise Failed(f"error: at least one {word} update is required\n")
    wanted = {name: value for name, equals, value in (pair.partition("=") for pair in pairs) if equals}
    gone = [pair[:-1] for pair in pairs if "=" not in pair]
    for target in await targets(run, resources):
        await _target(run, target, key, (wanted, gone))


async def _target(run: Run, target: Target, key: str, change: tuple[Pairs, list[str]]) -> None:
    try:
        document = await fetch(run, target)
        for one in items(document, target.resource):
            if run.command.flag("list"):
                run.out += [f"{name}={value}\n" for name, value in (one["metadata"].get(key) or {}).items()]
            else:
                await _one(run, (target, one), key, change)
    except Denied as error:
        run.fail(error.words)


async def _one(run: Run, found: Changed, key: str, change: tuple[Pairs, list[str]]) -> None:
    target, one = found
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
    after = await run.change("PATCH", path_of(run, target, one), body, content_type=MERGE, manager=manager)
    run.changed.append((one, after))
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
