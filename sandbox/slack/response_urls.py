"""`response_url`: five answers within thirty minutes, to where a person did something."""

from __future__ import annotations

import json
import secrets
from typing import TYPE_CHECKING

from aiohttp import web

from sandbox.slack import messages
from sandbox.slack.arguments import Arguments
from sandbox.slack.errors import SlackError
from sandbox.slack.methods.chat import content
from sandbox.slack.records import Channel, Json

if TYPE_CHECKING:
    from sandbox.slack.workspace import Workspace

SECONDS = 30 * 60.0
POSTS = 5


def issue(workspace: Workspace, person: str, channel: Channel, message: Json | None = None) -> str:
    """Return an address that answers this person here, about this message."""
    key = secrets.token_hex(12)
    place: Json = {"person": person, "channel": channel.id, "left": POSTS, "issued": workspace.stopwatch()}
    workspace.response_urls[key] = place | {"message": message}
    return f"{workspace.base_url().rstrip('/')}/link/response/{key}"


async def receive(workspace: Workspace, request: web.Request) -> web.Response:
    """Take one answer over HTTP."""
    place = workspace.response_urls.get(request.match_info["key"])
    if place is None or workspace.stopwatch() - place["issued"] > SECONDS:
        return web.json_response({"ok": False, "error": "expired_url"}, status=404)
    if place["left"] <= 0:
        return web.json_response({"ok": False, "error": "used_url"}, status=404)
    try:
        respond(workspace, place, _object(await request.read()))
    except ValueError:
        return web.json_response({"ok": False, "error": "invalid_payload"}, status=400)
    except SlackError as error:
        return web.json_response(error.answer(), status=400)
    place["left"] -= 1
    return web.Response(text="ok")


def _object(body: bytes) -> Json:
    answer = json.loads(body)
    if not isinstance(answer, dict):
        raise SlackError("invalid_payload")
    return answer


def respond(workspace: Workspace, place: Json, answer: Json) -> None:
    """Show an answer: a message for the person or the channel, or instead of the original."""
    channel = workspace.channels[place["channel"]]
    original = place["message"]
    if answer.get("delete_original"):
        _remove(workspace, channel, place["person"], original)
        return
    made = messages.by_app() | content(Arguments(answer))
    if answer.get("replace_original") and original is not None:
        _replace(workspace, channel, place["person"], original, made)
    elif answer.get("response_type") == "in_channel":
        messages.post(workspace, channel, made, thread=answer.get("thread_ts") or "")
    else:
        messages.whisper(workspace, channel, place["person"], made, thread=answer.get("thread_ts") or "")


def _replace(workspace: Workspace, channel: Channel, person: str, original: Json, made: Json) -> None:
    if not original.get("ephemeral"):
        messages.change(workspace, channel, messages.found(channel, original["ts"]), made)
        return
    for part in ("text", "blocks"):
        original.pop(part, None)
    if "blocks" in made:
        made["blocks"] = messages.with_ids(made["blocks"])
    original |= made
    workspace.inputs.pop((channel.id, original["ts"]), None)
    workspace.live.tell({"type": "ephemeral", "channel": channel.id, "message": dict(original)}, only=[person])


def _remove(workspace: Workspace, channel: Channel, person: str, original: Json | None) -> None:
    if original is None:
        return
    if not original.get("ephemeral"):
        messages.delete(workspace, channel, messages.found(channel, original["ts"]))
        return
    own = channel.ephemerals.get(person, [])
    channel.ephemerals[person] = [message for message in own if message["ts"] != original["ts"]]
    workspace.live.tell({"type": "deleted", "channel": channel.id, "ts": original["ts"]}, only=[person])
