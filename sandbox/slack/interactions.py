"""What a person clicks: buttons and selects of messages and views, shortcuts, options typed for, the Home tab."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.slack import inputs, payloads, response_urls
from sandbox.slack.delivery import Answered
from sandbox.slack.errors import Refused
from sandbox.slack.events import tell_app
from sandbox.slack.records import BOT_USER, Channel, Json, View

if TYPE_CHECKING:
    from sandbox.slack.workspace import Workspace

TROUBLE = "Slack had trouble connecting to the app: {}. Try again."


async def ask_app(workspace: Workspace, payload: Json) -> Answered:
    """Deliver an interaction; raise Refused when the app does not acknowledge it."""
    if not workspace.declared.interactive:
        raise Refused("This app is not configured to handle interactive responses.")
    answered = await workspace.delivery.ask("interactive", payload)
    if not answered.ok:
        raise Refused(TROUBLE.format(answered.reason))
    return answered


def visible(workspace: Workspace, person: str, channel: Channel, ts: str) -> Json:
    """Return a message this person sees, ephemeral ones too."""
    own = channel.ephemerals.get(person, [])
    message = next((m for m in own if m["ts"] == ts), None) or channel.messages.get(ts)
    if message is None:
        raise Refused("There is no such message (any more).")
    return message


async def click(workspace: Workspace, person: str, channel: Channel, given: Json) -> None:
    """Press or choose something in a message; `given` names ts, block_id, action_id, the choice and other values."""
    message = visible(workspace, person, channel, str(given.get("ts")))
    blocks = message.get("blocks") or []
    block, element = inputs.find(blocks, str(given.get("block_id")), str(given.get("action_id")))
    key = (channel.id, message["ts"])
    state = workspace.inputs.setdefault(key, inputs.first_state(blocks))
    inputs.put_in(blocks, state, given.get("values") or {})
    action = _acted(workspace, block, element, (given, state))
    payload = payloads.interaction(workspace, "block_actions", person) | payloads.of_message(channel, message)
    payload["response_url"] = response_urls.issue(workspace, person, channel, message)
    await ask_app(workspace, payload | {"state": {"values": state}, "actions": [action]})


def _acted(workspace: Workspace, block: Json, element: Json, put: tuple[Json, inputs.State]) -> Json:
    """Return the action of a payload; what was chosen is kept in the state."""
    given, state = put
    action: Json = {"action_id": element["action_id"], "block_id": block["block_id"], "type": element["type"]}
    action["action_ts"] = workspace.stamp()
    if element["type"] == "button":
        action["text"] = element["text"]
        return action | {key: element[key] for key in ("value", "style") if key in element}
    if element["type"] == "overflow":
        chosen = inputs.read({**element, "type": "static_select"}, given)
        return action | {"selected_option": chosen["selected_option"]}
    chosen = inputs.read(element, given)
    state.setdefault(block["block_id"], {})[element["action_id"]] = chosen
    initial = {key: value for key, value in element.items() if key.startswith("initial_")}
    return action | initial | chosen


async def act_in_view(workspace: Workspace, view: View, given: Json) -> None:
    """Press or choose something in a modal or on the Home tab."""
    block, element = inputs.find(view.payload["blocks"], str(given.get("block_id")), str(given.get("action_id")))
    action = _acted(workspace, block, element, (given, view.state))
    if block["type"] == "input" and not block.get("dispatch_action"):
        return
    payload = payloads.interaction(workspace, "block_actions", view.person, view=view) | payloads.of_view(view)
    await ask_app(workspace, payload | {"actions": [action]})


async def options(workspace: Workspace, person: str, place: Json, given: Json) -> list[Json]:
    """Ask the app for the options of an external select; `place` is the view's or the message's part."""
    payload = payloads.interaction(workspace, "block_suggestion", person) | place
    payload |= {"block_id": given.get("block_id"), "action_id": given.get("action_id"), "value": given.get("q") or ""}
    del payload["trigger_id"]
    body = (await ask_app(workspace, payload)).body
    groups = body.get("option_groups") or []
    return [*(body.get("options") or []), *(option for group in groups for option in group["options"])]


async def shortcut(workspace: Workspace, person: str, callback_id: str, on: tuple[Channel, Json] | None) -> None:
    """Run a global shortcut, or a message's when `on` names one."""
    if not workspace.declared.takes_shortcut(callback_id):
        raise Refused("There is no such shortcut.")
    payload = payloads.interaction(workspace, "shortcut" if on is None else "message_action", person)
    payload |= {"callback_id": callback_id, "action_ts": workspace.stamp()}
    if on is not None:
        channel, message = on
        payload |= payloads.of_message(channel, message) | {"message_ts": message["ts"]}
        payload["response_url"] = response_urls.issue(workspace, person, channel, message)
        del payload["container"]
    await ask_app(workspace, payload)


def open_home(workspace: Workspace, person: str) -> Json | None:
    """Open the app's Home tab: the app is told, and what it published is returned."""
    if not workspace.declared.has_home:
        raise Refused("This app has no Home tab.")
    view = workspace.views.get(workspace.homes.get(person, ""))
    channel = workspace.direct(BOT_USER, person)
    event: Json = {"type": "app_home_opened", "user": person, "channel": channel.id, "tab": "home"}
    if view is not None:
        event["view"] = view.as_slack()
    tell_app(workspace, "app_home_opened", event)
    return None if view is None else view.as_slack()


def find_view(workspace: Workspace, person: str, view_id: str) -> View:
    view = workspace.views.get(view_id)
    if view is None or view.person != person:
        raise Refused("This window is closed.")
    return view
