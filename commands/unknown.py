"""What nobody here knows: a word that is no verb, a button of an older version, an event of no interest."""

import re

from slack_bolt.async_app import AsyncApp

from bot.listening import Answer, Asked, answering, answering_event
from bot.views import lists
from bot.words import nearest
from commands.verb import COMMAND

ANYTHING = re.compile(".*")
ALIKE = 0.75
"""The suggestion is a button: `pause` must not offer to `page` somebody."""


def register(app: AsyncApp) -> None:
    """Take what is left over: bolt answers 404 to what no listener takes, which looks broken to a person."""
    app.command(COMMAND)(answering(suggest, needs=""))
    app.action(ANYTHING)(answering(ignore, needs=""))
    app.view(ANYTHING)(answering(ignore, needs=""))
    app.shortcut(ANYTHING)(answering(ignore, needs=""))
    app.event(ANYTHING)(answering_event(ignore))


async def suggest(asked: Asked) -> Answer:
    """Suggest the nearest verb, with the rest of what was typed."""
    from commands import verbs  # noqa: PLC0415 - the list of all verbs names this module too

    near = nearest(asked.verb, [word for verb in verbs() for word in verb.words if word], ALIKE)
    ref = f"INC-{asked.ref} " if asked.ref else ""
    return lists.suggestion(asked.verb, f"{ref}{near} {asked.text}".strip() if near else None)


async def ignore() -> Answer:
    """A link button, a closed form, an event that says nothing to us."""
    return None
