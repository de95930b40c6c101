"""The rule of the queue: which effects may be sent now."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from bot.outbox.lanes import in_thread
from bot.outbox.pacing import Pace
from bot.store.tables import EffectState


@dataclass(frozen=True)
class Waiting:
    """What the rule needs to know of an effect that is not done."""

    id: int
    method: str
    incident: int | None = None
    lane: str | None = None
    needs: Sequence[str] = ()
    gives: str | None = None
    state: EffectState = EffectState.WAITING
    not_before: datetime | None = None
    lease_until: datetime | None = None

    def claimed(self, now: datetime) -> bool:
        """Whether somebody is at it."""
        return self.state is EffectState.CLAIMED and self.lease_until is not None and self.lease_until > now


@dataclass
class Turn:
    """What may be sent now, what never can be, and when to look again."""

    ready: list[int] = field(default_factory=list)
    orphans: list[int] = field(default_factory=list)
    look_again: datetime | None = None

    def later(self, time: datetime) -> None:
        """Look again at that time, if not sooner."""
        self.look_again = time if self.look_again is None else min(self.look_again, time)


def turn(rows: Iterable[Waiting], known: Collection[str], now: datetime, pace: Pace) -> Turn:
    """Decide over `rows`, in the order they were wanted; `known` are the places that Slack has made.

    In a lane, the first unfinished effect holds up all later ones; but one that waits for its own incident's channel
    holds up no other incident. A thread's lane holds up nothing but itself, and goes after its channel's own.
    """
    result, pace = Turn(), pace.rehearsal()
    for row in sorted(_foremost(list(rows), known, result), key=lambda row: in_thread(row.lane)):
        _place(row, now, pace, result)
    return result


def _foremost(rows: Sequence[Waiting], known: Collection[str], result: Turn) -> Iterator[Waiting]:
    """Yield what nothing before it holds up."""
    coming = {row.gives for row in rows if row.gives}
    lanes: set[tuple[str, int | None] | str] = set()
    for row in rows:
        missing = [need for need in row.needs if need not in known]
        held_up = row.lane is not None and (row.lane in lanes or (row.lane, row.incident) in lanes)
        if row.lane is not None:
            lanes.add((row.lane, row.incident) if missing else row.lane)
        if missing:
            if not coming.issuperset(missing):
                result.orphans.append(row.id)
        elif not held_up:
            yield row


def _place(row: Waiting, now: datetime, pace: Pace, result: Turn) -> None:
    if row.claimed(now):
        if row.lease_until is not None:
            result.later(row.lease_until)
        return
    time = max(row.not_before or now, pace.free_at(row.method, row.lane, now))
    if time <= now:
        pace.sent(row.method, row.lane, now)
        result.ready.append(row.id)
    else:
        result.later(time)
