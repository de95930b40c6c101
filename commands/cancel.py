"""`/incident cancel REASON`: it was no incident."""

from slack_bolt.async_app import AsyncApp

from bot.incidents.lifecycle import Incidents
from bot.listening import Answer, Asked, answering_form
from bot.replies import Echo, Screen
from bot.store.tables import Incident
from bot.views import actions, forms
from commands.verb import Verb

VERB = Verb(
    "cancel",
    "cancel REASON",
    "ends an incident that was none",
    "/incident cancel A false alarm from the new probe",
    when="open",
    free=True,
)


def register(app: AsyncApp) -> None:
    VERB.on(app, cancel)
    app.view(actions.CANCEL_FORM)(answering_form(submit))


async def cancel(asked: Asked, incident: Incident, incidents: Incidents, screen: Screen) -> Answer:
    if not asked.text:
        await screen.open(forms.cancel(str(incident.id), asked.channel))
        return None
    return await _cancel(asked.text, asked, incident, incidents)


async def submit(asked: Asked, incident: Incident, incidents: Incidents) -> Answer:
    return await _cancel(asked.said("reason"), asked, incident, incidents)


async def _cancel(reason: str, asked: Asked, incident: Incident, incidents: Incidents) -> Answer:
    changed = await incidents.cancel(incident.id or 0, reason, by=asked.by)
    return Echo(f"{changed.ref} is cancelled.", changed)
