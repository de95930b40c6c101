"""What Slack already has: looked up before something is sent again whose answer was lost."""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Any

from bot.ids import is_user
from bot.outbox.records import Made
from bot.outbox.slack import Answer, Refused, Slack

EVENT = "muster_effect"
SKEW = timedelta(minutes=5)
"""How far our clock and Slack's may be apart."""


def signed(key: str) -> dict[str, Any]:
    """Return the metadata by which a message is found again."""
    return {"event_type": EVENT, "event_payload": {"key": key}}


async def message(slack: Slack, channel: str, thread: str | None, key: str, since: datetime) -> Made | None:
    """Find the message that carries this key."""
    identity = await channel_id(slack, channel)
    if identity is None:
        return None
    async for found in _history(slack, identity, thread, since):
        metadata = found.get("metadata") or {}
        if metadata.get("event_type") == EVENT and (metadata.get("event_payload") or {}).get("key") == key:
            return Made(channel=identity, ts=found["ts"])
    return None


async def file(slack: Slack, channel: str, thread: str | None, filename: str, title: str, since: datetime) -> bool:
    """Whether we have shared a file of this name and title since then."""
    me = await slack.me()
    async for found in _history(slack, channel, thread, since):
        for shared in found.get("files") or []:
            if (shared.get("name"), shared.get("title"), shared.get("user")) == (filename, title, me):
                return True
    return False


async def own_channel(slack: Slack, name: str, since: datetime) -> str | None:
    """Find the channel of this name that we made since then, which nobody has told us of."""
    found = await channel_named(slack, name)
    if found is None or found.get("creator") != await slack.me():
        return None
    recent = float(found.get("created") or 0) >= (since - SKEW).timestamp()
    return str(found["id"]) if recent else None


async def bookmarked(slack: Slack, channel: str, title: str, link: str) -> bool:
    """Whether the channel has this bookmark."""
    answer = await slack.ask("bookmarks.list", channel_id=channel)
    return any((mark.get("title"), mark.get("link")) == (title, link) for mark in answer.get("bookmarks") or [])


async def channel_named(slack: Slack, name: str) -> Answer | None:
    """Find a channel that is not archived by its name."""
    kinds = "public_channel,private_channel"
    async for found in slack.pages("conversations.list", "channels", types=kinds, exclude_archived=True, limit=1000):
        if found.get("name") == name:
            return found
    return None


async def channel_id(slack: Slack, channel: str) -> str | None:
    """Return the id of `#name`, of a person's direct messages, or the id itself."""
    if channel.startswith("#"):
        found = await channel_named(slack, channel[1:])
        return str(found["id"]) if found else None
    if is_user(channel):
        answer = await slack.ask("conversations.open", users=channel)
        return str(answer["channel"]["id"])
    return channel


async def _history(slack: Slack, channel: str, thread: str | None, since: datetime) -> AsyncIterator[Answer]:
    window = {"oldest": f"{(since - SKEW).timestamp():.6f}", "include_all_metadata": True, "limit": 200}
    method = "conversations.replies" if thread else "conversations.history"
    where = {"channel": channel, **({"ts": thread} if thread else {})}
    try:
        async for found in slack.pages(method, "messages", **where, **window):
            yield found
    except Refused as refused:
        if refused.error not in {"not_in_channel", "channel_not_found", "missing_scope", "thread_not_found"}:
            raise
