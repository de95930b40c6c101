"""`kubectl scale`: how many replicas."""

import asyncio
import time
from typing import Any

from runbooks.kubectl.changing import Changed, path_of, said
from runbooks.kubectl.pods import name_of
from runbooks.kubectl.running import MERGE, Denied, Run
from runbooks.kubectl.targets import fetched, items, targets
from runbooks.kubectl.watching import PATIENCE
from runbooks.kubectl.words import Failed

COUNT = "error: The --replicas=COUNT flag is required, and COUNT must be greater than or equal to 0\n"


async def scale(run: Run) -> None:
    replicas = run.command.flag("replicas")
    if replicas is None:
        raise Failed('error: required flag(s) "replicas" not set\n')
    if replicas < 0:
        raise Failed(COUNT)
    found, refused = [], []
    for target, answer in await fetched(
        run, await targets(run, run.command.arguments, every=bool(run.command.flag("all")))
    ):
        if isinstance(answer, Denied):
            refused.append(answer)
        else:
            found += [(target, one) for one in items(answer, target.resource)]
    if not found and not refused:
        raise Failed("error: no objects passed to scale\n")
    for each in found:
        await _scale(run, each, replicas)
    for one in refused:
        run.fail(one.words)


async def _scale(run: Run, found: Changed, replicas: int) -> None:
    target, one = found
    path = path_of(run, target, one, "scale")
    if run.command.flag("dry-run") == "client":
        said(run, one, "scaled")
        return
    expected = run.command.flag("current-replicas")
    if expected is not None and expected >= 0:
        after = await run.change("PUT", path, await _expected(run, path, expected, replicas))
    else:
        after = await run.change("PATCH", path, {"spec": {"replicas": replicas}}, content_type=MERGE)
    scaled = {**one, "spec": {**(one.get("spec") or {}), "replicas": (after.get("spec") or {}).get("replicas", 0)}}
    run.changed.append((one, scaled))
    if run.command.flag("timeout") > 0 and not run.dry_run and not run.command.flag("dry-run"):
        await _synced(run, path, name_of(one), replicas)
    said(run, one, "scaled")  # kubectl shows it as it was


async def _synced(run: Run, path: str, name: str, replicas: int) -> None:
    """With `--timeout`: wait until there are so many."""
    until = time.monotonic() + min(run.command.flag("timeout"), run.timeout)
    while ((await run.read(path)).get("status") or {}).get("replicas", 0) != replicas:
        if time.monotonic() + PATIENCE >= until:
            raise Failed(f'error: timed out waiting for "{name}" to be synced\n')
        await asyncio.sleep(PATIENCE)


async def _expected(run: Run, path: str, expected: int, replicas: int) -> dict[str, Any]:
    """The Scale object to send back, if it is as expected."""
    now = await run.read(path)
    current = (now.get("spec") or {}).get("replicas", 0)
    if current != expected:
        raise Failed(f"error: Expected replicas to be {expected}, was {current}\n")
    return {**now, "spec": {**(now.get("spec") or {}), "replicas": replicas}}
