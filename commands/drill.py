"""`/incident drill [SERVICE [DRILL]]`: show the drills, or begin one."""

from datetime import datetime

from slack_bolt.async_app import AsyncApp

from bot.incidents.drills import Exercise
from bot.listening import Answer, Asked, Services
from bot.views import drill as views
from commands.declare import once_there
from commands.verb import Verb
from commands.which import runbook_named

VERB = Verb(
    "drill",
    "drill [SERVICE [DRILL]]",
    "shows the drills and when they come, or begins one",
    "/incident drill inferadb rollback",
    also=("drills", "exercise"),
    when="anywhere",
)


def register(app: AsyncApp) -> None:
    VERB.on(app, drill)


async def drill(asked: Asked, services: Services) -> Answer:
    if not asked.words:
        return _listed(await services.drills.upcoming())
    runbook = runbook_named(asked.words[0], services.runbooks)
    if len(asked.words) == 1:
        return _listed(await services.drills.upcoming(runbook.service), runbook.name)
    incident = await services.drills.start(runbook.service, asked.after(1), by=asked.by)
    return once_there(incident, asked, services)


def _listed(upcoming: list[tuple[Exercise, datetime | None]], service: str = "") -> Answer:
    return views.listed([(one.runbook, one.drill, at) for one, at in upcoming], service)
