"""Which runbook a person means: the one they name, else the one of the incident."""

from bot.asked import Asked
from bot.errors import BadInput
from bot.listening import Services
from bot.words import nearest
from runbooks.model import Runbook


async def runbook_meant(asked: Asked, services: Services) -> Runbook:
    """Return the runbook; with neither a service nor an incident, NoIncidentHere is told."""
    if asked.words:
        return _named(asked.words[0], services)
    incident = await services.incidents.named(asked.ref, asked.channel, person=asked.person)
    return _named(incident.service, services)


def _named(service: str, services: Services) -> Runbook:
    found = services.runbooks.get(service.lower())
    if found is not None:
        return found
    near = nearest(service, services.runbooks)
    meant = f"Did you mean `{near}`?" if near else "The services are " + ", ".join(sorted(services.runbooks)) + "."
    raise BadInput(f"There is no runbook of that name. {meant}", field="service")
