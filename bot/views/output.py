"""What one line printed, as it printed it; and what only a person can run."""

from collections.abc import Sequence

from slack_sdk.models.blocks import ActionsBlock, Block, ButtonElement

from bot.store.tables import Incident
from bot.views import actions
from bot.views.message import Message, code, context, cut, escaped, message, preformatted, section, with_code
from bot.views.people import person
from bot.views.signs import LEVELS

SHOWN = 2_800
"""Characters of an output that a message shows; a phone scrolls long enough through those."""


def output(title: str, line: str, text: str, notes: Sequence[str], sign: str = "") -> Message:
    """Show what a line printed, as it printed it; a long one is cut and says so."""
    shown, left_out = shortened(text)
    said = [*notes, *([f"{left_out} more lines are in the file below"] if left_out else [])]
    typed = code(line, 500)
    head = f"{sign} {typed}" if title == line else f"{sign} *{escaped(title)}*\n{typed}"
    blocks: list[Block] = [section(head.strip())]
    if shown.strip():
        blocks.append(preformatted(shown))
    else:
        said.insert(0, "It printed nothing")
    if said:
        blocks.append(context(" · ".join(with_code(cut(one, 300)) for one in said)))
    return message(f"{escaped(title)}: {escaped(cut(shown.strip(), 200)) or 'it printed nothing'}", blocks)


def by_hand(incident: Incident, title: str, line: str, why: str, value: str, done_by: str | None = None) -> Message:
    """Show what only a person can do, to be copied, with a button that says it is done."""
    sign = LEVELS["ok" if done_by else "manual"]
    state = f"done by {person(done_by)}" if done_by else "to be done by a person"
    blocks: list[Block] = [section(f"{sign} *{escaped(title)}*: {state}"), preformatted(cut(line, SHOWN))]
    if why:
        blocks.append(context(escaped(cut(why, 500))))
    if not done_by:
        button = ButtonElement(text="Done", action_id=actions.STEP_DONE, value=f"{incident.id}/{value}")
        blocks.append(ActionsBlock(elements=[button]))
    return message(f"{escaped(title)}: {state}", blocks)


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
