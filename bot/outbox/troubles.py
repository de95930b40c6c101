"""What a person reads when Slack will not do something: what happened, and what to do."""

from bot.outbox.effects import CREATE, EDIT, INVITE, POST, UPLOAD, Json

WHAT = {
    CREATE: "make the incident's channel",
    POST: "post",
    EDIT: "edit a message",
    INVITE: "invite people",
    UPLOAD: "share a file",
    "pins.add": "pin a message",
    "conversations.setTopic": "set the channel's topic",
    "bookmarks.add": "add a bookmark",
}

WHY = {
    "channel_not_found": "it sees no such channel. Create it, or, if it is private, type `/invite @Muster` there",
    "not_in_channel": "Muster is not in that channel. Type `/invite @Muster` there",
    "is_archived": "that channel is archived. Unarchive it, or name another one under `channels` of the runbook",
    "name_taken": "that name and its next twenty are taken. Create a channel by hand and work there",
    "restricted_action": "this workspace does not let Muster do that. Ask a workspace admin",
    "missing_scope": "the Slack app lacks a permission. Reinstall it from Muster's manifest.yaml",
    "message_not_found": "somebody deleted it. `/incident` shows how the incident stands, with its buttons",
    "no_permission": "this workspace does not let Muster do that. Ask a workspace admin",
    "too_many_pins": "the channel has too many pins. Unpin something and pin it by hand",
}


def told(method: str, arguments: Json, error: str, reference: str, *, announcing: bool = False) -> str:
    """Return the two sentences, with the reference that the log carries too."""
    channel = arguments.get("channel")
    where = channel if isinstance(channel, str) and channel.startswith("#") else ""
    what = WHAT.get(method, "do something in Slack") + (f" to {where}" if where else "")
    if announcing and where:
        what = f"announce this incident in {where}"
    why = WHY.get(error, f"{error}. Ask whoever runs Muster")
    return f"Muster could not {what}: {why} (reference {reference})."
