"""Channels: made, joined, left, renamed, archived; pages and the app are told."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sandbox.slack.errors import SlackError
from sandbox.slack.events import tell_app
from sandbox.slack.messages import audience, say
from sandbox.slack.records import BOT_USER, TEAM_ID, Channel

if TYPE_CHECKING:
    from sandbox.slack.workspace import Workspace

NAME_LIMIT = 80
TOPIC_LIMIT = 250


def check_name(workspace: Workspace, name: str) -> None:
    """Raise unless a channel may have this name (archived channels keep theirs)."""
    if not name:
        raise SlackError("invalid_name_required")
    if len(name) > NAME_LIMIT:
        raise SlackError("invalid_name_maxlength")
    if not re.fullmatch(r"[a-z0-9_-]+", name):
        raise SlackError("invalid_name_specials")
    if not re.search(r"[a-z0-9]", name):
        raise SlackError("invalid_name_punctuation")
    if any(channel.name == name for channel in workspace.channels.values()):
        raise SlackError("name_taken")


def create(workspace: Workspace, name: str, creator: str, *, private: bool = False) -> Channel:
    check_name(workspace, name)
    channel = Channel(workspace.new_id("C"), name, workspace.now, creator, private, members=[creator])
    workspace.channels[channel.id] = channel
    news = {"type": "channel", "channel": channel.id}
    workspace.live.tell(news, only=audience(workspace, channel))
    if not private:
        shown = {"id": channel.id, "name": name, "created": channel.created, "creator": creator}
        tell_app(workspace, "channel_created", {"type": "channel_created", "channel": shown})
    return channel


def add_member(workspace: Workspace, channel: Channel, person: str, inviter: str | None = None) -> None:
    """Let a person in, by themselves or invited."""
    channel.members.append(person)
    channel.read.setdefault(person, workspace.stamp())
    _tell_member(workspace, channel, person)
    kind = "group_join" if channel.is_private else "channel_join"
    say(workspace, channel, person, kind, f"<@{person}> has joined the {'group' if channel.is_private else 'channel'}")
    event = {"type": "member_joined_channel", "user": person, "channel": channel.id, "team": TEAM_ID}
    event["channel_type"] = "G" if channel.is_private else "C"
    if inviter:
        event["inviter"] = inviter
    tell_app(workspace, "member_joined_channel", event, channel)


def remove_member(workspace: Workspace, channel: Channel, person: str) -> None:
    kind = "group_leave" if channel.is_private else "channel_leave"
    say(workspace, channel, person, kind, f"<@{person}> has left the {'group' if channel.is_private else 'channel'}")
    channel.members.remove(person)
    _tell_member(workspace, channel, person)
    event = {"type": "member_left_channel", "user": person, "channel": channel.id, "team": TEAM_ID}
    event["channel_type"] = "G" if channel.is_private else "C"
    tell_app(workspace, "member_left_channel", event, channel)


def _tell_member(workspace: Workspace, channel: Channel, person: str) -> None:
    news = {"type": "member", "channel": channel.id, "user": person}
    workspace.live.tell(news, only=[*audience(workspace, channel), person])


def invite(
    workspace: Workspace, channel: Channel, people: list[str], inviter: str, *, force: bool = False
) -> list[str]:
    """Invite people; all of them or, with `force`, those who can be. Return the errors of the others."""
    refused = {person: reason for person in people if (reason := _cannot_join(workspace, channel, person, inviter))}
    if refused and not (force and len(refused) < len(people)):
        errors = [{"user": person, "ok": False, "error": reason} for person, reason in refused.items()]
        raise SlackError(next(iter(refused.values())), errors=errors)
    for person in people:
        if person not in refused:
            add_member(workspace, channel, person, inviter)
    return list(refused.values())


def _cannot_join(workspace: Workspace, channel: Channel, person_id: str, inviter: str) -> str:
    person = workspace.person(person_id)
    if person is None or person.deleted:
        return "user_not_found"
    if person_id == inviter:
        return "cant_invite_self"
    return "already_in_channel" if person_id in channel.members else ""


def rename(workspace: Workspace, channel: Channel, name: str, person: str) -> None:
    if name == channel.name:
        return
    check_name(workspace, name)
    before, channel.name = channel.name, name
    tell_changed(workspace, channel)
    kind = "group_name" if channel.is_private else "channel_name"
    say(workspace, channel, person, kind, f'has renamed the channel from "{before}" to "{name}"')
    shown = {"id": channel.id, "name": name, "created": channel.created}
    tell_app(workspace, "channel_rename", {"type": "channel_rename", "channel": shown}, channel)


def describe(workspace: Workspace, channel: Channel, what: str, text: str, person: str) -> None:
    """Set the topic or the purpose."""
    if len(text) > TOPIC_LIMIT:
        raise SlackError("too_long")
    if getattr(channel, what) == text:
        return
    setattr(channel, what, text)
    tell_changed(workspace, channel)
    say(workspace, channel, person, f"channel_{what}", f"set the channel {_word(what)}: {text}")


def _word(what: str) -> str:
    return "description" if what == "purpose" else what


def archive(workspace: Workspace, channel: Channel, person: str) -> None:
    if channel.name == "general":
        raise SlackError("cant_archive_general")
    say(workspace, channel, person, "channel_archive", f"<@{person}> archived the channel")
    channel.is_archived = True
    tell_changed(workspace, channel)
    event = {"type": "channel_archive", "channel": channel.id, "user": person, "is_moved": 0}
    tell_app(workspace, "channel_archive", event, channel)


def unarchive(workspace: Workspace, channel: Channel, person: str) -> None:
    channel.is_archived = False
    tell_changed(workspace, channel)
    say(workspace, channel, person, "channel_unarchive", f"<@{person}> un-archived the channel")
    event = {"type": "channel_unarchive", "channel": channel.id, "user": person}
    tell_app(workspace, "channel_unarchive", event, channel)


def tell_changed(workspace: Workspace, channel: Channel) -> None:
    workspace.live.tell({"type": "channel", "channel": channel.id}, only=audience(workspace, channel))


def of_app(workspace: Workspace, named: str, *, member: bool = True, unarchived: bool = False) -> Channel:
    """Find a channel for the app by id: hidden when private and foreign; `member`: the app must be in it."""
    channel = workspace.channels.get(named)
    if channel is None or (channel.is_private and BOT_USER not in channel.members):
        raise SlackError("channel_not_found")
    if member and BOT_USER not in channel.members:
        raise SlackError("not_in_channel")
    if unarchived and channel.is_archived:
        raise SlackError("is_archived")
    return channel
