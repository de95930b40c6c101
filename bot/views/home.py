"""The Home tab: what is open that this person may see, and a button to declare."""

from collections.abc import Sequence
from typing import Any

from slack_sdk.models.blocks import ActionsBlock, ButtonElement, DividerBlock, PlainTextObject
from slack_sdk.models.views import View

from bot.store.tables import Incident
from bot.views import actions
from bot.views.lists import incident_line
from bot.views.message import context, header, section

SHOWN = 40


def home_of_a_guest() -> dict[str, Any]:
    """Draw the tab of somebody who sees no lists: whether anything is open is not said."""
    about = "Guests see an incident in its channel: ask a responder to invite you there."
    drawn: dict[str, Any] = View(type="home", blocks=[header("Incidents"), section(about)]).to_dict()
    return drawn


def home_without_answer(why: str) -> dict[str, Any]:
    """Draw the tab while nobody knows what is open."""
    blocks = [header("Incidents"), section(f":warning: {why}"), _declare()]
    drawn: dict[str, Any] = View(type="home", blocks=blocks).to_dict()
    return drawn


def home(found: Sequence[Incident]) -> dict[str, Any]:
    """Draw the tab."""
    title = f"{len(found)} open incident{'' if len(found) == 1 else 's'}" if found else "Nothing is open"
    blocks = [header(title), _declare(), DividerBlock()]
    blocks += [section(incident_line(one)) for one in found[:SHOWN]]
    more = len(found) - SHOWN
    blocks += [context(f"… and {more} more: `/incident list`")] if more > 0 else []
    blocks.append(context("`/incident declare SEV-2 SERVICE What is wrong` declares in one line, from anywhere."))
    drawn: dict[str, Any] = View(type="home", blocks=blocks).to_dict()
    return drawn


def _declare() -> ActionsBlock:
    text = PlainTextObject(text="Declare an incident")
    return ActionsBlock(elements=[ButtonElement(text=text, action_id=actions.DECLARE_BUTTON, style="danger")])
