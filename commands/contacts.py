"""`/incident contacts [SERVICE]`: show whom to call, and how."""

from slack_bolt.async_app import AsyncApp

from bot.errors import BadInput, NoIncidentHere
from bot.listening import Answer, Asked, Services
from bot.views import lists
from commands.verb import Verb
from commands.which import runbook_meant

VERB = Verb(
    "contacts",
    "contacts [SERVICE]",
    "shows whom to call, and how",
    "/incident contacts inferadb",
    also=("contact", "who"),
    needs="member",
    when="anywhere",
)


def register(app: AsyncApp) -> None:
    VERB.on(app, contacts)


async def contacts(asked: Asked, services: Services) -> Answer:
    try:
        runbook = await runbook_meant(asked, services)
    except NoIncidentHere:
        known = ", ".join(sorted(services.runbooks))
        raise BadInput(f"Say whose contacts: `/incident contacts SERVICE`. The services are {known}.") from None
    return lists.contacts(runbook, services.people.resolve)
