"""Watches: what is there, then what changes, one JSON object a line."""

import asyncio
import json
from collections.abc import AsyncIterator

from sandbox.cluster import faults
from sandbox.cluster.asking import Asked, truth
from sandbox.cluster.objects import Object
from sandbox.cluster.reading import selection, wants_table
from sandbox.cluster.selecting import Test
from sandbox.cluster.store import Change, Store
from sandbox.cluster.tables import table

LONGEST_SECONDS = 1800.0


def watch(asked: Asked, store: Store) -> AsyncIterator[bytes]:
    """Give the lines of a watch until its time is over. Raises Fault before the first one."""
    test = selection(asked)
    return _lines(asked, store, test, *_beginning(asked, store, test))


async def _lines(
    asked: Asked, store: Store, test: Test, first: list[tuple[str, Object]], version: int
) -> AsyncIterator[bytes]:
    end = asyncio.get_running_loop().time() + float(asked.query.get("timeoutSeconds") or LONGEST_SECONDS)
    for kind, thing in first:
        yield _line(asked, store, kind, thing)
    with store.listening() as heard:
        while True:
            heard.clear()
            changes, version = _since(store, version)
            for change in changes:
                for kind, thing in _told(asked, change, test):
                    yield _line(asked, store, kind, thing)
            left = end - asyncio.get_running_loop().time()
            try:
                await asyncio.wait_for(heard.wait(), max(0.0, left))
            except TimeoutError:
                return


def _beginning(asked: Asked, store: Store, test: Test) -> tuple[list[tuple[str, Object]], int]:
    """Give what a watch tells first: all there is, unless it goes on from a version."""
    asked_version = asked.query.get("resourceVersion", "")
    initial = truth(asked.query.get("sendInitialEvents")) if "sendInitialEvents" in asked.query else None
    if initial is None and asked_version not in {"", "0"}:
        return [], _version(asked_version, store)
    there = [thing for thing in store.all(asked.target.kind, asked.target.namespace or None) if test(thing)]
    told = [("ADDED", thing) for thing in there] if initial is not False else []
    if initial:
        told.append(("BOOKMARK", _bookmark(asked, store)))
    return told, store.version


def _bookmark(asked: Asked, store: Store) -> Object:
    kind = asked.target.kind
    notes = {"k8s.io/initial-events-end": "true"}
    meta = {"resourceVersion": str(store.version), "annotations": notes}
    return {"kind": kind.name, "apiVersion": kind.api_version, "metadata": meta}


def _version(text: str, store: Store) -> int:
    if not text.isdigit():
        raise faults.bad_request(f'Invalid value: "{text}": resourceVersion must be a number')
    oldest = store.changes[0].version if store.changes else store.version
    if int(text) < oldest - 1 and len(store.changes) == store.changes.maxlen:
        raise faults.expired()
    return int(text)


def _since(store: Store, version: int) -> tuple[list[Change], int]:
    return [change for change in store.changes if change.version > version], store.version


def _told(asked: Asked, change: Change, test: Test) -> list[tuple[str, Object]]:
    """Say what a change means to this watch: a thing that no longer matches is deleted from its view."""
    target = asked.target
    about = change.after or change.before
    if change.kind is not target.kind or about is None:
        return []
    if target.namespace and about["metadata"].get("namespace") != target.namespace:
        return []
    before = change.before is not None and test(change.before)
    after = change.after is not None and test(change.after)
    if after and change.after is not None:
        return [("MODIFIED" if before else "ADDED", change.after)]
    if before and change.before is not None:
        last = change.before if change.after is None else change.before | {"metadata": about["metadata"]}
        return [("DELETED", last)]
    return []


def _line(asked: Asked, store: Store, kind: str, thing: Object) -> bytes:
    if wants_table(asked) and kind != "BOOKMARK":
        printed = table(asked.target.kind, [thing], store.now(), include=asked.query.get("includeObject", "Metadata"))
        thing = printed | {"metadata": {"resourceVersion": thing["metadata"]["resourceVersion"]}}
    return json.dumps({"type": kind, "object": thing}, separators=(",", ":")).encode() + b"\n"
