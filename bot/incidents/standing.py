"""How the locked incident stands, with who brought it there."""

from datetime import timedelta

from bot.incidents.telling import number
from bot.incidents.transitions import must_be_open
from bot.store.queries import Questions
from bot.store.store import Change
from bot.store.tables import Incident, Kind
from bot.views.people import person

TWICE = timedelta(seconds=10)
"""Who presses a button again so soon sees no answer yet, and means the same."""


async def still_open(change: Change) -> Incident:
    """Return the locked incident, or say who has ended it."""
    await must_still_be_open(change, change.incident)
    return change.incident


async def must_still_be_open(questions: Questions, incident: Incident) -> None:
    """Refuse what only makes sense for an open incident; say who has ended it."""
    if not incident.status.open:
        must_be_open(incident, person(await who_did(questions, incident, Kind.RESOLVED), "Muster"))


async def who_did(questions: Questions, incident: Incident, kind: Kind) -> str | None:
    """Return who last did that."""
    done = [entry for entry in await questions.entries(number(incident)) if entry.kind is kind]
    return done[-1].person if done else None


async def again(change: Change, mark: str) -> bool:
    """Whether what leaves an entry of this mark was done a moment ago."""
    done = [entry.recorded_at for entry in await change.entries(number(change.incident)) if mark in entry.detail]
    return bool(done) and change.now - max(done) < TWICE
