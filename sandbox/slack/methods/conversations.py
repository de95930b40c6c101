"""`conversations.*` that change something."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.slack import conversations
from sandbox.slack.arguments import Arguments
from sandbox.slack.conversations import of_app
from sandbox.slack.errors import SlackError
from sandbox.slack.limits import INVITED_AT_ONCE
from sandbox.slack.records import BOT_USER, Channel, Json

if TYPE_CHECKING:
    from sandbox.slack.workspace import Workspace


def create(workspace: Workspace, given: Arguments) -> Json:
    private = given.flag("is_private")
    needed = "groups:write" if private else "channels:manage"
    if needed not in workspace.declared.scopes:
        raise workspace.declared.missing(needed)
    channel = conversations.create(workspace, given.text("name"), BOT_USER, private=private)
    return {"channel": channel.as_slack()}


def invite(workspace: Workspace, given: Arguments) -> Json:
    channel = of_app(workspace, given.required("channel"), unarchived=True)
    people = list(dict.fromkeys(given.ids("users")))
    if not people:
        raise SlackError("no_user")
    if len(people) > INVITED_AT_ONCE:
        raise SlackError("too_many_users")
    conversations.invite(workspace, channel, people, BOT_USER, force=given.flag("force"))
    return {"channel": channel.as_slack()}


def kick(workspace: Workspace, given: Arguments) -> Json:
    channel = of_app(workspace, given.required("channel"), unarchived=True)
    person = given.required("user")
    if person == BOT_USER:
        raise SlackError("cant_kick_self")
    if person not in channel.members:
        raise SlackError("not_in_channel")
    conversations.remove_member(workspace, channel, person)
    return {}


def join(workspace: Workspace, given: Arguments) -> Json:
    channel = of_app(workspace, given.required("channel"), member=False, unarchived=True)
    if channel.is_private:
        raise SlackError("method_not_supported_for_channel_type")
    if BOT_USER in channel.members:
        already = {"warning": "already_in_channel", "response_metadata": {"warnings": ["already_in_channel"]}}
        return {"channel": channel.as_slack()} | already
    conversations.add_member(workspace, channel, BOT_USER)
    return {"channel": channel.as_slack()}


def leave(workspace: Workspace, given: Arguments) -> Json:
    channel = of_app(workspace, given.required("channel"), member=False)
    if BOT_USER not in channel.members:
        return {"not_in_channel": True}
    conversations.remove_member(workspace, channel, BOT_USER)
    return {}


def archive(workspace: Workspace, given: Arguments) -> Json:
    channel = of_app(workspace, given.required("channel"))
    if channel.is_archived:
        raise SlackError("already_archived")
    conversations.archive(workspace, channel, BOT_USER)
    return {}


def unarchive(workspace: Workspace, given: Arguments) -> Json:
    channel = of_app(workspace, given.required("channel"))
    if not channel.is_archived:
        raise SlackError("not_archived")
    conversations.unarchive(workspace, channel, BOT_USER)
    return {}


def rename(workspace: Workspace, given: Arguments) -> Json:
    channel = of_app(workspace, given.required("channel"), unarchived=True)
    if channel.creator != BOT_USER:
        raise SlackError("not_authorized")
    conversations.rename(workspace, channel, given.text("name"), BOT_USER)
    return {"channel": channel.as_slack()}


def set_topic(workspace: Workspace, given: Arguments) -> Json:
    return _describe(workspace, given, "topic")


def set_purpose(workspace: Workspace, given: Arguments) -> Json:
    return _describe(workspace, given, "purpose")


def _describe(workspace: Workspace, given: Arguments, what: str) -> Json:
    channel: Channel = of_app(workspace, given.required("channel"), unarchived=True)
    conversations.describe(workspace, channel, what, given.text(what), BOT_USER)
    return {"channel": channel.as_slack()}


def open_direct(workspace: Workspace, given: Arguments) -> Json:
    if given.has("channel"):
        return {"channel": {"id": of_app(workspace, given.text("channel")).id}}
    people = given.ids("users")
    if not people:
        raise SlackError("users_list_not_supplied")
    if len(people) > 1:
        raise workspace.declared.missing("mpim:write")
    person = workspace.person(people[0])
    if person is None:
        raise SlackError("user_not_found")
    if person.deleted:
        raise SlackError("user_disabled")
    channel = workspace.direct(BOT_USER, person.id)
    return {"channel": channel.as_slack() if given.flag("return_im") else {"id": channel.id}}


METHODS = {
    "conversations.archive": archive,
    "conversations.create": create,
    "conversations.invite": invite,
    "conversations.join": join,
    "conversations.kick": kick,
    "conversations.leave": leave,
    "conversations.open": open_direct,
    "conversations.rename": rename,
    "conversations.setPurpose": set_purpose,
    "conversations.setTopic": set_topic,
    "conversations.unarchive": unarchive,
}
