"""`kubectl delete`: objects by name or selector, and wait until they are gone."""

from typing import Any

from runbooks.kubectl.changing import list_path_of, path_of
from runbooks.kubectl.connection import StreamRefused
from runbooks.kubectl.pods import name_of
from runbooks.kubectl.refusals import VITAL
from runbooks.kubectl.running import Denied, Run, segment
from runbooks.kubectl.targets import Target, fetch, items, targets
from runbooks.kubectl.watching import TimedOut, until_gone
from runbooks.kubectl.words import Failed

FORCED = (
    "Warning: Immediate deletion does not wait for confirmation that the running resource has been terminated. The"
    " resource may continue to run on the cluster indefinitely."
)


async def delete(run: Run) -> None:
    arguments, flag = run.command.arguments, run.command.flag
    _check(run)
    found = await targets(run, arguments, every=False)
    if vital := {one.resource.plural for one in found} & VITAL:
        raise Failed(f"error: deleting {' and '.join(sorted(vital))} is never done from here\n")
    if flag("force"):
        run.warn(FORCED)
    doomed = [each for target in found for each in await _doomed(run, target)]
    deleted = []
    for target, one in doomed:
        try:
            await _delete(run, target, one)
            deleted.append((target, one))
        except Denied as error:
            if not (error.code == 404 and flag("ignore-not-found")):
                run.fail(error.words)
    if not doomed:
        run.say("No resources found")
    if flag("wait") and not run.exit_code and not run.dry_run and not flag("dry-run"):
        for target, one in deleted:
            await _gone(run, target, one)


def _check(run: Run) -> None:
    flag = run.command.flag
    if flag("now") and flag("grace-period") >= 0:
        raise Failed("error: --now and --grace-period cannot be specified together\n")
    if flag("force") and flag("grace-period") > 0:
        raise Failed("error: --force and --grace-period greater than 0 cannot be specified together\n")
    if flag("output") not in {None, "", "name"}:
        raise Failed(f"error: unexpected -o output mode: {flag('output')}. We only support '-o name'\n")
    if flag("cascade") not in {"background", "foreground", "orphan"}:
        raise Failed(
            f'error: invalid cascade value ({flag("cascade")}). Must be "background", "foreground", or "orphan"\n'
        )


async def _doomed(run: Run, target: Target) -> list[tuple[Target, dict[str, Any]]]:
    """What will be deleted; a preview reads it first, so that it can be shown and known again."""
    if target.name and not run.dry_run:
        namespace = {"namespace": target.namespace or run.namespace} if target.resource.namespaced else {}
        return [(target, {"metadata": {"name": target.name, **namespace}})]
    try:
        return [(target, one) for one in items(await fetch(run, target), target.resource)]
    except Denied as error:
        if error.code == 404 and run.command.flag("ignore-not-found"):
            return []
        raise


async def _delete(run: Run, target: Target, one: dict[str, Any]) -> None:
    flag = run.command.flag
    grace = 0 if flag("force") and flag("grace-period") <= 0 else 1 if flag("now") else flag("grace-period")
    body: dict[str, Any] = {"propagationPolicy": str(flag("cascade")).capitalize(), **await _only(run, target, one)}
    if grace >= 0:
        body["gracePeriodSeconds"] = grace or (0 if flag("force") else 1)
    if flag("dry-run") != "client":
        await run.change("DELETE", path_of(run, target, one), body)
    run.changed.append((one, {}))
    kind, name = target.resource.kind_name, name_of(one)
    if flag("output") == "name":
        run.say(f"{kind}/{name}")
        return
    how = "force deleted" if flag("force") and not body.get("gracePeriodSeconds") else "deleted"
    where = f" from {one['metadata']['namespace']} namespace" if target.resource.namespaced else ""
    dry = {"server": " (server dry run)", "client": " (dry run)"}.get(str(flag("dry-run")), "")
    run.say(f'{kind} "{name}" {how}{where}{dry}')


async def _only(run: Run, target: Target, one: dict[str, Any]) -> dict[str, Any]:
    """The precondition that it is still the object that was previewed; Denied for one that has come since."""
    if run.uids is None:
        return {}
    uid = run.uids.get(f"{target.resource.kind_name}/{name_of(one)}")
    if uid is None:
        await run.read(path_of(run, target, one))
        kind = f'{target.resource.plural} "{name_of(one)}"'
        raise Denied(409, {"reason": "Conflict", "message": f"{kind} was not there when this was previewed"})
    return {"preconditions": {"uid": uid}}


async def _gone(run: Run, target: Target, one: dict[str, Any]) -> None:
    """Wait until the object is gone, or another has its name."""
    try:
        now = await run.read(path_of(run, target, one))
    except Denied as error:
        if error.code == 404:
            return
        raise
    uid = now["metadata"].get("uid")
    where = list_path_of(run, target, one)
    timeout = run.command.flag("timeout") or run.timeout
    try:
        await until_gone(run.cluster, where, segment(name_of(one)), str(uid), timeout=timeout)
    except TimedOut:
        run.fail(f"error: timed out waiting for the condition on {target.resource.full}/{name_of(one)}")
    except StreamRefused as error:
        run.note(f"whether it is gone could not be watched: {(error.answer.json or {}).get('message', '')}")
