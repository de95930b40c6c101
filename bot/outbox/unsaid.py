"""What could not be done in Slack, told: in the timeline, and to people wherever they can still be reached."""

import re
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.outbox.effects import EDIT, POST, announces, channel_place, post
from bot.outbox.recording import row_of
from bot.store.tables import EffectRow, Entry, Incident, Kind, Place
from bot.views.message import context

CALL = re.compile(r"incident/\d+/(?:escalation|unanswered)/[^/]+")
"""The keys of what calls people."""


@dataclass(frozen=True)
class Unreached:
    """Why an incident's own channel takes nothing any more, and the mend."""

    word: str
    why: str
    mend: str


ARCHIVED = Unreached("archived", "The channel of {ref} is archived", "Unarchive it")
GONE = Unreached(
    "gone",
    "The channel of {ref} is gone, or Muster was removed from it",
    "Type `/invite @Muster` there if it still exists",
)


def unreached(row: EffectRow, why: str) -> Unreached | None:
    """Say why nothing that is said in a channel reaches anybody; a public one that Muster has left is joined again."""
    if why == "is_archived":
        return ARCHIVED
    lost = why == "channel_not_found" or (why == "not_in_channel" and row.method == POST)
    return GONE if lost else None


async def tell(session: AsyncSession, row: EffectRow, told: str, now: datetime, key: str) -> None:
    """Write it into the timeline, and say it in the incident's channel; without a channel, to who declared."""
    if row.incident is None:
        return
    incident = await session.get_one(Incident, row.incident)
    session.add(Entry(incident=row.incident, at=now, recorded_at=now, kind=Kind.TROUBLE, text=told))
    if row.key.endswith("/trouble"):
        return
    person = incident.declared_by or incident.commander
    no_channel = incident.channel is None and row.gives == channel_place(row.incident)
    if no_channel and not person:  # a drill that the clock began: its timeline and the log tell it
        return
    to = person if no_channel and person else channel_place(row.incident)
    whom = f"<@{person}> " if announces(row.gives) and person else ""
    wanted = post(key, to, f":warning: {whom}{told}", incident=row.incident)
    session.add(row_of(wanted, now=now))


async def tell_given_up(session: AsyncSession, row: EffectRow, why: str, told: str, now: datetime) -> None:
    """Tell that an effect will not be made; what would fail again and again, once."""
    lost = unreached(row, why)
    if lost and (incident := await _whose(session, row)):
        await _unreached(session, row, incident, lost, now)
        return
    deleted = row.method == EDIT and why == "message_not_found"
    key = f"{row.lane}/deleted/trouble" if deleted else f"{row.key}/trouble"
    if not (deleted and await _wanted(session, key)):
        await tell(session, row, told, now, key)


async def _wanted(session: AsyncSession, key: str) -> bool:
    return (await session.exec(select(EffectRow.id).where(col(EffectRow.key) == key))).first() is not None


async def _whose(session: AsyncSession, row: EffectRow) -> Incident | None:
    """Return the incident in whose own channel it would have been told, locked: of several that fail, one tells it."""
    incident = await session.get(Incident, row.incident, with_for_update=True) if row.incident is not None else None
    where = row.arguments.get("channel") or row.arguments.get("channel_id")
    place = await session.get(Place, where.get("$place")) if isinstance(where, dict) else None
    return incident if incident and place and place.channel == incident.channel else None


async def _unreached(session: AsyncSession, row: EffectRow, incident: Incident, lost: Unreached, now: datetime) -> None:
    """Tell whoever has an open incident, once and in private, that its channel is lost; hand on each call."""
    number = incident.id or 0
    person = incident.communications or incident.commander or incident.declared_by
    key = f"incident/{number}/{lost.word}"
    if not incident.status.open:
        return
    if not await _wanted(session, key):
        told = f"{lost.why.format(ref=incident.ref)}, so nothing that is said there reaches anybody."
        session.add(Entry(incident=number, at=now, recorded_at=now, kind=Kind.TROUBLE, text=told))
        if person:
            mend = f"{lost.mend}, or end it here: `/incident {incident.ref} resolve CAUSE`."
            session.add(row_of(post(key, person, f":warning: {told} {mend}", incident=number), now=now))
    if CALL.fullmatch(row.key):
        _hand_on(session, row, lost, person, now)


def _hand_on(session: AsyncSession, row: EffectRow, lost: Unreached, holder: str | None, now: datetime) -> None:
    """Send a call to the people it names, and to whoever has the incident, for groups have no direct messages."""
    text, incident = str(row.arguments["text"]), row.incident or 0
    people = [one for one in dict.fromkeys([*re.findall(r"<@([UW][A-Z0-9]+)>", text), holder]) if one]
    whom = ", ".join(f"<@{one}>" for one in people) or "nobody"
    told = f"A call that the channel could not take went by direct message to {whom}"
    session.add(Entry(incident=incident, at=now, recorded_at=now, kind=Kind.TROUBLE, text=told))
    note = context(f"The incident's channel is {lost.word}, so this comes by direct message. A group does not see it.")
    blocks = [*row.arguments.get("blocks", ()), note.to_dict()]
    for person in people:
        wanted = post(f"{row.key}/{lost.word}/{person}", person, text, blocks, incident=incident, mentions=row.needs)
        session.add(row_of(wanted, now=now))
