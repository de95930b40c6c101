"""Effects: the Slack calls that a change wants, as data that is recorded with it.

A place names something in Slack that may not exist yet: `incident/7/channel`, `incident/7/card`. In arguments it is
`{"$place": name, "field": "channel" | "ts"}`; in a text it is `<#incident/7/channel>` (a mention) or
`<place:incident/7/card|the card>` (a link) or `<place:incident/7/card>` (its bare address, to be copied); name the
place in `mentions`. `<@dba@example.com>` mentions by e-mail. An effect waits until every place it names is known.
"""

import base64
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from bot.outbox.lanes import lane_of

Field = Literal["channel", "ts"]
Json = dict[str, Any]

CREATE = "conversations.create"
POST = "chat.postMessage"
EDIT = "chat.update"
INVITE = "conversations.invite"
UPLOAD = "files.upload"
"""Not a method of Slack's any more: the three calls of today's upload, as one effect."""


@dataclass(frozen=True)
class Effect:
    """One wanted Slack call. Effects of one `lane` are sent in order; `replaces` supersedes what was not yet sent."""

    key: str
    method: str
    arguments: Json = field(default_factory=dict)
    incident: int | None = None
    lane: str | None = None
    needs: tuple[str, ...] = ()
    gives: str | None = None
    replaces: str | None = None


def channel_place(incident: int) -> str:
    """Name the place of an incident's channel."""
    return f"incident/{incident}/channel"


def card_place(incident: int) -> str:
    """Name the place of an incident's card."""
    return f"incident/{incident}/card"


def announcement_place(incident: int) -> str:
    """Name the place of an incident's announcement."""
    return f"incident/{incident}/announcement"


def announces(gives: str | None) -> bool:
    """Whether an effect announces an incident, in whichever channel."""
    return gives is not None and re.match(r"incident/\d+/announcement\b", gives) is not None


def place(name: str, part: Field = "channel") -> Json:
    """Write a place into arguments."""
    return {"$place": name, "field": part}


def create_channel(incident: int, name: str, private: bool = False) -> Effect:
    """Create the incident's channel; gives `incident/7/channel`."""
    return Effect(
        key=f"incident/{incident}/create",
        method=CREATE,
        arguments={"name": name, "is_private": private},
        incident=incident,
        gives=channel_place(incident),
    )


def post(
    key: str,
    to: str,
    text: str,
    blocks: Sequence[Mapping[str, Any]] | None = None,
    *,
    thread: str | None = None,
    gives: str | None = None,
    incident: int | None = None,
    mentions: Sequence[str] = (),
) -> Effect:
    """Post to a place, `#name`, channel id or person; `thread` is a place or a ts, `mentions` places in the text."""
    arguments: Json = {"channel": _where(to), "text": text, "unfurl_links": False, "unfurl_media": False}
    if blocks:
        arguments["blocks"] = [dict(block) for block in blocks]
    if thread is not None:
        arguments["thread_ts"] = place(thread, "ts") if _is_place(thread) else thread
        if _is_place(thread):
            arguments["channel"] = place(thread)
    lane = lane_of(to, thread)
    return _effect(key, POST, arguments, incident=incident, lane=lane, gives=gives, mentions=mentions)


def edit(
    key: str,
    message: str,
    text: str,
    blocks: Sequence[Mapping[str, Any]] | None = None,
    *,
    replaces: str | None = None,
    incident: int | None = None,
    mentions: Sequence[str] = (),
) -> Effect:
    """Edit the message at a place. Only the newest unsent edit of a message is sent; keys need not be unique."""
    arguments: Json = {"channel": place(message), "ts": place(message, "ts"), "text": text}
    if blocks:
        arguments["blocks"] = [dict(block) for block in blocks]
    about = replaces or f"edit {message}"
    return _effect(key, EDIT, arguments, incident=incident, lane=message, replaces=about, mentions=mentions)


def invite(channel: str, users: Sequence[str], *, key: str | None = None, incident: int | None = None) -> Effect:
    """Invite people, user groups (`S…`) and e-mail addresses; who is there already is no trouble."""
    unique = list(dict.fromkeys(users))
    name = key or f"{channel}/invite/{'+'.join(unique)}"
    return _effect(name, INVITE, {"channel": _where(channel), "users": unique}, incident=incident)


def pin(message: str, *, incident: int | None = None) -> Effect:
    """Pin the message at a place."""
    arguments = {"channel": place(message), "timestamp": place(message, "ts")}
    return _effect(f"{message}/pin", "pins.add", arguments, incident=incident)


def topic(channel: str, text: str, *, key: str | None = None, incident: int | None = None) -> Effect:
    """Set a channel's topic (250 characters); only the newest unsent one is sent."""
    about = f"{channel}/topic"
    arguments = {"channel": _where(channel), "topic": text[:250]}
    return _effect(
        key or about, "conversations.setTopic", arguments, incident=incident, lane=about, replaces=f"topic {channel}"
    )


def bookmark(channel: str, title: str, url: str, emoji: str | None = None, *, incident: int | None = None) -> Effect:
    """Add a link to the top of a channel."""
    arguments: Json = {"channel_id": _where(channel), "title": title, "type": "link", "link": url}
    if emoji:
        arguments["emoji"] = emoji
    return _effect(f"{channel}/bookmark/{title}", "bookmarks.add", arguments, incident=incident)


def upload(
    key: str,
    to: str,
    filename: str,
    content: bytes | str,
    title: str = "",
    *,
    comment: str = "",
    thread: str | None = None,
    incident: int | None = None,
) -> Effect:
    """Share a file (bytes, or text) in a channel or a thread, with a comment."""
    raw = content.encode() if isinstance(content, str) else content
    arguments: Json = {
        "channel": place(thread) if thread and _is_place(thread) else _where(to),
        "filename": filename,
        "title": title or filename,
        "comment": comment,
        "content": base64.b64encode(raw).decode(),
    }
    if thread:
        arguments["thread_ts"] = place(thread, "ts") if _is_place(thread) else thread
    return _effect(key, UPLOAD, arguments, incident=incident, lane=lane_of(to, thread))


def _is_place(name: str) -> bool:
    return "/" in name


def _where(to: str) -> Any:
    return place(to) if _is_place(to) else to


def _effect(
    key: str, method: str, arguments: Json, *, incident: int | None, mentions: Sequence[str] = (), **more: Any
) -> Effect:
    needs = [*_places(arguments), *mentions]
    number = incident if incident is not None else _incident_of(needs)
    if number is not None and f"<#{channel_place(number)}>" in json.dumps(arguments):
        needs.append(channel_place(number))
    return Effect(
        key=key, method=method, arguments=arguments, incident=number, needs=tuple(dict.fromkeys(needs)), **more
    )


def _places(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        if "$place" in value:
            yield str(value["$place"])
        else:
            for part in value.values():
                yield from _places(part)
    elif isinstance(value, list | tuple):
        for part in value:
            yield from _places(part)


def _incident_of(names: Sequence[str]) -> int | None:
    for name in names:
        if found := re.match(r"incident/(\d+)/", name):
            return int(found[1])
    return None
