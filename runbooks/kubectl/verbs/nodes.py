"""`kubectl cordon|uncordon`: whether a node takes new pods."""

from typing import Any

from runbooks.kubectl.changing import path_of
from runbooks.kubectl.pods import name_of
from runbooks.kubectl.running import STRATEGIC, Denied, Run
from runbooks.kubectl.targets import Target, check_names, fetch, items, resource
from runbooks.kubectl.words import Failed

Node = tuple[Target, dict[str, Any]]


async def cordon(run: Run) -> None:
    for node in await nodes(run, "cordon NODE"):
        await take_pods(run, node, wanted=False)


async def uncordon(run: Run) -> None:
    for node in await nodes(run, "uncordon NODE"):
        await take_pods(run, node, wanted=True)


async def nodes(run: Run, usage: str) -> list[Node]:
    """The nodes a line names or picks."""
    names, picked = run.command.arguments, run.command.flag("selector")
    if not names and not picked:
        verb = run.command.verb
        raise Failed(f"error: USAGE: {usage} [flags]\nSee 'kubectl {verb} -h' for help and examples\n")
    if names and picked:
        problem = "error: cannot specify both a node name and a --selector option"
        raise Failed(f"{problem}\nSee 'kubectl {run.command.verb} -h' for help and examples\n")
    check_names(named := [name.removeprefix("node/").removeprefix("nodes/") for name in names])
    type_ = await resource(run, "nodes")
    found: list[Node] = []
    for name in named or [""]:
        target = Target(type_, name)
        document = await fetch(run, target, query=() if name else [("limit", "500")])
        found += [(Target(type_, name_of(one)), one) for one in items(document, type_)]
    if not found:
        if run.command.verb != "drain":
            return []
        raise Failed("error: no nodes match the selector\n" if picked else "error: no nodes found\n")
    return found


async def take_pods(run: Run, node: Node, *, wanted: bool) -> bool:
    """Let a node take new pods, or not; a node that cannot be changed is told and the rest goes on, as in kubectl."""
    target, one = node
    word = "uncordon" if wanted else "cordon"
    if bool((one.get("spec") or {}).get("unschedulable")) is not wanted:
        _say(run, one, f"already {word}ed")
        return True
    if run.command.flag("dry-run") != "client":
        body = {"spec": {"unschedulable": None if wanted else True}}
        try:
            after = await run.change("PATCH", path_of(run, target, one), body, content_type=STRATEGIC, before=one)
        except Denied as error:
            run.warn(f'error: unable to {word} node "{name_of(one)}": {error.message}')
            return False
        run.changed.append((one, after))
    _say(run, one, f"{word}ed")
    return True


def _say(run: Run, one: dict[str, Any], operation: str) -> None:
    dry = {"server": " (server dry run)", "client": " (dry run)"}.get(str(run.command.flag("dry-run")), "")
    run.say(f"node/{name_of(one)} {operation}{dry}")
