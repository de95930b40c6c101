"""`/incident help`: what you may say here."""

from collections.abc import Sequence

from slack_bolt.async_app import AsyncApp

from bot.errors import Told
from bot.listening import Answer, Asked, Services
from bot.store.tables import Incident
from bot.views.help import Way, help_
from commands.verb import Verb

VERB = Verb(
    "help",
    "help",
    "shows what you may say here",
    "/incident help",
    also=("?", "commands"),
    needs="",
    when="anywhere",
)


def register(app: AsyncApp) -> None:
    VERB.on(app, show_help)


async def show_help(asked: Asked, services: Services) -> Answer:
    """Show only what this person may do, and in an incident's channel only what fits its state."""
    from commands import verbs  # noqa: PLC0415 - the list of all verbs names this module too

    incident = await _incident(asked, services)
    allowed = [verb for verb in verbs() if await _may(verb, asked, services)]
    about = [verb for verb in allowed if verb.when != "anywhere" and fits(verb, incident)]
    anywhere = [verb for verb in allowed if verb.when == "anywhere"]
    return help_(_ways(about), _ways(anywhere), incident.ref if incident else None)


def fits(verb: Verb, incident: Incident | None) -> bool:
    """Tell whether a verb makes sense for an incident as it stands; without one, whether it may."""
    if incident is None or verb.when == "incident":
        return True
    return incident.status.open == (verb.when == "open")


async def _incident(asked: Asked, services: Services) -> Incident | None:
    """Return the incident of this channel; help is shown without one, and without a database too."""
    try:
        return await services.incidents.named(asked.ref, asked.channel, person=asked.person)
    except Told:
        return None


async def _may(verb: Verb, asked: Asked, services: Services) -> bool:
    return not verb.needs or await services.permission.may(asked.person, verb.needs)


def _ways(verbs: Sequence[Verb]) -> list[Way]:
    return [Way(verb.usage, verb.about) for verb in verbs]
