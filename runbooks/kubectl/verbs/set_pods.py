"""`kubectl set image|env|resources`: change the containers of a pod template."""

import copy
from collections.abc import Callable, Iterable, Sequence
from fnmatch import fnmatchcase
from typing import Any

from runbooks.kubectl.changing import Changed, patched, said, split_pairs, template_spec
from runbooks.kubectl.objects_text import go_type
from runbooks.kubectl.pods import name_of
from runbooks.kubectl.quantity import BadQuantity, canonical
from runbooks.kubectl.running import Denied, Run
from runbooks.kubectl.strategic import strategic_patch
from runbooks.kubectl.targets import UNNAMED, found_objects
from runbooks.kubectl.words import Failed

Container = dict[str, Any]
Edit = Callable[[dict[str, Any], dict[str, Any]], None]
UNSET = "error: you must specify an update to requests or limits (in the form of --requests/--limits)\n"


class NotThere(Exception):
    """No such container; the text is kubectl's."""


class Taken(NotThere):
    """A value that is there already is not to be overwritten; the text goes behind the object's name."""


async def set_image(run: Run) -> None:
    resources, pairs = split_pairs(run.command.arguments, "image")
    if not resources:
        raise Failed(UNNAMED)
    if not pairs:
        raise Failed("error: at least one image update is required\n")
    images = dict(pair.partition("=")[::2] for pair in pairs)
    missing: list[str] = []

    def edit(spec: dict[str, Any], _: dict[str, Any]) -> None:
        for name, image in images.items():
            chosen = [one for one in every_container(spec) if name in {one["name"], "*"}]
            missing.extend([] if chosen else [name])
            for one in chosen:
                one["image"] = image

    await change_templates(run, resources, edit, "image updated", "failed to patch image update to pod template: ")
    for name in missing:  # told last, as by kubectl: the others are changed
        run.fail(f'error: unable to find container named "{name}"')


async def set_resources(run: Run) -> None:
    wanted = {}
    for kind in ("limits", "requests"):
        if written := run.command.flag(kind):
            wanted[kind] = _amounts(written)
    if not run.command.arguments:
        raise Failed(UNNAMED)
    if not wanted:
        raise Failed(UNSET)

    def edit(spec: dict[str, Any], _: dict[str, Any]) -> None:
        pattern = run.command.flag("containers")
        chosen = matching(spec.get("containers") or [], pattern)
        if not chosen:
            raise NotThere(f"unable to find container named {pattern}")
        quantities = {kind: {name: _amount(text) for name, text in each.items()} for kind, each in wanted.items()}
        for one in chosen:
            sizes = one.setdefault("resources", {})
            for kind, each in quantities.items():
                sizes[kind] = {**(sizes.get(kind) or {}), **each}

    arguments = run.command.arguments
    operation = "resource requirements updated"
    await change_templates(run, arguments, edit, operation, "failed to patch resources update to pod template ")


def _amounts(written: str) -> dict[str, str]:
    pairs = [part.partition("=") for part in written.split(",")]
    for name, equals, _ in pairs:
        if not equals:
            raise Failed(f"error: Invalid argument syntax {name}, expected <resource>=<value>\n")
    return {name: amount for name, _, amount in pairs}


def _amount(text: str) -> str:
    try:
        return canonical(text)
    except BadQuantity as error:
        raise NotThere(str(error)) from error


def every_container(spec: dict[str, Any]) -> Iterable[Container]:
    return [*(spec.get("initContainers") or []), *(spec.get("containers") or [])]


def matching(containers: Iterable[Container], pattern: str) -> list[Container]:
    return [one for one in containers if fnmatchcase(one["name"], pattern)]


async def change_templates(run: Run, arguments: Sequence[str], edit: Edit, operation: str, problem: str) -> None:
    """Edit the pod template of each object and send the difference; what does not change is not sent."""
    for found in await found_objects(run, arguments, every=bool(run.command.flag("all"))):
        await _change(run, found, edit, operation, problem)


async def _change(run: Run, found: Changed, edit: Edit, operation: str, problem: str) -> None:
    _, one = found
    edited = copy.deepcopy(one)
    spec = template_spec(edited)
    try:
        if spec is None:
            raise Taken(f"the object is not a pod or does not have a pod template: {go_type(one)}")
        edit(spec, one)
        patch = strategic_patch(one, edited)
        if patch:
            said(run, await patched(run, found, patch, manager="kubectl-set"), operation)
    except Taken as error:
        run.fail(f"error: {found[0].resource.plural}/{name_of(one)} {error}")
    except NotThere as error:
        run.fail(f"error: {error}")
    except Denied as error:
        run.fail(f"error: {problem}{error.message}")
