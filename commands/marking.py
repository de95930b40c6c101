"""A message pinned, or marked with :pushpin:, joins the timeline; unpinned or unmarked, it leaves."""

from dataclasses import replace

from slack_bolt.async_app import AsyncApp

from bot.incidents.permission import Directory
from bot.incidents.timeline import PIN, Marked, Timeline
from bot.listening import Asked, answering_event, readable
from bot.replies import Messages

PUSHPIN = {"pushpin", "round_pushpin"}


def register(app: AsyncApp) -> None:
    app.event("reaction_added")(answering_event(react))
    app.event("reaction_removed")(answering_event(unreact))
    app.event("pin_added")(answering_event(mark))
    app.event("pin_removed")(answering_event(unmark))


async def react(asked: Asked, timeline: Timeline, messages: Messages, directory: Directory) -> None:
    if asked.value in PUSHPIN:
        await _mark(asked, f"reaction/{asked.person}", timeline, messages, directory)


async def unreact(asked: Asked, timeline: Timeline) -> None:
    if asked.value in PUSHPIN and asked.quoted is not None:
        await timeline.unmark(asked.quoted.channel, asked.quoted.ts, f"reaction/{asked.person}", by=asked.by)


async def mark(asked: Asked, timeline: Timeline, messages: Messages, directory: Directory) -> None:
    await _mark(asked, PIN, timeline, messages, directory)


async def _mark(asked: Asked, how: str, timeline: Timeline, messages: Messages, directory: Directory) -> None:
    """Slack will not tell twice: what cannot be read now is marked all the same, with what is known."""
    quoted = asked.quoted
    if quoted is None:
        return
    if not quoted.text:
        text, author = await messages.text(quoted)
        quoted = replace(quoted, text=text, author=author or quoted.author)
    text = await readable(quoted.text, directory) or "(a message that Muster could not read)"
    await timeline.mark(Marked(quoted.channel, quoted.ts, text, quoted.author), how, by=asked.by)


async def unmark(asked: Asked, timeline: Timeline) -> None:
    if asked.quoted is not None:
        await timeline.unmark(asked.quoted.channel, asked.quoted.ts, by=asked.by)
