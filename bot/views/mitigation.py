"""Mitigations: what would be sent, and how it goes, in one message that is edited."""

from collections.abc import Sequence
from dataclasses import dataclass

from slack_sdk.models.blocks import (
    ActionsBlock,
    Block,
    ButtonElement,
    RichTextBlock,
    RichTextElementParts,
    RichTextPreformattedElement,
)

from bot.incidents.values import RequestedMitigation
from bot.store.tables import Incident, RunState
from bot.views import actions
from bot.views.diagnosis import SIGNS, Step, said
from bot.views.message import Message, context, cut, escaped, message, section
from bot.views.people import asker

RISKS = {"low": ":large_green_circle: low", "medium": ":large_yellow_circle: medium", "high": ":red_circle: high"}
SIGN = {
    RunState.WAITING: ":hourglass:",
    RunState.RUNNING: ":gear:",
    RunState.DONE: ":white_check_mark:",
    RunState.FAILED: ":x:",
    RunState.INTERRUPTED: ":pause_button:",
    RunState.CANCELLED: ":no_entry_sign:",
}
SHOWN = 2_500
LATEST = 6
"""Sentences of a rollout that are shown: what is going on, not all that went on."""


@dataclass(frozen=True)
class Progress:
    """How a mitigation goes."""

    title: str
    line: str
    by: str
    state: RunState
    sentences: Sequence[str] = ()
    checks: Sequence[Step] = ()
    outcome: str = ""


def confirmation(asked: RequestedMitigation) -> Message:
    """Show what will be sent, and ask for a yes."""
    head = f"*{escaped(asked.title)}* on INC-{asked.incident}? Risk: {RISKS.get(asked.risk, escaped(asked.risk))}"
    about = f"\n{escaped(asked.about)}" if asked.about else ""
    blocks: list[Block] = [section(head + about), _preformatted(asked.line)]
    if asked.diff:
        blocks += [context("This changes:"), _preformatted(asked.diff)]
    if asked.sends:
        blocks += [context("This is sent to the cluster:"), _preformatted("\n".join(asked.sends))]
    blocks += [section(f":warning: {escaped(cut(warning, 500))}") for warning in asked.warnings[:5]]
    value = f"{asked.incident}/{asked.mitigation}/{asked.token}"
    style = "danger" if asked.risk == "high" else "primary"
    blocks.append(
        ActionsBlock(
            elements=[
                ButtonElement(text="Apply", action_id=actions.MITIGATION_APPLY, value=value, style=style),
                ButtonElement(text="Cancel", action_id=actions.MITIGATION_CANCEL, value=value),
            ]
        )
    )
    return message(f"{escaped(asked.title)}? Nothing is sent before you press Apply.", blocks)


def progress(incident: Incident, what: Progress) -> Message:
    """Show how it goes; edited until it has ended."""
    head = f"{SIGN[what.state]} *{escaped(what.title)}*: {escaped(what.outcome) or _word(what.state)}"
    blocks: list[Block] = [section(head), _preformatted(what.line)]
    if what.sentences:
        blocks.append(section("\n".join(escaped(cut(one, 300)) for one in what.sentences[-LATEST:])))
    if what.checks:
        lines = [f"{SIGNS.get(one.level, '')} *{escaped(one.title)}*{said(one)}" for one in what.checks]
        blocks.append(section("\n".join(lines[:20])))
    blocks.append(context(f"by {asker(what.by)} · {incident.ref}"))
    return message(f"{escaped(what.title)}: {escaped(what.outcome) or _word(what.state)}", blocks)


def _word(state: RunState) -> str:
    return {RunState.RUNNING: "being applied", RunState.WAITING: "waiting"}.get(state, state.value)


def _preformatted(text: str) -> RichTextBlock:
    shown = cut(text, SHOWN, "\n… cut here")
    return RichTextBlock(elements=[RichTextPreformattedElement(elements=[RichTextElementParts.Text(text=shown)])])
