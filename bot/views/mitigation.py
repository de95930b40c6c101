"""Mitigations: what would be sent, and how it goes, in one message that is edited."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from slack_sdk.models.blocks import ActionsBlock, Block, ButtonElement, RichTextBlock

from bot.incidents.values import RequestedMitigation
from bot.store.tables import Incident, MitigationRun, RunState
from bot.views import actions
from bot.views.diagnosis import Step, said
from bot.views.message import LABEL, Message, code, context, cut, escaped, message, preformatted, section, with_code
from bot.views.people import asker
from bot.views.signs import LEVELS, risk, sign
from runbooks.model import Mitigation

REQUEST = re.compile(r"[A-Z]+ /")
"""How a request's own line begins; its body follows on other lines."""
SHOWN = 2_500
LATEST = 6
"""Sentences of a rollout that are shown: what is going on, not all that went on."""
SECOND = "A second person should agree to this. Ask in the channel before you press Apply."
DRILL = "This is a drill: nothing is applied. Rehearse records that you would have."


@dataclass(frozen=True)
class Button:
    """Something to press: a mitigation; without one it posts an update."""

    label: str
    mitigation: str = ""


@dataclass(frozen=True)
class Progress:
    """How a mitigation goes."""

    run: MitigationRun
    checks: Sequence[Step] = ()
    outcome: str = ""
    buttons: Sequence[Button] = ()
    """What to press next."""
    by_hand: Sequence[Mitigation] = ()
    """What usually comes next, and only a person can do."""


def confirmation(asked: RequestedMitigation) -> Message:
    """Show what will be sent, and ask for a yes."""
    head = f"*{escaped(asked.title)}* on INC-{asked.incident}? {risk(asked.risk)}"
    about = f"\n{escaped(asked.about)}" if asked.about else ""
    blocks: list[Block] = [section(head + about), _preformatted(asked.line)]
    if asked.diff:
        blocks += [context("This changes:"), _preformatted(asked.diff)]
    if asked.sends:
        blocks += [context("This is sent to the cluster:"), _preformatted("\n".join(_sent(asked)))]
    blocks += [section(f":warning: {with_code(cut(warning, 500))}") for warning in asked.warnings[:5]]
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
    run, outcome = what.run, with_code(what.outcome) or _word(what.run.state)
    blocks: list[Block] = [section(f"{sign(run)} *{escaped(run.title)}*: {outcome}"), _preformatted(run.line)]
    if sentences := run.progress.splitlines():
        blocks.append(section("\n".join(escaped(cut(one, 300)) for one in sentences[-LATEST:])))
    if what.checks:
        lines = [f"{LEVELS.get(one.level, '')} *{escaped(one.title)}*{said(one)}" for one in what.checks]
        blocks.append(section("\n".join(lines[:20])))
    blocks += [section(f"Next, by hand: *{escaped(one.name)}*\n{code(one.line, 300)}") for one in what.by_hand]
    if what.buttons:
        blocks.append(_buttons(incident, what.buttons))
    blocks.append(context(f"by {asker(run.by)} · {incident.ref}"))
    return message(f"{escaped(run.title)}: {outcome}", blocks)


def _buttons(incident: Incident, buttons: Sequence[Button]) -> ActionsBlock:
    """Offer what to press next; a mitigation shows first what would be sent."""
    drawn = [
        ButtonElement(
            text=cut(one.label, LABEL),
            action_id=f"{actions.MITIGATION_CHOOSE}:{place}" if one.mitigation else actions.POST_UPDATE,
            value=f"{incident.id}/{one.mitigation}" if one.mitigation else str(incident.id),
            style=None if place else "primary",
        )
        for place, one in enumerate(buttons[:5])
    ]
    return ActionsBlock(elements=drawn)


def _word(state: RunState) -> str:
    return {RunState.RUNNING: "being applied", RunState.WAITING: "waiting"}.get(state, state.value)


def _preformatted(text: str) -> RichTextBlock:
    return preformatted(cut(text, SHOWN, "\n… cut here"))
