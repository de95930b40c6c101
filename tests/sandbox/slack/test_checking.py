"""Block Kit's limits: what Slack takes and what it refuses, as tables."""

from typing import Any

import pytest

from sandbox.slack.checking import check_message, check_view
from sandbox.slack.errors import SlackError

Block = dict[str, Any]


def plain(words: str = "x") -> Block:
    return {"type": "plain_text", "text": words}


def marked(words: str = "x") -> Block:
    return {"type": "mrkdwn", "text": words}


def option(name: str = "a", **given: Any) -> Block:
    return {"text": plain(name), "value": name} | given


def options(number: int, length: int = 1) -> list[Block]:
    return [option(f"{n}".rjust(length, "0")) for n in range(number)]


def section(**given: Any) -> Block:
    return {"type": "section", "text": marked()} | given


def button(**given: Any) -> Block:
    return {"type": "button", "text": plain()} | given


def actions(*elements: Block, **given: Any) -> Block:
    return {"type": "actions", "elements": list(elements) or [button()]} | given


def select(kind: str = "static_select", **given: Any) -> Block:
    return {"type": kind, "action_id": "s"} | given


def entry(**element: Any) -> Block:
    return {"type": "input", "label": plain(), "element": {"type": "plain_text_input"} | element}


def image(**given: Any) -> Block:
    return {"type": "image", "image_url": "https://example.com/a.png", "alt_text": "a picture"} | given


def table(rows: int, columns: int, words: str = "x") -> Block:
    return {"type": "table", "rows": [[{"type": "raw_text", "text": words}] * columns for _ in range(rows)]}


def rich(*elements: Block) -> Block:
    return {"type": "rich_text", "elements": list(elements)}


def run(*parts: Block, kind: str = "rich_text_section") -> Block:
    return {"type": kind, "elements": list(parts)}


CONFIRM = {"title": plain(), "text": marked(), "confirm": plain(), "deny": plain()}

TAKEN: dict[str, Block] = {
    "header": {"type": "header", "text": plain("x" * 150)},
    "section": section(text=marked("x" * 3000), block_id="b" * 255),
    "fields": section(text=None, fields=[marked("x" * 500)] * 10),
    "accessory": section(accessory=select("users_select", placeholder=plain())),
    "picture beside a section": section(accessory=image()),
    "context": {"type": "context", "elements": [marked(), plain(), image()]},
    "divider": {"type": "divider"},
    "buttons": actions(
        button(action_id="a", value="v" * 2000, url="https://x.example", style="danger", confirm=CONFIRM),
        button(action_id="b"),
    ),
    "choices": actions(
        select(options=options(100)),
        select("multi_static_select", action_id="m", option_groups=[{"label": plain(), "options": options(2)}]),
        select("overflow", action_id="o", options=options(5)),
        select("datepicker", action_id="d", initial_date="2026-11-21"),
        select("timepicker", action_id="t", initial_time="23:59"),
        select("datetimepicker", action_id="dt", initial_date_time=1_700_000_000),
        select("radio_buttons", action_id="r", options=options(10), initial_option=option("0")),
    ),
    "image": image(title=plain()),
    "uploaded image": {"type": "image", "slack_file": {"id": "F1"}, "alt_text": "a graph"},
    "input": entry(multiline=True, max_length=3000, initial_value="", action_id="a"),
    "number": entry(type="number_input", is_decimal_allowed=False, min_value="1"),
    "checkboxes": entry(type="checkboxes", options=[{"text": marked("*a*"), "value": "a"}]),
    "preformatted": rich(run({"type": "text", "text": "kubectl"}, kind="rich_text_preformatted")),
    "list": rich(
        {"type": "rich_text_list", "style": "bullet", "elements": [run({"type": "user", "user_id": "U1"})]},
        run({"type": "link", "url": "https://x.example"}, {"type": "emoji", "name": "fire"}),
    ),
    "table": table(100, 20, "x"),
    "markdown": {"type": "markdown", "text": "# Title"},
}

REFUSED: dict[str, tuple[Block, str]] = {
    "an unknown block": ({"type": "alert"}, "unsupported type: alert [json-pointer:/blocks/0/type]"),
    "no block": ({}, "unsupported type: None [json-pointer:/blocks/0/type]"),
    "an unknown field": (section(colour="red"), "invalid additional property: colour [json-pointer:/blocks/0]"),
    "a long header": ({"type": "header", "text": plain("x" * 151)}, "must be less than 151 characters"),
    "a marked header": ({"type": "header", "text": marked()}, "must be one of plain_text"),
    "an empty text": (section(text=marked("")), "must be more than 0 characters [json-pointer:/blocks/0/text/text]"),
    "a long section": (section(text=marked("x" * 3001)), "must be less than 3001 characters"),
    "an empty section": (section(text=None), "missing required field: text or fields"),
    "eleven fields": (section(fields=[marked()] * 11), "no more than 10 items allowed"),
    "a long field": (section(fields=[marked("x" * 2001)]), "must be less than 2001 characters"),
    "a text that is a word": (section(text="x"), "unsupported type: None"),
    "an input beside a section": (section(accessory=entry()["element"]), "unsupported type: plain_text_input"),
    "eleven context parts": ({"type": "context", "elements": [marked()] * 11}, "no more than 10 items allowed"),
    "an empty context": ({"type": "context", "elements": []}, "no less than 1 items allowed"),
    "26 buttons": (actions(*[button()] * 26), "no more than 25 items allowed [json-pointer:/blocks/0/elements]"),
    "a long button": (actions(button(text=plain("x" * 76))), "must be less than 76 characters"),
    "a marked button": (actions(button(text=marked())), "must be one of plain_text"),
    "a long value": (actions(button(value="x" * 2001)), "must be less than 2001 characters"),
    "a long address": (actions(button(url="https://" + "x" * 3000)), "must be less than 3001 characters"),
    "no address": (actions(button(url="nowhere")), "must be a valid url"),
    "a style of its own": (actions(button(style="loud")), "must be one of primary, danger"),
    "action ids twice": (actions(button(action_id="a"), button(action_id="a")), "`action_id` already exists: a"),
    "a long action id": (actions(button(action_id="a" * 256)), "must be less than 256 characters"),
    "a long confirm": (actions(button(confirm=CONFIRM | {"title": plain("x" * 101)})), "must be less than 101"),
    "half a confirm": (actions(button(confirm={"title": plain()})), "missing required field: deny"),
    "a select without options": (actions(select()), "must have one of options and option_groups"),
    "101 options": (actions(select(options=options(101))), "no more than 100 items allowed"),
    "six overflow options": (actions(select("overflow", options=options(6))), "no more than 5 items allowed"),
    "eleven checkboxes": (actions(select("checkboxes", options=options(11))), "no more than 10 items allowed"),
    "a long option": (actions(select(options=options(1, 76))), "must be less than 76 characters"),
    "a long option value": (
        actions(select(options=[option(value="v" * 151)])),
        "must be less than 151 characters [json-pointer:/blocks/0/elements/0/options/0/value]",
    ),
    "a long description": (
        actions(select(options=[option(description=plain("x" * 76))])),
        "must be less than 76 characters",
    ),
    "option values twice": (actions(select(options=[option(), option()])), "duplicate option value: a"),
    "a first option that is none": (
        actions(select(options=options(2), initial_option=option("z"))),
        "initial_option must exactly match one of the options",
    ),
    "a day that is none": (actions(select("datepicker", initial_date="soon")), "must be a date like YYYY-MM-DD"),
    "an image without text": ({"type": "image", "image_url": "https://x.example"}, "missing required field: alt_text"),
    "an image twice": (image(slack_file={"id": "F1"}), "must have one of image_url and slack_file"),
    "a button as input": (entry(**button()), "unsupported type: button"),
    "a long placeholder": (entry(placeholder=plain("x" * 151)), "must be less than 151 characters"),
    "a number without kind": (entry(type="number_input"), "missing required field: is_decimal_allowed"),
    "crossed lengths": (entry(min_length=10, max_length=5), "min_length must not exceed max_length"),
    "101 rows": (table(101, 1), "no more than 100 items allowed"),
    "21 columns": (table(1, 21), "no more than 20 items allowed"),
    "a full table": (table(100, 2, "x" * 51), "must be less than 10001 characters"),
    "a ragged table": (
        {"type": "table", "rows": [*table(1, 2)["rows"], *table(1, 3)["rows"]]},
        "all rows must have the same number of columns",
    ),
    "an empty cell": (table(1, 1, ""), "must be more than 0 characters"),
    "an unknown rich part": (rich({"type": "rich_text_table"}), "unsupported type: rich_text_table"),
    "an empty rich text": (rich(run({"type": "text", "text": ""})), "must be more than 0 characters"),
}


@pytest.mark.parametrize("name", TAKEN)
def test_slack_takes(name: str) -> None:
    check_message([TAKEN[name]])


@pytest.mark.parametrize("name", REFUSED)
def test_slack_refuses(name: str) -> None:
    block, problem = REFUSED[name]
    with pytest.raises(SlackError) as refusal:
        check_message([block])

    assert refusal.value.code == "invalid_blocks"
    assert problem in " ".join(refusal.value.details["errors"])


@pytest.mark.parametrize(
    ("blocks", "code"),
    [
        ([{"type": "divider"}] * 50, ""),
        ([{"type": "divider"}] * 51, "invalid_blocks"),
        ([section(block_id="b"), section(block_id="b")], "invalid_blocks"),
        ([table(1, 1), table(1, 1)], "invalid_blocks"),
        ([section(text=marked("x" * 3000))] * 4, ""),
        ([section(text=marked("x" * 3000))] * 5, "msg_blocks_too_long"),
        ([{"type": "markdown", "text": "x" * 6001}] * 2, "msg_blocks_too_long"),
        ([7], "invalid_blocks"),
    ],
)
def test_the_blocks_of_a_message_are_limited_together(blocks: list[Any], code: str) -> None:
    assert _code(lambda: check_message(blocks)) == code


def modal(*blocks: Block, **given: Any) -> Block:
    return {"type": "modal", "title": plain(), "submit": plain(), "blocks": list(blocks) or [entry()]} | given


VIEWS: dict[str, tuple[Block, str]] = {
    "a form": (modal(private_metadata="x" * 3000, callback_id="c" * 255), ""),
    "a hundred blocks": (modal(*[{"type": "divider"}] * 100), ""),
    "101 blocks": (modal(*[{"type": "divider"}] * 101), "invalid_arguments"),
    "a long title": (modal(title=plain("x" * 25)), "invalid_arguments"),
    "no title": (modal(title=None), "invalid_arguments"),
    "a long submit": (modal(submit=plain("x" * 25)), "invalid_arguments"),
    "a form without submit": (modal(submit=None), "invalid_arguments"),
    "a window to read": (modal(section(), submit=None), ""),
    "long private metadata": (modal(private_metadata="x" * 3001), "invalid_arguments"),
    "a long callback id": (modal(callback_id="c" * 256), "invalid_arguments"),
    "an unknown field": (modal(size="large"), "invalid_arguments"),
    "a table in a form": (modal(table(1, 1)), "invalid_arguments"),
    "a home tab": ({"type": "home", "blocks": []}, ""),
    "a home tab with a title": ({"type": "home", "title": plain(), "blocks": []}, "invalid_arguments"),
    "two first fields": (modal(entry(focus_on_load=True), entry(focus_on_load=True)), "invalid_arguments"),
    "too many bytes": (modal(*[section(text=marked("ü" * 3000))] * 100), "view_too_large"),
    "another kind": ({"type": "workflow_step", "blocks": []}, "invalid_arguments"),
}


@pytest.mark.parametrize("name", VIEWS)
def test_a_view_is_taken_or_refused(name: str) -> None:
    view, code = VIEWS[name]
    assert _code(lambda: check_view(view, str(view["type"]))) == code


def test_a_home_tab_is_no_modal() -> None:
    assert _code(lambda: check_view({"type": "home", "blocks": []}, "modal")) == "invalid_arguments"


def _code(check: Any) -> str:
    try:
        check()
    except SlackError as error:
        return error.code
    return ""
