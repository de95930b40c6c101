"""The form that declares an incident: opened before anything is looked up, drawn anew for the service chosen."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from slack_sdk.models.blocks import Block, CheckboxesElement, InputBlock, Option, PlainTextObject, StaticSelectElement

from bot.store.tables import Incident
from bot.views import actions
from bot.views.forms import Form, form
from bot.views.inputs import notice, severity_input, text_input
from bot.views.message import LABEL, context, cut, escaped, when
from runbooks.meaning import Looks
from runbooks.model import Runbook

TITLE = 150
QUOTE = 1_200
SHOWN = 5


@dataclass(frozen=True)
class Filled:
    """What is known of an incident before it is declared; `notice` says what could not be read."""

    title: str = ""
    service: str | None = None
    severity: str | None = None
    impact: str = ""
    private: bool = False
    drill: bool = False
    quote: str = ""
    notice: str = ""
    looks: Looks | None = None
    """What the service's live numbers speak for."""


def declare(
    filled: Filled,
    runbooks: Mapping[str, Runbook],
    kept: Mapping[str, Any],
    open_ones: Sequence[Incident] = (),
) -> Form:
    """Ask for title, service and severity; the severities are those of the service."""
    runbook = runbooks.get(filled.service or "")
    blocks: list[Block] = [
        *([context(escaped(cut(filled.notice, 300)))] if filled.notice else []),
        *([context(f"From a message: _{escaped(cut(filled.quote, 200))}_")] if filled.quote else []),
        text_input("title", "What is wrong?", hint="As a user would say it.", initial=filled.title, limit=TITLE),
        _service(runbooks, filled.service),
        *(_severity(runbook, filled) if runbook else [context("Choose the service; then its severities appear here.")]),
        *([_already_open(open_ones)] if open_ones else []),
        text_input("impact", "Impact on users", hint="Who notices, and what?", required=False, limit=500),
        _options(filled),
    ]
    return form(actions.DECLARE_FORM, "Declare an incident", "Declare", blocks, kept)


def _severity(runbook: Runbook, filled: Filled) -> list[Block]:
    """Ask how bad it is; what the numbers say is told, and chosen beforehand where nobody has chosen yet."""
    chosen, looks = _key(runbook, filled), filled.looks
    # Slack keeps what a block holds while its id stays: what is chosen for the person needs a block of its own
    block = f"severity:{runbook.service}" + (f":{looks.severity.key}" if looks and not chosen else "")
    proposed = looks.severity.key if looks else None
    asked = severity_input(block, runbook.severities, chosen or proposed, telling=actions.SEVERITY_CHOSEN)
    said = (
        f":chart_with_upwards_trend: Looks like *{escaped(looks.severity.key)}*: {escaped(looks.why)}" if looks else ""
    )
    return [asked, *([notice("looks", said)] if said else [])]


def _key(runbook: Runbook, filled: Filled) -> str | None:
    known = runbook.severity(filled.severity) if filled.severity else None
    return known.key if known else None


def _service(runbooks: Mapping[str, Runbook], chosen: str | None) -> InputBlock:
    options = [_option(one.service, one.name) for one in sorted(runbooks.values(), key=lambda one: one.name.lower())]
    return InputBlock(
        block_id="service",
        label=PlainTextObject(text="Service"),
        dispatch_action=True,
        element=StaticSelectElement(
            action_id=actions.SERVICE_CHOSEN,
            placeholder="Which service?",
            options=options[:100],
            initial_option=next((one for one in options if one.value == chosen), None),
        ),
    )


def _options(filled: Filled) -> InputBlock:
    private = _option("private", "Private", "Told nowhere; only the people invited see it.")
    drill = _option("drill", "Drill", "An exercise, and marked as one.")
    ticked = [box for box, wanted in ((private, filled.private), (drill, filled.drill)) if wanted]
    return InputBlock(
        block_id="options",
        label=PlainTextObject(text="Options"),
        optional=True,
        element=CheckboxesElement(action_id="options", options=[private, drill], initial_options=ticked or None),
    )


def _already_open(open_ones: Sequence[Incident]) -> Block:
    lines = [f"• *{one.ref}* {_told(one)}, since {when(one.started_at)}" for one in open_ones[:SHOWN]]
    more = len(open_ones) - SHOWN
    lines += [f"… and {more} more: `/incident list`"] if more > 0 else []
    return notice("open_ones", "*Already open for this service.* Is it the same?\n" + "\n".join(lines))


def _told(incident: Incident) -> str:
    channel = f" <#{incident.channel}>" if incident.channel else ""
    return f"{escaped(incident.severity)}{channel} _{escaped(cut(incident.title, 80))}_"


def _option(value: str, label: str, about: str = "") -> Option:
    return Option(
        value=value,
        text=PlainTextObject(text=cut(label, LABEL)),
        description=PlainTextObject(text=about) if about else None,
    )
