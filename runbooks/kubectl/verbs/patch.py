"""`kubectl patch`."""

import json
from typing import Any

import yaml

from runbooks.kubectl import go_yaml
from runbooks.kubectl.applying import applied
from runbooks.kubectl.changing import path_of, said
from runbooks.kubectl.json_problem import go_problem
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
    for target in await targets(run, run.command.arguments, every=False):
        try:
            await _patch(run, target, _body(written, kind), TYPES[kind])
        except Denied as error:  # the others go on
            run.fail(error.words)


def _body(written: str, kind: str) -> Any:
    """The patch: JSON where it begins as JSON, else YAML; what the server would not take is told in its words."""
    try:
        body = json.loads(written) if written.lstrip().startswith("{") else go_yaml.document(written)
    except json.JSONDecodeError as error:
        raise Failed(f"Error from server (BadRequest): {go_problem(error)}\n") from error
    except (yaml.YAMLError, RecursionError) as error:
        raise Failed(f'error: unable to parse "{written}": yaml: {getattr(error, "problem", error)}\n') from error
    if not isinstance(body, list if kind == "json" else dict):
        raise Failed(f"Error from server (BadRequest): {_misshaped(body, kind)}\n")
    return body


def _misshaped(body: Any, kind: str) -> str:
    if kind != "json":
        return "the patch is not an object"
    name = {dict: "object", str: "string", bool: "bool"}.get(type(body), "number")
    return f"json: cannot unmarshal {name} into Go value of type jsonpatch.Patch"


async def _patch(run: Run, target: Target, body: Any, content_type: str) -> None:
    sub = str(run.command.flag("subresource") or "")
    before = await fetch(run, target, sub=sub)
    if run.command.flag("dry-run") == "client":
        after = applied(before, body, content_type)
        said(run, after, "patched" if before != after else "patched (no change)", dry=False)
        return
    where = {**before, "metadata": {**before["metadata"], "name": target.name}}
    try:
        path = path_of(run, target, where, sub)
        after = await run.change("PATCH", path, body, content_type=content_type, manager="kubectl-patch", before=before)
    except Denied as error:
        if error.code != 415:
            raise
        version = f"{target.resource.api_version}, Kind={target.resource.kind}"
        raise Failed(f"error: {content_type} is not supported by {version}: {error.message}\n") from error
    kind = {"kind": target.resource.kind, "apiVersion": target.resource.api_version}  # not the Scale of /scale
    run.changed.append(({**before, **kind}, {**after, **kind}))
    said(run, after, "patched" if before != after else "patched (no change)", dry=False)
