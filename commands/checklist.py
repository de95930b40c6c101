"""`/incident checklist [LIST]`: show what there is to remember; its boxes are ticked in the channel."""

from slack_bolt.async_app import AsyncApp

from bot.incidents.checklists import Checklists
from bot.listening import Answer, Asked, Quoted
from bot.replies import Messages
from bot.store.tables import Incident
from bot.views import actions
from bot.views.checklist import everything
from commands.verb import Verb, click
from commands.where import elsewhere

VERB = Verb(
    "checklist",
    "checklist [LIST]",
    "shows what there is to remember; LIST opens that one in the channel",
    "/incident checklist",
    also=("checklists", "todo"),
    when="incident",
)


def register(app: AsyncApp) -> None:
    VERB.on(app, checklist)
    click(app, actions.CHECKLIST_TICK, tick)
    click(app, actions.CHECKLIST_OPEN, show)


async def checklist(asked: Asked, incident: Incident, checklists: Checklists, messages: Messages) -> Answer:
    if asked.words:
        title = await checklists.open(incident.id or 0, asked.text, by=asked.by)
        return elsewhere(asked, incident, f"*{title}* is open") or f"*{title}* is open in the checklist above."
    found, place = await checklists.look(incident.id or 0)
    link = await messages.link(Quoted(place.channel, place.ts)) if place and place.ts else ""
    return everything(incident, found, link)


async def tick(asked: Asked, incident: Incident, checklists: Checklists) -> Answer:
    await checklists.tick(incident.id or 0, asked.chosen("ticked"), asked.chosen("unticked"), by=asked.by)
    return None


async def show(asked: Asked, incident: Incident, checklists: Checklists) -> Answer:
    await checklists.open(incident.id or 0, asked.parts[-1], by=asked.by)
    return None
