"""A Slack payload reaches its command once; who may; how an error is told.

A handler names what it needs as parameters: `asked`, `incident` (the one the person means), `screen`, `messages`,
`services`, or anything in `Services`. It returns its answer. Acknowledging, permission and errors are here, in one
place. A listener never raises: bolt would lose the acknowledgement that it had given just before.
"""

import asyncio
import contextlib
import inspect
import secrets
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import structlog
from slack_bolt.async_app import AsyncApp
from slack_bolt.kwargs_injection.async_args import AsyncArgs

from bot.asked import Asked, OpenView, Quoted
from bot.errors import NoIncidentHere, Redelivered, Told
from bot.payloads import asked_in, field_of
from bot.replies import Echo, Instead, Messages, Reply, Screen
from bot.views.message import Message
from bot.words import MENTION, mentions, plain

if TYPE_CHECKING:
    from bot.incidents.checklists import Checklists
    from bot.incidents.diagnoses import Diagnoses
    from bot.incidents.drills import Drills
    from bot.incidents.handoffs import Handoffs
    from bot.incidents.lifecycle import Incidents
    from bot.incidents.mitigations import Mitigations
    from bot.incidents.noticing import Notices
    from bot.incidents.permission import Directory, Permission
    from bot.incidents.postmortems import Postmortems
    from bot.incidents.telling import People
    from bot.incidents.timeline import Timeline
    from bot.incidents.updates import Updates
    from runbooks.model import Runbook

__all__ = [
    "Answer",
    "Asked",
    "OpenView",
    "Quoted",
    "Services",
    "answering",
    "answering_event",
    "answering_form",
    "readable",
    "serve",
]

log = structlog.get_logger()
ERROR = 2_000
"""Characters beside a form's field."""
FORM_PATIENCE = 2.3
"""Seconds a form may wait for its answer; Slack gives up after three."""

Said = str | Message | Instead | Echo | None
Answer = Said | Awaitable[Said]
Handler = Callable[..., Awaitable[Answer]]
Listener = Callable[[AsyncArgs], Awaitable[None]]


@dataclass(frozen=True)
class Services:
    """What the commands ask. Their names are the parameter names by which a handler gets them."""

    incidents: "Incidents"
    updates: "Updates"
    timeline: "Timeline"
    diagnoses: "Diagnoses"
    mitigations: "Mitigations"
    notices: "Notices"
    checklists: "Checklists"
    handoffs: "Handoffs"
    postmortems: "Postmortems"
    drills: "Drills"
    permission: "Permission"
    directory: "Directory"
    runbooks: "Mapping[str, Runbook]"
    people: "People"


@dataclass(frozen=True)
class Refusal:
    """Why something was not done, and which field of a form it is about."""

    text: str
    field: str | None = None


def serve(app: AsyncApp, services: Services) -> None:
    """Give every listener its services."""

    async def give(context: dict[str, Any], next: Callable[[], Awaitable[None]]) -> None:  # noqa: A002 - bolt's name
        context["services"] = services
        await next()

    app.use(give)


def answering(handler: Handler, *, needs: str = "responder", free: bool = False) -> Listener:
    """Acknowledge at once, then ask `handler` and give its answer in private; `free` is a verb that a text follows."""

    async def listener(args: AsyncArgs) -> None:
        await args.ack()
        await _answer(args, _asking(handler, args, needs, free=free))

    return _named(listener, handler)


def answering_form(handler: Handler, *, needs: str = "responder", patience: float = FORM_PATIENCE) -> Listener:
    """Ask `handler` what to do with a form; what it refuses stands beside the field, and nothing typed is lost."""

    async def listener(args: AsyncArgs) -> None:
        asking = asyncio.ensure_future(_asking(handler, args, needs))
        await asyncio.wait({asking}, timeout=patience)
        if asking.done() and isinstance(refusal := asking.result(), Refusal):
            beside = await _plainly(refusal.text, args.context["services"])
            await args.ack(response_action="errors", errors={_block(refusal, args): beside})
            return
        await args.ack()
        await _answer(args, asking)

    return _named(listener, handler)


def answering_event(handler: Handler) -> Listener:
    """Hear of something that happened; nobody asked, so nobody is answered."""

    async def listener(args: AsyncArgs) -> None:
        refusal = await _asking(handler, args, "")
        if isinstance(refusal, Refusal):
            log.info("an event was not followed", kind=args.payload.get("type"), why=refusal.text)

    return _named(listener, handler)


async def _answer(args: AsyncArgs, asking: Awaitable[Answer | Refusal]) -> None:
    """Give an answer, and what follows it later, to the person alone."""
    answer = await asking
    if isinstance(answer, Awaitable):
        answer = await _safely(answer, args)
    if answer is None:
        return
    reply = Reply(args.client, args.respond, asked_in(args.body))
    await _safely(reply(answer.text if isinstance(answer, Refusal) else answer), args)


async def _asking(handler: Handler, args: AsyncArgs, needs: str, *, free: bool = False) -> Any:
    return await _safely(_ask(handler, args, needs, free=free), args)


async def _ask(handler: Handler, args: AsyncArgs, needs: str, *, free: bool) -> Answer:
    services: Services = args.context["services"]
    asked = asked_in(args.body)
    if free and asked.ref_word and await _of_an_incident(asked, services):
        asked = asked.as_words()
    if needs:
        await services.permission.require(asked.person, needs)
    return await handler(**await _wanted(handler, args, services, asked))


async def _of_an_incident(asked: Asked, services: Services) -> bool:
    """Whether the channel is an incident's: there a command means it, and a text may begin with another's name."""
    with contextlib.suppress(NoIncidentHere):
        await services.incidents.named(None, asked.channel, person=asked.person)
        return True
    return False


async def _wanted(handler: Handler, args: AsyncArgs, services: Services, asked: Asked) -> dict[str, Any]:
    """Return what the handler's parameters name."""
    given: dict[str, Any] = {}
    for name in inspect.signature(handler).parameters:
        if name == "asked":
            given[name] = asked
        elif name == "incident":
            given[name] = await services.incidents.named(asked.ref, asked.channel, person=asked.person)
        elif name == "screen":
            given[name] = Screen(args.client, asked)
        elif name == "services":
            given[name] = services
        elif name == "messages":
            given[name] = Messages(args.client)
        else:
            given[name] = getattr(services, name)
    return given


async def _safely(doing: Awaitable[Any], args: AsyncArgs) -> Any:
    """Turn what goes wrong into a sentence for the person; what nobody foresaw carries a reference into the log."""
    try:
        return await doing
    except Redelivered:
        return None
    except Told as told:
        return Refusal(str(told), told.field)
    except Exception:  # whatever it is: the person is answered, and the process goes on
        reference = secrets.token_hex(4)
        log.exception("a payload could not be answered", reference=reference, kind=_kind(args.body))
        return Refusal(
            "Something went wrong inside Muster; it is not what you typed. Look whether it happened, then try again. "
            f"Whoever runs Muster finds the cause in its log under `{reference}`."
        )


def _block(refusal: Refusal, args: AsyncArgs) -> str:
    """Return the input beside which a refusal stands: the field's own, else the first."""
    view = asked_in(args.body).view
    inputs = view.inputs if view else ()
    own = (block for block in inputs if field_of(block) == refusal.field)
    return next(own, inputs[0] if inputs else refusal.field or "")


async def readable(text: str, directory: "Directory", sign: str = "@") -> str:
    """Return what Slack holds as a person reads it: with people's names, which Slack's own texts leave out."""
    names: dict[str, str] = {}
    for person in mentions(text):
        with contextlib.suppress(Told):
            names[person] = (await directory.member(person)).name
    text = MENTION.sub(lambda one: sign + (names.get(one[1]) or "somebody"), text)
    return plain(text)


async def _plainly(text: str, services: Services) -> str:
    """Write a sentence as a form shows it: without markup, and with people's names."""
    return (await readable(text, services.directory, sign="")).replace("`", "")[:ERROR]


def _kind(body: Mapping[str, Any]) -> str:
    actions = body.get("actions") or [{}]
    view = body.get("view") or {}
    words = (body.get("type"), actions[0].get("action_id"), body.get("callback_id"), view.get("callback_id"))
    return " ".join(word for word in words if word) or (body.get("text") or "").partition(" ")[0] or "command"


def _named(listener: Listener, handler: Handler) -> Listener:
    """Give a listener its handler's name, for bolt's log. Not functools.wraps: bolt would read the wrong parameters."""
    listener.__name__ = getattr(handler, "__name__", "listener")
    return listener
