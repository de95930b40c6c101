"""`views.*`: modals and Home tabs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.slack import modals
from sandbox.slack.arguments import Arguments
from sandbox.slack.checking import check_view
from sandbox.slack.errors import SlackError
from sandbox.slack.records import Json, View

if TYPE_CHECKING:
    from sandbox.slack.workspace import Workspace


def _view(given: Arguments, kind: str | None = None) -> Json:
    """Return the checked view of the call."""
    view = given.structure("view", "invalid_arguments")
    if not isinstance(view, dict):
        raise SlackError("invalid_arguments")
    check_view(view, kind or str(view.get("type")))
    return view


def _trigger(given: Arguments) -> str:
    return given.text("trigger_id") or given.required("interactivity_pointer")


def open_view(workspace: Workspace, given: Arguments) -> Json:
    number, payload = _trigger(given), _view(given, "modal")
    modals.check_external_id(workspace, payload)
    trigger = workspace.triggers.use(number)
    return {"view": modals.open_modal(workspace, trigger.person, payload).as_slack()}


def push(workspace: Workspace, given: Arguments) -> Json:
    number, payload = _trigger(given), _view(given, "modal")
    modals.check_external_id(workspace, payload)
    trigger = workspace.triggers.use(number)
    if trigger.view is None or trigger.view not in workspace.views:
        raise SlackError("not_found")
    return {"view": modals.push_modal(workspace, trigger.person, payload).as_slack()}


def update(workspace: Workspace, given: Arguments) -> Json:
    payload = _view(given)
    view = _found(workspace, given)
    if given.has("hash") and given.text("hash") != view.hash:
        raise SlackError("hash_conflict")
    if payload["type"] != view.payload["type"]:
        raise SlackError("invalid_arguments")
    modals.replace_view(workspace, view, payload)
    return {"view": view.as_slack()}


def _found(workspace: Workspace, given: Arguments) -> View:
    if given.has("external_id"):
        named = given.text("external_id")
        view = next((v for v in workspace.views.values() if v.payload.get("external_id") == named), None)
    else:
        view = workspace.views.get(given.required("view_id"))
    if view is None:
        raise SlackError("not_found")
    return view


def publish(workspace: Workspace, given: Arguments) -> Json:
    person = workspace.person(given.required("user_id"))
    payload = _view(given, "home")
    if person is None or person.deleted:
        raise SlackError("user_not_found")
    if not workspace.declared.has_home:
        raise SlackError("not_enabled")
    home = workspace.views.get(workspace.homes.get(person.id, ""))
    if given.has("hash") and home is not None and given.text("hash") != home.hash:
        raise SlackError("hash_conflict")
    return {"view": modals.publish_home(workspace, person.id, payload).as_slack()}


METHODS = {"views.open": open_view, "views.publish": publish, "views.push": push, "views.update": update}
