"""`/incident runbook [SERVICE]`: show what the runbook knows."""

from slack_bolt.async_app import AsyncApp

from bot.errors import NoIncidentHere
from bot.listening import Answer, Asked, Services
from bot.views import lists
from commands.verb import Verb
from commands.which import runbook_meant

VERB = Verb(
    "runbook",
    "runbook [SERVICE]",
    "shows the runbook: severities, links, diagnostics, known failures",
    "/incident runbook inferadb",
    also=("runbooks", "services"),
    needs="member",
    when="anywhere",
)


def register(app: AsyncApp) -> None:
    VERB.on(app, runbook)


async def runbook(asked: Asked, services: Services) -> Answer:
    try:
        return lists.runbook(await runbook_meant(asked, services))
    except NoIncidentHere:
        return lists.services(list(services.runbooks.values()))
