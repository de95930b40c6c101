"""`/incident handoff @somebody [note]`: hand over your roles, with what the next one needs to know."""

from slack_bolt.async_app import AsyncApp

from bot.errors import BadInput
from bot.incidents.handoffs import Handoffs
from bot.listening import Answer, Asked, Services, answering_form
from bot.replies import Echo, Screen
from bot.store.tables import Incident
from bot.views import actions
from bot.views.handoff import form
from bot.views.people import person
from commands.notices import number
from commands.verb import Verb, click

VERB = Verb(
    "handoff",
    "handoff [@somebody] [note]",
    "hands your roles over to somebody, once they accept; without a name a form opens",
    "/incident handoff @sam",
    also=("handover", "hand-over"),
    free=True,
)


def register(app: AsyncApp) -> None:
    VERB.on(app, handoff)
    click(app, actions.HANDOFF_ACCEPT, accept)
    click(app, actions.HANDOFF_DECLINE, decline)
    app.view(actions.HANDOFF_FORM)(answering_form(submit))


async def handoff(asked: Asked, incident: Incident, services: Services, screen: Screen) -> Answer:
    if not asked.text:
        await screen.open(form(str(incident.id), asked.channel))
        return None
    if not asked.mentions:
        raise BadInput("Type @ and choose the person from Slack's list: `/incident handoff @somebody`.")
    return await _offer(asked.mentions[0], asked.after(1), asked, incident, services)


async def submit(asked: Asked, incident: Incident, services: Services) -> Answer:
    return await _offer(asked.said("taker"), asked.said("note"), asked, incident, services)


async def _offer(taker: str, note: str, asked: Asked, incident: Incident, services: Services) -> Answer:
    if not taker:
        raise BadInput("Choose who takes over.", field="taker")
    try:
        await services.permission.require_of(taker)
    except BadInput as refused:
        raise BadInput(str(refused), field="taker") from refused
    offered = await services.handoffs.offer(incident.id or 0, taker, note, by=asked.by)
    return f"{offered.ref} is offered to {person(taker)}. Your roles are yours until they accept."


async def accept(asked: Asked, incident: Incident, handoffs: Handoffs) -> Answer:
    taken = await handoffs.accept(incident.id or 0, number(asked), by=asked.by)
    return Echo(f"{taken.ref} is yours now. `/incident` shows how it stands.", taken)


async def decline(asked: Asked, incident: Incident, handoffs: Handoffs) -> Answer:
    await handoffs.decline(incident.id or 0, number(asked), by=asked.by)
    return None
