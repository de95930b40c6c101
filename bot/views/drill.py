"""Drills as people see them: announced, missed, in their channel, and in a list."""

from collections.abc import Sequence
from datetime import datetime

from slack_sdk.models.blocks import Block

from bot.views.buttons import saying
from bot.views.message import Message, context, cut, escaped, message, section, when
from bot.views.people import DRILL, to
from runbooks.model import Drill, Runbook

DAY = "{date_short_pretty} {time}"
APPLIED = "Mitigations are only shown, never applied. End it with Resolve, as you would a real one."


def announced(runbook: Runbook, drill: Drill, at: datetime) -> Message:
    """Say that a drill is coming."""
    what = f"{escaped(runbook.name)}: {escaped(drill.name)}"
    about = f"\n{escaped(cut(drill.about, 500))}" if drill.about else ""
    text = f":mortar_board: *A drill is coming: {what}* — {when(at, DAY)}{about}"
    note = context("Muster opens its channel then, marked as a drill. Nothing real is changed.")
    return message(f"A drill is coming: {what}", [section(text), note])


def not_begun(runbook: Runbook, drill: Drill, why: str, whom: str | None) -> Message:
    """Tell whoever answers for the service that a drill did not begin, why, and how to begin it."""
    what = f"the drill *{escaped(drill.name)}* of {escaped(runbook.name)} did not begin"
    how = f"To begin it now: `/incident drill {runbook.service} {drill.id}`."
    text = f":mortar_board: {to(whom, what)}: {cut(why, 500)} {how}"
    return message(text, [section(text)])


def brief(drill: Drill) -> Message:
    """Say in the drill's channel what to play through."""
    steps = "\n".join(f"{place}. {escaped(cut(step, 300))}" for place, step in enumerate(drill.steps[:20], 1))
    about = f"\n{escaped(cut(drill.about, 1_000))}" if drill.about else ""
    scenario = f"\nThe scenario: `/incident diagnose {drill.scenario}`" if drill.scenario else ""
    blocks: list[Block] = [section(f"*{DRILL}: {escaped(drill.name)}*{about}{scenario}")]
    return message(f"{DRILL}: {escaped(drill.name)}", [*blocks, *([section(steps)] if steps else []), context(APPLIED)])


def listed(upcoming: Sequence[tuple[Runbook, Drill, datetime | None]], service: str = "") -> Message:
    """Show the drills (of one service, if it is named), each with its next time and a button that begins it."""
    if not upcoming:
        whose = f"The runbook of {escaped(service)} has no drills" if service else "No runbook has a drill"
        return message(f"{whose}. Add `drills:` to it, or declare one: `/incident declare --drill`.")
    blocks: list[Block] = [section("*Drills*")]
    for runbook, drill, at in upcoming[:20]:
        time = when(at, DAY) if at else "whenever you like"
        about = f"\n{escaped(cut(drill.about, 200))}" if drill.about else ""
        row = section(f"*{escaped(drill.name)}* — {escaped(runbook.name)}, {time}{about}")
        row.accessory = saying("Begin now", f"drill {runbook.service} {drill.id}", f"{runbook.service}/{drill.id}")
        blocks.append(row)
    return message("Drills", [*blocks, context(APPLIED)])
