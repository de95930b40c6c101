"""Buttons that several messages show: one says a command, one says that somebody is on it."""

from slack_sdk.models.blocks import ActionsBlock, ButtonElement

from bot.store.tables import Incident
from bot.views import actions
from bot.views.message import LABEL, cut

VALUE = 2_000
"""Characters of a button's value."""


def saying(label: str, command: str, which: str, style: str | None = None) -> ButtonElement:
    """Make a button that says `/incident command`; `which` tells it from the others of its block."""
    action = f"{actions.SUGGESTED}:{which}"[:255]
    return ButtonElement(text=cut(label, LABEL), action_id=action, value=cut(command, VALUE), style=style)


def on_it(incident: Incident) -> ActionsBlock:
    """Ask for an acknowledgement."""
    button = ButtonElement(text="I am on it", action_id=actions.ACKNOWLEDGE, value=str(incident.id), style="primary")
    return ActionsBlock(elements=[button])
