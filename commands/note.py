"""`/incident note [14:05] TEXT`: write into the timeline."""

import re

from slack_bolt.async_app import AsyncApp

from bot.incidents.timeline import Timeline
from bot.listening import Answer, Asked, answering_form
from bot.replies import Screen
from bot.store.tables import Incident
from bot.views import actions, forms
from bot.views.message import when
from commands.verb import Verb

VERB = Verb(
    "note",
    "note [14:05] TEXT",
    "writes into the timeline, at that time if you name one",
    "/incident note 14:05 Restarted the load balancer",
    when="incident",
)
CLOCK = re.compile(r"\d{1,2}[:.]\d{2}(?:[:.]\d{2})?")


def register(app: AsyncApp) -> None:
    VERB.on(app, note)
    app.view(actions.NOTE_FORM)(answering_form(submit))


async def note(asked: Asked, incident: Incident, timeline: Timeline, screen: Screen) -> Answer:
    if not asked.text:
        await screen.open(forms.note(str(incident.id), asked.channel))
        return None
    at, text = read_note(asked.text)
    return await _note(text, at, asked, incident, timeline)


async def submit(asked: Asked, incident: Incident, timeline: Timeline) -> Answer:
    return await _note(asked.said("text"), asked.said("at") or None, asked, incident, timeline)


async def _note(text: str, at: str | None, asked: Asked, incident: Incident, timeline: Timeline) -> Answer:
    entry = await timeline.note(incident.id or 0, text, at, by=asked.by)
    return f"Noted in {incident.ref}, at {when(entry.at)}."


def read_note(text: str) -> tuple[str | None, str]:
    """Read a time from the first word, if it is one."""
    first, _, rest = text.partition(" ")
    return (first.replace(".", ":"), rest.strip()) if CLOCK.fullmatch(first) and rest.strip() else (None, text)
