"""The company's clock: runs at a speed, or stands still until a test turns it."""

import time
from datetime import UTC, datetime


class Clock:
    """Unix seconds. With `speed=0` it only moves when turned."""

    def __init__(self, start: float | None = None, *, speed: float = 1.0) -> None:
        self._base = time.time() if start is None else start
        self._mark = time.monotonic()
        self.speed = speed

    def __call__(self) -> float:
        return self._base + (time.monotonic() - self._mark) * self.speed

    def turn(self, seconds: float) -> None:
        """Move ahead by so many seconds at once."""
        if seconds < 0:
            raise ValueError("a clock is not turned back")
        self._base += seconds

    def run_at(self, speed: float) -> None:
        """Go on from now at another speed."""
        if not 0 <= speed <= 100:
            raise ValueError("a speed is between 0 and 100")
        self._base, self._mark, self.speed = self(), time.monotonic(), speed


def stamp(moment: float) -> str:
    """Write a moment as Kubernetes does: whole seconds, UTC, `Z`."""
    return datetime.fromtimestamp(int(moment), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def micro_stamp(moment: float) -> str:
    """Write a moment with microseconds (`eventTime`, log lines)."""
    return datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def moment_of(text: str) -> float:
    """Read an RFC 3339 time; ValueError when it is none."""
    return datetime.fromisoformat(text).timestamp()
