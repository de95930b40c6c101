"""`chat.*`: messages of the app."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from sandbox.slack import messages
from sandbox.slack.arguments import Arguments
from sandbox.slack.checking import check_message
from sandbox.slack.conversations import of_app
from sandbox.slack.errors import SlackError
from sandbox.slack.limits import METADATA_BYTES, TEXT_KEPT, UPDATE_TEXT
from sandbox.slack.records import BOT_ID, BOT_USER, Channel, Json

if TYPE_CHECKING:
    from sandbox.slack.workspace import Workspace


def content(given: Arguments) -> Json:
    """Return the checked text, blocks, attachments and metadata of a message."""
    made: Json = {"text": given.text("text")}
    for part, refused in (("blocks", "invalid_blocks_format"), ("attachments", "invalid_attachments")):
        found = given.structure(part, refused)
        if found is not None:
            if not isinstance(found, list):
                raise SlackError(refused)
            made[part] = found
    if not made["text"] and not made.get("blocks") and not made.get("attachments"):
        raise SlackError("no_text")
    check_message(made.get("blocks") or [])
    if not made.get("blocks"):
        made.pop("blocks", None)
    return made


def metadata(given: Arguments) -> Json:
    """Return {"metadata": …} or nothing; raise where it has not Slack's shape."""
    found: Any = given.structure("metadata", "invalid_metadata_format")
    if not found:
        return {}
    if not isinstance(found, dict) or not isinstance(found.get("event_type"), str):
        raise SlackError("invalid_metadata_format")
    if not isinstance(found.get("event_payload"), dict) or set(found) - {"event_type", "event_payload", "entities"}:
        raise SlackError("invalid_metadata_schema")
    if len(json.dumps(found).encode()) > METADATA_BYTES:
        raise SlackError("metadata_too_large")
    return {"metadata": found}


def destination(workspace: Workspace, named: str) -> Channel:
    """Find where a message goes: a channel's id or name, or a person, whose direct conversation it is."""
    person = workspace.person(named)
    if person is not None:
        if person.deleted or person.is_bot:
            raise SlackError("channel_not_found")
        return workspace.direct(BOT_USER, named)
    channel = workspace.channel(named)
    channel = of_app(workspace, channel.id if channel else named, member=False, unarchived=True)
    if BOT_USER not in channel.members and "chat:write.public" not in workspace.declared.scopes:
        raise SlackError("not_in_channel")
    return channel


def post_message(workspace: Workspace, given: Arguments) -> Json:
    channel = destination(workspace, given.required("channel"))
    made = messages.by_app() | content(given) | metadata(given)
    made["text"] = made["text"][:TEXT_KEPT]
    if given.has("username") or given.has("icon_emoji") or given.has("icon_url"):
        made |= _customized(workspace, given)
    thread = given.time("thread_ts", "invalid_thread_ts") if given.has("thread_ts") else ""
    broadcast = given.flag("reply_broadcast")
    message = messages.post(workspace, channel, made, thread=thread, broadcast=broadcast)
    return {"channel": channel.id, "ts": message["ts"], "message": message}


def _customized(workspace: Workspace, given: Arguments) -> Json:
    if "chat:write.customize" not in workspace.declared.scopes:
        raise workspace.declared.missing("chat:write.customize")
    return {"subtype": "bot_message", "username": given.text("username"), "icons": {"emoji": given.text("icon_emoji")}}


def _own(workspace: Workspace, given: Arguments, foreign: str) -> tuple[Channel, Json]:
    """Return the app's own message that the call names."""
    channel = of_app(workspace, given.required("channel"), unarchived=True)
    message = messages.found(channel, given.required("ts"))
    if message.get("bot_id") != BOT_ID:
        raise SlackError(foreign)
    return channel, message


def update(workspace: Workspace, given: Arguments) -> Json:
    channel, message = _own(workspace, given, "cant_update_message")
    if len(given.text("text")) > UPDATE_TEXT:
        raise SlackError("msg_too_long")
    made = content(given) | metadata(given)
    messages.change(workspace, channel, message, made)
    return {"channel": channel.id, "ts": message["ts"], "text": message["text"], "message": message}


def delete(workspace: Workspace, given: Arguments) -> Json:
    channel, message = _own(workspace, given, "cant_delete_message")
    messages.delete(workspace, channel, message)
    return {"channel": channel.id, "ts": given.text("ts")}


def post_ephemeral(workspace: Workspace, given: Arguments) -> Json:
    named = given.required("channel")
    found = workspace.channel(named)
    channel = of_app(workspace, found.id if found else named, unarchived=True)
    person = given.required("user")
    if person not in channel.members:
        raise SlackError("user_not_in_channel")
    made = messages.by_app() | content(given)
    message = messages.whisper(workspace, channel, person, made, thread=given.text("thread_ts"))
    return {"message_ts": message["ts"]}


def permalink(workspace: Workspace, given: Arguments) -> Json:
    channel = of_app(workspace, given.required("channel"), member=False)
    ts = given.required("message_ts")
    return {"channel": channel.id, "permalink": link(workspace, channel, messages.found(channel, ts))}


def link(workspace: Workspace, channel: Channel, message: Json) -> str:
    """Return the address of a message, as "Copy link" gives it."""
    address = f"{workspace.base_url().rstrip('/')}/archives/{channel.id}/p{message['ts'].replace('.', '')}"
    if message.get("thread_ts", message["ts"]) != message["ts"]:
        address += f"?thread_ts={message['thread_ts']}&cid={channel.id}"
    return address


METHODS = {
    "chat.delete": delete,
    "chat.getPermalink": permalink,
    "chat.postEphemeral": post_ephemeral,
    "chat.postMessage": post_message,
    "chat.update": update,
}
