"""`/incident update [status] TEXT`: tell stakeholders how it stands."""

import contextlib
import re

from slack_bolt.async_app import AsyncApp

from bot.errors import BadInput, Told
from bot.incidents.lifecycle import Incidents
from bot.incidents.updates import Updates
from bot.incidents.values import Said
from bot.listening import Answer, Asked, OpenView, answering_form
from bot.replies import Echo, Screen
from bot.store.tables import Incident, Status
from bot.views import actions, forms
from commands.verb import Verb, click
from runbooks.parts.durations import duration

VERB = Verb(
    "update",
    "update [status] TEXT",
    "tells everybody how it stands; without words a form opens",
    "/incident update monitoring Rolled back, errors are falling",
    free=True,
)
NO_CHANGE = re.compile(r"no(thing)?\W+(has\W+)?changed?\W*", re.IGNORECASE)
TO_THE_END = {
    "resolved": "To resolve it, say `/incident resolve CAUSE`. Nothing was posted.",
    "cancelled": "To cancel it, say `/incident cancel REASON`. Nothing was posted.",
}


def register(app: AsyncApp) -> None:
    VERB.on(app, update)
    click(app, actions.POST_UPDATE, open_form)
    click(app, actions.NO_CHANGE, no_change)
    app.view(actions.UPDATE_FORM)(answering_form(submit))


async def update(asked: Asked, incident: Incident, updates: Updates, screen: Screen) -> Answer:
    if not asked.text:
        await screen.open(forms.update(str(incident.id), asked.channel, incident))
        return None
    if NO_CHANGE.fullmatch(asked.text):
        return await no_change(asked, incident, updates)
    updated = await updates.post(incident.id or 0, read_update(asked.text), by=asked.by)
    return _posted(updated)


async def open_form(asked: Asked, screen: Screen, incidents: Incidents) -> Answer:
    """Open the form for a button, which knows its incident; how it stands now is looked up afterwards."""
    opened = await screen.open(forms.update(asked.ref or "", asked.channel))
    return _show_how_it_stands(opened, asked, screen, incidents)


async def _show_how_it_stands(opened: OpenView, asked: Asked, screen: Screen, incidents: Incidents) -> None:
    with contextlib.suppress(Told):
        now = await incidents.named(asked.ref, asked.channel, person=asked.person)
        await screen.redraw(opened, forms.update(asked.ref or "", asked.channel, now, opened=True))


async def submit(asked: Asked, incident: Incident, updates: Updates) -> Answer:
    chosen, wait = asked.said("status"), asked.said("next_in")
    said = Said(
        status=None if chosen in {"", forms.AS_BEFORE} else Status(chosen),
        impact=asked.said("impact") or None,
        known=asked.said("known"),
        next_in=None if wait in {"", forms.AS_BEFORE} else duration(wait),
    )
    updated = await updates.post(incident.id or 0, said, by=asked.by)
    return _posted(updated)


async def no_change(asked: Asked, incident: Incident, updates: Updates) -> Answer:
    updated = await updates.no_change(incident.id or 0, by=asked.by)
    return Echo(f"Posted in {updated.ref}: nothing has changed.", updated)


def _posted(updated: Incident) -> Echo:
    return Echo(f"Posted in {updated.ref}. It is *{updated.status}*.", updated)


def read_update(text: str) -> Said:
    """Read a status from the first word, if it is one; the rest is what we know."""
    first, rest = [*text.split(maxsplit=1), "", ""][:2]
    word = first.rstrip(":,").lower()
    if word in TO_THE_END:
        raise BadInput(TO_THE_END[word], field="status")
    status = next((one for one in Status if one.lower() == word), None)
    return Said(status=status, known=rest.strip() if status else text)
