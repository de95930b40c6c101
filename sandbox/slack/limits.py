"""Slack's limits as tables: objects, elements, blocks and views (docs.slack.dev/reference/block-kit)."""

import re
from typing import Any

from sandbox.slack.shapes import (
    Report,
    Rule,
    anything,
    boolean,
    both,
    many,
    matching,
    one_of,
    shape,
    string,
    typed,
    whole,
)

TEXT_KEPT = 40_000
UPDATE_TEXT = 4_000
MESSAGE_BLOCKS = 50
VIEW_BLOCKS = 100
MESSAGE_CHARACTERS = 13_200
MARKDOWN_CHARACTERS = 12_000
TABLE_CHARACTERS = 10_000
METADATA_BYTES = 16_384
VIEW_BYTES = 250_000
VIEW_STACK = 3
INVITED_AT_ONCE = 100
BOOKMARKS = 100

ID = string(255)
_URL = both(string(3000), matching(re.compile(r"[a-z][a-z0-9+.-]*:", re.IGNORECASE).match, "must be a valid url"))
_DATE = matching(re.compile(r"\d{4}-\d{2}-\d{2}").fullmatch, "must be a date like YYYY-MM-DD")
_TIME = matching(re.compile(r"([01]\d|2[0-3]):[0-5]\d").fullmatch, "must be a time like HH:mm")


def plain(most: int) -> Rule:
    return shape({"type": one_of("plain_text"), "text": string(most)}, {"emoji": boolean})


def words(most: int) -> Rule:
    """Check a text object of either kind."""
    marked = shape({"type": one_of("mrkdwn"), "text": string(most)}, {"verbatim": boolean})
    return typed({"plain_text": plain(most), "mrkdwn": marked})


CONFIRM = shape(
    {"title": plain(100), "text": words(300), "confirm": plain(30), "deny": plain(30)},
    {"style": one_of("primary", "danger")},
)
OPTION = shape({"text": plain(75), "value": string(150)}, {"description": plain(75), "url": _URL})
MARKED_OPTION = shape({"text": words(75), "value": string(150)}, {"description": words(75)})
GROUP = shape({"label": plain(75), "options": many(OPTION, 100)})
FILTER = shape(
    {},
    {
        "include": many(one_of("im", "mpim", "private", "public"), 4),
        "exclude_external_shared_channels": boolean,
        "exclude_bot_users": boolean,
    },
)
DISPATCH = shape({}, {"trigger_actions_on": many(one_of("on_enter_pressed", "on_character_entered"), 2)})

_CHOICE = {"action_id": ID, "confirm": CONFIRM, "focus_on_load": boolean}
_SELECT = _CHOICE | {"placeholder": plain(150)}
_MULTI = _SELECT | {"max_selected_items": whole(1, 1000)}
_OPTIONS = {"options": many(OPTION, 100), "option_groups": many(GROUP, 100)}
_CONVERSATIONS = {"default_to_current_conversation": boolean, "response_url_enabled": boolean, "filter": FILTER}
_TYPED = {
    "action_id": ID,
    "placeholder": plain(150),
    "focus_on_load": boolean,
    "dispatch_action_config": DISPATCH,
    "initial_value": string(3000, 0),
}


def _named(kind: str, required: dict[str, Rule], optional: dict[str, Rule]) -> Rule:
    return shape({"type": one_of(kind)} | required, optional)


def _pick(kind: str, optional: dict[str, Rule]) -> tuple[str, Rule]:
    return kind, _named(kind, {}, optional)


IMAGE: dict[str, Rule] = {
    "image_url": _URL,
    "slack_file": shape({}, {"id": string(255), "url": _URL}),
    "alt_text": string(2000, 0),
}
_BUTTON: dict[str, Rule] = {
    "action_id": ID,
    "value": string(2000),
    "url": _URL,
    "style": one_of("primary", "danger"),
    "confirm": CONFIRM,
    "accessibility_label": string(75),
}
_NUMBER: dict[str, Rule] = {"min_value": anything, "max_value": anything}

ELEMENTS: dict[str, Rule] = dict(
    [
        ("button", _named("button", {"text": plain(75)}, _BUTTON)),
        ("image", _named("image", {"alt_text": IMAGE["alt_text"]}, IMAGE)),
        ("overflow", _named("overflow", {"options": many(OPTION, 5)}, {"action_id": ID, "confirm": CONFIRM})),
        _pick("static_select", _SELECT | _OPTIONS | {"initial_option": OPTION}),
        _pick("external_select", _SELECT | {"initial_option": OPTION, "min_query_length": whole(0, 300)}),
        _pick("users_select", _SELECT | {"initial_user": ID}),
        _pick("conversations_select", _SELECT | _CONVERSATIONS | {"initial_conversation": ID}),
        _pick("channels_select", _SELECT | {"initial_channel": ID, "response_url_enabled": boolean}),
        _pick("multi_static_select", _MULTI | _OPTIONS | {"initial_options": many(OPTION, 100)}),
        _pick(
            "multi_external_select", _MULTI | {"initial_options": many(OPTION, 100), "min_query_length": whole(0, 300)}
        ),
        _pick("multi_users_select", _MULTI | {"initial_users": many(ID, 1000)}),
        _pick("multi_conversations_select", _MULTI | _CONVERSATIONS | {"initial_conversations": many(ID, 1000)}),
        _pick("multi_channels_select", _MULTI | {"initial_channels": many(ID, 1000)}),
        _pick("datepicker", _SELECT | {"initial_date": _DATE}),
        _pick("timepicker", _SELECT | {"initial_time": _TIME, "timezone": string(100)}),
        _pick("datetimepicker", _CHOICE | {"initial_date_time": whole(0, 9_999_999_999)}),
        (
            "checkboxes",
            _named(
                "checkboxes",
                {"options": many(MARKED_OPTION, 10)},
                _CHOICE | {"initial_options": many(MARKED_OPTION, 10)},
            ),
        ),
        (
            "radio_buttons",
            _named("radio_buttons", {"options": many(MARKED_OPTION, 10)}, _CHOICE | {"initial_option": MARKED_OPTION}),
        ),
        _pick(
            "plain_text_input",
            _TYPED | {"multiline": boolean, "min_length": whole(0, 3000), "max_length": whole(1, 3000)},
        ),
        ("number_input", _named("number_input", {"is_decimal_allowed": boolean}, _TYPED | _NUMBER)),
        _pick("url_text_input", _TYPED),
        _pick("email_text_input", _TYPED),
        _pick("file_input", {"action_id": ID, "filetypes": many(string(50), 100), "max_files": whole(1, 10)}),
    ]
)

_SELECTS = {kind for kind in ELEMENTS if kind.endswith("_select")}
_PICKERS = {"datepicker", "timepicker", "checkboxes", "radio_buttons"}
IN_SECTION = frozenset(_SELECTS | _PICKERS | {"button", "image", "overflow"})
IN_ACTIONS = frozenset(_SELECTS | _PICKERS | {"button", "overflow", "datetimepicker"})
IN_INPUT = frozenset(set(ELEMENTS) - {"button", "image", "overflow"})


def _input_kinds(value: Any, where: str, report: Report) -> None:
    typed(ELEMENTS, IN_INPUT)(value, where, report)


_STYLE = shape({}, dict.fromkeys(("bold", "italic", "strike", "code", "underline", "highlight"), boolean))
_RICH_PARTS: dict[str, Rule] = {
    "text": shape({"type": anything, "text": string(40_000)}, {"style": _STYLE}),
    "link": shape({"type": anything, "url": _URL}, {"text": string(40_000), "unsafe": boolean, "style": _STYLE}),
    "emoji": shape({"type": anything, "name": string(255)}, {"unicode": anything, "style": _STYLE, "url": _URL}),
    "user": shape({"type": anything, "user_id": ID}, {"style": _STYLE}),
    "usergroup": shape({"type": anything, "usergroup_id": ID}, {"style": _STYLE}),
    "channel": shape({"type": anything, "channel_id": ID}, {"style": _STYLE}),
    "team": shape({"type": anything, "team_id": ID}, {"style": _STYLE}),
    "broadcast": shape({"type": anything, "range": one_of("here", "channel", "everyone")}, {"style": _STYLE}),
    "color": shape({"type": anything, "value": string(20)}, {}),
    "date": shape(
        {"type": anything, "timestamp": whole(0, 9_999_999_999), "format": string(255)},
        {"url": _URL, "fallback": string(255), "style": _STYLE},
    ),
}
_RICH_RUN = many(typed(_RICH_PARTS), 1000, 0)
_RICH_SECTION = shape({"type": anything, "elements": _RICH_RUN}, {})
RICH: dict[str, Rule] = {
    "rich_text_section": _RICH_SECTION,
    "rich_text_list": shape(
        {
            "type": anything,
            "style": one_of("bullet", "ordered"),
            "elements": many(typed({"rich_text_section": _RICH_SECTION}), 1000),
        },
        {"indent": whole(0, 8), "offset": whole(0, 10_000), "border": whole(0, 1)},
    ),
    "rich_text_preformatted": shape(
        {"type": anything, "elements": _RICH_RUN}, {"border": whole(0, 1), "language": string(50)}
    ),
    "rich_text_quote": shape({"type": anything, "elements": _RICH_RUN}, {"border": whole(0, 1)}),
}

_CELL = {
    "raw_text": shape({"type": anything, "text": string(10_000)}, {}),
    "raw_number": shape({"type": anything, "value": anything, "text": string(10_000)}, {}),
    "rich_text": shape({"type": anything, "elements": many(typed(RICH), 100)}, {"block_id": ID}),
}
_COLUMN = shape({}, {"align": one_of("left", "center", "right"), "is_wrapped": boolean})

BLOCKS: dict[str, Rule] = {
    "header": shape({"type": anything, "text": plain(150)}, {"block_id": ID, "level": whole(1, 4)}),
    "section": shape(
        {"type": anything},
        {
            "block_id": ID,
            "text": words(3000),
            "fields": many(words(2000), 10),
            "accessory": typed(ELEMENTS, IN_SECTION),
            "expand": boolean,
        },
    ),
    "context": shape(
        {
            "type": anything,
            "elements": many(typed({"plain_text": words(3000), "mrkdwn": words(3000), "image": ELEMENTS["image"]}), 10),
        },
        {"block_id": ID},
    ),
    "divider": shape({"type": anything}, {"block_id": ID}),
    "actions": shape({"type": anything, "elements": many(typed(ELEMENTS, IN_ACTIONS), 25)}, {"block_id": ID}),
    "image": shape(
        {"type": anything, "alt_text": string(2000)},
        IMAGE | {"alt_text": string(2000), "title": plain(2000), "block_id": ID},
    ),
    "input": shape(
        {"type": anything, "label": plain(2000), "element": _input_kinds},
        {"block_id": ID, "hint": plain(2000), "optional": boolean, "dispatch_action": boolean},
    ),
    "rich_text": shape({"type": anything, "elements": many(typed(RICH), 1000)}, {"block_id": ID}),
    "table": shape(
        {"type": anything, "rows": many(many(typed(_CELL), 20), 100)},
        {"block_id": ID, "column_settings": many(_COLUMN, 20, 0)},
    ),
    "markdown": shape({"type": anything, "text": string(MARKDOWN_CHARACTERS)}, {"block_id": ID}),
    "file": shape({"type": anything, "external_id": string(255), "source": one_of("remote")}, {"block_id": ID}),
}
MESSAGE_KINDS = frozenset(BLOCKS)
VIEW_KINDS = frozenset(set(BLOCKS) - {"table", "markdown", "file"})

_VIEW: dict[str, Rule] = {
    "callback_id": string(255, 0),
    "private_metadata": string(3000, 0),
    "external_id": string(255, 0),
}
VIEWS: dict[str, Rule] = {
    "modal": shape(
        {"type": anything, "title": plain(24), "blocks": many(typed(BLOCKS, VIEW_KINDS), VIEW_BLOCKS, 0)},
        _VIEW
        | {
            "close": plain(24),
            "submit": plain(24),
            "clear_on_close": boolean,
            "notify_on_close": boolean,
            "submit_disabled": boolean,
        },
    ),
    "home": shape({"type": anything, "blocks": many(typed(BLOCKS, VIEW_KINDS), VIEW_BLOCKS, 0)}, _VIEW),
}
