"""`/incident resolve CAUSE`: it is over."""

from slack_bolt.async_app import AsyncApp

from bot.incidents.lifecycle import Incidents
from bot.incidents.values import Resolution
from bot.listening import Answer, Asked, answering_form
from bot.replies import Echo, Screen
from bot.store.tables import Incident
from bot.views import actions, forms
from commands.verb import Verb, click

VERB = Verb(
    "resolve",
    "resolve CAUSE",
    "ends it with its root cause; without words a form opens",
    "/incident resolve A bad deploy; rolled back",
    also=("resolved", "close", "done"),
    free=True,
)


def register(app: AsyncApp) -> None:
    VERB.on(app, resolve)
    click(app, actions.RESOLVE, open_form)
    app.view(actions.RESOLVE_FORM)(answering_form(submit))


async def resolve(asked: Asked, incident: Incident, incidents: Incidents, screen: Screen) -> Answer:
    if not asked.text:
        await screen.open(forms.resolve(str(incident.id), asked.channel))
        return None
    return await _resolve(Resolution(asked.text), asked, incident, incidents)


async def open_form(asked: Asked, screen: Screen) -> None:
    await screen.open(forms.resolve(asked.ref or "", asked.channel))


async def submit(asked: Asked, incident: Incident, incidents: Incidents) -> Answer:
    resolution = Resolution(
        root_cause=asked.said("root_cause"),
        fix=asked.said("fix"),
        follow_ups=tuple(line.strip(" -•*\t") for line in asked.said("follow_ups").splitlines() if line.strip()),
    )
    return await _resolve(resolution, asked, incident, incidents)


async def _resolve(resolution: Resolution, asked: Asked, incident: Incident, incidents: Incidents) -> Answer:
    resolved = await incidents.resolve(incident.id or 0, resolution, by=asked.by)
    return Echo(f"{resolved.ref} is resolved. `/incident postmortem` writes the document.", resolved)
