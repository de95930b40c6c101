"""A small API server whose objects a test chooses: it keeps what is written, and remembers what it was asked."""

import copy
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from aiohttp import web

from runbooks.kubectl import Cluster
from runbooks.kubectl.merging import merge_patch
from tests.runbooks.kubectl.replay import Sent, kubeconfig, stored

Thing = dict[str, Any]


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
        listed = [one for at, one in self.objects.items() if at.rpartition("/")[0] == path]
        if path == "/api/v1/pods":
            listed = [one for one in self.objects.values() if one.get("kind") == "Pod"]
        if request.query.get("watch"):
            return web.Response(text="".join(json.dumps({"type": "ADDED", "object": one}) + "\n" for one in listed))
        return web.json_response({"kind": "List", "items": listed}) if listed else refusal(404, f"{path} not found")

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
