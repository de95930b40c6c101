"""The checklists of an incident: one live message with the list whose turn it is, and all of them for one person."""

from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256

from slack_sdk.models.blocks import (
    ActionsBlock,
    Block,
    CheckboxesElement,
    MarkdownTextObject,
    Option,
    PlainTextObject,
    StaticSelectElement,
)

from bot.incidents.checklist import Item, List
from bot.store.tables import Incident
from bot.views import actions
from bot.views.lists import in_sections
from bot.views.message import LABEL, Message, context, cut, escaped, message, pieces, section, when
from bot.views.people import person

BOXES = 10
"""Checkboxes in one element."""
SHOWN = 40
"""Items of one list in the live message."""


def board(incident: Incident, found: Sequence[List], shown: List | None) -> Message:
    """Show the list whose turn it is with its boxes, and each other one in a line."""
    blocks: list[Block] = _opened(incident, shown) if shown else [section(":clipboard: *Checklists*: all done so far")]
    others = [one for one in found if shown is None or one.id != shown.id]
    blocks += [_folded(incident, others, shown)] if others else []
    title = f"{incident.ref} checklist: {_count(shown) if shown else 'all done so far'}"
    return message(title, blocks)


def everything(incident: Incident, found: Sequence[List], link: str) -> Message:
    """Show one person every list, item by item."""
    lines: list[str] = []
    for one in found:
        lines += [f"*{escaped(one.title)}* — {_count(one)}{_waits(one)}", *(_line(item) for item in one.items)]
    where = f"<{link}|Tick them here.>" if link else "They are ticked in the incident's channel."
    title = f"{incident.ref}: checklists"
    return message(title, [section(f"*{title}*"), *in_sections(lines), context(where)])


def _opened(incident: Incident, one: List) -> list[Block]:
    blocks: list[Block] = [section(f":clipboard: *{escaped(cut(one.title, 150))}* — {_count(one)}{_target(one)}")]
    by_itself = [item for item in one.items if not item.by_hand]
    if by_itself:
        blocks.append(context("\n".join(_line(item) for item in by_itself[:SHOWN])))
    boxes = [item for item in one.items if item.by_hand][:SHOWN]
    blocks += [_boxes(incident, one, boxes[start : start + BOXES]) for start in range(0, len(boxes), BOXES)]
    left_out = len(one.items) - len(by_itself[:SHOWN]) - len(boxes)
    return [*blocks, *([context(f"… and {left_out} more: `/incident checklist`")] if left_out > 0 else [])]


def _boxes(incident: Incident, one: List, items: Sequence[Item]) -> ActionsBlock:
    options = [_option(item, told=_shared(one) is not None) for item in items]
    ticked = [option for option, item in zip(options, items, strict=True) if item.done]
    # A new name whenever the ticks change: Slack keeps what a person has put into a block of the same name.
    state = sha256("".join(f"{item.key}{bool(item.done)}" for item in items).encode()).hexdigest()[:8]
    return ActionsBlock(
        block_id=f"checklist:{incident.id}:{one.id}:{state}",
        elements=[CheckboxesElement(action_id=actions.CHECKLIST_TICK, options=options, initial_options=ticked or None)],
    )


def _option(item: Item, *, told: bool) -> Option:
    """Make a box; a target that stands above the list is not said again, nor is help once it is done."""
    words, *more = pieces(escaped(item.text), LABEL)
    rest = " ".join(["…", *more]) if more else ""
    target = f"within {item.target}" if item.target and not told else ""
    if item.done and item.done.at:
        target = f"{person(item.done.by, nobody='Muster')} {when(item.done.at)}"
        return _box(item, words, f"{cut(rest, LABEL - len(target) - 3)} · {target}" if rest else target)
    facts = [rest, ":warning: late" if item.overdue else "", target, escaped(item.help)]
    return _box(item, words, cut(" · ".join(part for part in facts if part), LABEL))


def _box(item: Item, words: str, about: str) -> Option:
    return Option(
        value=item.key,
        text=MarkdownTextObject(text=words),
        description=MarkdownTextObject(text=about) if about else None,
    )


def _folded(incident: Incident, others: Sequence[List], shown: List | None) -> Block:
    """Show each other list in a line, and let a person open one of them."""
    lines = [f"{_sign(one)} {escaped(cut(one.title, 150))} — {_count(one)}{_late(one)}{_waits(one)}" for one in others]
    drawn = section("\n".join(lines[:SHOWN]))
    drawn.block_id = f"checklists:{incident.id}:{shown.id if shown else ''}"
    options = [
        Option(value=f"{incident.id}/{one.id}", text=PlainTextObject(text=cut(one.title, LABEL)))
        for one in others[:SHOWN]
        if one.left
    ]
    if options:
        drawn.accessory = StaticSelectElement(
            action_id=actions.CHECKLIST_OPEN, placeholder="Show another list", options=options
        )
    return drawn


def _target(one: List) -> str:
    """Say by when all of a list should be done, how much is late, or what it waits for."""
    due = _shared(one)
    return f"{f', by {when(due)}' if due and one.left else ''}{_late(one)}{_waits(one)}"


def _shared(one: List) -> datetime | None:
    """Return the target that every open item has."""
    dates = {item.due_at for item in one.items if item.done is None}
    return dates.pop() if len(dates) == 1 else None


def _sign(one: List) -> str:
    return ":white_small_square:" if one.left else ":white_check_mark:"


def _late(one: List) -> str:
    return f" · :warning: {one.overdue} late" if one.overdue else ""


def _count(one: List) -> str:
    return f"{len(one.items) - one.left} of {len(one.items)} done"


def _waits(one: List) -> str:
    return "" if one.started else f", begins when it is {one.starts}"


def _line(item: Item) -> str:
    text = escaped(cut(item.text, 300))
    if item.done:
        who = f" {person(item.done.by)}" if item.done.by else ""
        at = f" {when(item.done.at)}" if item.done.at else ""
        return f":white_check_mark: {text}{' —' if who or at else ''}{who}{at}"
    due = f" — by {when(item.due_at)}" if item.due_at else f" — within {item.target}" if item.target else ""
    help_ = f" _{escaped(cut(item.help, 200))}_" if item.help else ""
    return f"{':warning:' if item.overdue else ':white_large_square:'} {text}{due}{help_}"
