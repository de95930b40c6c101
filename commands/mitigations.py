"""`/incident mitigations`: what has been done against it so far."""

from slack_bolt.async_app import AsyncApp

from bot.incidents.lifecycle import Incidents
from bot.listening import Answer, Asked
from bot.store.tables import Incident
from bot.views import lists
from commands.verb import Verb

VERB = Verb(
    "mitigations",
    "mitigations",
    "shows what has been done against it so far",
    "/incident mitigations",
    needs="member",
    when="incident",
)


def register(app: AsyncApp) -> None:
    VERB.on(app, mitigations_run)


async def mitigations_run(asked: Asked, incident: Incident, incidents: Incidents) -> Answer:
    return lists.mitigations_run(await incidents.look(incident.id or 0, asked.person))
