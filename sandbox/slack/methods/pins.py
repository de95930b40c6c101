"""`pins.*`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.slack import messages
from sandbox.slack.arguments import Arguments
from sandbox.slack.conversations import of_app
from sandbox.slack.methods.chat import link
from sandbox.slack.records import BOT_USER, Json

if TYPE_CHECKING:
    from sandbox.slack.workspace import Workspace


def add(workspace: Workspace, given: Arguments) -> Json:
    channel = of_app(workspace, given.required("channel"), unarchived=True)
    messages.pin(workspace, channel, given.time("timestamp"), BOT_USER)
    return {}


def remove(workspace: Workspace, given: Arguments) -> Json:
    channel = of_app(workspace, given.required("channel"), unarchived=True)
    messages.unpin(workspace, channel, given.time("timestamp"), BOT_USER)
    return {}


def list_pins(workspace: Workspace, given: Arguments) -> Json:
    channel = of_app(workspace, given.required("channel"))
    items = []
    for ts, pinned in reversed(channel.pins.items()):
        message = messages.seen(channel, channel.messages[ts])
        message["permalink"] = link(workspace, channel, message)
        items.append({"type": "message", "channel": channel.id, "message": message} | pinned)
    return {"items": items}


METHODS = {"pins.add": add, "pins.list": list_pins, "pins.remove": remove}
