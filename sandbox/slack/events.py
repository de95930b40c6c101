"""What happens in the workspace, told to the app: only what it subscribed to and may see."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.slack.records import BOT_USER, Channel, Json

if TYPE_CHECKING:
    from sandbox.slack.workspace import Workspace


def tell_app(workspace: Workspace, name: str, event: Json, channel: Channel | None = None) -> None:
    """Deliver an event; `name` is the subscription's, and of a channel's events the app must be in it."""
    if channel is not None and BOT_USER not in channel.members:
        return
    kind = channel.scope if channel is not None else "channels"
    if workspace.declared.hears(name, kind):
        event = {"event_ts": workspace.stamp()} | event
        workspace.delivery.event(event, workspace.now)


def tell_message(workspace: Workspace, channel: Channel, message: Json) -> None:
    """Tell of a message (or a change of one, by its subtype), and of a mention of the app."""
    names = {"channel": "message.channels", "group": "message.groups", "im": "message.im"}
    event = {"channel": channel.id, "channel_type": channel.kind, "event_ts": message["ts"]} | message
    tell_app(workspace, names[channel.kind], event, channel)
    if f"<@{BOT_USER}>" in message.get("text", "") and not message.get("bot_id") and "subtype" not in message:
        tell_app(workspace, "app_mention", event | {"type": "app_mention"}, channel)
