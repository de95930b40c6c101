"""What a person has put into the inputs of a view or a message, in the shape of Slack's `state.values`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from sandbox.slack.errors import Refused
from sandbox.slack.records import Json

State = dict[str, dict[str, Json]]

# The key of an element's value in the state, and of its initial value.
VALUES: dict[str, tuple[str, str]] = {
    "plain_text_input": ("value", "initial_value"),
    "number_input": ("value", "initial_value"),
    "url_text_input": ("value", "initial_value"),
    "email_text_input": ("value", "initial_value"),
    "static_select": ("selected_option", "initial_option"),
    "external_select": ("selected_option", "initial_option"),
    "radio_buttons": ("selected_option", "initial_option"),
    "checkboxes": ("selected_options", "initial_options"),
    "multi_static_select": ("selected_options", "initial_options"),
    "multi_external_select": ("selected_options", "initial_options"),
    "users_select": ("selected_user", "initial_user"),
    "multi_users_select": ("selected_users", "initial_users"),
    "channels_select": ("selected_channel", "initial_channel"),
    "multi_channels_select": ("selected_channels", "initial_channels"),
    "conversations_select": ("selected_conversation", "initial_conversation"),
    "multi_conversations_select": ("selected_conversations", "initial_conversations"),
    "datepicker": ("selected_date", "initial_date"),
    "timepicker": ("selected_time", "initial_time"),
    "datetimepicker": ("selected_date_time", "initial_date_time"),
    "file_input": ("files", "files"),
}
LISTS = {"selected_options", "selected_users", "selected_channels", "selected_conversations", "files"}


def elements(blocks: list[Json]) -> Iterator[tuple[Json, Json]]:
    """Give every interactive element with its block."""
    for block in blocks:
        if block["type"] == "actions":
            for element in block["elements"]:
                yield block, element
        for part in ("accessory", "element"):
            if block.get(part) and block[part]["type"] != "image":
                yield block, block[part]


def find(blocks: list[Json], block_id: str, action_id: str) -> tuple[Json, Json]:
    for block, element in elements(blocks):
        if block.get("block_id") == block_id and element.get("action_id") == action_id:
            return block, element
    raise Refused("There is no such control here (any more).")


def first_state(blocks: list[Json]) -> State:
    """Return the state of inputs nobody has touched."""
    state: State = {}
    for block, element in elements(blocks):
        if element["type"] in VALUES:
            key, initial = VALUES[element["type"]]
            untouched: Any = [] if key in LISTS else None
            value = element.get(initial, untouched)
            state.setdefault(block["block_id"], {})[element["action_id"]] = {"type": element["type"], key: value}
    return state


def kept_state(blocks: list[Json], before: State) -> State:
    """Return the state after a redraw: the same block, action and kind keeps its value."""
    state = first_state(blocks)
    for block_id, actions in state.items():
        for action_id, value in actions.items():
            old = before.get(block_id, {}).get(action_id)
            if old is not None and old["type"] == value["type"]:
                actions[action_id] = old
    return state


def read(element: Json, given: Any) -> Json:
    """Return the state of an element a person has set; raise Refused for a value it cannot have."""
    key, _ = VALUES[element["type"]]
    if not isinstance(given, dict) or (key in LISTS and not isinstance(given.get(key, []), list | None)):
        raise Refused(f"The value of this control is given as {{{key!r}: …}}.")
    value = given.get(key)
    choices = _choices(element)
    if key == "selected_option" and choices is not None and value is not None:
        value = _chosen(choices, value)
    if key == "selected_options" and choices is not None:
        value = [_chosen(choices, one) for one in value or []]
    if key in LISTS:
        value = value or []
        if len(value) > element.get("max_selected_items", len(value)):
            raise Refused(f"Choose at most {element['max_selected_items']}.")
    return {"type": element["type"], key: None if value == "" else value}


def put_in(blocks: list[Json], state: State, values: Any) -> None:
    """Put a person's values into the inputs they name; those of inputs that are gone are forgotten."""
    known = {(block["block_id"], element["action_id"]): element for block, element in elements(blocks)}
    if not isinstance(values, dict) or not all(isinstance(actions, dict) for actions in values.values()):
        raise Refused("Values are given as {block: {action: {…}}}.")
    for block_id, actions in values.items():
        for action_id, given in actions.items():
            element = known.get((block_id, action_id))
            if element is not None and element["type"] in VALUES:
                state.setdefault(block_id, {})[action_id] = read(element, given)


def _choices(element: Json) -> list[Json] | None:
    """Return what can be chosen; None where the app or the workspace gives the choices."""
    groups = element.get("option_groups") or []
    options = [*(element.get("options") or []), *(option for group in groups for option in group["options"])]
    return options or None


def _chosen(choices: list[Json], value: Any) -> Json:
    """Return the whole option; a person may name it by its value alone."""
    wanted = value.get("value") if isinstance(value, dict) else value
    for option in choices:
        if option["value"] == wanted:
            return option
    raise Refused(f"There is no option {wanted!r} here.")


def problems(blocks: list[Json], state: State) -> dict[str, str]:
    """Return what Slack itself says beside the fields of a form that cannot be submitted yet."""
    found: dict[str, str] = {}
    for block in blocks:
        if block["type"] == "input":
            element = block["element"]
            value = state.get(block["block_id"], {}).get(element["action_id"], {}).get(VALUES[element["type"]][0])
            problem = _problem(block, element, value)
            if problem:
                found[block["block_id"]] = problem
    return found


def _problem(block: Json, element: Json, value: Any) -> str:
    if value in (None, "", []) or (isinstance(value, str) and not value.strip()):
        return "" if block.get("optional") else "Please complete this required field."
    kind = element["type"]
    if kind == "plain_text_input":
        return _length(element, value)
    if kind == "number_input":
        return _number(element, value)
    if kind == "url_text_input" and not re.match(r"https?://\S+\.?\S*", value):
        return "Enter a valid URL."
    if kind == "email_text_input" and not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", value):
        return "Enter a valid email address."
    return ""


def _length(element: Json, value: str) -> str:
    if len(value) < element.get("min_length", 0):
        return f"Your response must be at least {element['min_length']} characters."
    if len(value) > element.get("max_length", 3000):
        return f"Your response must be {element.get('max_length', 3000)} characters or fewer."
    return ""


def _number(element: Json, value: str) -> str:
    pattern = r"-?\d+(\.\d+)?" if element["is_decimal_allowed"] else r"-?\d+"
    if not re.fullmatch(pattern, str(value)):
        return "Please enter a number." if element["is_decimal_allowed"] else "Please enter a whole number."
    if "min_value" in element and float(value) < float(element["min_value"]):
        return f"Please enter a number of at least {element['min_value']}."
    if "max_value" in element and float(value) > float(element["max_value"]):
        return f"Please enter a number of at most {element['max_value']}."
    return ""
