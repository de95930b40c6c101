"""`/incident list [SERVICE]`: what is open."""

from collections.abc import Mapping

from slack_bolt.async_app import AsyncApp

from bot.incidents.lifecycle import Incidents
from bot.listening import Answer, Asked
from bot.views import lists
from commands.verb import Verb
from commands.which import runbook_named
from runbooks.model import Runbook

VERB = Verb(
    "list",
    "list [SERVICE]",
    "shows what is open, as far as you may see it",
    "/incident list",
    also=("ls", "open"),
    needs="member",
    when="anywhere",
)


def register(app: AsyncApp) -> None:
    VERB.on(app, list_open)


async def list_open(asked: Asked, incidents: Incidents, runbooks: Mapping[str, Runbook]) -> Answer:
    service = runbook_named(asked.words[0], runbooks).service if asked.words else None
    return lists.open_incidents(await incidents.open_ones(asked.person, service), service)
