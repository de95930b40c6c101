"""The Home tab: what is open, and a button to declare."""

from slack_bolt.async_app import AsyncApp

from bot.incidents.lifecycle import Incidents
from bot.incidents.permission import Permission
from bot.listening import Asked, answering_event
from bot.replies import Screen
from bot.views.home import home


def register(app: AsyncApp) -> None:
    app.event("app_home_opened")(answering_event(open_home))


async def open_home(asked: Asked, incidents: Incidents, permission: Permission, screen: Screen) -> None:
    """Show what is open; to a guest nothing is, as in Slack itself."""
    if asked.value in {"", "home"}:
        may = await permission.may(asked.person, "member")
        await screen.home(home(await incidents.open_ones(asked.person) if may else []))
