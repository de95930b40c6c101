"""When a call may be made: one message a second and channel with a small burst, and never before Slack allows it."""

from datetime import datetime, timedelta
from random import Random

from bot.outbox.effects import POST

EVERY = timedelta(seconds=1)
BURST = 5
"""Messages that a channel takes at once; Slack says "short bursts" and names no number."""

FIRST_WAIT = 0.5
LONGEST_WAIT = 60.0


def _who(method: str, lane: str | None) -> tuple[str, str | None]:
    """Slack counts messages by channel and every other method by workspace."""
    return (method, lane if method == POST else None)


class Pace:
    """What this process has sent, and what Slack has told it to wait for."""

    def __init__(self, *, every: timedelta = EVERY, burst: int = BURST) -> None:
        self._every = every
        self._burst = burst
        self._filled: dict[str | None, datetime] = {}
        self._held: dict[tuple[str, str | None], datetime] = {}

    def free_at(self, method: str, lane: str | None, now: datetime) -> datetime:
        """Return when the next call of this method may be made (in this lane): `now`, or later."""
        times = [now]
        if method == POST and lane in self._filled:
            times.append(self._filled[lane] - self._every * (self._burst - 1))
        if held := self._held.get(_who(method, lane)):
            times.append(held)
        return max(times)

    def sent(self, method: str, lane: str | None, now: datetime) -> None:
        """Count a message."""
        if method == POST:
            self._filled[lane] = max(self._filled.get(lane, now), now) + self._every

    def hold(self, method: str, lane: str | None, until: datetime) -> None:
        """Wait as long as `Retry-After` said."""
        self._held[_who(method, lane)] = max(until, self._held.get(_who(method, lane), until))

    def forget(self, now: datetime) -> None:
        """Drop what no longer holds anybody up."""
        self._filled = {lane: time for lane, time in self._filled.items() if time > now}
        self._held = {who: time for who, time in self._held.items() if time > now}


def back_off(attempts: int, chance: Random, *, first: float = FIRST_WAIT, longest: float = LONGEST_WAIT) -> timedelta:
    """Return how long to wait after that many attempts: twice as long each time, and never all at the same moment."""
    wait = min(longest, first * 2 ** min(attempts - 1, 20))
    return timedelta(seconds=wait * (0.5 + chance.random() / 2))
