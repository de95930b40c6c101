"""`/incident` alone: how it stands, with the buttons, in an incident's channel; help elsewhere."""

from slack_bolt.async_app import AsyncApp

from bot.errors import NoIncidentHere
from bot.listening import Answer, Asked, Services
from bot.views import card
from commands.help import show_help
from commands.verb import Verb

VERB = Verb(
    "show",
    "show",
    "shows how it stands, with the buttons; /incident alone does so, too",
    "/incident INC-7",
    also=("", "state", "status"),
    needs="member",
    when="incident",
)


def register(app: AsyncApp) -> None:
    VERB.on(app, show)


async def show(asked: Asked, services: Services) -> Answer:
    try:
        incident = await services.incidents.named(asked.ref, asked.channel, person=asked.person)
    except NoIncidentHere:
        if asked.verb:
            raise
        return await show_help(asked, services)
    look = await services.incidents.look(incident.id or 0, asked.person)
    name = look.runbook.name if look.runbook else incident.service
    return card.card(look.incident, look.severity, name, look.now)
