"""What is to be said outside Slack: one message that lists it, and the texts in its thread, ready to copy."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from slack_sdk.models.blocks import (
    Block,
    ButtonElement,
    Option,
    PlainTextObject,
    SectionBlock,
    StaticSelectElement,
)

from bot.incidents.times import lasted
from bot.outbox.effects import card_place
from bot.store.tables import Incident, NoticeRow, NoticeState, Role
from bot.views import actions
from bot.views.filling import UNKNOWN, as_written, filled, on_status_page
from bot.views.message import FIELD, Message, context, cut, escaped, message, pieces, section, when
from bot.views.people import person, to
from runbooks.model import Contact, Notice, Runbook
from runbooks.parts.durations import spelled

VERBS = {
    "page": "Page",
    "call": "Call",
    "email": "E-mail",
    "status-page": "Status page",
    "ticket": "Ticket",
    "bridge": "Open the bridge",
    "message": "Message",
}
LONGEST = 2_800
"""Characters in one frame; the card's address grows a little when it is known."""
PARTS = 3
"""So many frames fit into a message."""
LINK = "\u2063link\u2063"
"""Where the card's address will stand; invisible, so that nobody types it."""


def listed(incident: Incident, rows: Sequence[NoticeRow]) -> Message:
    """List what to send, to whom and by when, each with its button until somebody has sent it."""
    whom = rows[0].told if rows else None
    left = sum(row.state is NoticeState.OPEN for row in rows)
    text = f":loudspeaker: {to(whom, f'please tell these people outside Slack ({incident.ref}).')}"
    if not left:
        text = f":loudspeaker: What was to be said outside Slack is settled ({incident.ref})."
    settled = [_settled(row) for row in rows if row.state is not NoticeState.OPEN]
    blocks: list[Block] = [section(text), *(_row(row) for row in rows if row.state is NoticeState.OPEN)]
    blocks += [context(part) for part in pieces("\n".join(settled), FIELD, verbatim=True) if part]
    notes = ["The texts to send are in this message's thread, ready to copy."] if left else []
    notes += [":lock: Private: ask the commander before anything leaves this channel."] if incident.private else []
    return message(text, [*blocks, *([context(*notes)] if notes else [])])


def texts_of(row: NoticeRow) -> list[Message]:
    """Show a text so that it can be copied as it is, in as many messages as it needs."""
    safe = row.text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("```", "'''")
    parts = pieces(safe.replace(LINK, f"<place:{card_place(row.incident)}>"), LONGEST, verbatim=True)
    shares = [parts[start : start + PARTS] for start in range(0, len(parts), PARTS)]
    return [_text(what_to_say(row), share, place, len(shares)) for place, share in enumerate(shares, 1)]


def _text(label: str, parts: Sequence[str], place: int, of: int) -> Message:
    label = f"{label} ({place} of {of})" if of > 1 else label
    return message(label, [context(label), *(section(f"```{part}```") for part in parts)])


def what_to_say(row: NoticeRow) -> str:
    """Name a notice in a few words: `E-mail to stakeholders`."""
    return f"{VERBS[row.how]}{_to(row)}"


def reminder(rows: Sequence[NoticeRow], whom: str | None, place: str) -> Message:
    """Remind once of what nobody has marked as sent."""
    what = "; ".join(what_to_say(row) for row in rows[:5])
    text = f":hourglass: {to(whom, f'not marked as sent yet: {cut(what, 500)}.')}"
    return message(text, [section(f"{text} <place:{place}|Open the list>")])


def recipients(notice: Notice, runbook: Runbook, resolve: Callable[[str], str | None]) -> list[str]:
    """Say who each of `whom` is, with the number to call or the address to write to."""
    return [_recipient(name, notice.how, _contact(name, runbook), resolve) for name in notice.whom]


def outside_text(notice: Notice, incident: Incident, runbook: Runbook, told: Mapping[str, Any]) -> str:
    """Fill in what is sent: plain text, without Slack's markup; `told` are the values of `outside_values`."""
    values = {**told, "how": notice.how, "within": spelled(notice.within) if notice.within else "now"}
    if notice.say:
        return as_written(notice.say, values)
    if notice.how == "bridge":
        return runbook.bridge or "Open a call, and post its link or number in the incident's channel."
    if notice.how == "status-page":
        return on_status_page(runbook.templates.status_page, incident.status, values)
    return filled(runbook.templates, notice.how if notice.how in {"email", "ticket"} else "page", values)


def outside_values(incident: Incident, runbook: Runbook, now: datetime, names: Mapping[str, str]) -> dict[str, Any]:
    """Return what the texts may name, as people outside Slack read it: names, and times in UTC."""
    severity = runbook.severity(incident.severity)

    def name(who: str | None) -> str:
        return names.get(who, "") if who else ""

    return {
        "ref": incident.ref,
        "title": incident.title,
        "service": runbook.name,
        "severity": incident.severity,
        "meaning": severity.meaning if severity else "",
        "status": str(incident.status),
        "impact": incident.impact or UNKNOWN,
        "known": incident.known or UNKNOWN,
        "commander": name(incident.commander) or "not named yet",
        "communications": name(incident.holder(Role.COMMUNICATIONS)) or "not named yet",
        "declared_by": name(incident.declared_by),
        "by": name(incident.declared_by),
        "channel": f"#{incident.channel_name}",
        "started": _clock(incident.started_at),
        "duration": lasted(incident.started_at, incident.resolved_at or now),
        "next_update": _clock(incident.next_update_at) if incident.next_update_at else "when there is news",
        "resolved": _clock(incident.resolved_at) if incident.resolved_at else "",
        "root_cause": incident.root_cause,
        "fix": incident.fix,
        "link": LINK,
        "drill": incident.drill,
        "private": incident.private,
        "bridge": runbook.bridge,
    }


def _row(row: NoticeRow) -> SectionBlock:
    """Show what to send in two lines of a phone, with what to press; what may not be needed has both answers in one."""
    late = ":warning: " if row.late else ""
    due = f"by {when(row.due_at)}" if row.due_at else "now"
    only = f", _only if {escaped(cut(row.only_if, 300))}_" if row.only_if else ""
    drawn = section(f"{late}*{VERBS[row.how]}*{_to(row)} — {due}{only}")
    if row.only_if or row.batch.startswith("scenario-"):
        answers = {NoticeState.SENT: "Mark as sent", NoticeState.NOT_NEEDED: "Not needed"}
        options = [
            Option(value=f"{row.incident}/{row.id}/{state}", text=PlainTextObject(text=label))
            for state, label in answers.items()
        ]
        drawn.accessory = StaticSelectElement(
            action_id=actions.NOTICE_ANSWER, placeholder="Sent or not?", options=options
        )
    else:
        value = f"{row.incident}/{row.id}"
        drawn.accessory = ButtonElement(text="Mark as sent", action_id=actions.NOTICE_SENT, value=value)
    return drawn


def _settled(row: NoticeRow) -> str:
    what = f"*{VERBS[row.how]}*{_to(row)}"
    if row.state is NoticeState.SUPERSEDED:
        return f":fast_forward: {what}: a newer text stands below"
    at = f" at {when(row.done_at)}" if row.done_at else ""
    if row.state is NoticeState.NOT_NEEDED:
        return f":heavy_minus_sign: {what}: not needed, says {person(row.by, nobody='Muster')}{at}"
    return f":white_check_mark: {what}: sent by {person(row.by)}{at}"


def _to(row: NoticeRow) -> str:
    whom = cut(", ".join(row.whom), 600)
    return f" {'' if row.how in {'page', 'call'} else 'to '}{whom}" if whom else ""


def _contact(name: str, runbook: Runbook) -> Contact | None:
    return next((one for one in runbook.contacts if name in {one.person, one.name}), None)


def _recipient(name: str, how: str, contact: Contact | None, resolve: Callable[[str], str | None]) -> str:
    known = resolve(name)
    if contact is None:
        return person(known) if known else escaped(cut(name, 200))
    ways = {"page": contact.phone or contact.reach, "call": contact.phone or contact.reach, "email": contact.email}
    way = ways.get(how, contact.email or contact.reach)
    if not way and known:
        return f"{escaped(contact.name)} ({person(known)})"
    return f"{escaped(contact.name)} ({escaped(cut(way, 200))})" if way else escaped(contact.name)


def _clock(at: datetime) -> str:
    return f"{at:%H:%M} UTC"
