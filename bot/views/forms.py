"""The forms a person fills in: the most important input first, little required, and nothing looked up to open one."""

import json
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from slack_sdk.models.blocks import (
    Block,
    InputBlock,
    PlainTextObject,
)
from slack_sdk.models.views import View

from bot.incidents.values import Offered
from bot.store.tables import Incident, Status
from bot.views import actions
from bot.views.inputs import mitigation_input, select_input, severity_input, text_input
from bot.views.message import context, cut, escaped, section
from bot.views.mitigation import SECOND
from runbooks.model import Severity
from runbooks.parts.durations import spelled

TITLE = 24  # of a form
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


def update(ref: str, channel: str | None, now: Incident | None = None, *, opened: bool = False) -> Form:
    """Ask what stakeholders shall hear; how it stands now is shown once that is known.

    In a form that is `opened` already no field is filled in: somebody may have chosen something meanwhile.
    """
    blocks: list[Block] = [
        *([_standing(now)] if now else []),
        text_input("known", "What we know", hint="What happened, what was found, what is being done.", long=True),
        _status(mended=now is not None and _mended(now), opened=opened),
        text_input("impact", "Impact on users", hint="Empty: as before.", required=False, limit=500),
        select_input("next_in", "Next update", [(AS_BEFORE, "As the severity says"), *_next_updates()], AS_BEFORE),
    ]
    return form(actions.UPDATE_FORM, f"Update INC-{ref}", "Post update", blocks, kept(ref, channel))


def _mended(incident: Incident) -> bool:
    """Whether what was done has helped, and nobody has said so yet."""
    return incident.mitigated_at is not None and incident.status in {Status.INVESTIGATING, Status.IDENTIFIED}


def _status(*, mended: bool, opened: bool) -> InputBlock:
    """Ask for the status; once the checks are well, propose Monitoring."""
    statuses = [status.value for status in Status if status.open]
    options = [(AS_BEFORE, "As before"), *((one, one) for one in statuses)]
    if not mended:
        return select_input("status", "Status", options, AS_BEFORE)
    what = "choose Monitoring if you agree." if opened else "so Monitoring is filled in."
    chosen = AS_BEFORE if opened else Status.MONITORING.value
    return select_input("status", "Status", options, chosen, hint=f"The checks are well since a mitigation: {what}")


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


def _next_updates() -> list[tuple[str, str]]:
    return [(spelled(one).replace(" ", ""), f"In {spelled(one)}") for one in NEXT_UPDATES]
