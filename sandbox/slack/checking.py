"""Whether Slack would take a message's blocks or a view: the tables of limits, and what no table says."""

import json
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

from sandbox.slack.errors import SlackError, invalid
from sandbox.slack.limits import (
    BLOCKS,
    MARKDOWN_CHARACTERS,
    MESSAGE_BLOCKS,
    MESSAGE_CHARACTERS,
    MESSAGE_KINDS,
    TABLE_CHARACTERS,
    VIEW_BYTES,
    VIEWS,
)
from sandbox.slack.records import Json
from sandbox.slack.shapes import Report, many, typed

_MESSAGE = many(typed(BLOCKS, MESSAGE_KINDS), MESSAGE_BLOCKS, 0)


def check_message(blocks: list[Any]) -> None:
    """Raise invalid_blocks with every problem, or msg_blocks_too_long."""
    problems = _problems(lambda report: _MESSAGE(blocks, "/blocks", report))
    problems = problems or _problems(lambda report: _check_together(blocks, "/blocks", report))
    if problems:
        raise invalid("invalid_blocks", problems)
    markdown = sum(len(block["text"]) for block in blocks if block["type"] == "markdown")
    if sum(map(len, _texts(blocks))) > MESSAGE_CHARACTERS or markdown > MARKDOWN_CHARACTERS:
        raise SlackError("msg_blocks_too_long")


def check_view(view: Json, kind: str) -> None:
    """Raise invalid_arguments with every problem of a view of this kind, or view_too_large."""
    if view.get("type") != kind or kind not in VIEWS:
        raise invalid("invalid_arguments", ["must be one of modal, home [json-pointer:/view/type]"])
    problems = _problems(lambda report: VIEWS[kind](view, "/view", report))
    problems = problems or _problems(lambda report: _check_view_together(view, report))
    if problems:
        raise invalid("invalid_arguments", problems)
    if len(json.dumps(view).encode()) > VIEW_BYTES:
        raise SlackError("view_too_large")


def _problems(check: Callable[[Report], None]) -> list[str]:
    found: list[str] = []
    check(lambda said, where: found.append(f"{said} [json-pointer:{where}]"))
    return found


def _check_view_together(view: Json, report: Report) -> None:
    _check_together(view["blocks"], "/view/blocks", report)
    has_inputs = any(block["type"] == "input" for block in view["blocks"])
    if view["type"] == "modal" and has_inputs and not view.get("submit"):
        report("missing required field: submit", "/view")
    focused = [element for element in _elements_of(view["blocks"]) if element.get("focus_on_load")]
    if len(focused) > 1:
        report("only one element can have focus_on_load", "/view/blocks")


def _check_together(blocks: list[Json], where: str, report: Report) -> None:
    """Check what concerns several parts at once."""
    for name in _twice(block.get("block_id") for block in blocks):
        report(f"`block_id` already exists: {name}", where)
    if sum(block["type"] == "table" for block in blocks) > 1:
        report("only_one_table_allowed", where)
    for number, block in enumerate(blocks):
        _check_block(block, f"{where}/{number}", report)


def _check_block(block: Json, where: str, report: Report) -> None:
    for name in _twice(element.get("action_id") for element in _elements(block)):
        report(f"`action_id` already exists: {name}", f"{where}/elements")
    if block["type"] == "section" and not block.get("text") and not block.get("fields"):
        report("missing required field: text or fields", where)
    if block["type"] == "image" or (block.get("accessory") or {}).get("type") == "image":
        _check_image(block.get("accessory") or block, where, report)
    if block["type"] == "table":
        _check_table(block, where, report)
    for element in _elements(block):
        _check_element(element, where, report)


def _check_image(image: Json, where: str, report: Report) -> None:
    if bool(image.get("image_url")) == bool(image.get("slack_file")):
        report("must have one of image_url and slack_file", where)


def _check_table(block: Json, where: str, report: Report) -> None:
    if len({len(row) for row in block["rows"]}) > 1:
        report("all rows must have the same number of columns", f"{where}/rows")
    if sum(map(len, _texts(block["rows"]))) > TABLE_CHARACTERS:
        report(f"must be less than {TABLE_CHARACTERS + 1} characters", f"{where}/rows")


def _check_element(element: Json, where: str, report: Report) -> None:
    kind = element["type"]
    if kind in {"static_select", "multi_static_select"} and bool(element.get("options")) == bool(
        element.get("option_groups")
    ):
        report("must have one of options and option_groups", where)
    choices = list(_choices(element))
    for name in _twice(option["value"] for option in choices):
        report(f"duplicate option value: {name}", where)
    initial = [element["initial_option"]] if element.get("initial_option") else element.get("initial_options") or []
    if choices and any(_bare(option) not in [_bare(choice) for choice in choices] for option in initial):
        report("initial_option must exactly match one of the options", where)
    if element.get("min_length", 0) > element.get("max_length", 3000):
        report("min_length must not exceed max_length", where)
    if kind == "overflow" or not any("url" in option for option in choices):
        return
    report("url is allowed in overflow menus only", where)


def _bare(option: Json) -> tuple[str, str]:
    return option["text"]["text"], option["value"]


def _choices(element: Json) -> Iterator[Json]:
    yield from element.get("options") or ()
    for group in element.get("option_groups") or ():
        yield from group["options"]


def _elements(block: Json) -> Iterator[Json]:
    """Give a block's interactive elements."""
    if block["type"] == "actions":
        yield from block["elements"]
    for part in ("accessory", "element"):
        if block.get(part):
            yield block[part]


def _elements_of(blocks: list[Json]) -> Iterator[Json]:
    for block in blocks:
        yield from _elements(block)


def _twice(names: Iterator[Any]) -> list[str]:
    return [str(name) for name, times in Counter(names).items() if name is not None and times > 1]


def _texts(value: Any) -> Iterator[str]:
    """Give every text of a structure."""
    if isinstance(value, list):
        for item in value:
            yield from _texts(item)
    elif isinstance(value, dict):
        for name, item in value.items():
            if name == "text" and isinstance(item, str):
                yield item
            elif isinstance(item, dict | list):
                yield from _texts(item)
