"""`kubectl set serviceaccount|selector`."""

from typing import Any

from runbooks.kubectl.changing import patched, said
from runbooks.kubectl.pods import name_of
from runbooks.kubectl.running import Denied, Run
from runbooks.kubectl.strategic import strategic_patch
from runbooks.kubectl.targets import UNNAMED, found_objects
from runbooks.kubectl.verbs.set_pods import change_templates
from runbooks.kubectl.words import Failed


async def set_serviceaccount(run: Run) -> None:
    arguments = run.command.arguments
    if not arguments:
        raise Failed("error: serviceaccount is required\n")
    *resources, account = arguments
    if not resources:
        raise Failed(UNNAMED)

    def edit(spec: dict[str, Any], _: dict[str, Any]) -> None:
        spec["serviceAccountName"] = account

    await change_templates(run, resources, edit, "serviceaccount updated", "failed to patch ServiceAccountName: ")


async def set_selector(run: Run) -> None:
    """A service's selector, whole."""
    *resources, written = run.command.arguments or [""]
    if not resources:
        raise Failed("error: one or more resources must be specified as <resource> <name> or <resource>/<name>\n")
    pairs = [part.replace("==", "=", 1).partition("=") for part in written.split(",")]
    if not all(name and equals for name, equals, _ in pairs):
        raise Failed(f"error: the selector {written} is no list of key=value\n")
    selector = {name: value for name, _, value in pairs}
    for found in await found_objects(run, resources, every=bool(run.command.flag("all"))):
        target, one = found
        if one.get("kind") != "Service":
            kind = f"{target.resource.api_version}, Kind={target.resource.kind}"
            run.fail(f"error: setting a selector is only supported for Services: {kind} {name_of(one)}")
            continue
        edited = {**one, "spec": {**(one.get("spec") or {}), "selector": selector}}
        try:
            after = await patched(run, found, strategic_patch(one, edited), manager="kubectl-set")
            said(run, after, "selector updated")
        except Denied as error:
            run.fail(f"error: failed to patch selector: {error.message}")
