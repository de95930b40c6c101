"""`kubectl drain`: no new pods on a node, and its pods evicted, so that disruption budgets are honoured."""

import asyncio
from typing import Any

from runbooks.kubectl.draining import Pod, Sorted, sorted_pods
from runbooks.kubectl.pods import name_of
from runbooks.kubectl.running import Denied, Run, segment
from runbooks.kubectl.verbs.nodes import nodes, take_pods
from runbooks.kubectl.watching import TimedOut, until_gone
from runbooks.kubectl.words import Failed

PENDING = "There are pending nodes to be drained:"


class _Stopped(Exception):
    """A node is not drained; `problems` says why, one by one."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__(problems[0] if len(problems) == 1 else f"[{', '.join(problems)}]")
        self.problems = problems


async def drain(run: Run) -> None:
    found = await nodes(run, "drain NODE")
    if not all([await take_pods(run, node, wanted=False) for node in found]):
        raise Failed("error: a node that could not be cordoned is not drained\n")
    pending, problems = [], []
    for _, node in found:
        name = name_of(node)
        try:
            await _empty(run, name)
            run.say(f"node/{name} drained{_dry(run)}")
        except _Stopped as stopped:
            run.fail(f'error: unable to drain node "{name}" due to error: {stopped}, continuing command...')
            pending.append(f" {name}")
            problems += stopped.problems
    if pending:
        run.fail("\n".join([PENDING, *pending, *problems]))


def _dry(run: Run) -> str:
    return {"server": " (server dry run)", "client": " (dry run)"}.get(str(run.command.flag("dry-run")), "")


async def _empty(run: Run, node: str) -> None:
    found: Sorted = await sorted_pods(run, node)
    if found.problems:
        raise _Stopped(found.problems)
    if found.warning:
        run.warn(f"Warning: {found.warning}")
    if found.local:
        _tell(run, f"what these pods keep in an emptyDir goes with them: {', '.join(found.local)}")
    if run.command.flag("dry-run") == "client":
        run.out += [f"evicting pod {_named(pod)} (dry run)\n" for pod in found.moving]
        return
    try:
        async with asyncio.timeout(run.command.flag("timeout") or run.timeout):
            moved = await asyncio.gather(*(_move(run, pod) for pod in found.moving), return_exceptions=True)
    except TimeoutError:
        raise _Stopped([f"global timeout reached: {run.command.flag('timeout') or run.timeout:g}s"]) from None
    if problems := [one for one in moved if isinstance(one, BaseException)]:
        raise _Stopped([_told(problem) for problem in problems])


def _tell(run: Run, text: str) -> None:
    """Beside what kubectl says: in a preview as a warning, else as a note."""
    if run.dry_run:
        run.warn(f"Warning: {text}")
    else:
        run.note(text)


def _told(problem: BaseException) -> str:
    if isinstance(problem, TimedOut):
        return "timed out waiting for the condition"
    return f"error when evicting pods: {problem.message if isinstance(problem, Denied) else problem}"


def _named(pod: Pod) -> str:
    return f"{pod['metadata']['namespace']}/{name_of(pod)}"


async def _move(run: Run, pod: Pod) -> None:
    """Evict one pod, again and again while its disruption budget forbids it, and wait until it is gone."""
    listed = f"/api/v1/namespaces/{segment(pod['metadata']['namespace'])}/pods"
    path = f"{listed}/{segment(name_of(pod))}"
    run.say(f"evicting pod {_named(pod)}{_dry(run)}")
    while True:
        if await _evicted(run, pod, f"{path}/eviction"):
            break
        await asyncio.sleep(run.retry)
    if run.dry_run or run.command.flag("dry-run"):
        return
    await _gone(run, pod, path, listed)
    run.say(f"pod/{name_of(pod)} evicted")


async def _evicted(run: Run, pod: Pod, path: str) -> bool:
    where = {"name": name_of(pod), "namespace": pod["metadata"]["namespace"]}
    body: dict[str, Any] = {"apiVersion": "policy/v1", "kind": "Eviction", "metadata": where, "deleteOptions": {}}
    if pod["metadata"].get("uid"):
        body["deleteOptions"]["preconditions"] = {"uid": pod["metadata"]["uid"]}
    if (grace := run.command.flag("grace-period")) >= 0:
        body["deleteOptions"]["gracePeriodSeconds"] = grace
    try:
        await run.change("POST", path, body)
    except Denied as error:
        if error.code == 429 and not run.dry_run:
            place = f'pods/"{name_of(pod)}" -n "{where["namespace"]}"'
            run.warn(f"error when evicting {place} (will retry after {run.retry:g}s): {error.message}")
            return False
        if error.code != 404:
            raise
    run.changed.append((pod, {}))
    return True


async def _gone(run: Run, pod: Pod, path: str, listed: str) -> None:
    """Wait until the pod is gone; asked once first, for it may be gone already."""
    uid = str(pod["metadata"].get("uid", ""))
    try:
        now = await run.read(path)
    except Denied as error:
        if error.code == 404:
            return
        raise
    if now["metadata"].get("uid") == uid:
        await until_gone(run.cluster, listed, segment(name_of(pod)), uid, timeout=run.timeout)
