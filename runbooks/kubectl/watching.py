"""Watch one object until somebody has seen enough."""

import asyncio
import json
import time
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Any

from runbooks.kubectl.connection import Cluster, StreamRefused
from runbooks.kubectl.unreachable import Unreachable

PATIENCE = 0.5
INITIAL = [("allowWatchBookmarks", "true"), ("resourceVersionMatch", "NotOlderThan"), ("sendInitialEvents", "true")]


class Gone(Exception):
    """The watched object was deleted."""


class TimedOut(Exception):
    """What was waited for did not happen in time."""


async def states(cluster: Cluster, path: str, name: str, *, timeout: float) -> AsyncGenerator[dict[str, Any], None]:
    """The object at `path` now and after each change, for `timeout` seconds; a broken watch is begun again.

    Raises Gone when it is deleted, also when a watch that is begun again does not find it any more.
    """
    until = time.monotonic() + timeout
    seen: str | None = None
    while True:
        there = False
        try:
            async with aclosing(_events(cluster, path, name, until - time.monotonic())) as events:
                async for event in events:
                    one = event.get("object") or {}
                    version = (one.get("metadata") or {}).get("resourceVersion", "")
                    if event.get("type") == "DELETED" or (_all_told(event) and not there):
                        raise Gone
                    if event.get("type") in {"ADDED", "MODIFIED"}:
                        there = True
                        if version != seen:
                            seen = version
                            yield one
        except Unreachable:
            if time.monotonic() >= until:
                raise
        if time.monotonic() + PATIENCE >= until:
            await asyncio.sleep(max(0.0, until - time.monotonic()))
            raise TimedOut
        await asyncio.sleep(PATIENCE)


async def until_gone(cluster: Cluster, path: str, name: str, uid: str, *, timeout: float) -> None:
    """Wait until that object is gone, or another has its name. Raises TimedOut, StreamRefused."""
    try:
        async with aclosing(states(cluster, path, name, timeout=timeout)) as found:
            async for state in found:
                if state["metadata"].get("uid") != uid:
                    return
    except Gone:
        return


async def _events(cluster: Cluster, path: str, name: str, left: float) -> AsyncGenerator[dict[str, Any], None]:
    """One watch; on a server without initial events, a read and a watch from there."""
    only = [("fieldSelector", f"metadata.name={name}"), ("watch", "true"), ("timeoutSeconds", str(max(1, int(left))))]
    try:
        async with aclosing(cluster.stream(path, [*only, *INITIAL], timeout=max(left, 0.01))) as lines:
            async for line in lines:
                yield _event(line)
    except StreamRefused as refused:
        if refused.answer.status not in {400, 422}:
            raise
        answer = await cluster.ask("GET", path, only[:1], timeout=max(left, 1.0))
        if not answer.ok:
            raise StreamRefused(answer) from refused
        listed = answer.json or {}
        for one in listed.get("items") or []:
            yield {"type": "ADDED", "object": one}
        yield {"type": "BOOKMARK", "object": {"metadata": {"annotations": {"k8s.io/initial-events-end": "true"}}}}
        since = ("resourceVersion", (listed.get("metadata") or {}).get("resourceVersion", ""))
        async with aclosing(cluster.stream(path, [*only, since], timeout=max(left, 0.01))) as lines:
            async for line in lines:
                yield _event(line)


def _all_told(event: dict[str, Any]) -> bool:
    """Whether everything that was there when the watch began has been told."""
    metadata = (event.get("object") or {}).get("metadata") or {}
    return event.get("type") == "BOOKMARK" and "k8s.io/initial-events-end" in (metadata.get("annotations") or {})


def _event(line: str) -> dict[str, Any]:
    try:
        event = json.loads(line)
    except ValueError:
        return {}
    return event if isinstance(event, dict) else {}
