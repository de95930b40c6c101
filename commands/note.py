"""`/incident note [14:05] TEXT`: write into the timeline."""

import re
from datetime import UTC, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from slack_bolt.async_app import AsyncApp

from bot.incidents.permission import Member
from bot.listening import Answer, Asked, Services, answering_form
from bot.replies import Screen
from bot.store.tables import Incident
from bot.views import actions, forms
from bot.views.card import DATE
from bot.views.message import when
from commands.verb import Verb

VERB = Verb(
    "note",
    "note [14:05] TEXT",
    "writes into the timeline, at that time if you name one",
    "/incident note 14:05 Restarted the load balancer",
    when="incident",
    free=True,
)
CLOCK = re.compile(
    r"(\d{1,2}:\d{2}(?::\d{2})?(?:\s?[ap]m)?|\d{1,2}\s?[ap]m|\d+\s?(?:h|m|min)\s+ago)\s+(.+)", re.IGNORECASE | re.DOTALL
)
"""A time, then words. `1.20 was rolled back` is a version, so a dot makes no time here."""


def register(app: AsyncApp) -> None:
    VERB.on(app, note)
    app.view(actions.NOTE_FORM)(answering_form(submit))


async def note(asked: Asked, incident: Incident, services: Services, screen: Screen) -> Answer:
    if not asked.text:
        await screen.open(forms.note(str(incident.id), asked.channel))
        return None
    at, text = read_note(asked.text)
    return await _note(text, at, asked, incident, services)


async def submit(asked: Asked, incident: Incident, services: Services) -> Answer:
    return await _note(asked.said("text"), asked.said("at") or None, asked, incident, services)


async def _note(text: str, at: str | None, asked: Asked, incident: Incident, services: Services) -> Answer:
    """Write it down; a time is read in the person's own zone, which Slack knows."""
    zone = zone_of(await services.directory.member(asked.person)) if at else UTC
    entry = await services.timeline.note(incident.id or 0, text, at, by=asked.by, zone=zone)
    return f"Noted in {incident.ref}, at {when(entry.at, DATE)}."


def zone_of(member: Member) -> tzinfo:
    """Return a person's time zone; UTC where Slack names one that this machine does not know."""
    try:
        return ZoneInfo(member.zone)
    except (ZoneInfoNotFoundError, ValueError):
        return UTC


def read_note(text: str) -> tuple[str | None, str]:
    """Read a time from the beginning, if one is there: `14:05`, `2:05pm` or `10m ago`."""
    found = CLOCK.fullmatch(text.strip())
    return (found[1], found[2]) if found else (None, text)
