"""The arguments of a Web API call: query, form, JSON and multipart merged, read with Slack's loose types."""

import base64
import binascii
import json
import re
from collections.abc import Iterable
from typing import Any

from aiohttp import web

from sandbox.slack.errors import SlackError, invalid
from sandbox.slack.records import Json

TS = re.compile(r"\d{1,10}\.\d{6}")


class Arguments:
    def __init__(self, given: Json) -> None:
        self.given = given

    def has(self, name: str) -> bool:
        """Tell whether the argument was given and is not empty text."""
        value = self.given.get(name)
        return value is not None and value != ""

    def text(self, name: str, default: str = "") -> str:
        value = self.given.get(name)
        return default if value is None else str(value)

    def required(self, name: str) -> str:
        """Return the argument's text, or refuse the call because it is missing."""
        if not self.has(name):
            raise invalid("invalid_arguments", [f"missing required field: {name}"])
        return self.text(name)

    def time(self, name: str, refused: str = "bad_timestamp") -> str:
        """Return a message's ts; refuse what cannot be one."""
        ts = self.required(name)
        if not TS.fullmatch(ts):
            raise invalid(refused, [f"{ts[:50]} is not a valid {name}"])
        return ts

    def flag(self, name: str, *, default: bool = False) -> bool:
        return self.text(name).lower() in {"1", "true"} if self.has(name) else default

    def number(self, name: str, default: int, most: int) -> int:
        """Return a whole number from 1 to `most`; 0 means the default, as in Slack."""
        try:
            number = int(self.text(name)) if self.has(name) else default
        except ValueError:
            raise invalid("invalid_arguments", [f"must be an integer [json-pointer:/{name}]"]) from None
        if number < 0:
            raise SlackError("invalid_limit")
        return min(number or default, most)

    def ids(self, name: str) -> list[str]:
        """Return ids given as a list or with commas between them."""
        value = self.given.get(name)
        if isinstance(value, list):
            return [str(item) for item in value]
        return [word.strip() for word in self.text(name).split(",") if word.strip()]

    def structure(self, name: str, refused: str) -> Any:
        """Return a list or object that may have come as JSON text; `refused` is the error's code."""
        value = self.given.get(name)
        if not isinstance(value, str):
            return value
        try:
            return json.loads(value) if value else None
        except ValueError:
            raise SlackError(refused) from None

    def page(self, items: Iterable[Any], *, default: int = 100, most: int = 1000) -> tuple[list[Any], Json]:
        """Return this page of the items and the metadata that leads to the next one."""
        found = list(items)
        start = _start(self.text("cursor"))
        end = start + self.number("limit", default, most)
        return found[start:end], {"next_cursor": _cursor(end) if end < len(found) else ""}


def _cursor(offset: int) -> str:
    return base64.b64encode(f"next:{offset}".encode()).decode()


def _start(cursor: str) -> int:
    if not cursor:
        return 0
    try:
        return int(base64.b64decode(cursor, validate=True).decode().removeprefix("next:"))
    except (ValueError, binascii.Error):
        raise SlackError("invalid_cursor") from None


async def read_arguments(request: web.Request) -> Json:
    """Merge what came in the address and in the body; raise SlackError for a body that cannot be read."""
    given: Json = dict(request.query)
    if request.content_type == "application/json":
        given |= await _json_body(request)
    elif request.content_type in {"application/x-www-form-urlencoded", "multipart/form-data"}:
        form = await request.post()
        given |= {name: value for name, value in form.items() if isinstance(value, str)}
    return given


async def _json_body(request: web.Request) -> Json:
    body = await request.read()
    if not body:
        return {}
    try:
        given = json.loads(body)
    except ValueError:
        raise SlackError("invalid_json") from None
    if not isinstance(given, dict):
        raise SlackError("json_not_object")
    return given
