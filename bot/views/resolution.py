"""The end of an incident, and when it was not the end."""

from slack_sdk.models.blocks import ActionsBlock, Block, ButtonElement

from bot.store.tables import Incident
from bot.views import actions
from bot.views.buttons import on_it
from bot.views.message import Message, context, escaped, message, section, sections
from bot.views.people import DRILL, asker


def resolution(incident: Incident, text: str, by: str | None, on_time: str) -> Message:
    """Tell that it is over, how long it lasted and why it was."""
    blocks: list[Block] = [
        *sections(f":white_check_mark: {text}"),
        context(f"{_drill(incident)}Resolved by {asker(by)} · updates on time: {on_time}"),
    ]
    value = str(incident.id)
    blocks.append(
        ActionsBlock(elements=[ButtonElement(text="Write postmortem", action_id=actions.POSTMORTEM, value=value)])
    )
    return message(f"{incident.ref} is resolved: {escaped(incident.title)}", blocks)


def outside(incident: Incident, text: str) -> Message:
    """Tell the same where the incident was announced, without buttons."""
    blocks: list[Block] = [*sections(f":white_check_mark: {text}"), *([context(DRILL)] if incident.drill else [])]
    return message(f"{incident.ref} is resolved: {escaped(incident.title)}", blocks)


def reopened(incident: Incident, reason: str, by: str | None) -> Message:
    """Tell that it goes on, and ask who is on it."""
    told = reopened_outside(incident, reason, by)
    if incident.acknowledged_at is not None:
        return told
    return Message(told.text, [*told.blocks, on_it(incident).to_dict()])


def reopened_outside(incident: Incident, reason: str, by: str | None) -> Message:
    """Tell that it goes on where it was announced."""
    text = f":repeat: {incident.ref} is open again: {escaped(reason)}"
    return message(text, [section(text), context(f"{_drill(incident)}Reopened by {asker(by)}")])


def cancelled(incident: Incident, reason: str, by: str | None) -> Message:
    """Tell that it was none."""
    text = f":no_entry_sign: {incident.ref} is cancelled: {escaped(reason)}"
    return message(text, [section(text), context(f"{_drill(incident)}Cancelled by {asker(by)}")])


def _drill(incident: Incident) -> str:
    return f"{DRILL} · " if incident.drill else ""
