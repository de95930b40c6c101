"""Logs say what happened in plain words, and never a token."""

import io
import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from bot import logs


@pytest.fixture(autouse=True)
def _restored() -> Iterator[None]:
    root, quiet = logging.getLogger(), {name: logging.getLogger(name).level for name in logs.QUIET}
    handlers, level = root.handlers, root.level
    yield
    root.handlers, root.level = handlers, level
    for name, was in quiet.items():
        logging.getLogger(name).setLevel(was)
    structlog.reset_defaults()


def lines(stream: io.StringIO) -> list[dict[str, str]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_our_events_and_those_of_libraries_are_lines_of_json():
    stream = io.StringIO()
    logs.set_up("json", stream=stream)
    structlog.get_logger().info("declared", incident="INC-7")
    logging.getLogger("library").warning("something %s", "odd")
    ours, theirs = lines(stream)
    assert (ours["event"], ours["incident"], ours["level"]) == ("declared", "INC-7", "info")
    assert (theirs["event"], theirs["level"]) == ("something odd", "warning")


@pytest.mark.parametrize(
    "secret", ["xoxb-123-abc", "xoxe.xoxb-1-abc", "xapp-1-A0-abc", "xoxp-1"], ids=["bot", "rotated", "app", "user"]
)
@pytest.mark.parametrize("form", ["json", "console"])
def test_a_token_is_never_in_a_log(form: str, secret: str):
    stream = io.StringIO()
    logs.set_up(form, stream=stream)
    log = structlog.get_logger()
    log.warning("refused: %s", secret, answer={"headers": [f"Bearer {secret}"]}, error=ValueError(secret))
    logging.getLogger("library").error("token=%s", secret)
    try:
        raise ValueError(secret)
    except ValueError:
        log.exception("failed")
    assert secret not in stream.getvalue()
    assert stream.getvalue().count("[redacted]") >= 4


def test_a_password_in_an_address_is_never_in_a_log():
    stream = io.StringIO()
    logs.set_up("json", stream=stream)
    structlog.get_logger().info("connecting", url="postgresql://me:pass@host/db")
    assert lines(stream)[0]["url"] == "postgresql://me:[redacted]@host/db"


def test_details_are_left_out():
    stream = io.StringIO()
    logs.set_up("json", stream=stream)
    structlog.get_logger().debug("detail")
    logging.getLogger("slack_bolt").info("chatter")
    assert not stream.getvalue()
