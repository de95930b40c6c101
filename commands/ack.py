"""`/incident ack`: say that you are on it."""

from slack_bolt.async_app import AsyncApp

from bot.incidents.lifecycle import Incidents
from bot.listening import Answer, Asked
from bot.replies import Echo
from bot.store.tables import Incident
from bot.views import actions
from commands.verb import Verb, click

VERB = Verb(
    "ack",
    "ack",
    "says that you are on it; who is first becomes commander",
    "/incident ack",
    also=("acknowledge",),
)


def register(app: AsyncApp) -> None:
    VERB.on(app, acknowledge)
    click(app, actions.ACKNOWLEDGE, acknowledge)


async def acknowledge(asked: Asked, incident: Incident, incidents: Incidents) -> Answer:
    acknowledged = await incidents.acknowledge(incident.id or 0, by=asked.by)
    return Echo(f"You have acknowledged {acknowledged.ref}.", acknowledged)
