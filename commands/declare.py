"""`/incident declare [SEV-2 inferadb What is wrong]`: begin an incident, by one line or by a form."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from slack_bolt.async_app import AsyncApp

from bot.errors import BadInput, Told, Unavailable
from bot.incidents.values import Declaration
from bot.listening import Answer, Asked, OpenView, Quoted, Services, answering, answering_form, readable
from bot.replies import Messages, Screen
from bot.store.tables import Incident
from bot.views import actions, declare_form, declared
from bot.views.declare_form import Filled
from bot.views.message import Message, cut
from bot.words import one_line
from commands.declaring import read_declaration, suffices
from commands.verb import Verb, click

VERB = Verb(
    "declare",
    "declare [SEV-2 SERVICE What is wrong]",
    "begins an incident; without words a form opens",
    "/incident declare SEV-2 inferadb Checkout errors above 5%",
    also=("new", "start"),
    when="anywhere",
    checked=False,
)
PATIENCE = 10.0
"""Seconds to wait for the channel before the answer goes without its link."""


@dataclass(frozen=True)
class Draft:
    """A form that is open: what it holds, and what it keeps."""

    filled: Filled
    kept: Mapping[str, Any]

    def drawn(self, services: Services, open_ones: Sequence[Incident] = ()) -> dict[str, Any]:
        """Draw it."""
        return declare_form.declare(self.filled, services.runbooks, self.kept, open_ones)


def register(app: AsyncApp) -> None:
    VERB.on(app, declare)
    click(app, actions.DECLARE_BUTTON, open_form, needs="")
    click(app, actions.SERVICE_CHOSEN, choose_service, needs="")
    click(app, actions.SEVERITY_CHOSEN, choose_severity, needs="")
    app.shortcut(actions.DECLARE_INCIDENT)(answering(open_form, needs=""))
    app.shortcut(actions.DECLARE_FROM_MESSAGE)(answering(open_form_for_message, needs=""))
    app.view(actions.DECLARE_FORM)(answering_form(submit, needs=""))


async def declare(asked: Asked, screen: Screen, services: Services) -> Answer:
    """Declare at once when the words suffice, else open the form as far as they go."""
    filled = read_declaration(asked.as_words().text, services.runbooks)
    if not suffices(filled):
        return await _open(Draft(filled, {"channel": asked.channel}), screen, asked, services)
    return await _declare(_declaration(filled), asked, services)


async def open_form(asked: Asked, screen: Screen, services: Services) -> Answer:
    filled = read_declaration("", services.runbooks)
    return await _open(Draft(filled, {"channel": asked.channel}), screen, asked, services)


async def open_form_for_message(asked: Asked, screen: Screen, services: Services) -> Answer:
    """Open the form with the message's first line as the title; it will be quoted and linked."""
    if (quoted := asked.quoted) is None:
        return await open_form(asked, screen, services)
    text = await readable(quoted.text, services.directory)
    first = next((line for line in text.splitlines() if line.strip()), "")
    filled = replace(
        read_declaration("", services.runbooks),
        title=cut(one_line(first), declare_form.TITLE),
        quote=cut(text, declare_form.QUOTE),
    )
    kept = {"channel": asked.channel, "quote": filled.quote, "of": [quoted.channel, quoted.ts]}
    return await _open(Draft(filled, kept), screen, asked, services)


async def choose_service(asked: Asked, screen: Screen, services: Services) -> Answer:
    """Draw the severities of the chosen service at once, then what is open for it and how bad it looks."""
    typed, kept = _typed(asked), dict(asked.kept)
    if typed.severity == kept.pop("proposed", None):
        typed = replace(typed, severity=None)
    draft = Draft(replace(typed, service=asked.value), kept)
    opened = await screen.redraw(asked.view, draft.drawn(services)) if asked.view else None
    return _complete(draft, opened, screen, asked, services) if opened else None


async def choose_severity(asked: Asked, screen: Screen, services: Services) -> Answer:
    """Draw the form anew with the choice, so that a proposal which is still on its way comes too late for it."""
    kept = {name: value for name, value in asked.kept.items() if name != "proposed"}
    draft = Draft(replace(_typed(asked), severity=asked.value), kept)
    opened = await screen.redraw(asked.view, draft.drawn(services)) if asked.view else None
    return _complete(draft, opened, screen, asked, services) if opened else None


async def submit(asked: Asked, messages: Messages, services: Services) -> Answer:
    """Declare what the form says; the message it came from is linked."""
    if not asked.said("severity"):
        raise BadInput("Choose the service again: then its severities appear below it.", field="service")
    link = await messages.link(Quoted(*asked.kept["of"])) if asked.kept.get("of") else ""
    declaration = replace(_declaration(_typed(asked)), source_link=link, quote=str(asked.kept.get("quote") or ""))
    return await _declare(declaration, asked, services)


async def _open(draft: Draft, screen: Screen, asked: Asked, services: Services) -> Answer:
    """Open the form first; what is open for the service, and how bad it looks, is looked up afterwards."""
    opened = await screen.open(draft.drawn(services))
    return _complete(draft, opened, screen, asked, services) if draft.filled.service else None


async def _complete(draft: Draft, opened: OpenView, screen: Screen, asked: Asked, services: Services) -> None:
    """Add what is open for the service, then what its numbers say; without them the form is as good."""
    service = draft.filled.service or ""
    asking = asyncio.ensure_future(services.diagnoses.watching.looks(service))
    try:
        await services.permission.require(asked.person, "member")
        found = await services.incidents.open_ones(asked.person, service)
        now = await screen.redraw(opened, draft.drawn(services, found)) if found else opened
        looks = await asking
    except Told:
        return
    finally:
        asking.cancel()
    if now is not None and looks is not None:
        proposed = {} if draft.filled.severity else {"proposed": looks.severity.key}
        better = Draft(replace(draft.filled, looks=looks), {**draft.kept, **proposed})
        await screen.redraw(now, better.drawn(services, found))


async def _declare(declaration: Declaration, asked: Asked, services: Services) -> Answer:
    try:
        await services.permission.require(asked.person, "responder")
        incident = await services.incidents.declare(declaration, by=asked.by)
    except Unavailable as unavailable:
        raise Unavailable(_by_hand(declaration, services), field="title") from unavailable
    return once_there(incident, asked, services)


async def once_there(incident: Incident, asked: Asked, services: Services) -> Message:
    """Say where the incident is, as soon as its channel is there."""
    try:
        async with asyncio.timeout(PATIENCE):
            while not incident.channel:
                await asyncio.sleep(0.1)
                incident = (await services.incidents.look(incident.id or 0, asked.person)).incident
    except (TimeoutError, Told):
        return declared.on_its_way(incident)
    telling = services.incidents.telling
    return declared.there(incident, on_call=bool(telling.on_call(telling.runbook(incident))))


def _by_hand(declaration: Declaration, services: Services) -> str:
    runbook = services.runbooks.get(declaration.service)
    on_call = services.people.resolve(runbook.on_call) if runbook and runbook.on_call else None
    return declared.by_hand(declaration.title, declaration.service, runbook, on_call)


def _declaration(filled: Filled) -> Declaration:
    return Declaration(
        title=filled.title,
        service=filled.service or "",
        severity=filled.severity or "",
        impact=filled.impact,
        private=filled.private,
        drill=filled.drill,
    )


def _typed(asked: Asked) -> Filled:
    """Return what the form holds so far."""
    return Filled(
        title=asked.said("title"),
        service=asked.said("service") or None,
        severity=asked.said("severity") or None,
        impact=asked.said("impact"),
        private="private" in asked.chosen("options"),
        drill="drill" in asked.chosen("options"),
        quote=str(asked.kept.get("quote") or ""),
    )
