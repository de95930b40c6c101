"""When a call may be made: one message a second and channel with a small burst, and never before Slack allows it."""

from datetime import datetime, timedelta
from random import Random

from bot.outbox.effects import POST
from bot.outbox.lanes import channel_of, in_thread

EVERY = timedelta(seconds=1)
BURST = 3
"""Messages that a channel takes at once; Slack says "short bursts" and names no number."""
KEPT = 2
"""Of these, how many thread replies leave to the channel's own messages, which people wait for."""

FIRST_WAIT = 0.5
LONGEST_WAIT = 60.0


def _who(method: str, lane: str | None) -> tuple[str, str | None]:
    """Slack counts messages by channel (threads included) and every other method by workspace."""
    return (method, channel_of(lane) if method == POST else None)


class Pace:
    """What this process has sent, and what Slack has told it to wait for."""

    def __init__(self, *, every: timedelta = EVERY, burst: int = BURST, kept: int = KEPT) -> None:
        self._every = every
        self._burst = burst
        self._kept = min(kept, burst - 1)
        self._filled: dict[str | None, datetime] = {}
        self._held: dict[tuple[str, str | None], datetime] = {}

    def rehearsal(self) -> "Pace":
        """Return a copy, to try out what could be sent."""
        copy = Pace(every=self._every, burst=self._burst, kept=self._kept)
        copy._filled, copy._held = dict(self._filled), dict(self._held)
        return copy

    def free_at(self, method: str, lane: str | None, now: datetime) -> datetime:
        """Return when the next call of this method may be made (in this lane): `now`, or later."""
        times = [now]
        if method == POST and (filled := self._filled.get(channel_of(lane))):
            spare = self._burst - 1 - (self._kept if in_thread(lane) else 0)
            times.append(filled - self._every * spare)
        if held := self._held.get(_who(method, lane)):
            times.append(held)
        return max(times)

    def sent(self, method: str, lane: str | None, now: datetime) -> None:
        """Count a message."""
        if method == POST:
            channel = channel_of(lane)
            self._filled[channel] = max(self._filled.get(channel, now), now) + self._every

    def hold(self, method: str, lane: str | None, until: datetime) -> None:
        """Wait as long as `Retry-After` said; from then on Slack takes one message after another, and no burst."""
        who = _who(method, lane)
        self._held[who] = max(until, self._held.get(who, until))
        if method == POST:
            self._filled[who[1]] = max(self._filled.get(who[1], until), until + self._every * (self._burst - 1))

    def forget(self, now: datetime) -> None:
        """Drop what no longer holds anybody up."""
        self._filled = {channel: time for channel, time in self._filled.items() if time > now}
        self._held = {who: time for who, time in self._held.items() if time > now}


def back_off(attempts: int, chance: Random, *, first: float = FIRST_WAIT, longest: float = LONGEST_WAIT) -> timedelta:
    """Return how long to wait after that many attempts: twice as long each time, and never all at the same moment."""
    wait = min(longest, first * 2 ** min(attempts - 1, 20))
    return timedelta(seconds=wait * (0.5 + chance.random() / 2))
