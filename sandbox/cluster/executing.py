"""`/exec` over WebSocket: channels 0 to 4 of `v4.channel.k8s.io`, and the close signal of `v5` (KEP 4006)."""

import json
import re
from collections.abc import Sequence
from typing import Any

from aiohttp import WSMsgType, web

from sandbox.cluster import faults
from sandbox.cluster.asking import Asked, truth
from sandbox.cluster.calling import Asking, Call, Ran, Reading
from sandbox.cluster.cluster import Cluster
from sandbox.cluster.controllers.containers import Step
from sandbox.cluster.kinds import CONFIG_MAPS, SERVICES
from sandbox.cluster.objects import Object, labels_of, name_of, namespace_of
from sandbox.cluster.podlogs import container_of
from sandbox.cluster.shells import run

PROTOCOLS = ("v5.channel.k8s.io", "v4.channel.k8s.io")
STDIN, STDOUT, STDERR, STATUS, CLOSE = 0, 1, 2, 3, 255
SUCCESS = {"metadata": {}, "status": "Success"}


async def executed(cluster: Cluster, request: web.Request, asked: Asked) -> web.StreamResponse:
    """Run a program in a container and send what it says; it may be written to until its input is closed."""
    words = request.query.getall("command", [])
    if not words:
        raise faults.bad_request("you must specify at least 1 command for the container")
    pod, name, one = container_of(asked, cluster)
    if one is None or one.step is not Step.RUNNING:
        return web.Response(text=f'container not found ("{name}")', status=500)
    if request.headers.get("Upgrade", "").lower() != "websocket":
        raise faults.bad_request("Upgrade request required")
    socket = web.WebSocketResponse(protocols=PROTOCOLS)
    await socket.prepare(request)
    await _send(socket, STDOUT, b"")
    typed = await _typed(socket) if truth(asked.query.get("stdin")) and _listens(words) else ""
    ran = run(called(cluster, pod, words, typed))
    await _answer(socket, ran, tty=truth(asked.query.get("tty")))
    await socket.close()
    return socket


def _listens(words: Sequence[str]) -> bool:
    """Say whether this program waits for its standard input."""
    name = words[0].rpartition("/")[2]
    if name == "cat":
        return len(words) == 1
    return name in {"sh", "bash", "psql"} and not any(re.match(r"-\w*c|--command|-f", word) for word in words[1:])


async def _typed(socket: web.WebSocketResponse) -> str:
    """Read standard input until the client closes it (v5) or, as v4 cannot say so, until its first words."""
    found = b""
    async for message in socket:
        if message.type is not WSMsgType.BINARY or not message.data or message.data[0] == CLOSE:
            break
        if message.data[0] == STDIN:
            found += message.data[1:]
            if socket.ws_protocol == "v4.channel.k8s.io":
                break
    return found.decode(errors="replace")


async def _answer(socket: web.WebSocketResponse, ran: Ran, *, tty: bool) -> None:
    out, err = (f"{ran.out}{ran.err}".replace("\n", "\r\n"), "") if tty else (ran.out, ran.err)
    for channel, text in ((STDOUT, out), (STDERR, err)):
        if text:
            await _send(socket, channel, text.encode())
    await _send(socket, STATUS, json.dumps(_status(ran.code), separators=(",", ":")).encode())


async def _send(socket: web.WebSocketResponse, channel: int, data: bytes) -> None:
    await socket.send_bytes(bytes([channel]) + data)


def _status(code: int) -> dict[str, Any]:
    if code == 0:
        return SUCCESS
    told = f"command terminated with non-zero exit code: command terminated with exit code {code}"
    causes = {"causes": [{"reason": "ExitCode", "message": str(code)}]}
    return {"metadata": {}, "status": "Failure", "message": told, "reason": "NonZeroExitCode", "details": causes}


def called(cluster: Cluster, pod: Object, words: Sequence[str], typed: str = "") -> Call:
    """Say what a program finds in this pod."""
    machine = cluster.machine(namespace_of(pod))
    return Call(words, machine, pod, cluster.now(), asking(cluster, pod), typed, reading(cluster, pod))


def asking(cluster: Cluster, pod: Object) -> Asking:
    """Let a program in this pod ask the application itself (`localhost`) or a Service of its namespace."""

    def ask(method: str, host: str, path: str, body: bytes) -> tuple[int, bytes, float] | None:
        name, here = host.partition(":")[0].partition(".")[0], namespace_of(pod)
        if name in {"localhost", "127"}:
            name = _behind(cluster, pod)
        answer = cluster.proxied.get((here, name))
        if answer is None:
            return None
        status, _, said = answer(method, path, body)
        return status, said, cluster.paces.get((here, name), lambda: 0.004)()

    return ask


def reading(cluster: Cluster, pod: Object) -> Reading:
    """Let a program read the ConfigMaps that are mounted in this pod's first container."""
    names = {one["name"]: (one.get("configMap") or {}).get("name") for one in pod["spec"].get("volumes") or []}
    mounts = {
        one["mountPath"]: names.get(one["name"]) for one in pod["spec"]["containers"][0].get("volumeMounts") or []
    }

    def read(path: str) -> str | None:
        folder, _, key = path.rpartition("/")
        found = cluster.store.get(CONFIG_MAPS, namespace_of(pod), mounts.get(folder) or "")
        return dict[str, str]((found or {}).get("data") or {}).get(key)

    return read


def _behind(cluster: Cluster, pod: Object) -> str:
    """Name the Service that selects this pod."""
    labels = labels_of(pod).items()
    found = (one for one in cluster.store.all(SERVICES, namespace_of(pod)) if one["spec"].get("selector"))
    return next((name_of(one) for one in found if one["spec"]["selector"].items() <= labels), "")
