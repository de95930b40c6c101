"""Socket Mode: the app's websockets, each payload to exactly one of them, acknowledged on any."""

import asyncio
import secrets
import uuid
from dataclasses import dataclass

from aiohttp import WSMsgType, web

from sandbox.slack.errors import SlackError
from sandbox.slack.records import APP_ID, Json

MOST_CONNECTIONS = 10


@dataclass(eq=False)
class Connection:
    socket: web.WebSocketResponse
    leaving: bool = False


class Sockets:
    """The open connections of the app; tickets are the addresses apps.connections.open gave out, each good once."""

    def __init__(self) -> None:
        self._tickets: set[str] = set()
        self._open: list[Connection] = []
        self._waiting: dict[str, asyncio.Future[Json]] = {}
        self._turn = 0
        self._changed = asyncio.Condition()

    @property
    def connected(self) -> int:
        """The connections that payloads may be sent over."""
        return len(self._usable())

    def _usable(self) -> list[Connection]:
        return [c for c in self._open if not c.leaving and not c.socket.closed]

    async def until(self, connections: int) -> None:
        """Wait until exactly so many connections take payloads."""
        async with self._changed:
            await self._changed.wait_for(lambda: self.connected == connections)

    def ticket(self) -> str:
        if len(self._open) >= MOST_CONNECTIONS:
            raise SlackError("too_many_websockets")
        ticket = str(uuid.uuid4())
        self._tickets.add(ticket)
        return ticket

    async def serve(self, request: web.Request) -> web.WebSocketResponse:
        """Be one connection until it ends."""
        ticket = request.query.get("ticket", "")
        if ticket not in self._tickets:
            raise web.HTTPNotFound(text="no such ticket")
        self._tickets.discard(ticket)
        connection = Connection(web.WebSocketResponse())
        await connection.socket.prepare(request)
        await self._enter(connection)
        try:
            async for message in connection.socket:
                if message.type == WSMsgType.TEXT:
                    self._acknowledged(message.json())
        finally:
            await self._leave(connection)
        return connection.socket

    async def _enter(self, connection: Connection) -> None:
        self._open.append(connection)
        debug = {"host": "applink-sandbox", "build_number": 1, "approximate_connection_time": 18060}
        hello = {"type": "hello", "num_connections": len(self._open), "debug_info": debug}
        await connection.socket.send_json(hello | {"connection_info": {"app_id": APP_ID}})
        async with self._changed:
            self._changed.notify_all()

    async def _leave(self, connection: Connection) -> None:
        self._open.remove(connection)
        async with self._changed:
            self._changed.notify_all()

    def _acknowledged(self, message: Json) -> None:
        waiting = self._waiting.get(message.get("envelope_id", ""))
        if waiting is not None and not waiting.done():
            waiting.set_result(message.get("payload") or {})

    def _next(self) -> Connection | None:
        usable = self._usable()
        self._turn += 1
        return usable[self._turn % len(usable)] if usable else None

    async def send(self, kind: str, payload: Json, seconds: float, *, retry: tuple[int, str]) -> tuple[str, Json]:
        """Send one envelope over one connection; return "ok" and the answer, or why there is none."""
        connection = self._next()
        if connection is None:
            return "dispatch_failed", {}
        envelope: Json = {"envelope_id": str(uuid.uuid4()), "type": kind, "payload": payload}
        envelope["accepts_response_payload"] = kind != "events_api"
        if kind == "events_api":
            envelope |= {"retry_attempt": retry[0], "retry_reason": retry[1]}
        answer = self._waiting[envelope["envelope_id"]] = asyncio.get_running_loop().create_future()
        try:
            await connection.socket.send_json(envelope)
            return "ok", await asyncio.wait_for(answer, seconds)
        except TimeoutError:
            return "timeout", {}
        except ConnectionError:
            return "dispatch_failed", {}
        finally:
            del self._waiting[envelope["envelope_id"]]

    async def refresh(self, reason: str = "refresh_requested") -> None:
        """Ask every connection to come back on a new one; nothing is sent to the old ones any more."""
        for connection in list(self._open):
            connection.leaving = True
            debug = {"host": f"applink-{secrets.token_hex(4)}"}
            await connection.socket.send_json({"type": "disconnect", "reason": reason, "debug_info": debug})

    async def cut(self) -> None:
        """Drop every connection without a word, as a network does."""
        for connection in list(self._open):
            await connection.socket.close()

    async def close(self) -> None:
        await self.cut()
