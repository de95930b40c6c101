"""What a person sees in Slack: the channels, the messages, what is unread."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING

from sandbox.slack import modals
from sandbox.slack.messages import seen
from sandbox.slack.records import TEAM_ID, TEAM_NAME, Channel, Json, Person, is_top_level

if TYPE_CHECKING:
    from sandbox.slack.workspace import Workspace


# Lines that Slack writes itself; none of them counts as unread.
QUIET = {f"{kind}_{what}" for kind in ("channel", "group") for what in ("join", "leave", "name", "archive")}
QUIET |= {"channel_topic", "channel_purpose", "channel_unarchive", "tombstone"}


def state(workspace: Workspace, me: Person) -> Json:
    """Return everything a page draws except the messages."""
    channels = [c for c in workspace.channels.values() if c.is_seen_by(me)]
    seen_state: Json = {"team": {"name": TEAM_NAME, "id": TEAM_ID}, "me": me.as_page()}
    seen_state |= {"users": [person.as_page() for person in workspace.people.values()]}
    seen_state |= {"groups": [group.as_page() for group in workspace.groups.values()]}
    seen_state |= {"channels": [_channel(workspace, channel, me) for channel in channels]}
    seen_state |= {"commands": workspace.declared.commands, "shortcuts": workspace.declared.shortcuts}
    seen_state |= {"has_home": workspace.declared.has_home}
    return seen_state | {"views": [view.as_slack() for view in modals.stack(workspace, me.id)]}


def _channel(workspace: Workspace, channel: Channel, me: Person) -> Json:
    other = next((p for p in channel.members if p != me.id), me.id)
    name = workspace.people[other].name if channel.is_im else channel.name
    shown: Json = {"id": channel.id, "name": name, "is_private": channel.is_private, "is_im": channel.is_im}
    shown |= {"is_member": me.id in channel.members, "is_archived": channel.is_archived, "topic": channel.topic}
    shown |= {"purpose": channel.purpose, "members": list(channel.members), "pins": list(channel.pins)}
    if channel.is_im:
        shown["user"] = other
    shown["bookmarks"] = [{key: b[key] for key in ("id", "title", "link", "emoji")} for b in channel.bookmarks]
    return shown | _unread(workspace, channel, me)


def _unread(workspace: Workspace, channel: Channel, me: Person) -> Json:
    if me.id not in channel.members:
        return {"unread": 0, "mentions": 0}
    since = channel.read.get(me.id, "")
    new = [m for m in channel.top_level() if m["ts"] > since and m.get("user") != me.id]
    new = [m for m in new if m.get("subtype") not in QUIET]
    calls = [f"<@{me.id}>", f"<@{me.id}|", "<!here>", "<!channel>"]
    calls += [f"<!subteam^{group.id}" for group in workspace.groups.values() if me.id in group.users]
    mentions = [m for m in new if any(call in m.get("text", "") for call in calls)]
    return {"unread": len(new), "mentions": len(new) if channel.is_im else len(mentions)}


def conversation(channel: Channel, me: Person, thread: str = "") -> list[Json]:
    """Return a channel's messages, or a thread's, oldest first, with those only this person sees."""
    private = channel.ephemerals.get(me.id, [])
    if thread:
        shown = [*channel.thread(thread), *(m for m in private if m.get("thread_ts") == thread)]
    else:
        shown = [*channel.top_level(), *(m for m in private if is_top_level(m))]
    return [copy.deepcopy(seen(channel, message)) for message in sorted(shown, key=lambda m: str(m["ts"]))]
