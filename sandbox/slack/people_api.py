"""`/people/*`: what a person does and sees, over HTTP and live over a websocket."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from aiohttp import web

from sandbox.slack import people_sight
from sandbox.slack.errors import Refused, SlackError
from sandbox.slack.people import Acting, sentence
from sandbox.slack.records import Json

if TYPE_CHECKING:
    from sandbox.slack.workspace import Workspace

Handler = Callable[["Acting", Json], Awaitable[Json]]


async def see_state(acting: Acting, given: Json) -> Json:
    return people_sight.state(acting.workspace, acting.me)


async def see_messages(acting: Acting, given: Json) -> Json:
    channel = acting.channel(_text(given, "channel"))
    return {"messages": people_sight.conversation(channel, acting.me, str(given.get("thread") or ""))}


async def see_options(acting: Acting, given: Json) -> Json:
    return {"options": await acting.options(given)}


async def say(acting: Acting, given: Json) -> Json:
    ts = await acting.say(_text(given, "channel"), _text(given, "text"), str(given.get("thread") or ""))
    return {"command": True} if ts is None else {"ts": ts}


async def click(acting: Acting, given: Json) -> Json:
    state = _object(given, "state").get("values")
    await acting.click(_text(given, "channel"), given | {"values": state})
    return {}


async def view(acting: Acting, given: Json) -> Json:
    view_id, values = _text(given, "view_id"), _object(given, "values")
    match given.get("do"):
        case "submit":
            errors = await acting.submit(view_id, values)
            return {"ok": not errors, "errors": errors} if errors else {}
        case "close":
            acting.close_view(view_id, everything=bool(given.get("everything")))
        case "act":
            await acting.act(view_id, _object(given, "action"), values)
        case other:
            raise Refused(f"A view can be submitted, closed or acted in, not {other!r}.")
    return {}


async def shortcut(acting: Acting, given: Json) -> Json:
    await acting.shortcut(_text(given, "callback_id"), str(given.get("channel") or ""), str(given.get("ts") or ""))
    return {}


async def react(acting: Acting, given: Json) -> Json:
    remove = bool(given.get("remove"))
    acting.react(_text(given, "channel"), _text(given, "ts"), _text(given, "name"), remove=remove)
    return {}


async def pin(acting: Acting, given: Json) -> Json:
    acting.pin(_text(given, "channel"), _text(given, "ts"), remove=bool(given.get("remove")))
    return {}


async def member(acting: Acting, given: Json) -> Json:
    channel = _text(given, "channel")
    match given.get("do"):
        case "join":
            acting.join(channel)
        case "leave":
            acting.leave(channel)
        case "invite":
            acting.invite(channel, _text(given, "user"))
        case other:
            raise Refused(f"A person can join, leave or invite, not {other!r}.")
    return {}


async def read(acting: Acting, given: Json) -> Json:
    acting.read(_text(given, "channel"), _text(given, "ts"))
    return {}


async def home(acting: Acting, given: Json) -> Json:
    return {"view": acting.home()}


async def upload(acting: Acting, given: Json) -> Json:
    file = given.get("file")
    if not isinstance(file, web.FileField):
        raise Refused("There is no file to share.")
    text, thread = str(given.get("text") or ""), str(given.get("thread") or "")
    ts = acting.upload(_text(given, "channel"), file.filename, file.file.read(), text=text, thread=thread)
    return {"ts": ts}


READS: dict[str, Handler] = {"state": see_state, "messages": see_messages, "options": see_options}
ACTS: dict[str, Handler] = {
    "say": say,
    "click": click,
    "view": view,
    "shortcut": shortcut,
    "react": react,
    "pin": pin,
    "member": member,
    "read": read,
    "home": home,
    "upload": upload,
}


def _text(given: Json, name: str) -> str:
    value = given.get(name)
    if not isinstance(value, str) or not value:
        raise Refused(f"Say which {name}.")
    return value


def _object(given: Json, name: str) -> Json:
    value = given.get(name) or {}
    if not isinstance(value, dict):
        raise Refused(f"Give {name} as an object.")
    return value


async def answer(workspace: Workspace, request: web.Request, handlers: dict[str, Handler]) -> web.Response:
    """Do what the address names, as the person `as` names; what cannot be done is a plain sentence."""
    handler = handlers.get(request.match_info["what"])
    if handler is None:
        raise web.HTTPNotFound(text="there is no such thing to do")
    try:
        given = await _given(request)
        return web.json_response({"ok": True} | await handler(Acting(workspace, str(given.get("as"))), given))
    except Refused as refusal:
        return web.json_response({"ok": False, "error": str(refusal)})
    except SlackError as error:
        return web.json_response({"ok": False, "error": sentence(error)})


async def _given(request: web.Request) -> Json:
    given: Json = dict(request.query)
    if request.content_type == "multipart/form-data":
        return given | dict(await request.post())
    body = await request.read()
    if body and request.content_type != "application/json":  # what another site's page may send without asking
        raise Refused("Send JSON, with Content-Type: application/json.")
    try:
        return given | (json.loads(body) if body else {})
    except (ValueError, TypeError):
        raise Refused("This is not a JSON object.") from None


async def live(workspace: Workspace, request: web.Request) -> web.WebSocketResponse:
    """Tell a page what happens until it goes away."""
    socket = web.WebSocketResponse(heartbeat=20)
    await socket.prepare(request)
    queue = workspace.live.open(request.query.get("as", ""))
    reading = asyncio.ensure_future(_until_closed(socket, queue))
    try:
        while (news := await queue.get()) is not None:
            await socket.send_json(news)
    except ConnectionError:
        pass
    finally:
        workspace.live.shut(queue)
        reading.cancel()
        await socket.close()
    return socket


async def _until_closed(socket: web.WebSocketResponse, queue: asyncio.Queue[Json | None]) -> None:
    async for _ in socket:
        pass
    queue.put_nowait(None)
