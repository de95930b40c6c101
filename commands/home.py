"""The Home tab: what is open, and a button to declare."""

from slack_bolt.async_app import AsyncApp

from bot.incidents.lifecycle import Incidents
from bot.listening import Asked, answering_event
from bot.replies import Screen
from bot.views.home import home


def register(app: AsyncApp) -> None:
    app.event("app_home_opened")(answering_event(open_home))


async def open_home(asked: Asked, incidents: Incidents, screen: Screen) -> None:
    if asked.value in {"", "home"}:
        await screen.home(home(await incidents.open_ones(asked.person)))
