"""`kubectl rollout undo`: back to an earlier revision."""

from typing import Any

from runbooks.kubectl.changing import Changed, patched, said
from runbooks.kubectl.pods import name_of
from runbooks.kubectl.revisions import annotations, controller_revisions, number, plain_template, replica_sets
from runbooks.kubectl.rollout_sentences import VISITED, full_kind, without_visitor
from runbooks.kubectl.running import JSON_PATCH, STRATEGIC, Denied, Run
from runbooks.kubectl.targets import found_objects
from runbooks.kubectl.words import Failed

APPLIED = "kubectl.kubernetes.io/last-applied-configuration"
KEPT = (
    APPLIED, "deployment.kubernetes.io/revision", "deployment.kubernetes.io/revision-history",
    "deployment.kubernetes.io/desired-replicas", "deployment.kubernetes.io/max-replicas",
    "deprecated.deployment.rollback.to",
)  # fmt: skip
WAS_APPLIED = (
    "was previously managed with 'kubectl apply'. Rolling back will not update the kubectl.kubernetes.io/"
    "last-applied-configuration annotation, which may cause unexpected behavior on future 'kubectl apply' operations."
    " Consider using 'kubectl apply' with your previous configuration file instead."
)
PAUSED = "error: you cannot rollback a paused deployment; resume it first with 'kubectl rollout resume' and try again\n"


async def rollout_undo(run: Run) -> None:
    if not run.command.arguments:
        raise Failed("error: required resource not specified\n")
    for target, one in await found_objects(run, run.command.arguments):
        if APPLIED in annotations(one):
            run.warn(f"Warning: resource {target.resource.plural}/{name_of(one)} {WAS_APPLIED}")
        try:
            await _undo(run, (target, one))
        except Failed as error:
            run.fail(error.stderr.removesuffix("\n"))


async def _undo(run: Run, found: Changed) -> None:
    kind = found[1].get("kind")
    asked = run.command.flag("to-revision") or 0
    try:
        if kind == "Deployment":
            said(run, found[1], await _deployment(run, found, asked))
        elif kind in {"StatefulSet", "DaemonSet"}:
            said(run, found[1], await _by_controller_revision(run, found, asked))
        else:
            if kind not in VISITED:
                raise Failed(without_visitor(found[1], "rollbacker"))
            raise Failed(f'error: no rollbacker has been implemented for "{full_kind(found[1])}"\n')
    except Denied as error:
        raise Failed(f"error: failed restoring revision {asked}: {error.message}\n") from error


async def _deployment(run: Run, found: Changed, asked: int) -> str:
    _, one = found
    chosen = _chosen(await replica_sets(run, one), asked, name_of(one))
    if (one.get("spec") or {}).get("paused"):
        raise Failed(PAUSED)
    template = plain_template(chosen["spec"]["template"])
    if template == plain_template(one["spec"]["template"]):
        return f"skipped rollback (current template already matches revision {asked})"
    kept = {key: value for key, value in annotations(one).items() if key in KEPT}
    restored = {key: value for key, value in annotations(chosen).items() if key not in KEPT}
    body = [
        {"op": "replace", "path": "/spec/template", "value": template},
        {"op": "replace", "path": "/metadata/annotations", "value": {**kept, **restored}},
    ]
    await patched(run, found, body, content_type=JSON_PATCH)
    run.note(f"back to what ReplicaSet {name_of(chosen)} ran (revision {number(chosen)} until now)")
    return "rolled back"


def _chosen(sets: list[dict[str, Any]], asked: int, name: str) -> dict[str, Any]:
    """The ReplicaSet of the asked revision; without one, of the second highest."""
    numbered = sorted(((n, at) for at, one in enumerate(sets) if (n := number(one)) is not None), reverse=True)
    if asked:
        for n, at in numbered:
            if n == asked:
                return sets[at]
        raise Failed(f"error: unable to find specified revision {asked} in history\n")
    if len(numbered) < 2:
        raise Failed(f'error: no rollout history found for deployment "{name}"\n')
    return sets[numbered[1][1]]


async def _by_controller_revision(run: Run, found: Changed, asked: int) -> str:
    history = await controller_revisions(run, found[1])
    if asked:
        matching = [one for one in history if one.get("revision") == asked]
        if not matching:
            raise Failed(f"error: unable to find specified revision {asked} in history\n")
        chosen = matching[0]
    elif len(history) > 1:
        chosen = history[-2]
    elif history and found[1].get("kind") == "DaemonSet":
        chosen = history[0]
    else:
        raise Failed("error: no last revision to roll back to\n")
    await patched(run, found, chosen["data"], content_type=STRATEGIC)
    return "rolled back"
