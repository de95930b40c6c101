"""`/incident runbook [SERVICE] [PART]`: leaf through the runbook: phases, scenarios, mitigations, contacts."""

import contextlib
from collections.abc import Callable
from functools import partial

from slack_bolt.async_app import AsyncApp

from bot.errors import BadInput, NoIncidentHere
from bot.listening import Answer, Asked, Services
from bot.replies import Instead
from bot.store.tables import Incident
from bot.views import lists
from bot.views import runbook as views
from bot.views.contacts import contacts
from bot.views.message import Message
from bot.views.signs import PHASES
from bot.words import loose, meant
from commands.declaring import service_named
from commands.verb import Verb
from commands.which import runbook_named
from runbooks.model import Runbook

VERB = Verb(
    "runbook",
    "runbook [SERVICE] [PART]",
    "shows the runbook, to leaf through: steps, known failures, fixes, contacts",
    "/incident runbook inferadb scenarios",
    also=("runbooks", "services"),
    needs="member",
    when="anywhere",
)


def register(app: AsyncApp) -> None:
    VERB.on(app, runbook)


async def runbook(asked: Asked, services: Services) -> Answer:
    incident = None
    with contextlib.suppress(NoIncidentHere):
        incident = await services.incidents.named(asked.ref, asked.channel, person=asked.person)
    shown = _shown(asked.words, incident, services)
    return Instead(shown) if asked.value else shown


def _shown(words: list[str], incident: Incident | None, services: Services) -> Message:
    """Find the service among the words, else the incident's; what follows is the part."""
    named = service_named(words[0], services.runbooks) if words else None
    if named is None and incident is None:
        return part(runbook_named(words[0], services.runbooks), [], None, services) if words else _services(services)
    book = services.runbooks.get(named or (incident.service if incident else ""))
    if book is None:
        return _services(services)
    own = incident if incident and incident.service == book.service and incident.status.open else None
    return part(book, words[1:] if named else words, own, services)


def _services(services: Services) -> Message:
    return lists.services(list(services.runbooks.values()))


def part(book: Runbook, words: list[str], incident: Incident | None, services: Services) -> Message:
    """Show the part that the words name; a scenario by its id or title."""
    page = int(words.pop()) if len(words) > 1 and words[-1].isdecimal() else 1
    word = loose(" ".join(words))
    parts: dict[str, Callable[[], Message]] = {
        "": lambda: views.overview(book),
        "severities": lambda: views.severities(book),
        "scenarios": lambda: views.scenarios(book),
        "mitigations": lambda: views.mitigations(book, incident),
        "contacts": lambda: contacts(book, services.people.resolve),
        **{name: partial(views.phase, book, name, max(page, 1), incident) for name in PHASES},
    }
    if word in parts:
        return parts[word]()
    for one in book.scenarios:
        if word in {loose(one.id), loose(one.name)}:
            return views.scenario(book, one, incident)
    names = [*filter(None, parts), *(one.id for one in book.scenarios)]
    near = meant(" ".join(words), names, f"It has {', '.join(filter(None, parts))}.")
    raise BadInput(f"The runbook of {book.name} has no part of that name. {near}")
