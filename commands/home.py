"""The Home tab: what is open, and a button to declare."""

from typing import Any

from slack_bolt.async_app import AsyncApp

from bot.errors import Told
from bot.incidents.lifecycle import Incidents
from bot.incidents.permission import Permission
from bot.listening import Asked, answering_event
from bot.replies import Screen
from bot.views.home import home, home_of_a_guest, home_without_answer


def register(app: AsyncApp) -> None:
    app.event("app_home_opened")(answering_event(open_home))


async def open_home(asked: Asked, incidents: Incidents, permission: Permission, screen: Screen) -> None:
    """Show what is open; a guest is told where they see incidents, and nobody that all is well when that is unknown."""
    if asked.value in {"", "home"}:
        await screen.home(await _drawn(asked, incidents, permission))


async def _drawn(asked: Asked, incidents: Incidents, permission: Permission) -> dict[str, Any]:
    try:
        if not await permission.may(asked.person, "member"):
            return home_of_a_guest()
        return home(await incidents.open_ones(asked.person))
    except Told as told:
        return home_without_answer(str(told))
