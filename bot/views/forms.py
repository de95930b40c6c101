"""The forms a person fills in: the most important input first, little required, and nothing looked up to open one."""

import json
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from slack_sdk.models.blocks import (
    Block,
    InputBlock,
    InputInteractiveElement,
    NumberInputElement,
    Option,
    PlainTextInputElement,
    PlainTextObject,
    SectionBlock,
    StaticSelectElement,
)
from slack_sdk.models.views import View

from bot.incidents.values import Offered
from bot.store.tables import Incident, Status
from bot.views import actions
from bot.views.message import LABEL, context, cut, escaped, section
from bot.views.mitigation import SECOND
from runbooks.durations import spelled
from runbooks.model import Input, Severity

LONG = 3_000  # of a plain text input
TITLE = 24  # of a form
DESCRIPTION = 75  # of an option
AS_BEFORE = "as before"
NEXT_UPDATES = [timedelta(minutes=minutes) for minutes in (10, 15, 30, 60, 120, 240)]

Form = dict[str, Any]


def form(callback: str, title: str, submit: str, blocks: Sequence[Block], kept: Mapping[str, Any]) -> Form:
    """Make a form; `kept` comes back with what the person fills in."""
    drawn: Form = View(
        type="modal",
        callback_id=callback,
        title=PlainTextObject(text=cut(title, TITLE)),
        submit=PlainTextObject(text=submit),
        close=PlainTextObject(text="Cancel"),
        private_metadata=json.dumps(dict(kept), ensure_ascii=False, separators=(",", ":")),
        blocks=blocks,
    ).to_dict()
    return drawn


def kept(ref: str | int | None, channel: str | None) -> dict[str, Any]:
    """Return what every form about an incident keeps: which one, and where to answer."""
    return {"ref": str(ref) if ref else None, "channel": channel}


def update(ref: str, channel: str | None, now: Incident | None = None) -> Form:
    """Ask what stakeholders shall hear; how it stands now is shown once that is known."""
    blocks: list[Block] = [
        *([_standing(now)] if now else []),
        text_input("known", "What we know", hint="What happened, what was found, what is being done.", long=True),
        _status(proposed=now is not None and _mended(now)),
        text_input("impact", "Impact on users", hint="Empty: as before.", required=False, limit=500),
        select_input("next_in", "Next update", [(AS_BEFORE, "As the severity says"), *_next_updates()], AS_BEFORE),
    ]
    return form(actions.UPDATE_FORM, f"Update INC-{ref}", "Post update", blocks, kept(ref, channel))


def _mended(incident: Incident) -> bool:
    """Whether what was done has helped, and nobody has said so yet."""
    return incident.mitigated_at is not None and incident.status in {Status.INVESTIGATING, Status.IDENTIFIED}


def _status(*, proposed: bool) -> InputBlock:
    """Ask for the status; once the checks are well, Monitoring is filled in (in a block of another name, or Slack
    keeps what the form showed before)."""
    statuses = [status.value for status in Status if status.open]
    options = [(AS_BEFORE, "As before"), *((one, one) for one in statuses)]
    if not proposed:
        return select_input("status", "Status", options, AS_BEFORE)
    hint = "The checks are well since a mitigation, so Monitoring is filled in."
    return select_input("status", "Status", options, Status.MONITORING.value, hint=hint, block="status:proposed")


def _standing(now: Incident) -> Block:
    impact = f" · Impact: {escaped(cut(now.impact, 300))}" if now.impact else ""
    known = f"\n_{escaped(cut(now.known, 300))}_" if now.known else ""
    return context(f"Now: {escaped(now.severity)} · {now.status}{impact}{known}")


def resolve(ref: str, channel: str | None) -> Form:
    """Ask for the root cause; everything else can wait."""
    blocks = [
        text_input("root_cause", "Root cause", hint="One sentence will do for now.", long=True),
        text_input("fix", "What fixed it", required=False, long=True),
        text_input("follow_ups", "Follow-ups", hint="One per line.", required=False, long=True),
    ]
    return form(actions.RESOLVE_FORM, f"Resolve INC-{ref}", "Resolve", blocks, kept(ref, channel))


def note(ref: str, channel: str | None) -> Form:
    """Ask what the timeline shall say."""
    blocks = [
        text_input("text", "Note", long=True),
        text_input("at", "When", hint="As 14:05, in your own time zone. Empty: now.", required=False, limit=20),
    ]
    return form(actions.NOTE_FORM, f"Note for INC-{ref}", "Note", blocks, kept(ref, channel))


def reopen(ref: str, channel: str | None) -> Form:
    """Ask why it begins again."""
    blocks = [text_input("reason", "Why is it open again?", long=True)]
    return form(actions.REOPEN_FORM, f"Reopen INC-{ref}", "Reopen", blocks, kept(ref, channel))


def cancel(ref: str, channel: str | None) -> Form:
    """Ask why it was none."""
    blocks = [text_input("reason", "Why was it no incident?", long=True)]
    return form(actions.CANCEL_FORM, f"Cancel INC-{ref}", "Cancel incident", blocks, kept(ref, channel))


def severity(ref: str, channel: str | None, ladder: Sequence[Severity], current: str) -> Form:
    """Ask how bad it is, in the words of the service's own ladder."""
    blocks = [severity_input("severity", ladder, current), text_input("why", "Why", required=False, limit=500)]
    return form(actions.SEVERITY_FORM, f"Severity of INC-{ref}", "Change", blocks, kept(ref, channel))


def mitigation(ref: str, channel: str | None, offered: Offered) -> Form:
    """Ask for a mitigation's inputs; what will be sent is shown afterwards, before anything changes."""
    what = offered.mitigation
    about = [section(escaped(what.about))] if what.about else []
    risk = (
        [context(f":red_circle: High risk. {SECOND if what.approved else 'Look twice.'}")]
        if what.risk == "high"
        else []
    )
    filled = [context("Filled in from what was found; change it where you know better.")] if offered.inputs else []
    inputs = [
        mitigation_input(name, wanted, offered.inputs.get(name), offered.choices.get(name, ()))
        for name, wanted in what.inputs.items()
    ]
    note_ = context("Nothing changes yet: next you see what would be sent, and confirm it.")
    remembered = {**kept(ref, channel), "mitigation": what.id}
    return form(actions.MITIGATION_FORM, what.name, "Show", [*about, *risk, *filled, *inputs, note_], remembered)


def mitigation_input(name: str, wanted: Input, known: str | None = None, choices: Sequence[str] = ()) -> InputBlock:
    """Make the input that fits a mitigation's placeholder; `known` is its value so far, `choices` what there is."""
    label = wanted.label or name.replace("_", " ").capitalize()
    default = known or (None if wanted.default is None else str(wanted.default))
    some = wanted.choices or choices
    if some:
        # a field whose kind changes needs another block, or Slack keeps what was typed for the old one
        block = name if wanted.choices else f"{name}:chosen"
        return select_input(name, label, [(one, one) for one in some], default, hint=wanted.help, block=block)
    if wanted.type in {"integer", "number"}:
        return _input(name, label, _number(name, wanted, default), hint=wanted.help, required=default is None)
    return text_input(name, label, hint=wanted.help, initial=default or "", required=default is None, limit=253)


def severity_input(block: str, ladder: Sequence[Severity], chosen: str | None, *, telling: str = "") -> InputBlock:
    """Make the select of a ladder, each step with what it means; `telling` is the action that tells of a choice."""
    options = [_option(one.key, one.key, one.meaning) for one in ladder][:100]
    element = StaticSelectElement(
        action_id=telling or "severity",
        placeholder="How bad is it?",
        options=options,
        initial_option=next((one for one in options if one.value == chosen), None),
    )
    drawn = _input(block, "Severity", element)
    drawn.dispatch_action = bool(telling) or None
    return drawn


def text_input(
    name: str,
    label: str,
    *,
    hint: str = "",
    initial: str = "",
    required: bool = True,
    long: bool = False,
    limit: int = LONG,
) -> InputBlock:
    """Make a text input; block and action are both called as the field."""
    element = PlainTextInputElement(
        action_id=name, multiline=long, max_length=limit, initial_value=cut(initial, limit) or None
    )
    return _input(name, label, element, hint=hint, required=required)


def select_input(
    name: str,
    label: str,
    values: Sequence[tuple[str, str]],
    initial: str | None = None,
    *,
    hint: str = "",
    block: str = "",
) -> InputBlock:
    """Make a select of (value, label)."""
    options = [_option(value, shown) for value, shown in values][:100]
    chosen = next((one for one in options if one.value == initial), None)
    element = StaticSelectElement(action_id=name, options=options, initial_option=chosen)
    return _input(block or name, label, element, hint=hint)


def notice(block: str, text: str) -> SectionBlock:
    """Make a line that can be drawn anew."""
    drawn = section(text)
    drawn.block_id = block
    return drawn


def _input(
    block: str, label: str, element: InputInteractiveElement, *, hint: str = "", required: bool = True
) -> InputBlock:
    return InputBlock(
        block_id=block,
        label=PlainTextObject(text=cut(label, 200)),
        hint=PlainTextObject(text=hint) if hint else None,
        element=element,
        optional=not required,
    )


def _number(name: str, wanted: Input, default: str | None) -> NumberInputElement:
    whole = wanted.type == "integer"
    return NumberInputElement(
        action_id=name,
        is_decimal_allowed=not whole,
        initial_value=default,
        min_value=_bound(wanted.min, whole=whole),
        max_value=_bound(wanted.max, whole=whole),
    )


def _bound(value: float | None, *, whole: bool) -> str | None:
    if value is None:
        return None
    return str(int(value)) if whole else str(value)


def _option(value: str, label: str, about: str = "") -> Option:
    return Option(
        value=value,
        text=PlainTextObject(text=cut(label, LABEL)),
        description=PlainTextObject(text=cut(about, DESCRIPTION)) if about else None,
    )


def _next_updates() -> list[tuple[str, str]]:
    return [(spelled(one).replace(" ", ""), f"In {spelled(one)}") for one in NEXT_UPDATES]
