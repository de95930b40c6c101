"""What a message is before Slack has it: a text for notifications and screen readers, and its blocks."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from slack_sdk.models.blocks import Block, ContextBlock, HeaderBlock, MarkdownTextObject, PlainTextObject, SectionBlock

TEXT = 3_000  # of a section
FIELD = 2_000
HEADER = 150
NOTIFICATION = 1_000
LABEL = 75  # of a button or an option
BLOCKS = 50


@dataclass(frozen=True)
class Message:
    """One message; `blocks` are JSON and may be empty."""

    text: str
    blocks: list[dict[str, Any]] = field(default_factory=list)


def message(text: str, blocks: Sequence[Block] = ()) -> Message:
    """Make a message of blocks, cut to what Slack takes."""
    return Message(cut(text, NOTIFICATION), [block.to_dict() for block in blocks[:BLOCKS]])


SIGNS = re.compile(r"(?<!\w)[*_~](?=\S)|(?<=\S)[*_~](?!\w)|`")
"""What begins or ends bold, italic, strike or code: a sign at a word's edge."""
LOOKALIKES = {"*": "∗", "_": "＿", "~": "∼", "`": "ˋ"}


def escaped(text: str) -> str:
    """Return text that Slack shows as it is typed: no mention, no link, no bold."""
    plain = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return SIGNS.sub(lambda sign: LOOKALIKES[sign[0]], plain)


def cut(text: str, limit: int, note: str = "…") -> str:
    """Return at most `limit` characters, ending with `note` when something was left out."""
    return text if len(text) <= limit else text[: limit - len(note)].rstrip() + note


def when(moment: datetime, form: str = "{time}") -> str:
    """Show a time in each reader's own zone; the fallback is UTC."""
    return f"<!date^{int(moment.timestamp())}^{form}|{moment:%H:%M} UTC>"


def section(text: str, fields: Iterable[str] = ()) -> SectionBlock:
    """Make a section of mrkdwn."""
    few = [MarkdownTextObject(text=cut(one, FIELD)) for one in fields][:10]
    return SectionBlock(text=MarkdownTextObject(text=cut(text, TEXT)) if text else None, fields=few or None)


def header(text: str) -> HeaderBlock:
    """Make a header; it shows plain text, so nothing is escaped."""
    return HeaderBlock(text=PlainTextObject(text=cut(text, HEADER), emoji=True))


def context(*texts: str) -> ContextBlock:
    """Make the small grey line."""
    return ContextBlock(elements=[MarkdownTextObject(text=cut(text, FIELD)) for text in texts if text][:10])
