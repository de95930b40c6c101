"""A handoff: what the next one needs to know, and the two answers that they may give."""

from collections.abc import Sequence
from typing import Any

from slack_sdk.models.blocks import ActionsBlock, Block, ButtonElement, InputBlock, PlainTextObject, UserSelectElement

from bot.incidents.times import lasted
from bot.store.tables import (
    Entry,
    Handoff,
    HandoffState,
    Incident,
    Kind,
    MitigationRun,
    NoticeRow,
    NoticeState,
    Role,
    RunState,
)
from bot.views import actions, forms
from bot.views.inputs import text_input
from bot.views.message import Message, context, cut, escaped, message, section, sections, when
from bot.views.notices import what_to_say
from bot.views.people import DRILL, ROLES, listed, mention, person
from bot.views.signs import begun, outcome

TOLD = (Kind.SEVERITY, Kind.STATUS, Kind.DIAGNOSTIC, Kind.ESCALATION, Kind.NOTE, Kind.MARKED, Kind.HANDOFF)
"""Which entries tell what was done; mitigations are told by their runs."""
LINES = 8


def form(ref: str, channel: str | None) -> forms.Form:
    """Ask who takes over."""
    select = UserSelectElement(action_id="taker", placeholder="Choose a person")
    taker = InputBlock(block_id="taker", label=PlainTextObject(text="Who takes over?"), element=select)
    note = text_input("note", "What they should know besides", required=False, long=True, limit=1_000)
    return forms.form(actions.HANDOFF_FORM, f"Hand over INC-{ref}", "Offer", [taker, note], forms.kept(ref, channel))


def offered(incident: Incident, handoff: Handoff) -> Message:
    """Show the summary, and the buttons until it is answered."""
    roles = listed([ROLES[Role(one)] for one in handoff.roles])
    text = f":handshake: {mention(handoff.taker)}: {person(handoff.giver)} hands {incident.ref} over to you ({roles})."
    blocks: list[Block] = [section(text), *sections(handoff.summary)]
    blocks += [context(DRILL)] if incident.drill else []
    value = f"{handoff.incident}/{handoff.id}"
    if handoff.state is HandoffState.OFFERED:
        accept = ButtonElement(text="Accept", action_id=actions.HANDOFF_ACCEPT, value=value, style="primary")
        later = ButtonElement(text="Not now", action_id=actions.HANDOFF_DECLINE, value=value)
        return message(text, [*blocks, ActionsBlock(elements=[accept, later])])
    return message(text, [*blocks, context(_ended(handoff))])


def taken(incident: Incident, handoff: Handoff, roles: Sequence[Role]) -> Message:
    """Tell everybody who has it now."""
    named = listed([f"*{ROLES[role]}*" for role in roles])
    text = f":handshake: {person(handoff.taker)} has taken {incident.ref} over from {person(handoff.giver)}: {named}."
    return message(text, [section(text)])


def values(
    handoff: Handoff, entries: Sequence[Entry], runs: Sequence[MitigationRun], next_steps: Sequence[str]
) -> dict[str, Any]:
    """Return what the template may name besides: who, what was done, and what is next."""
    done = [(one.at, _brief(one.text)) for one in entries if one.kind in TOLD][-LINES:]
    done += [(run.started_at, f"{_brief(run.title)}: {outcome(run)}") for run in runs if begun(run)][-LINES:]
    return {
        "to": mention(handoff.taker),
        "by": person(handoff.giver),
        "done": [f"{when(at)} {text}" for at, text in sorted(done)],
        "next_steps": list(next_steps),
    }


def next_steps(
    incident: Incident, items: Sequence[str], notices: Sequence[NoticeRow], runs: Sequence[MitigationRun]
) -> list[str]:
    """Say what is open: mitigations that run, the next update, what is to be said outside, the checklist."""
    steps = [f"Watch: {_brief(run.title)} is still running" for run in runs if run.state is RunState.RUNNING]
    if incident.next_update_at:
        steps.append(f"The next update is due at {when(incident.next_update_at)}")
    if incident.resolve_by:
        steps.append(f"It should be resolved by {when(incident.resolve_by)}")
    waiting = [what_to_say(row) for row in notices if row.state is NoticeState.OPEN]
    steps += [f"Still to be said outside Slack: {cut('; '.join(waiting), 300)}"] if waiting else []
    return [*steps, *(_brief(text) for text in items[:LINES])]


def _ended(handoff: Handoff) -> str:
    after = lasted(handoff.offered_at, handoff.answered_at) if handoff.answered_at else ""
    if handoff.state is HandoffState.ACCEPTED:
        return f":white_check_mark: Accepted by {person(handoff.taker)} after {after}"
    if handoff.state is HandoffState.DECLINED:
        return f"{person(handoff.taker)} cannot take it now. `/incident handoff` offers it to somebody else."
    return "No longer offered."


def _brief(text: str) -> str:
    return escaped(cut(" ".join(text.split()), 160))
