"""What people outside an incident's channel hear of it; and what its own channel hears of others."""

from collections.abc import Sequence

from slack_sdk.models.blocks import Block

from bot.store.tables import Incident
from bot.views.card import EMOJI, summary
from bot.views.message import Message, context, cut, escaped, message, section
from bot.views.people import person

LONGEST_QUOTE = 2_500


def announcement(incident: Incident, text: str) -> Message:
    """Announce with the runbook's words, and add what they do not say; edited when the state changes."""
    channel = f"<#incident/{incident.id}/channel>"
    marks = [f"{EMOJI[incident.status]} {incident.status}"]
    if incident.drill:
        marks.insert(0, ":mortar_board: This is a drill")
    if incident.status.open and channel not in text:
        marks.append(f"To help, join {channel}")
    return message(summary(incident), [section(text), context(" · ".join(marks))])


def severity_changed(incident: Incident, before: str, why: str, by: str | None) -> Message:
    """Tell that it is worse, or milder, than thought."""
    reason = f": {escaped(cut(why, 500))}" if why else ""
    text = f"Severity is now *{escaped(incident.severity)}* (was {escaped(before)}){reason}"
    return message(text, [section(text), context(f"by {person(by, nobody='Muster')} · {incident.ref}")])


def linked(incident: Incident, others: Sequence[Incident]) -> Message:
    """Point to the other open incidents of the same service."""
    lines = [
        f"• *{one.ref}* {escaped(one.severity)} {one.status}: {escaped(one.title)}{_channel(one)}" for one in others
    ]
    many = "incidents are" if len(others) > 1 else "incident is"
    text = f":link: {len(others)} more open {many} about {escaped(incident.service)}. Look there first:"
    return message(text, [section("\n".join([text, *lines[:10]]))])


def joined(incident: Incident, other: Incident) -> Message:
    """Tell an older incident's channel of a newer one about the same service."""
    text = f":link: *{other.ref}* has been declared about the same service: {escaped(other.title)}{_channel(other)}"
    return message(text, [section(text), context(f"Linked with {incident.ref}")])


def quoted(text: str, link: str) -> Message:
    """Quote the message an incident was declared from."""
    lines = "\n".join(f">{line}" for line in escaped(cut(text.strip(), LONGEST_QUOTE)).splitlines())
    source = f"<{link}|The message this was declared from>" if link else "The message this was declared from"
    blocks: list[Block] = [section(f"{source}:\n{lines}" if lines else f"{source}.")]
    return message("The message this incident was declared from", blocks)


def whole_title(title: str) -> Message:
    """Keep a title that was too long for the card."""
    text = "The title was cut for the card. The whole of it:"
    return message(text, [section(f"{text}\n{escaped(cut(title, LONGEST_QUOTE))}")])


def _channel(incident: Incident) -> str:
    return f" in <#{incident.channel}>" if incident.channel else ""
