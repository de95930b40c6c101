"""`reactions.*`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sandbox.slack import messages
from sandbox.slack.arguments import Arguments
from sandbox.slack.conversations import of_app
from sandbox.slack.errors import SlackError
from sandbox.slack.records import BOT_USER, Json

if TYPE_CHECKING:
    from sandbox.slack.workspace import Workspace

EMOJI = re.compile(r"[a-z0-9_+'-]{1,100}(::skin-tone-[2-6])?")


def emoji_name(name: str) -> str:
    """Return the name without its colons, or refuse what can be no emoji's."""
    bare = name.strip(":")
    if not EMOJI.fullmatch(bare):
        raise SlackError("invalid_name")
    return bare


def add(workspace: Workspace, given: Arguments) -> Json:
    channel = of_app(workspace, given.required("channel"), unarchived=True)
    name = emoji_name(given.required("name"))
    messages.react(workspace, channel, given.time("timestamp"), name, BOT_USER)
    return {}


def remove(workspace: Workspace, given: Arguments) -> Json:
    channel = of_app(workspace, given.required("channel"), unarchived=True)
    name = emoji_name(given.required("name"))
    messages.unreact(workspace, channel, given.time("timestamp"), name, BOT_USER)
    return {}


def get(workspace: Workspace, given: Arguments) -> Json:
    channel = of_app(workspace, given.required("channel"))
    message = messages.found(channel, given.time("timestamp"))
    return {"type": "message", "channel": channel.id, "message": messages.seen(channel, message)}


METHODS = {"reactions.add": add, "reactions.get": get, "reactions.remove": remove}
