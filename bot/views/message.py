"""What a message is before Slack has it: a text for notifications and screen readers, and its blocks."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from slack_sdk.models.blocks import (
    Block,
    ContextBlock,
    HeaderBlock,
    MarkdownTextObject,
    PlainTextObject,
    RichTextBlock,
    RichTextElementParts,
    RichTextPreformattedElement,
    SectionBlock,
)

TEXT = 3_000  # of a section
FIELD = 2_000
HEADER = 150
NOTIFICATION = 1_000
LABEL = 75  # of a button or an option
BLOCKS = 50
CHARACTERS = 12_000
"""Of a whole message; Slack refuses somewhere above 13,000."""


@dataclass(frozen=True)
class Message:
    """One message; `blocks` are JSON and may be empty."""

    text: str
    blocks: list[dict[str, Any]] = field(default_factory=list)


def message(text: str, blocks: Sequence[Block] = ()) -> Message:
    """Make a message of blocks, cut to what Slack takes; what can be pressed stays."""
    return Message(cut(text, NOTIFICATION), _fitting([block.to_dict() for block in blocks]))


def _fitting(blocks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Leave out the last blocks that nobody can press until the rest fits, and say so."""
    left_out = 0
    while len(blocks) + bool(left_out) > BLOCKS or sum(map(_size, blocks)) > CHARACTERS:
        quiet = [place for place, block in enumerate(blocks) if block["type"] != "actions" and "accessory" not in block]
        del blocks[quiet[-1] if quiet else -1]
        left_out += 1
    if left_out:
        parts = "part" if left_out == 1 else "parts"
        blocks.append(context(f"{left_out} more {parts} would not fit into one message").to_dict())
    return blocks


def _size(value: Any) -> int:
    """Count the characters that a person reads."""
    if isinstance(value, dict):
        return sum(
            len(part) if name == "text" and isinstance(part, str) else _size(part) for name, part in value.items()
        )
    return sum(map(_size, value)) if isinstance(value, list) else 0


SIGNS = re.compile(r"(?<!\w)[*_~](?=\S)|(?<=\S)[*_~](?!\w)|`")
"""What begins or ends bold, italic, strike or code: a sign at a word's edge."""
CODE = re.compile(r"(`[^`\n]+`)")
LONG = 1_000
LOOKALIKES = {"*": "∗", "_": "＿", "~": "∼", "`": "ˋ"}


def escaped(text: str) -> str:
    """Return text that Slack shows as it is typed: no mention, no link, no bold."""
    return SIGNS.sub(lambda sign: LOOKALIKES[sign[0]], _entities(text))


def code(line: str, limit: int = 400) -> str:
    """Show a line as code in one line, to be copied as it is: there nothing is bold, and only a back-tick ends it."""
    shown = _entities(cut(" ".join(line.split()), limit))
    return f"`{shown.replace('`', LOOKALIKES['`'])}`"


def with_code(text: str) -> str:
    """Return escaped text in which what stands between back-ticks is code."""
    return "".join(code(one[1:-1], LONG) if CODE.fullmatch(one) else escaped(one) for one in CODE.split(text))


def _entities(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


ATOM = re.compile(r"&(?:amp|lt|gt);|<(?:[@#!]|https?://|mailto:|tel:|place:)[^<>]*>")
"""What stands for one thing in Slack's markup: half of it would be shown as it is."""


def cut(text: str, limit: int, note: str = "…") -> str:
    """Return at most `limit` characters, ending with `note` when something was left out."""
    return text if len(text) <= limit else text[: _whole(text, max(0, limit - len(note)))].rstrip() + note


def _whole(text: str, end: int) -> int:
    """Return where to break at the latest, so that nothing that stands for one thing is broken."""
    return next((atom.start() for atom in ATOM.finditer(text) if atom.start() < end < atom.end()), end)


def pieces(text: str, limit: int, *, verbatim: bool = False) -> list[str]:
    """Break a text into as few pieces as the limit allows: between lines or words where there are some.

    `verbatim` keeps every blank and empty line, and breaks between words only where a line is long.
    """
    found: list[str] = []
    while len(text) > limit:
        line, word = text.rfind("\n", 0, limit), text.rfind(" ", 0, limit)
        end = line if verbatim and line >= limit // 2 else max(line, word)
        end = _whole(text, end if end >= limit // 2 else limit) or limit
        found.append(text[:end])
        text = text[end:].removeprefix("\n") if verbatim else text[end:].lstrip()
    return [*found, text]


def when(moment: datetime, form: str = "{time}") -> str:
    """Show a time in each reader's own zone; the fallback is UTC."""
    return f"<!date^{int(moment.timestamp())}^{form}|{moment:%H:%M} UTC>"


def section(text: str, fields: Iterable[str] = ()) -> SectionBlock:
    """Make a section of mrkdwn."""
    few = [MarkdownTextObject(text=cut(one, FIELD)) for one in fields][:10]
    return SectionBlock(text=MarkdownTextObject(text=cut(text, TEXT)) if text else None, fields=few or None)


def sections(text: str) -> list[Block]:
    """Make as many sections as a long text needs, so that its end is seen too."""
    return [section(piece) for piece in pieces(text, TEXT)]


def header(text: str) -> HeaderBlock:
    """Make a header; it shows plain text, so nothing is escaped."""
    return HeaderBlock(text=PlainTextObject(text=cut(text, HEADER), emoji=True))


def context(*texts: str) -> ContextBlock:
    """Make the small grey line."""
    return ContextBlock(elements=[MarkdownTextObject(text=cut(text, FIELD)) for text in texts if text][:10])


def preformatted(text: str) -> RichTextBlock:
    """Show a text as it was printed; nothing in it is markup."""
    return RichTextBlock(elements=[RichTextPreformattedElement(elements=[RichTextElementParts.Text(text=text)])])
