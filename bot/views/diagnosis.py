"""What was run and what it means: one summary, each output in its thread."""

from collections.abc import Sequence
from dataclasses import dataclass

from slack_sdk.models.blocks import (
    Block,
    ButtonElement,
    RichTextBlock,
    RichTextElementParts,
    RichTextPreformattedElement,
    SectionBlock,
)
from slack_sdk.models.blocks.basic_components import MarkdownTextObject

from bot.store.tables import Incident, RunState
from bot.views import actions
from bot.views.message import LABEL, TEXT, Message, context, cut, escaped, message, section
from bot.views.people import asker

SIGNS = {
    "ok": "✅",
    "warning": "⚠️",
    "bad": "❌",
    "running": "⏳",
    "manual": "☑️",
    "interrupted": "⏸️",
}
WORST = {level: place for place, level in enumerate(("bad", "warning", "interrupted", "running", "manual"))}
"""What is wrong stands on top; what is well, last."""
SHOWN = 2_800
"""Characters of an output that a message shows; a phone scrolls long enough through those."""
SUGGESTIONS = 3
HEADLINE = 200


@dataclass(frozen=True)
class Step:
    """A line of the summary."""

    title: str
    level: str
    headline: str = ""


@dataclass(frozen=True)
class Suggestion:
    """A mitigation that a finding names."""

    mitigation: str
    label: str
    about: str = ""


@dataclass(frozen=True)
class Summary:
    """All that the one summary message shows."""

    title: str
    by: str | None
    steps: Sequence[Step]
    state: RunState
    called_out: Sequence[str] = ()
    suggestions: Sequence[Suggestion] = ()


def summary(incident: Incident, what: Summary) -> Message:
    """Show every step with its line; edited until all are done."""
    head = f"*{escaped(what.title)}* · {_progress(what)}"
    blocks: list[Block] = [section(head)]
    if what.called_out:
        blocks.append(section("\n".join(f":rocket: *{escaped(cut(text, HEADLINE))}*" for text in what.called_out[:3])))
    blocks += _lines(_worst_first(what), what.called_out)
    blocks += [_suggestion(incident, one, place) for place, one in enumerate(what.suggestions[:SUGGESTIONS])]
    hint = "Press Diagnose to run it again." if what.state is RunState.INTERRUPTED else "Each output is in the thread."
    blocks.append(context(f"{hint} · by {asker(what.by)} · {incident.ref}"))
    return message(f"{escaped(what.title)}: {_progress(what)}", blocks)


def output(title: str, line: str, text: str, notes: Sequence[str], sign: str = "") -> Message:
    """Show what a line printed, as it printed it; a long one is cut and says so."""
    shown, left_out = shortened(text)
    said = [*notes, *([f"{left_out} more lines are in the file below"] if left_out else [])]
    typed = f"`{escaped(cut(' '.join(line.split()), 500))}`"
    head = f"{sign} {typed}" if title == line else f"{sign} *{escaped(title)}*\n{typed}"
    blocks: list[Block] = [section(head.strip())]
    if shown.strip():
        blocks.append(_preformatted(shown))
    else:
        said.insert(0, "It printed nothing")
    if said:
        blocks.append(context(" · ".join(escaped(cut(one, 300)) for one in said)))
    return message(f"{escaped(title)}: {escaped(cut(shown.strip(), 200)) or 'it printed nothing'}", blocks)


def shortened(text: str) -> tuple[str, int]:
    """Return whole lines that fit into a message, and how many were left out."""
    clean = text.rstrip("\n")
    if len(clean) <= SHOWN:
        return clean, 0
    lines = clean.splitlines()
    kept, size = [], 0
    for line in lines:
        size += len(line) + 1
        if size > SHOWN:
            break
        kept.append(line)
    return ("\n".join(kept) if kept else clean[:SHOWN]), len(lines) - len(kept)


def _progress(what: Summary) -> str:
    left = sum(step.level == "running" for step in what.steps)
    if what.state is RunState.INTERRUPTED:
        return "interrupted by a restart of Muster"
    if left:
        return f"{len(what.steps) - left} of {len(what.steps)} done"
    bad = sum(step.level == "bad" for step in what.steps)
    doubtful = sum(step.level == "warning" for step in what.steps)
    if not bad and not doubtful:
        return "all is well"
    parts = [f"{count} {word}" for count, word in ((bad, "bad"), (doubtful, "to look at")) if count]
    return ", ".join(parts)


def _worst_first(what: Summary) -> Sequence[Step]:
    """Put what is bad on top, once nothing moves any more."""
    if what.state is RunState.RUNNING:
        return what.steps
    return sorted(what.steps, key=lambda step: WORST.get(step.level, len(WORST)))


def said(step: Step, called_out: Sequence[str] = ()) -> str:
    """Say a step's line without what stands beside or above it already."""
    if step.headline in called_out:
        return ": see above"
    text = cut(" ".join(step.headline.removeprefix(f"{step.title} is ").split()), HEADLINE)
    return f": {escaped(text)}" if text else ""


def _lines(steps: Sequence[Step], called_out: Sequence[str]) -> list[Block]:
    """Return the steps as few sections, none longer than Slack takes."""
    blocks: list[Block] = []
    lines: list[str] = []
    for step in steps:
        line = f"{SIGNS.get(step.level, '❔')} *{escaped(cut(step.title, 100))}*{said(step, called_out)}"
        if lines and sum(map(len, lines)) + len(lines) + len(line) > TEXT:
            blocks.append(section("\n".join(lines)))
            lines = []
        lines.append(line)
    return [*blocks, section("\n".join(lines))] if lines else blocks


def _suggestion(incident: Incident, suggested: Suggestion, place: int) -> SectionBlock:
    """Offer one mitigation, the first in green; Slack wants a button's action id once a block, so each has its own."""
    button = ButtonElement(
        text=cut(f"{suggested.label}…", LABEL),
        action_id=actions.MITIGATION_CHOOSE,
        value=f"{incident.id}/{suggested.mitigation}",
        style=None if place else "primary",
    )
    about = f": {escaped(cut(suggested.about, HEADLINE))}" if suggested.about else ""
    text = f":bulb: Suggested: *{escaped(cut(suggested.label, HEADLINE))}*{about}"
    return SectionBlock(text=MarkdownTextObject(text=text), accessory=button)


def _preformatted(text: str) -> RichTextBlock:
    return RichTextBlock(elements=[RichTextPreformattedElement(elements=[RichTextElementParts.Text(text=text)])])
