"""The API server: one aiohttp application over a Cluster."""

import asyncio
import contextlib
import dataclasses
import functools
import json
import re
from collections.abc import AsyncIterator, Callable
from http import HTTPStatus

from aiohttp import web

from sandbox.cluster import (
    discovery,
    executing,
    faults,
    metrics_api,
    podlogs,
    proxying,
    reading,
    reviews,
    subresources,
    watching,
    writing,
)
from sandbox.cluster.asking import Asked, Target, allow, target_of
from sandbox.cluster.authorizing import Wish, may
from sandbox.cluster.cluster import STEP_SECONDS, Cluster
from sandbox.cluster.identity import ANONYMOUS, Identity
from sandbox.cluster.objects import Object
from sandbox.cluster.store import Store

THROUGH = re.compile(r"^/as/([^/]+)/")
DEPRECATED = {
    "componentstatuses": "v1 ComponentStatus is deprecated in v1.19+",
    "endpoints": "v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice",
}
PUBLIC = ("/healthz", "/livez", "/readyz", "/version")


def application(cluster: Cluster, *, ticking: bool = True) -> web.Application:
    """Make the server; `ticking` lets the controllers look every quarter of a second of real time."""
    app = web.Application(client_max_size=4 * 2**20)
    app.router.add_route("*", "/{path:.*}", functools.partial(answered, cluster))
    if ticking:
        app.cleanup_ctx.append(functools.partial(_ticking, cluster))
    return app


async def _ticking(cluster: Cluster, _app: web.Application) -> AsyncIterator[None]:
    async def tick() -> None:
        while True:
            cluster.tick()
            await asyncio.sleep(STEP_SECONDS)

    task = asyncio.create_task(tick())
    yield
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task


async def answered(cluster: Cluster, request: web.Request) -> web.StreamResponse:
    """Answer, or say with a Status object why not."""
    try:
        _break(cluster)
        who = _identity(cluster, request)
        return await _routed(cluster, request, who)
    except faults.Fault as fault:
        return _json(fault.status(), fault.code)


def _break(cluster: Cluster) -> None:
    """Answer with a fault that a test or the control routes have ordered."""
    if cluster.faults:
        code, message = cluster.faults.pop(0)
        reason = HTTPStatus(code).phrase.replace(" ", "")
        raise faults.Fault(code, reason, message)


def _identity(cluster: Cluster, request: web.Request) -> Identity:
    header = request.headers.get("Authorization", "")
    if through := THROUGH.match(request.path):
        header = f"Bearer {through[1]}"
    if not header:
        return ANONYMOUS
    scheme, _, token = header.partition(" ")
    if scheme.lower() != "bearer" or token not in cluster.identities:
        raise faults.unauthorized()
    who, other = cluster.identities[token], request.headers.get("Impersonate-User")
    if other is None:
        return who
    if may(cluster.store, who, Wish("impersonate", "", "users", name=other)) is None:
        told = f'users "{other}" is forbidden: User "{who.name}" cannot impersonate resource "users" in API group ""'
        raise faults.Fault(403, "Forbidden", f"{told} at the cluster scope", {"name": other, "kind": "users"})
    return Identity(other, (*request.headers.getall("Impersonate-Group", []), "system:authenticated"))


def _plain_path(request: web.Request) -> str:
    """Give the path without the identity that the real kubectl needs there: it sends no token without TLS."""
    return THROUGH.sub("/", request.path)


def _json(body: Object, code: int = 200, media: str = "application/json") -> web.Response:
    text = json.dumps(body, separators=(",", ":"), ensure_ascii=False)
    return web.Response(body=text.encode() + b"\n", status=code, headers={"Content-Type": media})


async def _routed(cluster: Cluster, request: web.Request, who: Identity) -> web.StreamResponse:
    path = _plain_path(request)
    if path in PUBLIC:
        return _public(request, path)
    if who is ANONYMOUS:
        told = f'forbidden: User "{who.name}" cannot get path "{path}"'
        raise faults.Fault(403, "Forbidden", told, {})
    found = _discovered(request, path)
    if found is not None:
        return found
    if not path.startswith(("/api/", "/apis/")):
        return web.Response(text="404 page not found\n", status=404)
    asked = Asked(request.method, target_of(path), request.query, request.headers, await request.read(), who)
    allow(asked, cluster.store)
    return await _done(cluster, request, asked)


def _public(request: web.Request, path: str) -> web.Response:
    word = path.strip("/")
    if word == "version":
        return _json(discovery.VERSION)
    return web.Response(text=discovery.health(verbose="verbose" in request.query, word=word))


def _discovered(request: web.Request, path: str) -> web.Response | None:
    """Answer discovery paths; None for every other one."""
    words = path.strip("/").split("/")
    if words in (["api"], ["apis"]):
        core = words == ["api"]
        if discovery.wants_aggregated(request.headers.get("Accept", "")):
            return _json(discovery.aggregated(core=core), media=discovery.AGGREGATED)
        return _json(discovery.core_versions(request.host) if core else discovery.group_list())
    found: Object | None = None
    if words[0] == "api" and len(words) == 2:
        found = discovery.resource_list("", words[1])
    elif path.startswith(discovery.OPENAPI):
        found = discovery.openapi(path)
    elif words[0] == "apis" and len(words) == 2:
        found = discovery.group(words[1])
    elif words[0] == "apis" and len(words) == 3:
        found = discovery.resource_list(words[1], words[2])
    return _json(found) if found is not None else None


async def _done(cluster: Cluster, request: web.Request, asked: Asked) -> web.StreamResponse:
    """Do what an allowed request asks."""
    target = asked.target
    if target.kind.group == "metrics.k8s.io":
        return _json(metrics_api.answered(asked, cluster))
    if target.kind.group.startswith(("authentication.", "authorization.")):
        return _json(reviews.reviewed(asked, cluster.store), 201)
    if target.subresource == "exec":
        allow(dataclasses.replace(asked, method="POST"), cluster.store)
        return await executing.executed(cluster, request, asked)
    if target.subresource in {"log", "proxy"}:
        return await _below(cluster, request, asked)
    if asked.verb == "watch":
        return await _streamed(request, watching.watch(asked, cluster.store), "application/json")
    acts = SUBRESOURCES.get(target.subresource, OBJECTS)
    act = acts.get(asked.verb)
    if act is None or asked.verb not in _verbs(target) or not _fits(asked):
        raise faults.method_not_allowed()
    body = act(asked, cluster)
    answer = _json(body, 201 if asked.method == "POST" else 200)
    if old := DEPRECATED.get(target.kind.resource):
        answer.headers["Warning"] = f'299 - "{old}"'
    return answer


def _fits(asked: Asked) -> bool:
    """Say whether the path is one for this verb: a new object has no name in it, every other write has one."""
    target = asked.target
    if asked.verb == "create":
        return not target.name or bool(target.subresource)
    return bool(target.name) or asked.verb not in {"update", "patch", "delete"}


def _verbs(target: Target) -> tuple[str, ...]:
    sub = target.kind.subresource(target.subresource) if target.subresource else None
    return sub.verbs if sub is not None else target.kind.verbs


Act = Callable[[Asked, Cluster], Object]


def _get(asked: Asked, cluster: Cluster) -> Object:
    target = asked.target
    return reading.shown(asked, cluster.store.need(target.kind, target.namespace, target.name), cluster.now())


def _write(act: Callable[[Asked, Store], Object]) -> Act:
    def done(asked: Asked, cluster: Cluster) -> Object:
        thing = act(asked, cluster.store)
        return thing if thing["kind"] == "Status" else reading.shown(asked, thing, cluster.now())

    return done


OBJECTS: dict[str, Act] = {
    "get": _get,
    "list": lambda asked, cluster: reading.listed(asked, cluster.store, cluster.now()),
    "create": _write(writing.create),
    "update": _write(writing.update),
    "patch": _write(writing.patch),
    "delete": _write(writing.delete),
}
SUBRESOURCES: dict[str, dict[str, Act]] = {
    "scale": dict.fromkeys(("get", "update", "patch"), lambda asked, cluster: subresources.scale(asked, cluster.store)),
    "token": {"create": reviews.token},
    "eviction": {"create": lambda asked, cluster: subresources.evict(asked, cluster.store)},
}


async def _below(cluster: Cluster, request: web.Request, asked: Asked) -> web.StreamResponse:
    """Answer what is not JSON: logs, and the application behind a service."""
    if asked.target.subresource == "proxy":
        return await proxying.proxied(cluster, request, asked)
    wish = podlogs.wish_of(asked, cluster.now())
    run = podlogs.run_of(*podlogs.container_of(asked, cluster), previous=wish.previous)
    if run is None:
        return web.Response(status=204)
    if wish.follow:
        return await _streamed(request, podlogs.followed(cluster, run, wish), "text/plain")
    return web.Response(body=podlogs.text_of(run, wish, cluster.now()), content_type="text/plain")


async def _streamed(request: web.Request, parts: AsyncIterator[bytes], media: str) -> web.StreamResponse:
    """Send parts as they come, until there are no more or nobody reads them."""
    response = web.StreamResponse(headers={"Content-Type": media})
    response.enable_chunked_encoding()
    with contextlib.suppress(ConnectionResetError):
        await response.prepare(request)
        async for part in parts:
            await response.write(part)
        await response.write_eof()
    return response
