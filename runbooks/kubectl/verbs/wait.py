"""`kubectl wait`: until objects have a condition, a value, or are gone."""

import asyncio
import time
from collections.abc import Callable
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any

from runbooks.kubectl.changing import list_path_of
from runbooks.kubectl.connection import StreamRefused
from runbooks.kubectl.jsonpath import JsonPath, plain
from runbooks.kubectl.jsonpath_reading import BadTemplate, relaxed
from runbooks.kubectl.pods import name_of
from runbooks.kubectl.printing import object_name, print_objects
from runbooks.kubectl.running import Denied, Run, segment
from runbooks.kubectl.targets import Target, fetched, items, targets
from runbooks.kubectl.watching import PATIENCE, Gone, TimedOut, states
from runbooks.kubectl.words import Failed

WEEK = 7 * 24 * 3600.0
NOTHING = "error: no matching resources found\n"
JSONPATH_FORM = (
    "jsonpath wait format must be --for=jsonpath='{.status.readyReplicas}'=3 or"
    " --for=jsonpath='{.status.readyReplicas}'"
)
JSONPATH_VALUE = "jsonpath wait has to have a value after equal sign, like --for=jsonpath='{.status.readyReplicas}'=3"
Met = Callable[[dict[str, Any]], bool]


@dataclass(frozen=True)
class _Wanted:
    """What is waited for: `gone`, or a state that an object may be in."""

    gone: bool
    met: Met


async def wait(run: Run) -> None:
    wanted = _wanted(str(run.command.flag("for") or ""))
    asked = run.command.flag("timeout")
    until = time.monotonic() + min(WEEK if asked < 0 else asked, run.timeout)
    if str(run.command.flag("for")).lower().startswith("create"):
        await _created(run, until)
    found = await _found(run, missing_is_fine=wanted.gone)
    for target, one in found:
        await _one(run, target, one, wanted, max(until - time.monotonic(), 0.0))
    if not found and not wanted.gone and not run.exit_code:
        raise Failed(NOTHING)


async def _created(run: Run, until: float) -> None:
    """Ask until every object that is named is there."""
    wanted = await targets(run, run.command.arguments, every=bool(run.command.flag("all")))
    while any(isinstance(answer, Denied) and answer.code == 404 for _, answer in await fetched(run, wanted)):
        if time.monotonic() + PATIENCE >= until:
            raise Failed("error: timed out waiting for the condition\n")
        await asyncio.sleep(PATIENCE)


def _met(run: Run, one: dict[str, Any]) -> None:
    if run.command.flag("output"):
        print_objects(run, [one], as_one=True)
    else:
        run.say(f"{object_name(one)} condition met")


def _wanted(written: str) -> _Wanted:
    kind, _, rest = written.partition("=")
    if kind.lower() in {"delete", "create"}:
        return _Wanted(kind.lower() == "delete", lambda _: True)
    if written.startswith("condition="):
        name, _, value = rest.partition("=")
        return _Wanted(gone=False, met=lambda one: _condition(one, name.lower(), (value or "true").lower()))
    if written.startswith("jsonpath="):
        return _Wanted(gone=False, met=_value(rest))
    raise Failed(f'error: unrecognized condition: "{written}"\n')


def _condition(one: dict[str, Any], name: str, value: str) -> bool:
    status = one.get("status") or {}
    generation = (one.get("metadata") or {}).get("generation", 0)
    for condition in status.get("conditions") or []:
        if str(condition.get("type", "")).lower() == name:
            seen = condition.get("observedGeneration", status.get("observedGeneration", generation))
            return bool(seen >= generation) and str(condition.get("status", "")).lower() == value
    return False


def _value(written: str) -> Met:
    parts = [part.replace("\0", "==") for part in written.replace("==", "\0").split("=")]
    if len(parts) > 2:
        raise Failed(f"error: {JSONPATH_FORM}\n")
    value = parts[1].strip("\"'") if len(parts) > 1 else ""
    if len(parts) > 1 and not value:
        raise Failed(f"error: {JSONPATH_VALUE}\n")
    try:
        path = JsonPath(relaxed(parts[0]), missing=True)
    except BadTemplate as error:
        raise Failed(f"error: {error}\n") from error
    equals = len(parts) > 1

    def met(one: dict[str, Any]) -> bool:
        values = path.values(one)
        return bool(values) and (not equals or (len(values) == 1 and plain(values[0]) == value))

    return met


async def _found(run: Run, *, missing_is_fine: bool) -> list[tuple[Target, dict[str, Any]]]:
    found: list[tuple[Target, dict[str, Any]]] = []
    wanted = await targets(run, run.command.arguments, every=bool(run.command.flag("all")))
    for target, answer in await fetched(run, wanted):
        if not isinstance(answer, Denied):
            found += [(target, one) for one in items(answer, target.resource)]
        elif not (answer.code == 404 and missing_is_fine):
            run.fail(answer.words)
    return found


async def _one(run: Run, target: Target, one: dict[str, Any], wanted: _Wanted, left: float) -> None:
    """Watch one object until it is as wanted."""
    where = list_path_of(run, target, one)
    try:
        if not left and not wanted.gone and wanted.met(one):
            _met(run, one)
            return
        async with aclosing(states(run.cluster, where, segment(name_of(one)), timeout=left)) as found:
            async for state in found:
                if wanted.gone and state["metadata"].get("uid") == one["metadata"].get("uid"):
                    continue
                if wanted.gone or wanted.met(state):
                    _met(run, one)
                    return
    except Gone:
        if wanted.gone:
            _met(run, one)
        else:
            run.fail(f"error: {target.resource.plural}/{name_of(one)} was deleted while it was waited for")
    except TimedOut:
        run.fail(f"error: timed out waiting for the condition on {target.resource.plural}/{name_of(one)}")
    except StreamRefused as refused:
        raise Denied(refused.answer.status, refused.answer.json or {}) from refused
