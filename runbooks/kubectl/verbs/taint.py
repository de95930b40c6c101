"""`kubectl taint nodes`: which pods a node keeps off, or drives away (kubectl/pkg/cmd/taint)."""

import re
from typing import Any

from runbooks.kubectl.changing import Changed, patched, said
from runbooks.kubectl.pods import name_of
from runbooks.kubectl.running import Denied, Run
from runbooks.kubectl.targets import Target, check_names, fetched, items, resource
from runbooks.kubectl.verbs.label import LABEL_VALUE, LONGEST, unfit
from runbooks.kubectl.words import Failed

STRICT = [("fieldValidation", "Strict")]
EFFECTS = {"NoSchedule", "PreferNoSchedule", "NoExecute"}
HELP = "See 'kubectl taint -h' for help and examples\n"
KEY = r"([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]"
PREFIX = r"[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*"
UNFIT_KEY = (
    "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric"
    f" character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '{KEY}')"
)
Taint = dict[str, Any]


async def taint(run: Run) -> None:
    words, flag = run.command.arguments, run.command.flag
    at = next((n for n, one in enumerate(words) if _is_taint(one)), len(words))
    resources, written = words[:at], words[at:]
    if wrong := [one for one in written if not _is_taint(one)]:
        raise Failed(f"error: all resources must be specified before taint changes: {wrong[0]}\n")
    if not resources:
        raise Failed("error: one or more resources must be specified as <resource> <name>\n")
    if not written:
        raise Failed("error: at least one taint update is required\n")
    change = _read(written)
    type_ = await resource(run, resources[0])
    if type_.kind != "Node":
        raise Failed(f"error: invalid resource type {resources[0].lower()}, only node types are supported\n")
    _check(run, change, names=len(resources) > 1)
    check_names(resources[1:])
    names = resources[1:] if not (flag("all") or flag("selector")) else ("",)
    for target, answer in await fetched(run, [Target(type_, name) for name in names]):
        if isinstance(answer, Denied):
            run.fail(answer.words)
            continue
        for one in items(answer, type_):
            await _one(run, (Target(target.resource, name_of(one)), one), *change)


def _is_taint(word: str) -> bool:
    return "=" in word or ":" in word or word.endswith("-")


def _read(written: tuple[str, ...]) -> tuple[list[Taint], list[Taint]]:
    """The taints to add, and those to remove."""
    added: list[Taint] = []
    gone: list[Taint] = []
    for word in written:
        one = _taint(word.removesuffix("-"))
        if word.endswith("-"):
            gone.append({key: value for key, value in one.items() if key != "value"})
        elif "effect" not in one:
            raise _unreadable(f"invalid taint spec: {word}")
        elif any(_same(one, other) for other in added):
            shown = f"{{{one['key']} {one.get('value', '')} {one['effect']} <nil>}}"
            raise _unreadable(f"duplicated taints with the same key and effect: {shown}")
        else:
            added.append(one)
    return added, gone


def _taint(word: str) -> Taint:
    """`key=value:effect`, `key:effect` or `key`."""
    first, *effects = word.split(":")
    key, *values = first.split("=") if effects else (first,)
    if len(effects) > 1 or len(values) > 1:
        raise _unreadable(f"invalid taint spec: {word}")
    if effects and effects[0] not in EFFECTS:
        raise _unreadable(f"invalid taint effect: {effects[0]}, unsupported taint effect")
    value = "".join(values)
    if len(value) > LONGEST or not re.fullmatch(LABEL_VALUE, value):
        raise _unreadable(f"invalid taint spec: {word}, {unfit(value)}")
    prefix, slash, name = key.rpartition("/")
    if not re.fullmatch(KEY, name) or len(name) > LONGEST or (slash and not re.fullmatch(PREFIX, prefix)):
        raise _unreadable(f"invalid taint spec: {word}, {UNFIT_KEY}")
    return {"effect": effects[0], "key": key, **({"value": value} if value else {})} if effects else {"key": key}


def _unreadable(problem: str) -> Failed:
    return Failed(f"error: {problem}\n{HELP}")


def _check(run: Run, change: tuple[list[Taint], list[Taint]], *, names: bool) -> None:
    every, picked = run.command.flag("all"), run.command.flag("selector")
    clash = [one for new in change[0] for one in change[1] if _same({"effect": new["effect"], **one}, new)]
    if clash:
        shown = ", ".join(f"{one['key']}={one.get('effect', '')}" for one in clash)
        raise Failed(f"error: can not both modify and remove the following taint(s) in the same command: {shown}\n")
    if every and picked:
        raise Failed("error: setting 'all' parameter with a non empty selector is prohibited\n")
    if not every and not picked and not names:
        raise Failed("error: at least one resource name must be specified since 'all' parameter is not set\n")


def _same(one: Taint, other: Taint) -> bool:
    return one["key"] == other["key"] and one.get("effect") == other.get("effect")


async def _one(run: Run, found: Changed, added: list[Taint], gone: list[Taint]) -> None:
    _, node = found
    before: list[Taint] = (node.get("spec") or {}).get("taints") or []
    overwrite = run.command.flag("overwrite")
    if (taken := [one["key"] for one in added if any(_same(one, old) for old in before)]) and not overwrite:
        problem = f"node {name_of(node)} already has {','.join(taken)} taint(s) with same effect(s)"
        run.fail(f"error: {problem} and --overwrite is false")
        return
    held = [*added, *(old for old in before if not any(_same(old, one) for one in added))]
    after = [one for one in held if not any(_same({**one, **other}, one) for other in gone)]
    if missing := [one for one in gone if not any(_same({**each, **one}, each) for each in held)]:
        for one in missing:
            run.fail(f'error: taint "{":".join(filter(None, [one["key"], one.get("effect")]))}" not found')
        return
    if run.dry_run and any(one["effect"] == "NoExecute" for one in added):
        run.warn("Warning: NoExecute drives away at once every pod of the node that does not tolerate it")
    body = {"spec": {"taints": after or None}} if after != before else {}
    grown, shrunk = len(held) != len(before), len(after) != len(held)
    operation = "modified" if overwrite or (grown and shrunk) else "tainted" if grown else "untainted"
    try:
        said(run, await patched(run, found, body, manager="kubectl-taint", query=STRICT), operation, dry=False)
    except Denied as error:
        run.fail(error.words)
