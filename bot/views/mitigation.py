"""Mitigations: what would be sent, and how it goes, in one message that is edited."""

import re
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
from bot.views.diagnosis import Step, said
from bot.views.message import LABEL, Message, context, cut, escaped, message, section
from bot.views.output import SIGNS
from bot.views.people import asker
from runbooks.model import Mitigation

RISKS = {"low": ":large_green_circle: low", "medium": ":large_yellow_circle: medium", "high": ":red_circle: high"}
SIGN = {
    RunState.WAITING: ":hourglass:",
    RunState.RUNNING: ":gear:",
    RunState.DONE: ":white_check_mark:",
    RunState.FAILED: ":x:",
    RunState.INTERRUPTED: ":pause_button:",
    RunState.CANCELLED: ":no_entry_sign:",
}
REQUEST = re.compile(r"[A-Z]+ /")
"""How a request's own line begins; its body follows on other lines."""
SHOWN = 2_500
LATEST = 6
"""Sentences of a rollout that are shown: what is going on, not all that went on."""
SECOND = "A second person should agree to this. Ask in the channel before you press Apply."
DRILL = "This is a drill: nothing is applied. Rehearse records that you would have."


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
    following: Sequence[Mitigation] = ()
    """What usually comes next, once it is done."""


def confirmation(asked: RequestedMitigation) -> Message:
    """Show what will be sent, and ask for a yes."""
    head = f"*{escaped(asked.title)}* on INC-{asked.incident}? Risk: {RISKS.get(asked.risk, escaped(asked.risk))}"
    about = f"\n{escaped(asked.about)}" if asked.about else ""
    blocks: list[Block] = [section(head + about), _preformatted(asked.line)]
    if asked.diff:
        blocks += [context("This changes:"), _preformatted(asked.diff)]
    if asked.sends:
        blocks += [context("This is sent to the cluster:"), _preformatted("\n".join(_sent(asked)))]
    blocks += [section(f":warning: {escaped(cut(warning, 500))}") for warning in asked.warnings[:5]]
    if asked.drill:
        blocks.append(section(f":test_tube: {DRILL}"))
    elif asked.approved:
        blocks.append(section(f":busts_in_silhouette: {SECOND}"))
    value = f"{asked.incident}/{asked.mitigation}/{asked.token}"
    label, style = (
        ("Rehearse", "primary") if asked.drill else ("Apply", "danger" if asked.risk == "high" else "primary")
    )
    blocks.append(
        ActionsBlock(
            elements=[
                ButtonElement(text=label, action_id=actions.MITIGATION_APPLY, value=value, style=style),
                ButtonElement(text="Cancel", action_id=actions.MITIGATION_CANCEL, value=value),
            ]
        )
    )
    return message(f"{escaped(asked.title)}? Nothing is sent before you press {label}.", blocks)


def _sent(asked: RequestedMitigation) -> list[str]:
    """Show each request; its body only where no diff says what it does, for Apply should not be three screens away."""
    requests = [cut(one, 300) for one in asked.sends if REQUEST.match(one)]
    return requests if asked.diff and requests else list(asked.sends)


def progress(incident: Incident, what: Progress) -> Message:
    """Show how it goes; edited until it has ended."""
    head = f"{SIGN[what.state]} *{escaped(what.title)}*: {escaped(what.outcome) or _word(what.state)}"
    blocks: list[Block] = [section(head), _preformatted(what.line)]
    if what.sentences:
        blocks.append(section("\n".join(escaped(cut(one, 300)) for one in what.sentences[-LATEST:])))
    if what.checks:
        lines = [f"{SIGNS.get(one.level, '')} *{escaped(one.title)}*{said(one)}" for one in what.checks]
        blocks.append(section("\n".join(lines[:20])))
    if what.following:
        blocks.append(_following(incident, what.following))
    blocks.append(context(f"by {asker(what.by)} · {incident.ref}"))
    return message(f"{escaped(what.title)}: {escaped(what.outcome) or _word(what.state)}", blocks)


def _following(incident: Incident, following: Sequence[Mitigation]) -> ActionsBlock:
    """Offer what usually comes next; each shows first what would be sent."""
    buttons = [
        ButtonElement(
            text=cut(f"Next: {one.name}…", LABEL),
            action_id=f"{actions.MITIGATION_CHOOSE}:{place}",
            value=f"{incident.id}/{one.id}",
        )
        for place, one in enumerate(following[:3])
    ]
    return ActionsBlock(elements=buttons)


def _word(state: RunState) -> str:
    return {RunState.RUNNING: "being applied", RunState.WAITING: "waiting"}.get(state, state.value)


def _preformatted(text: str) -> RichTextBlock:
    shown = cut(text, SHOWN, "\n… cut here")
    return RichTextBlock(elements=[RichTextPreformattedElement(elements=[RichTextElementParts.Text(text=shown)])])
