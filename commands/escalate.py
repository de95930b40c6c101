"""`/incident escalate [L2|NAME]`: call the runbook's next level or contact, or the one that is named."""

from slack_bolt.async_app import AsyncApp

from bot.incidents.lifecycle import Incidents
from bot.listening import Answer, Asked
from bot.replies import Echo
from bot.store.tables import Incident
from bot.views import actions
from commands.verb import Verb, click

VERB = Verb(
    "escalate",
    "escalate [LEVEL or NAME]",
    "calls the runbook's next contact into the channel, or whom you name",
    "/incident escalate L2",
    also=("page",),
)


def register(app: AsyncApp) -> None:
    VERB.on(app, escalate)
    click(app, actions.ESCALATE, escalate)


async def escalate(asked: Asked, incident: Incident, incidents: Incidents) -> Answer:
    return Echo(await incidents.escalate(incident.id or 0, asked.text, by=asked.by), incident)
