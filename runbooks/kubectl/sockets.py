"""A program in a container, over the WebSocket of `pods/exec` (v5.channel.k8s.io), never with standard input."""

import asyncio
import json
from codecs import IncrementalDecoder, getincrementaldecoder
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlencode

import aiohttp
from yarl import URL

from runbooks.kubectl.connection import Cluster, Query
from runbooks.kubectl.sink import Sink
from runbooks.kubectl.unreachable import Unreachable, spoken

PROTOCOLS = ("v5.channel.k8s.io", "v4.channel.k8s.io")
STDOUT, STDERR, STATUS = 1, 2, 3
KEPT = 16 * 1024 * 1024
GOODBYE = 0.5
_BROKEN = (aiohttp.ClientError, OSError, ValueError)


class NotUpgraded(Exception):
    """The server would not open the WebSocket; the text is its answer's."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(text)
        self.status = status
        self.text = text


@dataclass
class Heard:
    """What a program has printed so far and how it ended; `status` is None while it has not."""

    printed: dict[int, bytearray] = field(default_factory=lambda: {STDOUT: bytearray(), STDERR: bytearray()})
    status: dict[str, Any] | None = None
    too_long: bool = False
    too_late: bool = False
    decoders: dict[int, IncrementalDecoder] = field(default_factory=dict)

    def taken(self, channel: int) -> str:
        """Take what was printed since the last time."""
        decoder = self.decoders.setdefault(channel, getincrementaldecoder("utf-8")("replace"))
        said = decoder.decode(bytes(self.printed[channel]))
        self.printed[channel].clear()
        return said

    def text(self, channel: int) -> str:
        return self.printed[channel].decode("utf-8", "replace")

    def frame(self, data: bytes) -> None:
        """Take one frame: a channel's number, then what it carries."""
        channel, content = (data[0], data[1:]) if data else (0, b"")
        if channel == STATUS:
            self.status = _status(content)
        elif channel in self.printed:
            self.printed[channel] += content
            self.too_long = sum(map(len, self.printed.values())) > KEPT


async def run_program(
    cluster: Cluster, path: str, query: Query, heard: Heard, *, timeout: float, sink: Sink | None = None
) -> None:
    """Start a program and hear it to its end, or for `timeout` seconds. Raises NotUpgraded, Unreachable.

    What it prints goes into the sink as it comes, where there is one.
    """
    refusal = ""
    tracing = aiohttp.TraceConfig()

    async def keep_refusal(_session: Any, _context: Any, ended: aiohttp.TraceRequestEndParams) -> None:
        nonlocal refusal
        if ended.response.status != 101:
            refusal = await ended.response.text(errors="replace")

    tracing.on_request_end.append(keep_refusal)
    url = URL(f"{cluster.host}{path}?{urlencode(query, quote_via=quote)}", encoded=True)
    try:
        async with asyncio.timeout(timeout), cluster.room, _session(cluster, tracing) as session:
            await _hear(cluster, session, url, heard, sink)
    except TimeoutError:
        heard.too_late = True
    except aiohttp.WSServerHandshakeError as error:
        raise NotUpgraded(error.status, refusal) from error
    except _BROKEN as error:
        raise Unreachable(spoken(error, cluster.host)) from error


def _session(cluster: Cluster, tracing: aiohttp.TraceConfig) -> aiohttp.ClientSession:
    """A connection of its own, with the same certificates as the other requests."""
    connector = aiohttp.TCPConnector(ssl=cluster.api.rest_client.ssl_context)
    return aiohttp.ClientSession(connector=connector, trust_env=True, trace_configs=[tracing])


async def _hear(cluster: Cluster, session: aiohttp.ClientSession, url: URL, heard: Heard, sink: Sink | None) -> None:
    settings = cluster.api.configuration
    headers: dict[str, str] = {}
    await cluster.api.update_params_for_auth(headers, [], ["BearerToken"], url.path, "GET", None)
    socket = await session.ws_connect(
        url,
        protocols=PROTOCOLS,
        headers=headers,
        proxy=settings.proxy or None,
        proxy_headers=settings.proxy_headers,
        server_hostname=settings.tls_server_name or None,
        timeout=aiohttp.ClientWSTimeout(ws_close=GOODBYE),
    )
    try:
        while not heard.too_long and (frame := await _next(socket, heard)) is not None:
            heard.frame(frame)
            if sink is not None:
                await sink.put(heard.taken(STDOUT))
                await sink.put(heard.taken(STDERR) if sink.mixed else "")
    finally:
        with suppress(TimeoutError):
            async with asyncio.timeout(GOODBYE):
                await socket.close()


async def _next(opened: aiohttp.ClientWebSocketResponse[bool], heard: Heard) -> bytes | None:
    """The next frame; None at the end. Once the program has ended, the server hangs up soon, or we do."""
    try:
        message = await opened.receive(GOODBYE if heard.status else None)
    except TimeoutError:
        return None
    if message.type is aiohttp.WSMsgType.BINARY:
        return bytes(message.data)
    return str(message.data).encode() if message.type is aiohttp.WSMsgType.TEXT else None


def _status(content: bytes) -> dict[str, Any]:
    try:
        status = json.loads(content)
    except ValueError:
        status = None
    return status if isinstance(status, dict) else {"status": "Unknown"}
