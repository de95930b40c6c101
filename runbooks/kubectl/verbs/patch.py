"""`kubectl patch`."""

from typing import Any

import yaml

from runbooks.kubectl.changing import path_of, said
from runbooks.kubectl.pods import name_of
from runbooks.kubectl.running import JSON_PATCH, MERGE, STRATEGIC, Denied, Run
from runbooks.kubectl.targets import Target, fetch, targets
from runbooks.kubectl.words import Failed

TYPES = {"json": JSON_PATCH, "merge": MERGE, "strategic": STRATEGIC}


async def patch(run: Run) -> None:
    kind = str(run.command.flag("type")).lower()
    if kind not in TYPES:
        raise Failed(f'error: --type must be one of [{" ".join(sorted(TYPES))}], not "{kind}"\n')
    written = run.command.flag("patch")
    if not written:
        raise Failed("error: must specify --patch or --patch-file containing the contents of the patch\n")
    for target in await targets(run, run.command.arguments):
        if not target.name:
            raise Failed("error: resource(s) were provided, but no name was specified\n")
        await _patch(run, target, _body(written, kind), TYPES[kind])


def _body(written: str, kind: str) -> Any:
    try:
        body = yaml.safe_load(written)
    except yaml.YAMLError as error:
        raise Failed(f'error: unable to parse "{written}": yaml: {getattr(error, "problem", error)}\n') from error
    if not isinstance(body, list if kind == "json" else dict):
        raise Failed(f'error: unable to parse "{written}": a patch of type {kind} is {_shape(kind)}\n')
    return body


def _shape(kind: str) -> str:
    return "a list of operations" if kind == "json" else "an object"


async def _patch(run: Run, target: Target, body: Any, content_type: str) -> None:
    sub = str(run.command.flag("subresource") or "")
    before = await fetch(run, target, sub=sub)
    if run.command.flag("dry-run") == "client":
        said(run, before, "patched")
        return
    where = {**before, "metadata": {**before["metadata"], "name": target.name}}
    try:
        after = await run.change(
            "PATCH", path_of(run, target, where, sub), body, content_type=content_type, manager="kubectl-patch"
        )
    except Denied as error:
        if error.code != 415:
            raise
        version = f"{target.resource.api_version}, Kind={target.resource.kind}"
        raise Failed(f"error: {content_type} is not supported by {version}: {error.message}\n") from error
    run.changed.append((before, after))
    said(run, after, "patched" if before != after else "patched (no change)")


__all__ = ["name_of", "patch"]
