"""`/incident reopen REASON`: it is not over after all."""

from slack_bolt.async_app import AsyncApp

from bot.incidents.lifecycle import Incidents
from bot.listening import Answer, Asked, answering_form
from bot.replies import Echo, Screen
from bot.store.tables import Incident
from bot.views import actions, forms
from commands.verb import Verb, click

VERB = Verb(
    "reopen",
    "reopen REASON",
    "opens a resolved or cancelled incident again",
    "/incident reopen Errors are back",
    when="closed",
    free=True,
)


def register(app: AsyncApp) -> None:
    VERB.on(app, reopen)
    click(app, actions.REOPEN, open_form)
    app.view(actions.REOPEN_FORM)(answering_form(submit))


async def reopen(asked: Asked, incident: Incident, incidents: Incidents, screen: Screen) -> Answer:
    if not asked.text:
        await screen.open(forms.reopen(str(incident.id), asked.channel))
        return None
    return await _reopen(asked.text, asked, incident, incidents)


async def open_form(asked: Asked, screen: Screen) -> None:
    await screen.open(forms.reopen(asked.ref or "", asked.channel))


async def submit(asked: Asked, incident: Incident, incidents: Incidents) -> Answer:
    return await _reopen(asked.said("reason"), asked, incident, incidents)


async def _reopen(reason: str, asked: Asked, incident: Incident, incidents: Incidents) -> Answer:
    changed = await incidents.reopen(incident.id or 0, reason, by=asked.by)
    return Echo(f"{changed.ref} is open again.", changed)
