"""`/incident postmortem`: write the document and share it in the channel."""

from slack_bolt.async_app import AsyncApp

from bot.incidents.postmortems import Postmortems
from bot.listening import Answer, Asked
from bot.store.tables import Incident
from bot.views import actions
from commands.verb import Verb, click
from commands.where import elsewhere

VERB = Verb(
    "postmortem",
    "postmortem",
    "writes the postmortem from the timeline and shares it in the channel",
    "/incident postmortem",
    also=("pm", "retro"),
    when="closed",
)


def register(app: AsyncApp) -> None:
    VERB.on(app, postmortem)
    click(app, actions.POSTMORTEM, postmortem)


async def postmortem(asked: Asked, incident: Incident, postmortems: Postmortems) -> Answer:
    await postmortems.post(incident.id or 0, by=asked.by)
    return elsewhere(asked, incident, "the postmortem is")
