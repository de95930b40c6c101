"""How the locked incident stands, with who brought it there."""

from bot.incidents.telling import number
from bot.incidents.transitions import must_be_open
from bot.store.store import Change
from bot.store.tables import Incident, Kind
from bot.views.people import person


async def still_open(change: Change) -> Incident:
    """Return the locked incident, or say who has ended it."""
    incident = change.incident
    if not incident.status.open:
        must_be_open(incident, person(await who_did(change, Kind.RESOLVED), "Muster"))
    return incident


async def who_did(change: Change, kind: Kind) -> str | None:
    """Return who last did that."""
    done = [entry for entry in await change.entries(number(change.incident)) if entry.kind is kind]
    return done[-1].person if done else None
