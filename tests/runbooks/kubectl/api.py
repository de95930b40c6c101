"""A small API server whose objects a test chooses: it keeps what is written, and remembers what it was asked."""

import asyncio
import copy
import json
import re
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import cache, partial
from pathlib import Path
from typing import Any

from aiohttp import web

from runbooks.kubectl import Cluster
from runbooks.kubectl.merging import merge_patch
from tests.runbooks.kubectl.replay import Sent, kubeconfig, stored

Thing = dict[str, Any]
LIST = re.compile(r"/(?:api|apis/[^/]+)/[^/]+/(?:namespaces/[^/]+/)?([^/]+)")


def patched(one: Any, patch: Any) -> Any:
    """RFC 7386, as the API server does it."""
    if not isinstance(patch, dict):
        return patch
    after = dict(one) if isinstance(one, dict) else {}
    for key, value in patch.items():
        if value is None:
            after.pop(key, None)
        else:
            after[key] = patched(after.get(key), value)
    return after


@dataclass
class Api:
    """Objects by their path; `refusals` answer the next writes to a path instead."""

    objects: dict[str, Thing] = field(default_factory=dict)
    refusals: dict[str, list[tuple[int, str]]] = field(default_factory=dict)
    sent: list[Sent] = field(default_factory=list)
    watched: asyncio.Event = field(default_factory=asyncio.Event)

    async def serve(self, request: web.Request) -> web.StreamResponse:
        path, query = request.path, request.rel_url.raw_query_string
        if "apidiscovery" in request.headers.get("Accept", "") and path in {"/api", "/apis"}:
            return web.json_response(stored("discovery")["core" if path == "/api" else "groups"])
        if request.method == "GET":
            return self._read(path, request)
        body = json.loads(await request.text() or "{}")
        self.sent.append(Sent(request.method, path, query, request.headers.get("Content-Type", ""), body))
        if self.refusals.get(path):
            return refusal(*self.refusals[path].pop(0))
        return self._write(request.method, path, body, dry="dryRun=All" in query)

    def _read(self, path: str, request: web.Request) -> web.StreamResponse:
        if path in self.objects:
            return web.json_response(self.objects[path])
        listed = [one for at, one in self.objects.items() if _within(at, path) and _picked(one, request.query)]
        if request.query.get("watch"):
            return self._watched(listed, initial=request.query.get("sendInitialEvents") == "true")
        if (list_ := LIST.fullmatch(path)) and list_[1] in _plurals():
            return web.json_response({"kind": "List", "items": listed})
        return refusal(404, f"{path} not found")

    def _watched(self, listed: list[Thing], *, initial: bool) -> web.Response:
        """How it stands, and at once the end: a watch may break off at any time."""
        self.watched.set()
        events: list[Thing] = [{"type": "ADDED", "object": one} for one in listed]
        ended = {"metadata": {"annotations": {"k8s.io/initial-events-end": "true"}}}
        events += [{"type": "BOOKMARK", "object": ended}] if initial else []
        return web.Response(text="".join(json.dumps(one) + "\n" for one in events))

    def _write(self, method: str, path: str, body: Thing, *, dry: bool) -> web.StreamResponse:
        if path.endswith("/eviction") or method == "DELETE":
            at = path.removesuffix("/eviction")
            uid = ((body.get("deleteOptions") or body).get("preconditions") or {}).get("uid")
            if uid and uid != self.objects[at]["metadata"].get("uid"):
                return refusal(409, "Precondition failed: UID in precondition")
            if not dry:
                del self.objects[at]
            return web.json_response({"kind": "Status", "status": "Success"})
        at = path if method == "PATCH" else f"{path}/{body['metadata']['name']}"
        after = patched(copy.deepcopy(self.objects.get(at, {})), body)
        if not dry:
            self.objects[at] = after
        return web.json_response(after, status=200 if method == "PATCH" else 201)


@cache
def _plurals() -> set[str]:
    """Every type there is: a list of it may be empty, but is there."""
    groups = [group for part in ("core", "groups") for group in stored("discovery")[part]["items"]]
    return {one["resource"] for group in groups for version in group["versions"] for one in version["resources"]}


def _within(at: str, path: str) -> bool:
    """Whether the object at one path is listed at the other: of its namespace, or of all of them."""
    folder = at.rpartition("/")[0]
    return path in {folder, re.sub(r"/namespaces/[^/]+(?=/)", "", folder)}


def _picked(one: Thing, query: Mapping[str, str]) -> bool:
    """Whether an object has every label and every field asked for: those that equal or differ, no sets."""
    labels = (one.get("metadata") or {}).get("labels") or {}
    terms: list[tuple[Callable[[str], Any], str]]
    terms = [(labels.get, term) for term in query.get("labelSelector", "").split(",") if term]
    terms += [(partial(_field, one), term) for term in query.get("fieldSelector", "").split(",") if term]
    return all(_holds(found, *re.split(r"(!=|==?)", term, maxsplit=1)) for found, term in terms)


def _field(one: Thing, path: str) -> Any:
    for key in path.split("."):
        one = one.get(key) or {}
    return one


def _holds(found: Callable[[str], Any], name: str, sign: str = "", value: str = "") -> bool:
    if not sign:
        return found(name) is not None
    return (found(name) == value) is (sign != "!=")


def refusal(code: int, message: str) -> web.Response:
    reasons = {404: "NotFound", 409: "Conflict", 429: "TooManyRequests", 403: "Forbidden"}
    status = {"kind": "Status", "status": "Failure", "code": code, "reason": reasons[code], "message": message}
    return web.json_response(status, status=code)


@asynccontextmanager
async def serving(api: Api, folder: Path) -> AsyncIterator[Cluster]:
    """Serve it on a free port, to a connection of its own."""
    application = web.Application()
    application.router.add_route("*", "/{tail:.*}", api.serve)
    runner = web.AppRunner(application, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    cluster = await Cluster.open(kubeconfig=kubeconfig(folder, f"http://127.0.0.1:{runner.addresses[0][1]}"))
    yield cluster
    await cluster.close()
    await runner.cleanup()


__all__ = ["Api", "merge_patch", "patched", "refusal", "serving"]
