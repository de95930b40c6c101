"""Modals and Home tabs: a stack of at most three views per person, each with its hash."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from sandbox.slack.errors import SlackError
from sandbox.slack.inputs import first_state, kept_state
from sandbox.slack.limits import VIEW_STACK
from sandbox.slack.messages import with_ids
from sandbox.slack.records import Json, View

if TYPE_CHECKING:
    from sandbox.slack.workspace import Workspace


def check_external_id(workspace: Workspace, payload: Json) -> None:
    named = payload.get("external_id")
    if named and any(view.payload.get("external_id") == named for view in workspace.views.values()):
        raise SlackError("duplicate_external_id")


def _new(workspace: Workspace, person: str, payload: Json) -> View:
    number = workspace.new_id("V")
    payload = {**payload, "blocks": with_ids(payload["blocks"])}
    return View(number, person, payload, _hash(workspace), number, state=first_state(payload["blocks"]))


def _hash(workspace: Workspace) -> str:
    return f"{workspace.now}.{secrets.token_hex(4)}"


def stack(workspace: Workspace, person: str) -> list[View]:
    """Return a person's open modals, bottom first."""
    return [workspace.views[number] for number in workspace.stacks.get(person, [])]


def open_modal(workspace: Workspace, person: str, payload: Json) -> View:
    """Show a modal instead of whatever modals the person has open."""
    for number in workspace.stacks.pop(person, []):
        del workspace.views[number]
    return push_modal(workspace, person, payload)


def push_modal(workspace: Workspace, person: str, payload: Json) -> View:
    """Put a modal on top of the person's others."""
    numbers = workspace.stacks.setdefault(person, [])
    if len(numbers) >= VIEW_STACK:
        raise SlackError("push_limit_reached")
    view = _new(workspace, person, payload)
    if numbers:
        view.root, view.previous = numbers[0], numbers[-1]
    workspace.views[view.id] = view
    numbers.append(view.id)
    tell_views(workspace, person)
    return view


def replace_view(workspace: Workspace, view: View, payload: Json) -> None:
    """Draw a view anew; inputs with the same block and action id keep what the person put in."""
    view.payload = {**payload, "blocks": with_ids(payload["blocks"])}
    view.state = kept_state(view.payload["blocks"], view.state)
    view.hash = _hash(workspace)
    if view.payload["type"] == "home":
        workspace.live.tell({"type": "home", "view": view.as_slack()}, only=[view.person])
    else:
        tell_views(workspace, view.person)


def publish_home(workspace: Workspace, person: str, payload: Json) -> View:
    view = workspace.views.get(workspace.homes.get(person, ""))
    if view is None:
        view = _new(workspace, person, payload)
        workspace.views[view.id] = view
        workspace.homes[person] = view.id
    replace_view(workspace, view, payload)
    return view


def close_modal(workspace: Workspace, view: View, *, everything: bool = False) -> list[View]:
    """Close a modal and what lies on it, or all of the person's; return what was closed."""
    numbers = workspace.stacks.get(view.person, [])
    if view.id not in numbers:
        return []
    cut = 0 if everything else numbers.index(view.id)
    closed = [workspace.views.pop(number) for number in numbers[cut:]]
    del numbers[cut:]
    tell_views(workspace, view.person)
    return closed


def tell_views(workspace: Workspace, person: str) -> None:
    views = [view.as_slack() for view in stack(workspace, person)]
    workspace.live.tell({"type": "view", "views": views}, only=[person])
