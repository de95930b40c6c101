"""A Kubernetes API server that answers as one recording of the real one did."""

import gzip
import json
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

from aiohttp import web

RECORDINGS = Path(__file__).parent / "recordings"
RANDOM = {"timeoutSeconds", "timeout"}


@cache
def stored(name: str) -> Any:
    with gzip.open(RECORDINGS / f"{name}.json.gz", "rt", encoding="utf-8") as file:
        return json.load(file)


def whole(part: Any) -> Any:
    """A recorded body with its references to shared parts put in."""
    if isinstance(part, dict):
        if set(part) == {"$"}:
            return whole(stored("objects")[part["$"]])
        return {key: whole(value) for key, value in part.items()}
    return [whole(one) for one in part] if isinstance(part, list) else part


@cache
def groups() -> tuple[str, ...]:
    return tuple(sorted(file.name.removesuffix(".json.gz") for file in RECORDINGS.glob("*.json.gz")))


@cache
def recordings() -> dict[str, dict[str, Any]]:
    """Every recording by its id."""
    named = [group for group in groups() if group not in {"objects", "discovery"}]
    return {one["id"]: one for group in named for one in stored(group)}


@dataclass(frozen=True)
class Sent:
    method: str
    path: str
    query: str
    content_type: str
    body: Any


class Replay:
    """Serves one recording's exchanges, in order per request; the last one of a request is served again."""

    def __init__(self) -> None:
        self.waiting: dict[tuple[Any, ...], list[dict[str, Any]]] = {}
        self.unknown: list[str] = []
        self.writes: list[Sent] = []
        self.url = ""
        self._runner: web.AppRunner | None = None

    async def start(self) -> None:
        application = web.Application()
        application.router.add_route("*", "/{tail:.*}", self._answer)
        self._runner = web.AppRunner(application)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"

    async def stop(self) -> None:
        assert self._runner is not None
        await self._runner.cleanup()

    def load(self, recording: dict[str, Any]) -> None:
        self.unknown, self.writes = [], []
        self.waiting = defaultdict(list)
        for exchange in recording["exchanges"]:
            self.waiting[_key(exchange["method"], exchange["path"], exchange.get("query", ""))].append(exchange)

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        path, query = request.path, request.rel_url.raw_query_string
        found = self.waiting.get(_key(request.method, path, query))
        if request.method != "GET":
            body = await request.json() if request.can_read_body else None
            self.writes.append(Sent(request.method, path, query, request.headers.get("Content-Type", ""), body))
        if found and "frames" in found[0]:
            return await _played(request, found[0]["frames"])
        if found:
            return _said(found.pop(0) if len(found) > 1 else found[0])
        if (document := _discovery(path, request.headers.get("Accept", ""))) is not None:
            return web.json_response(document)
        self.unknown.append(f"{request.method} {path}?{query}")
        missing = {"kind": "Status", "status": "Failure", "message": "not recorded", "reason": "NotFound", "code": 404}
        return web.json_response(missing, status=404)


async def _played(request: web.Request, frames: list[tuple[int, str]]) -> web.StreamResponse:
    """A WebSocket on which the recorded frames come, and the end."""
    socket = web.WebSocketResponse(protocols=("v5.channel.k8s.io",))
    await socket.prepare(request)
    assert socket.ws_protocol == "v5.channel.k8s.io"
    for channel, text in frames:
        await socket.send_bytes(bytes([channel]) + text.encode())
    await socket.close()
    return socket


def _key(method: str, path: str, query: str) -> tuple[Any, ...]:
    pairs = []
    for name, value in parse_qsl(query, keep_blank_values=True):
        if name not in RANDOM:
            pairs.append((name, ",".join(sorted(value.split(","))) if name == "fieldSelector" else value))
    return method, path, tuple(sorted(pairs))


def _said(exchange: dict[str, Any]) -> web.StreamResponse:
    answer = whole(exchange.get("answer", ""))
    headers = [("Warning", f'299 - "{one}"'.replace("\\", "")) for one in exchange.get("warnings", [])]
    if exchange.get("stream"):
        text = "".join(json.dumps(one["data"]) + "\n" for one in answer)
        return web.Response(text=text, content_type="application/json")
    if isinstance(answer, str):
        return web.Response(text=answer, status=exchange["status"])
    response = web.json_response(answer, status=exchange["status"])
    for name, value in headers:
        response.headers.add(name, value)
    return response


def _discovery(path: str, accept: str) -> Any:
    found = stored("discovery")
    if "apidiscovery" in accept and path in {"/api", "/apis"}:
        return found["core" if path == "/api" else "groups"]
    return found["version"] if path == "/version" else found["plain"].get(path)


def clock(recording: dict[str, Any], *, ended: bool = True) -> datetime:
    """The moment at which that command ended, or began."""
    began = datetime.fromisoformat(recording["at"])
    return began + timedelta(milliseconds=recording["ms"] if ended else 0)


def kubeconfig(folder: Path, url: str) -> str:
    """A kubeconfig file whose only context is that server."""
    document = {
        "apiVersion": "v1",
        "kind": "Config",
        "current-context": "here",
        "clusters": [{"name": "here", "cluster": {"server": url}}],
        "users": [{"name": "me", "user": {"token": "a-token"}}],
        "contexts": [{"name": "here", "context": {"cluster": "here", "user": "me"}}],
    }
    file = folder / "kubeconfig"
    file.write_text(json.dumps(document), encoding="utf-8")
    return str(file)
