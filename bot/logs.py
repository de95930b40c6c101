"""Logs: an event in plain words plus keys, for people or as JSON lines; never a token, whoever writes."""

import logging
import re
import sys
from collections.abc import MutableMapping
from typing import Any, Literal, TextIO

import structlog

TOKEN = re.compile(
    r"xox[a-z](?:\.xox[a-z])?-[\w.-]+|xapp-[\w-]+|(?<=://)([^/\s:@]*):[^@\s/]+(?=@)|(?<=[?&]ticket=)[\w-]+|(?<=hooks.slack.com/)[\w/-]+"
)
"""Slack's tokens, the password in an address, a Socket Mode ticket."""

QUIET = {
    "aiohttp.access": logging.WARNING,
    "alembic": logging.WARNING,
    "apscheduler": logging.WARNING,
    "aiosqlite": logging.WARNING,
    "slack_bolt": logging.ERROR,  # its warnings are about our giving it a client of our own
    "slack_sdk": logging.WARNING,
    "slack_sdk.socket_mode": logging.ERROR,
    "matplotlib": logging.WARNING,
    "kubernetes": logging.ERROR,
}


def set_up(
    form: Literal["console", "json"] = "console", *, stream: TextIO | None = None, level: int = logging.INFO
) -> None:
    """Send our own events and other people's `logging` the same way, through the same filter."""
    out = stream or sys.stderr
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.ExtraAdder(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        without_tokens,
    ]
    last: Any = structlog.processors.JSONRenderer(default=str)
    if form == "console":
        last = structlog.dev.ConsoleRenderer(colors=out.isatty())
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(out)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared, processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, last]
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level)
    for name, quiet in QUIET.items():
        logging.getLogger(name).setLevel(max(quiet, level))


def without_tokens(_logger: object, _name: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Take tokens and passwords out of every value."""
    for key, value in event.items():
        event[key] = _clean(value)
    return event


def _clean(value: Any) -> Any:
    if isinstance(value, str):
        return TOKEN.sub(lambda found: f"{found[1]}:[redacted]" if found[1] is not None else "[redacted]", value)
    if isinstance(value, dict):
        return {key: _clean(part) for key, part in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_clean(part) for part in value]
    if isinstance(value, BaseException):
        return _clean(f"{type(value).__name__}: {value}")
    return value
