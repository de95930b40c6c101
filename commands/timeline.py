"""`/incident timeline`: show what happened so far, to you alone."""

from slack_bolt.async_app import AsyncApp

from bot.incidents.lifecycle import Incidents
from bot.listening import Answer, Asked
from bot.store.tables import Incident
from bot.views import lists
from commands.verb import Verb

VERB = Verb(
    "timeline",
    "timeline",
    "shows you what happened so far",
    "/incident timeline",
    also=("log", "history"),
    needs="member",
    when="incident",
)


def register(app: AsyncApp) -> None:
    VERB.on(app, timeline)


async def timeline(asked: Asked, incident: Incident, incidents: Incidents) -> Answer:
    return lists.timeline(await incidents.look(incident.id or 0, asked.person))
