"""`kubectl describe`: an object and what happened to it, for people."""

import asyncio
from typing import Any

from runbooks.kubectl.describe_settings import without_data
from runbooks.kubectl.described import event_lines, events
from runbooks.kubectl.describers import EVENTLESS, describer_of
from runbooks.kubectl.pods import name_of
from runbooks.kubectl.running import Denied, Run
from runbooks.kubectl.tabwriter import aligned
from runbooks.kubectl.targets import SINGLE, Target, fetch, items, targets
from runbooks.kubectl.words import Failed

UNTYPED = (
    'error: You must specify the type of resource to describe. Use "kubectl api-resources" for a complete list of'
    " supported resources.\n"
)
SECRETS = ("", "secrets")


async def describe(run: Run) -> None:
    if not run.command.arguments and not run.command.flag("filename"):
        raise Failed(UNTYPED)
    found = await targets(run, run.command.arguments)
    if run.all_namespaces and any(one.name for one in found):
        raise Failed(SINGLE)
    told: list[str] = []
    for part in await asyncio.gather(*(_target(run, target) for target in found)):
        if isinstance(part, Denied):
            run.fail(part.words)
        else:
            told += part
    run.out.append("\n\n".join(told))
    if not told and not run.exit_code:
        run.warn("No resources found" if run.all_namespaces else f"No resources found in {run.namespace} namespace.")


async def _target(run: Run, target: Target) -> list[str] | Denied:
    """What is told of one target, or why nothing is: the caller says so in the line's order."""
    try:
        objects = await _objects(run, target)
        told = list(await asyncio.gather(*(_description(run, target, one) for one in objects)))
        alike = bool(target.name) and any(name_of(one) != target.name for one in objects)
        return ["".join(f"{text}\n" for text in told)] if alike else told
    except Denied as error:
        return error


async def _objects(run: Run, target: Target) -> list[dict[str, Any]]:
    """By name; where there is none, and `kind name` asks for one alone, all whose names begin so."""
    page = [("limit", str(run.command.flag("chunk-size")))]
    if not target.name:
        return items(await fetch(run, target, query=page), target.resource)
    try:
        return items(await fetch(run, target), target.resource)
    except Denied as error:
        alone = len(run.command.arguments) == 2 and not {"/", ","} & set(run.command.arguments[0])
        if not alone or error.code != 404 or '"' + target.name + '"' not in error.message:
            raise
        listed = items(await fetch(run, Target(target.resource), query=page), target.resource)
        alike = [one for one in listed if name_of(one).startswith(target.name)]
        if not alike:
            raise
        return alike


async def _description(run: Run, target: Target, one: dict[str, Any]) -> str:
    kind = (target.resource.group, target.resource.plural)
    one = without_data(one) if kind == SECRETS else one
    run.objects.append(one)
    lines = await describer_of(kind)(run, one)
    if run.command.flag("show-events", True) and kind not in EVENTLESS:
        lines += event_lines(run, await _events(run, target, one))
    return aligned("\n".join(lines) + "\n")


async def _events(run: Run, target: Target, one: dict[str, Any]) -> list[dict[str, Any]]:
    kind = target.resource.kind
    if kind == "Pod":
        return await events(run, one)
    found = await events(run, one, kind=kind)
    if kind == "Node":
        found += await events(run, one, kind=kind, uid=name_of(one))
    return found
