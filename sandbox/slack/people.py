"""What a person does in Slack, as calls: the page's API and tests use them."""

from __future__ import annotations

import re
import uuid
from typing import TYPE_CHECKING, Any

from sandbox.slack import conversations, inputs, interactions, messages, payloads, submissions
from sandbox.slack.commands import run_command
from sandbox.slack.errors import Refused, SlackError
from sandbox.slack.records import TEAM_ID, Channel, File, Json, Person
from sandbox.slack.typed import mangled
from sandbox.slack.uploads import as_slack, mimetype

if TYPE_CHECKING:
    from sandbox.slack.workspace import Workspace

SENTENCES = {
    "already_reacted": "You have reacted so already.",
    "no_reaction": "You have not reacted so.",
    "already_pinned": "This message is pinned already.",
    "no_pin": "This message is not pinned.",
    "already_in_channel": "This person is in the channel already.",
    "message_not_found": "There is no such message (any more).",
    "thread_not_found": "There is no such thread (any more).",
    "user_not_found": "There is no such person here.",
    "cant_invite_self": "You cannot invite yourself.",
}


def sentence(error: SlackError) -> str:
    return SENTENCES.get(error.code, f"Slack refused this: {error.code}.")


class Acting:
    """One person at work in the workspace; errors are Refused, or SlackError where an app would get the same."""

    def __init__(self, workspace: Workspace, person_id: str) -> None:
        person = workspace.person(person_id)
        if person is None or person.deleted or person.is_bot:
            raise Refused(f"There is nobody {person_id!r} who could do this.")
        self.workspace = workspace
        self.me: Person = person

    def channel(self, named: str) -> Channel:
        """Return a channel this person sees: a public one, or one they are in."""
        channel = self.workspace.channel(named)
        if channel is None or not channel.is_seen_by(self.me):
            raise Refused(f"There is no channel {named!r}.")
        return channel

    def _living(self, named: str) -> Channel:
        channel = self.channel(named)
        if channel.is_archived:
            raise Refused(f"#{channel.name} is archived.")
        return channel

    def _own(self, named: str) -> Channel:
        channel = self._living(named)
        if self.me.id not in channel.members:
            raise Refused(f"You are not in #{channel.name}. Join it first.")
        return channel

    async def say(self, channel: str, text: str, thread: str = "") -> str | None:
        """Write a message and return its ts; a text that begins with "/" is a slash command and has none."""
        if not text.strip():
            raise Refused("There is nothing to send.")
        if text.startswith("/"):
            await run_command(self.workspace, self.me.id, self._living(channel), text, thread)
            return None
        place = self._own(channel)
        content = {"user": self.me.id, "team": TEAM_ID, "text": mangled(self.workspace, text)}
        content["client_msg_id"] = str(uuid.uuid4())
        message = messages.post(self.workspace, place, content, thread=thread)
        place.read[self.me.id] = message["ts"]
        return str(message["ts"])

    async def click(self, channel: str, given: Json) -> None:
        await interactions.click(self.workspace, self.me.id, self.channel(channel), given)

    async def shortcut(self, callback_id: str, channel: str = "", ts: str = "") -> None:
        on = None
        if channel:
            place = self.channel(channel)
            on = place, interactions.visible(self.workspace, self.me.id, place, ts)
        await interactions.shortcut(self.workspace, self.me.id, callback_id, on)

    async def submit(self, view_id: str, values: Any = None) -> dict[str, str]:
        """Submit a form filled in with these values; return the errors beside its fields."""
        view = interactions.find_view(self.workspace, self.me.id, view_id)
        inputs.put_in(view.payload["blocks"], view.state, values or {})
        return await submissions.submit(self.workspace, view)

    async def act(self, view_id: str, action: Json, values: Any = None) -> None:
        """Press or choose something in a view, with what was typed in it so far."""
        view = interactions.find_view(self.workspace, self.me.id, view_id)
        inputs.put_in(view.payload["blocks"], view.state, values or {})
        await interactions.act_in_view(self.workspace, view, action)

    def close_view(self, view_id: str, *, everything: bool = False) -> None:
        view = interactions.find_view(self.workspace, self.me.id, view_id)
        submissions.close(self.workspace, view, everything=everything)

    async def options(self, given: Json) -> list[Json]:
        """Return the options of an external select in a view or a message."""
        if given.get("view_id"):
            view = interactions.find_view(self.workspace, self.me.id, str(given["view_id"]))
            place = payloads.of_view(view)
        else:
            channel = self.channel(str(given.get("channel")))
            message = interactions.visible(self.workspace, self.me.id, channel, str(given.get("ts")))
            place = payloads.of_message(channel, message)
        return await interactions.options(self.workspace, self.me.id, place, given)

    def home(self) -> Json | None:
        return interactions.open_home(self.workspace, self.me.id)

    def react(self, channel: str, ts: str, name: str, *, remove: bool = False) -> None:
        change = messages.unreact if remove else messages.react
        if not re.fullmatch(r"[a-z0-9_+'-]+", name.strip(":")):
            raise Refused(f"There is no emoji {name!r}.")
        change(self.workspace, self._own(channel), ts, name.strip(":"), self.me.id)

    def pin(self, channel: str, ts: str, *, remove: bool = False) -> None:
        change = messages.unpin if remove else messages.pin
        change(self.workspace, self._own(channel), ts, self.me.id)

    def join(self, channel: str) -> None:
        place = self._living(channel)
        if self.me.is_guest:
            raise Refused("Guests join only channels they are invited to.")
        if self.me.id not in place.members:
            conversations.add_member(self.workspace, place, self.me.id)

    def leave(self, channel: str) -> None:
        conversations.remove_member(self.workspace, self._own(channel), self.me.id)

    def invite(self, channel: str, person: str) -> None:
        """Invite a person, or the app (as `/invite @muster` does)."""
        conversations.invite(self.workspace, self._own(channel), [person], self.me.id)

    def read(self, channel: str, ts: str) -> None:
        """Mark a channel as read up to a message."""
        place = self.channel(channel)
        place.read[self.me.id] = max(ts, place.read.get(self.me.id, ""))
        self.workspace.live.tell({"type": "channel", "channel": place.id}, only=[self.me.id])

    def upload(self, channel: str, name: str, content: bytes, *, text: str = "", thread: str = "") -> str:
        """Share a file and return the message's ts."""
        place = self._own(channel)
        file = File(self.workspace.new_id("F"), name, len(content), self.workspace.now, self.me.id)
        file.content, file.mimetype, file.complete = content, mimetype(name), True
        file.shared_in.append(place.id)
        self.workspace.files[file.id] = file
        shared = {"user": self.me.id, "text": mangled(self.workspace, text), "upload": True, "subtype": "file_share"}
        shared["files"] = [as_slack(self.workspace, file)]
        return str(messages.post(self.workspace, place, shared, thread=thread)["ts"])
