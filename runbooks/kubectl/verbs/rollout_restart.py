"""`kubectl rollout restart|pause|resume`."""

from collections.abc import Callable
from datetime import UTC
from typing import Any

from runbooks.kubectl.changing import Changed, patched, said
from runbooks.kubectl.pods import name_of
from runbooks.kubectl.running import Denied, Run
from runbooks.kubectl.targets import found_objects
from runbooks.kubectl.words import Failed

RESTARTED = "kubectl.kubernetes.io/restartedAt"
Patch = Callable[[Run, dict[str, Any]], dict[str, Any]]


class Unchanged(Exception):
    """This object cannot be changed so; the text goes behind its name."""


async def rollout_restart(run: Run) -> None:
    await _each(run, _restart, "restarted")


async def rollout_pause(run: Run) -> None:
    await _each(run, _pause, "paused")


async def rollout_resume(run: Run) -> None:
    await _each(run, _resume, "resumed")


async def _each(run: Run, make: Patch, operation: str) -> None:
    if not run.command.arguments:
        raise Failed("error: required resource not specified\n")
    objects = await found_objects(run, run.command.arguments)
    if not objects and not run.exit_code:
        run.warn(f"No resources found in {run.namespace} namespace.")
    for found in objects:
        await _one(run, found, make, operation)


async def _one(run: Run, found: Changed, make: Patch, operation: str) -> None:
    target, one = found
    try:
        after = await patched(run, found, make(run, one), manager="kubectl-rollout")
    except Unchanged as error:
        run.fail(f'error: {target.resource.full} "{name_of(one)}" {error}')
    except Failed as error:  # the others go on
        run.fail(error.stderr.removesuffix("\n"))
    except Denied as error:
        run.fail(f"error: failed to patch: {error.message}")
    else:
        said(run, after, operation)


def _restart(run: Run, one: dict[str, Any]) -> dict[str, Any]:
    kind, spec = one.get("kind"), one.get("spec") or {}
    if kind not in {"Deployment", "StatefulSet", "DaemonSet"}:
        raise Unchanged("restarting is not supported")
    if spec.get("paused"):
        raise Unchanged("can't restart paused deployment (run rollout resume first)")
    at = run.now.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    before = ((spec.get("template") or {}).get("metadata") or {}).get("annotations") or {}
    if before.get(RESTARTED) == at:
        raise Failed(
            f"error: failed to create patch for {name_of(one)}: if restart has already been triggered within the past"
            " second, please wait before attempting to trigger another\n"
        )
    return {"spec": {"template": {"metadata": {"annotations": {RESTARTED: at}}}}}


def _pause(_: Run, one: dict[str, Any]) -> dict[str, Any]:
    if one.get("kind") != "Deployment":
        raise Unchanged("pausing is not supported")
    if (one.get("spec") or {}).get("paused"):
        raise Unchanged("is already paused")
    return {"spec": {"paused": True}}


def _resume(_: Run, one: dict[str, Any]) -> dict[str, Any]:
    if one.get("kind") != "Deployment":
        raise Unchanged("resuming is not supported")
    if not (one.get("spec") or {}).get("paused"):
        raise Unchanged("is not paused")
    return {"spec": {"paused": None}}
