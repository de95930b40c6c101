"""`/incident role commander @somebody`: give a role to somebody, or take it."""

from slack_bolt.async_app import AsyncApp

from bot.errors import BadInput
from bot.listening import Answer, Asked, Services
from bot.replies import Echo
from bot.store.tables import Incident, Role
from bot.views import actions, lists
from bot.views.people import ROLES, person
from commands.verb import Verb, click

VERB = Verb(
    "role",
    "role commander|communications|scribe [@somebody]",
    "gives somebody a role, or takes it yourself",
    "/incident role commander @sam",
    also=("roles", "assign"),
)
SAID = {
    Role.COMMANDER: {"commander", "ic", "lead"},
    Role.COMMUNICATIONS: {"communications", "comms", "communication", "communicator"},
    Role.SCRIBE: {"scribe", "notes"},
}
MYSELF = {"", "me", "myself", "@me"}


def register(app: AsyncApp) -> None:
    VERB.on(app, role)
    click(app, actions.ROLE_COMMANDER, choose_commander)


async def role(asked: Asked, incident: Incident, services: Services) -> Answer:
    if not asked.words:
        return lists.roles(incident)
    wanted = read_role(asked.words[0])
    return await _assign(wanted, read_person(asked), asked, incident, services)


async def choose_commander(asked: Asked, incident: Incident, services: Services) -> Answer:
    return await _assign(Role.COMMANDER, asked.value or asked.person, asked, incident, services)


async def _assign(wanted: Role, who: str, asked: Asked, incident: Incident, services: Services) -> Answer:
    await services.permission.require_of(who)
    changed = await services.incidents.assign(incident.id or 0, wanted, who, by=asked.by)
    return Echo(f"{person(who)} is now {ROLES[wanted]} of {changed.ref}.", changed)


def read_role(word: str) -> Role:
    """Find the role that a word means."""
    for known, words in SAID.items():
        if word.lower() in words:
            return known
    raise BadInput("The roles are commander, communications and scribe. Say `/incident role commander @somebody`.")


def read_person(asked: Asked) -> str:
    """Return whom the words mention; nobody means the one who asks."""
    if asked.mentions:
        return asked.mentions[0]
    if asked.after(1).lower() in MYSELF:
        return asked.person
    raise BadInput("Type @ and choose the person from Slack's list, so that Muster knows who it is.")
