"""`/incident contacts [SERVICE]`: show whom to call, and how; in an incident, who was called when."""

from slack_bolt.async_app import AsyncApp

from bot.errors import BadInput, NoIncidentHere
from bot.incidents.escalating import called_at
from bot.listening import Answer, Asked, Services
from bot.views.contacts import contacts as shown
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
    """Show a service's contacts; with no service named, those of the incident and its ladder."""
    try:
        runbook = await runbook_meant(asked, services)
    except NoIncidentHere:
        known = ", ".join(sorted(services.runbooks))
        raise BadInput(f"Say whose contacts: `/incident contacts SERVICE`. The services are {known}.") from None
    if asked.words:
        return shown(runbook, services.people.resolve)
    incident = await services.incidents.named(asked.ref, asked.channel, person=asked.person)
    look = await services.incidents.look(incident.id or 0, asked.person)
    rungs = services.incidents.telling.ladder(look.incident)
    return shown(runbook, services.people.resolve, rungs, called_at(look.entries).get)
