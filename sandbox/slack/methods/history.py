"""`conversations.*` that read: info, list, members, history, replies."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.slack.arguments import Arguments
from sandbox.slack.conversations import of_app
from sandbox.slack.errors import SlackError
from sandbox.slack.messages import found, seen
from sandbox.slack.records import BOT_USER, Channel, Json

if TYPE_CHECKING:
    from sandbox.slack.workspace import Workspace

KINDS = {"public_channel": "channels", "private_channel": "groups", "im": "im", "mpim": "mpim"}


def info(workspace: Workspace, given: Arguments) -> Json:
    channel = of_app(workspace, given.required("channel"), member=False)
    shown = channel.as_slack()
    if given.flag("include_num_members"):
        shown["num_members"] = len(channel.members)
    return {"channel": shown}


def list_channels(workspace: Workspace, given: Arguments) -> Json:
    types = given.ids("types") or ["public_channel"]
    if unknown := [kind for kind in types if kind not in KINDS]:
        raise SlackError("invalid_types", types=unknown)
    kinds = {KINDS[kind] for kind in types}
    for kind in kinds:
        if f"{kind}:read" not in workspace.declared.scopes:
            raise workspace.declared.missing(f"{kind}:read")
    shown = [c for c in workspace.channels.values() if c.scope in kinds and _visible(c)]
    if given.flag("exclude_archived"):
        shown = [channel for channel in shown if not channel.is_archived]
    items, metadata = given.page(shown)
    found = [channel.as_slack() | {"num_members": len(channel.members)} for channel in items]
    return {"channels": found, "response_metadata": metadata}


def _visible(channel: Channel) -> bool:
    return not channel.is_private or BOT_USER in channel.members


def members(workspace: Workspace, given: Arguments) -> Json:
    channel = of_app(workspace, given.required("channel"), member=False)
    items, metadata = given.page(channel.members)
    return {"members": items, "response_metadata": metadata}


def history(workspace: Workspace, given: Arguments) -> Json:
    channel = of_app(workspace, given.required("channel"))
    newest_first = _between(channel.top_level(), given)[::-1]
    items, metadata = given.page(newest_first, most=999)
    shown = [_shown(channel, message, given) for message in items]
    more = {"has_more": bool(metadata["next_cursor"]), "pin_count": len(channel.pins)}
    return {"messages": shown, **more, "response_metadata": metadata}


def replies(workspace: Workspace, given: Arguments) -> Json:
    channel = of_app(workspace, given.required("channel"))
    named = found(channel, given.required("ts"), "thread_not_found")
    parent, *answers = channel.thread(str(named.get("thread_ts", named["ts"])))
    items, metadata = given.page([parent, *_between(answers, given)])
    shown = [_shown(channel, message, given) for message in items]
    return {"messages": shown, "has_more": bool(metadata["next_cursor"]), "response_metadata": metadata}


def _shown(channel: Channel, message: Json, given: Arguments) -> Json:
    shown = seen(channel, message)
    if given.flag("include_all_metadata") and "metadata" in message:
        shown["metadata"] = message["metadata"]
    return shown


def _between(messages: list[Json], given: Arguments) -> list[Json]:
    """Return the messages after `oldest` and before `latest`; `inclusive` counts those two in."""
    oldest, latest = _time(given, "oldest", 0.0), _time(given, "latest", float("inf"))
    if given.flag("inclusive"):
        return [m for m in messages if oldest <= float(m["ts"]) <= latest]
    return [m for m in messages if oldest < float(m["ts"]) < latest]


def _time(given: Arguments, name: str, default: float) -> float:
    try:
        return float(given.text(name) or default)
    except ValueError:
        raise SlackError(f"invalid_ts_{name}") from None


METHODS = {
    "conversations.history": history,
    "conversations.info": info,
    "conversations.list": list_channels,
    "conversations.members": members,
    "conversations.replies": replies,
}
