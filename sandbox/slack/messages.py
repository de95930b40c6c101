"""Messages: posted, changed, deleted, reacted to and pinned; pages and the app are told."""

from __future__ import annotations

import copy
import secrets
from typing import TYPE_CHECKING, Any

from sandbox.slack.errors import SlackError
from sandbox.slack.events import tell_app, tell_message
from sandbox.slack.records import APP_ID, APP_NAME, BOT_ID, BOT_USER, TEAM_ID, Channel, Json

if TYPE_CHECKING:
    from sandbox.slack.workspace import Workspace


def by_app() -> Json:
    """Return the author's part of a message of the app."""
    profile = {"id": BOT_ID, "deleted": False, "name": APP_NAME, "app_id": APP_ID, "team_id": TEAM_ID, "updated": 0}
    return {"user": BOT_USER, "bot_id": BOT_ID, "app_id": APP_ID, "team": TEAM_ID, "bot_profile": profile}


def with_ids(blocks: list[Any]) -> list[Any]:
    """Return the blocks with the block and action ids that Slack makes up where there are none."""
    made = copy.deepcopy(blocks)
    for block in made:
        block.setdefault("block_id", secrets.token_urlsafe(4)[:5])
        elements = [*(block.get("elements") or ()), block.get("accessory"), block.get("element")]
        for element in elements:
            if isinstance(element, dict) and _acts(block, element):
                element.setdefault("action_id", secrets.token_urlsafe(4)[:5])
    return made


def _acts(block: Json, element: Json) -> bool:
    return block["type"] in {"actions", "section", "input"} and element.get("type") != "image"


def audience(workspace: Workspace, channel: Channel) -> list[str]:
    """Return who sees a channel's news: whoever sees the channel."""
    return [person.id for person in workspace.people.values() if channel.is_seen_by(person)]


def seen(channel: Channel, message: Json) -> Json:
    """Return a message as Slack shows it, with its pin."""
    shown = {key: value for key, value in message.items() if key != "metadata"}
    if message["ts"] in channel.pins:
        shown |= {"pinned": True, "pinned_to": [channel.id]}
    return shown


def found(channel: Channel, ts: str, missing: str = "message_not_found") -> Json:
    message = channel.messages.get(ts)
    if message is None or message.get("subtype") == "tombstone":
        raise SlackError(missing)
    return message


def post(workspace: Workspace, channel: Channel, content: Json, *, thread: str = "", broadcast: bool = False) -> Json:
    """Put a message into a channel or a thread of it."""
    message: Json = {"type": "message", "ts": workspace.stamp()} | content
    if "blocks" in message:
        message["blocks"] = with_ids(message["blocks"])
    if thread:
        parent = found(channel, thread, "thread_not_found")
        message["thread_ts"] = parent.get("thread_ts", parent["ts"])
        if broadcast:
            message["subtype"] = "thread_broadcast"
    channel.messages[message["ts"]] = message
    workspace.live.tell(_news("message", channel, message), only=audience(workspace, channel))
    tell_message(workspace, channel, _without_metadata(message))
    if thread:
        _count_reply(workspace, channel, message)
    return message


def _without_metadata(message: Json) -> Json:
    return {key: value for key, value in message.items() if key != "metadata"}


def _news(kind: str, channel: Channel, message: Json) -> Json:
    return {"type": kind, "channel": channel.id, "message": copy.deepcopy(seen(channel, message))}


def _count_reply(workspace: Workspace, channel: Channel, reply: Json) -> None:
    parent = channel.messages[reply["thread_ts"]]
    replies = [m for m in channel.thread(parent["ts"]) if m is not parent]
    authors = list(dict.fromkeys(m["user"] for m in replies if m.get("user")))
    parent |= {"thread_ts": parent["ts"], "reply_count": len(replies), "reply_users": authors}
    parent |= {"reply_users_count": len(authors), "latest_reply": reply["ts"], "is_locked": False}
    show_again(workspace, channel, parent)


def show_again(workspace: Workspace, channel: Channel, message: Json) -> None:
    """Draw a message anew on the pages."""
    workspace.live.tell(_news("changed", channel, message), only=audience(workspace, channel))


def change(workspace: Workspace, channel: Channel, message: Json, content: Json) -> None:
    """Replace a message's text, blocks and attachments; what is not in `content` is gone."""
    before = copy.deepcopy(message)
    for part in ("text", "blocks", "attachments"):
        message.pop(part, None)
    if "blocks" in content:
        content["blocks"] = with_ids(content["blocks"])
    message |= content
    message["edited"] = {"user": message.get("user", BOT_USER), "ts": workspace.stamp()}
    workspace.inputs.pop((channel.id, message["ts"]), None)
    show_again(workspace, channel, message)
    changed = {"type": "message", "subtype": "message_changed", "ts": workspace.stamp(), "hidden": True}
    changed |= {"message": _without_metadata(message), "previous_message": _without_metadata(before)}
    tell_message(workspace, channel, copy.deepcopy(changed))


def delete(workspace: Workspace, channel: Channel, message: Json) -> None:
    """Remove a message; a thread's parent stays as a tombstone."""
    ts = message["ts"]
    before = copy.deepcopy(_without_metadata(message))
    channel.pins.pop(ts, None)
    if message.get("reply_count"):
        for part in ("blocks", "attachments", "files", "reactions", "metadata"):
            message.pop(part, None)
        message |= {"subtype": "tombstone", "text": "This message was deleted.", "user": "USLACKBOT"}
        show_again(workspace, channel, message)
    else:
        del channel.messages[ts]
        workspace.live.tell({"type": "deleted", "channel": channel.id, "ts": ts}, only=audience(workspace, channel))
    deleted = {"type": "message", "subtype": "message_deleted", "ts": workspace.stamp(), "hidden": True}
    tell_message(workspace, channel, deleted | {"deleted_ts": ts, "previous_message": before})


def whisper(workspace: Workspace, channel: Channel, person: str, content: Json, *, thread: str = "") -> Json:
    """Show a message to one person alone; nobody else and no method ever sees it."""
    message: Json = {"type": "message", "ts": workspace.stamp(), "ephemeral": True} | content
    if "blocks" in message:
        message["blocks"] = with_ids(message["blocks"])
    if thread:
        message["thread_ts"] = thread
    channel.ephemerals.setdefault(person, []).append(message)
    workspace.live.tell({"type": "ephemeral", "channel": channel.id, "message": dict(message)}, only=[person])
    return message


def say(workspace: Workspace, channel: Channel, person: str, subtype: str, text: str) -> None:
    """Write the line that Slack itself writes when something happens in a channel."""
    post(workspace, channel, {"subtype": subtype, "user": person, "text": text})


def react(workspace: Workspace, channel: Channel, ts: str, name: str, person: str) -> None:
    message = found(channel, ts)
    reactions: list[Json] = message.setdefault("reactions", [])
    reaction = next((r for r in reactions if r["name"] == name), None)
    if reaction is None:
        reaction = {"name": name, "users": [], "count": 0}
        reactions.append(reaction)
    if person in reaction["users"]:
        raise SlackError("already_reacted")
    reaction["users"].append(person)
    reaction["count"] = len(reaction["users"])
    _tell_reaction(workspace, channel, message, ("reaction_added", name, person))


def unreact(workspace: Workspace, channel: Channel, ts: str, name: str, person: str) -> None:
    message = found(channel, ts)
    reaction = next((r for r in message.get("reactions", ()) if r["name"] == name and person in r["users"]), None)
    if reaction is None:
        raise SlackError("no_reaction")
    reaction["users"].remove(person)
    reaction["count"] = len(reaction["users"])
    message["reactions"] = [r for r in message["reactions"] if r["count"]]
    _tell_reaction(workspace, channel, message, ("reaction_removed", name, person))


def _tell_reaction(workspace: Workspace, channel: Channel, message: Json, what: tuple[str, str, str]) -> None:
    kind, name, person = what
    workspace.live.tell(_news("reaction", channel, message), only=audience(workspace, channel))
    event = {"type": kind, "user": person, "reaction": name, "item_user": message.get("user", "")}
    event["item"] = {"type": "message", "channel": channel.id, "ts": message["ts"]}
    tell_app(workspace, kind, event, channel)


def pin(workspace: Workspace, channel: Channel, ts: str, person: str) -> None:
    message = found(channel, ts)
    if ts in channel.pins:
        raise SlackError("already_pinned")
    channel.pins[ts] = {"created": workspace.now, "created_by": person}
    _tell_pin(workspace, channel, message, ("pin_added", person))


def unpin(workspace: Workspace, channel: Channel, ts: str, person: str) -> None:
    message = found(channel, ts)
    if channel.pins.pop(ts, None) is None:
        raise SlackError("no_pin")
    _tell_pin(workspace, channel, message, ("pin_removed", person))


def _tell_pin(workspace: Workspace, channel: Channel, message: Json, what: tuple[str, str]) -> None:
    kind, person = what
    workspace.live.tell(_news("pin", channel, message), only=audience(workspace, channel))
    item = {"type": "message", "channel": channel.id, "created": workspace.now, "created_by": person}
    item["message"] = copy.deepcopy(seen(channel, message))
    event = {"type": kind, "user": person, "channel_id": channel.id, "item": item, "pin_count": len(channel.pins)}
    if kind == "pin_removed":
        event["has_pins"] = bool(channel.pins)
    tell_app(workspace, kind, event, channel)
