"""The buttons of what is said outside Slack: sent, or not needed."""

from slack_bolt.async_app import AsyncApp

from bot.incidents.noticing import Notices
from bot.listening import Answer, Asked
from bot.store.tables import Incident, NoticeState
from bot.views import actions
from commands.verb import click


def register(app: AsyncApp) -> None:
    click(app, actions.NOTICE_SENT, sent)
    click(app, actions.NOTICE_ANSWER, answer)


async def sent(asked: Asked, incident: Incident, notices: Notices) -> Answer:
    await notices.settle(incident.id or 0, number(asked), NoticeState.SENT, by=asked.by)
    return None


async def answer(asked: Asked, incident: Incident, notices: Notices) -> Answer:
    await notices.settle(incident.id or 0, number(asked), NoticeState(asked.parts[-1]), by=asked.by)
    return None


def number(asked: Asked) -> int:
    """Read the second part of a button's value, `7/12`."""
    return int(asked.parts[1]) if len(asked.parts) > 1 and asked.parts[1].isdigit() else 0
