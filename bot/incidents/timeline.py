"""The timeline: what happened, at its own time, with who did it."""

from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo

from bot.incidents.telling import number
from bot.incidents.times import moment
from bot.incidents.transitions import required
from bot.store.store import By, Store
from bot.store.tables import Entry, Kind

LONGEST = 3_000


PIN = "pin"
"""The mark that a message has once, whoever pins it; a reaction is a mark of each person's own."""


@dataclass(frozen=True)
class Marked:
    """A message that somebody points at: who wrote it and what it says."""

    channel: str
    ts: str
    text: str
    author: str | None


class Timeline:
    """Notes and marked messages join what the use cases write by themselves."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def note(self, number: int, text: str, at: str | None = None, *, by: By, zone: tzinfo = UTC) -> Entry:
        """Write a note, at `14:05` in `zone` if given. Told: BadInput (field text, or at)."""
        kept = required(text, "text", "A note needs words. Say what happened.", LONGEST)
        async with self._store.changing(number, by=by) as change:
            return change.write(Kind.NOTE, kept, at=moment(at, change.now, zone) if at and at.strip() else None)

    async def mark(self, message: Marked, how: str = PIN, *, by: By) -> Entry | None:
        """Let a marked message join its channel's incident; None: there is none, or it is in already.

        `how` tells one mark from another: a message leaves with its last one.
        """
        channel, ts = message.channel, message.ts
        incident = await self._incident_of(channel, ts)
        if incident is None:
            return None
        async with self._store.changing(incident, by=by) as change:
            source = f"{channel}/{ts}"
            if entry := await change.entry_of(incident, source):
                entry.detail = entry.detail | {"marks": sorted({*entry.detail["marks"], how})}
                return None
            words = message.text.strip()[:LONGEST] or "A message without text"
            sent, detail = _sent(ts, change.now), {"marked_by": by.person, "marks": [how]}
            return change.write(Kind.MARKED, words, person=message.author, at=sent, source=source, detail=detail)

    async def unmark(self, channel: str, ts: str, how: str = PIN, *, by: By) -> bool:
        """Take one mark from a message; with the last one it leaves the timeline, and True is returned."""
        incident = await self._incident_of(channel, ts)
        if incident is None:
            return False
        async with self._store.changing(incident, by=by) as change:
            entry = await change.entry_of(incident, f"{channel}/{ts}")
            if entry is None:
                return False
            left = [mark for mark in entry.detail["marks"] if mark != how]
            entry.detail = entry.detail | {"marks": left}
            if not left:
                await change.remove(entry)
        return not left

    async def entries(self, number: int) -> list[Entry]:
        """Return the timeline in the order of what happened."""
        async with self._store.reading() as reading:
            return list(await reading.entries(number))

    async def _incident_of(self, channel: str, ts: str) -> int | None:
        """Return the channel's incident, unless the message is its card, which Muster itself pins."""
        async with self._store.reading() as reading:
            incident = await reading.incident_of_channel(channel)
            if incident is None or incident.card_ts == ts:
                return None
            card = await reading.place(f"incident/{incident.id}/card")
            return None if card is not None and card.ts == ts else number(incident)


def _sent(ts: str, now: datetime) -> datetime:
    """Return when a message was sent: Slack's ts is seconds since 1970."""
    try:
        return datetime.fromtimestamp(float(ts), UTC)
    except (ValueError, OverflowError, OSError):
        return now
