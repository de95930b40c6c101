"""What a person may say here, each with an example."""

from collections.abc import Sequence
from dataclasses import dataclass

from slack_sdk.models.blocks import Block

from bot.views.message import Message, context, escaped, header, message, section


@dataclass(frozen=True)
class Way:
    """One thing that can be said."""

    usage: str
    about: str


def help_(here: Sequence[Way], anywhere: Sequence[Way], ref: str | None = None) -> Message:
    """Show what can be said about this channel's incident, and anywhere."""
    blocks: list[Block] = [header("What you can say")]
    if here:
        where = f"About {ref}" if ref else "In an incident's channel, or with its name: `/incident INC-7 …`"
        blocks.append(section(f"*{where}*\n{_lines(here)}"))
    blocks += [section("*Anywhere*\n" + _lines(anywhere))] if anywhere else []
    blocks.append(context("Add :pushpin: to a message, or pin it, and it joins the timeline."))
    return message("What you can say", blocks)


def _lines(ways: Sequence[Way]) -> str:
    return "\n".join(f"`/incident {way.usage}` {escaped(way.about)}" for way in ways)
