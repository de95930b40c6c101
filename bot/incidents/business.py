"""When people are at work, and when something promised in their hours is due: pure rules."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.settings import DAYS, BusinessHours
from runbooks.parts.durations import Within

LONGEST_CLOSED = 400
"""Days to look ahead; whoever is closed for longer has no hours."""
Stretch = tuple[datetime, datetime]


@dataclass(frozen=True)
class Hours:
    """The hours of a company in its own zone; who closes before opening works past midnight."""

    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("UTC"))
    days: frozenset[int] = frozenset(range(5))
    """0 is Monday."""
    start: time = time(9)
    end: time = time(17)
    holidays: Collection[date] = frozenset()

    def is_open(self, at: datetime) -> bool:
        """Whether people are at work then."""
        begins, _ = self._next(at)
        return begins <= at

    def opening(self, at: datetime) -> datetime:
        """Return when people are at work next: at once, while they are."""
        return max(at, self._next(at)[0])

    def after(self, at: datetime, length: timedelta) -> datetime:
        """Return when so much working time has passed."""
        left = length
        for begins, ends in self._stretches(at):
            here = ends - max(at, begins)
            if left <= here:
                return max(at, begins) + left
            left -= here
        return at + length

    def end_of_next_day(self, at: datetime) -> datetime:
        """Return when the next working day ends that has not begun yet."""
        return next((ends for begins, ends in self._stretches(at) if begins > at), at + timedelta(days=1))

    def _next(self, at: datetime) -> Stretch:
        """Return the stretch of work that is on, or comes next; whoever has no hours is always there."""
        return next(self._stretches(at), (at, at))

    def _stretches(self, since: datetime) -> Iterator[Stretch]:
        """Yield the stretches of work that end after then, in UTC, where an hour is an hour."""
        today = since.astimezone(self.zone).date()
        for offset in range(-1, LONGEST_CLOSED):
            day = today + timedelta(days=offset)
            if day.weekday() not in self.days or day in self.holidays:
                continue
            begins, ends = self._at(day, self.start), self._at(day, self.end)
            if ends <= begins:
                ends = self._at(day + timedelta(days=1), self.end)
            if ends > since:
                yield begins, ends

    def _at(self, day: date, clock: time) -> datetime:
        return datetime.combine(day, clock, tzinfo=self.zone).astimezone(UTC)


def hours_of(config: BusinessHours | None) -> Hours:
    """Return the hours that muster.yaml tells; unsaid, it is Monday to Friday, 9 to 17 in UTC."""
    known = config or BusinessHours()
    return Hours(known.timezone, _days(known.days), known.start, known.end, frozenset(known.holidays))


def by_when(within: Within, since: datetime, hours: Hours) -> datetime:
    """Return when `15m`, `4h business` or `next business day` is over."""
    if not within.business:
        return since + within.length
    return hours.after(since, within.length) if within.length else hours.end_of_next_day(since)


def _days(text: str) -> frozenset[int]:
    """Read `mon-fri` or `sat,sun`; `fri-mon` goes over the weekend."""
    found: set[int] = set()
    for part in text.split(","):
        first, _, last = part.partition("-")
        begin = DAYS.index(first.strip())
        end = DAYS.index(last.strip()) if last else begin
        found |= {(begin + step) % 7 for step in range((end - begin) % 7 + 1)}
    return frozenset(found)
