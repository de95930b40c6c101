"""`/incident list [SERVICE]`: what is open."""

from slack_bolt.async_app import AsyncApp

from bot.incidents.lifecycle import Incidents
from bot.listening import Answer, Asked
from bot.views import lists
from commands.verb import Verb

VERB = Verb(
    "list",
    "list [SERVICE]",
    "shows what is open, as far as you may see it",
    "/incident list",
    also=("ls", "open"),
    needs="",
    when="anywhere",
)


def register(app: AsyncApp) -> None:
    VERB.on(app, list_open)


async def list_open(asked: Asked, incidents: Incidents) -> Answer:
    service = asked.words[0].lower() if asked.words else None
    return lists.open_incidents(await incidents.open_ones(asked.person, service), service)
