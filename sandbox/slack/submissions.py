"""A form is submitted or closed: what the app answers, and what becomes of the views."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.slack import inputs, modals, payloads
from sandbox.slack.checking import check_view
from sandbox.slack.errors import Refused, SlackError
from sandbox.slack.interactions import ask_app
from sandbox.slack.records import Json, View

if TYPE_CHECKING:
    from sandbox.slack.workspace import Workspace

TROUBLE = "We had some trouble connecting. Try again?"


async def submit(workspace: Workspace, view: View) -> dict[str, str]:
    """Submit a form; return the errors beside its fields, Slack's own or the app's."""
    if not view.payload.get("submit"):
        raise Refused("This window has nothing to submit.")
    own = inputs.problems(view.payload["blocks"], view.state)
    if own:
        return own
    payload = payloads.interaction(workspace, "view_submission", view.person, view=view)
    payload |= {"view": payloads.of_view(view)["view"], "response_urls": []}
    body = (await ask_app(workspace, payload)).body
    try:
        return _answered(workspace, view, body)
    except SlackError as error:
        raise Refused(f"{TROUBLE} ({error.code})") from error


def _answered(workspace: Workspace, view: View, body: Json) -> dict[str, str]:
    action = body.get("response_action")
    if action == "errors":
        return _errors(view, body.get("errors"))
    if action in {"update", "push"}:
        payload = body.get("view")
        if not isinstance(payload, dict):
            raise SlackError("invalid_arguments")
        check_view(payload, "modal")
        if action == "update":
            modals.replace_view(workspace, view, payload)
        else:
            modals.push_modal(workspace, view.person, payload)
    elif action == "clear":
        modals.close_modal(workspace, view, everything=True)
    elif not action:
        modals.close_modal(workspace, view)
    else:
        raise SlackError("invalid_response_action")
    return {}


def _errors(view: View, errors: object) -> dict[str, str]:
    """Return the app's errors; each must stand beside an input block of the form."""
    known = {block["block_id"] for block in view.payload["blocks"] if block["type"] == "input"}
    if not isinstance(errors, dict) or not errors or set(errors) - known:
        raise SlackError("invalid_errors")
    return {str(block): str(text) for block, text in errors.items()}


def close(workspace: Workspace, view: View, *, everything: bool = False) -> None:
    """Close a form without submitting; the app is told of those that asked for it."""
    clear = everything or bool(view.payload.get("clear_on_close"))
    for closed in modals.close_modal(workspace, view, everything=clear):
        if closed.payload.get("notify_on_close"):
            payload = payloads.interaction(workspace, "view_closed", closed.person)
            del payload["trigger_id"]
            payload |= {"view": closed.as_slack(), "is_cleared": clear}
            workspace.spawn(_told(workspace, payload))


async def _told(workspace: Workspace, payload: Json) -> None:
    await workspace.delivery.ask("interactive", payload)
