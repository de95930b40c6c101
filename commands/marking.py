"""A message pinned, or marked with :pushpin:, joins the timeline; unpinned or unmarked, it leaves."""

from dataclasses import replace

from slack_bolt.async_app import AsyncApp

from bot.incidents.timeline import Timeline
from bot.listening import Asked, answering_event
from bot.replies import Messages
from bot.words import plain

PUSHPIN = {"pushpin", "round_pushpin"}


def register(app: AsyncApp) -> None:
    app.event("reaction_added")(answering_event(react))
    app.event("reaction_removed")(answering_event(unreact))
    app.event("pin_added")(answering_event(mark))
    app.event("pin_removed")(answering_event(unmark))


async def react(asked: Asked, timeline: Timeline, messages: Messages) -> None:
    if asked.value in PUSHPIN:
        await mark(asked, timeline, messages)


async def unreact(asked: Asked, timeline: Timeline) -> None:
    if asked.value in PUSHPIN:
        await unmark(asked, timeline)


async def mark(asked: Asked, timeline: Timeline, messages: Messages) -> None:
    """Slack will not tell twice: what cannot be read now is marked all the same, with what is known."""
    quoted = asked.quoted
    if quoted is None:
        return
    if not quoted.text:
        text, author = await messages.text(quoted)
        quoted = replace(quoted, text=plain(text), author=author or quoted.author)
    text = quoted.text or "(a message that Muster could not read)"
    await timeline.mark(quoted.channel, quoted.ts, text, quoted.author, by=asked.by)


async def unmark(asked: Asked, timeline: Timeline) -> None:
    if asked.quoted is not None:
        await timeline.unmark(asked.quoted.channel, asked.quoted.ts, by=asked.by)
