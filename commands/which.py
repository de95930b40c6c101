"""Which runbook a person means: the one they name, else the one of the incident."""

from collections.abc import Mapping

from bot.asked import Asked
from bot.errors import BadInput
from bot.listening import Services
from bot.words import meant
from commands.declaring import service_named
from runbooks.model import Runbook


async def runbook_meant(asked: Asked, services: Services) -> Runbook:
    """Return the runbook; with neither a service nor an incident, NoIncidentHere is told."""
    if asked.words:
        return runbook_named(asked.words[0], services.runbooks)
    incident = await services.incidents.named(asked.ref, asked.channel, person=asked.person)
    return runbook_named(incident.service, services.runbooks)


def runbook_named(word: str, runbooks: Mapping[str, Runbook]) -> Runbook:
    """Find the service that a word means, by its name or its title; the one that was probably meant is suggested."""
    if found := service_named(word, runbooks):
        return runbooks[found]
    near = meant(word, runbooks, f"The services are {', '.join(sorted(runbooks))}.")
    raise BadInput(f"There is no runbook of that name. {near}", field="service")
