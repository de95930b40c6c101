"""What a payload asks: read once, here, so that nothing else digs in payloads."""

import json
from collections.abc import Mapping
from typing import Any

from bot.asked import Asked, OpenView, Quoted, Value
from bot.views.actions import SUGGESTED
from bot.words import typed

Json = Mapping[str, Any]


def asked_in(body: Json) -> Asked:
    """Read a payload of any kind that a person caused."""
    if "command" in body:
        return _command(body)
    kind = body.get("type")
    if kind == "event_callback":
        return _event(body)
    if kind == "block_actions":
        return _click(body)
    if kind in {"view_submission", "view_closed"}:
        return _form(body)
    return _shortcut(body)


def _command(body: Json) -> Asked:
    words = typed(body.get("text") or "")
    return Asked(
        person=body["user_id"],
        key=_key("command", body.get("trigger_id")),
        channel=body.get("channel_id"),
        ref=words.ref,
        verb=words.verb,
        text=words.text,
        mentions=words.mentions,
        trigger=body.get("trigger_id") or "",
        ref_word=words.ref_word,
    )


def _click(body: Json) -> Asked:
    action = body["actions"][0]
    container = body.get("container") or {}
    view = body.get("view") or {}
    kept = _kept(view)
    value = _value(action)
    chosen = value if isinstance(value, str) else ""
    suggested = (action.get("action_id") or "").partition(":")[0] == SUGGESTED
    words = typed(chosen if suggested else "")
    chooses = "selected_user" in action or "selected_options" in action
    number = (action.get("block_id") or "").partition(":")[2].partition(":")[0] if chooses else chosen.split("/")[0]
    return Asked(
        person=body["user"]["id"],
        key=_key("click", body.get("trigger_id")),
        channel=(body.get("channel") or {}).get("id") or container.get("channel_id") or kept.get("channel"),
        ref=words.ref or (number if number.isdigit() else kept.get("ref")),
        verb=words.verb,
        text=words.text,
        value=chosen,
        form=_values(view) or _boxes(action, body.get("message") or {}),
        kept=kept,
        view=_view(view),
        trigger=body.get("trigger_id") or "",
        ref_word=words.ref_word,
    )


def _boxes(action: Json, message: Json) -> dict[str, Value]:
    """Return which boxes of a message a person has ticked and unticked: against what they saw, not what is true now."""
    if "selected_options" not in action:
        return {}
    now = [str(option["value"]) for option in action["selected_options"] or ()]
    block: Json = next(
        (one for one in message.get("blocks") or () if one.get("block_id") == action.get("block_id")), {}
    )
    elements = [one for one in block.get("elements") or () if one.get("action_id") == action.get("action_id")]
    before = [str(option["value"]) for one in elements for option in one.get("initial_options") or ()]
    ticked, unticked = [one for one in now if one not in before], [one for one in before if one not in now]
    return {"ticked": ticked, "unticked": unticked}


def _form(body: Json) -> Asked:
    view = body["view"]
    kept = _kept(view)
    return Asked(
        person=body["user"]["id"],
        key=_key("form", f"{view['id']}/{view.get('hash', '')}"),
        channel=kept.get("channel"),
        ref=kept.get("ref"),
        form=_values(view),
        kept=kept,
        view=_view(view),
        trigger=body.get("trigger_id") or "",
    )


def _shortcut(body: Json) -> Asked:
    message = body.get("message") or {}
    channel = (body.get("channel") or {}).get("id")
    quoted = None
    if channel and message.get("ts"):
        quoted = Quoted(channel, message["ts"], message.get("text") or "", message.get("user"))
    return Asked(
        person=body["user"]["id"],
        key=_key("shortcut", body.get("trigger_id")),
        channel=channel,
        quoted=quoted,
        trigger=body.get("trigger_id") or "",
    )


def _event(body: Json) -> Asked:
    event = body.get("event") or {}
    item = event.get("item") or {}
    message = item.get("message") or {}
    ts = item.get("ts") or message.get("ts")
    channel = item.get("channel") or event.get("channel_id") or event.get("channel")
    quoted = None
    if isinstance(channel, str) and ts:
        author = event.get("item_user") or message.get("user")
        quoted = Quoted(channel, ts, message.get("text") or "", author)
    return Asked(
        person=event["user"] if isinstance(event.get("user"), str) else "",
        key=_key("event", body.get("event_id")),
        channel=channel if isinstance(channel, str) else None,
        value=event.get("reaction") or event.get("tab") or "",
        quoted=quoted,
    )


def field_of(block: str) -> str:
    """Return the field that a block is: `severity:inferadb` is the severity, drawn anew for each service."""
    return block.partition(":")[0]


def _key(kind: str, known: str | None) -> str | None:
    return f"{kind}/{known}" if known else None


def _view(view: Json) -> OpenView | None:
    if not view:
        return None
    inputs = tuple(block["block_id"] for block in view.get("blocks", ()) if block.get("type") == "input")
    return OpenView(view["id"], view.get("hash") or "", inputs)


def _kept(view: Json) -> dict[str, Any]:
    """Read what we put into the view when we opened it; what is not ours is nothing."""
    try:
        kept = json.loads(view.get("private_metadata") or "{}")
    except ValueError:
        return {}
    return kept if isinstance(kept, dict) else {}


def _values(view: Json) -> dict[str, Value]:
    blocks = (view.get("state") or {}).get("values") or {}
    return {field_of(block): _value(next(iter(actions.values()))) for block, actions in blocks.items() if actions}


def _value(element: Json) -> Value:
    """Return what an element holds, whatever kind of element it is."""
    for name in ("selected_option", "selected_user", "selected_date", "selected_time", "value"):
        if element.get(name) is not None:
            found = element[name]
            return str(found["value"] if isinstance(found, Mapping) else found)
    if "selected_options" in element:
        return [str(option["value"]) for option in element["selected_options"] or ()]
    return None
