"""Slack's rate limits: a bucket per method (per channel for messages), and how long to wait when it is empty."""

import math
from collections.abc import Callable
from dataclasses import dataclass

from sandbox.slack.records import Json
from sandbox.slack.tables import PER_MINUTE, TIERS

POSTS_PER_SECOND = 1.0
POSTS_AT_ONCE = 3  # Slack allows short bursts without giving a number


@dataclass
class Bucket:
    """A bucket of `size` calls that refills at `per_second`."""

    size: float
    per_second: float
    left: float
    at: float

    def take(self, now: float) -> float:
        """Return 0 and take one, or return the seconds until there is one."""
        self.left = min(self.size, self.left + (now - self.at) * self.per_second)
        self.at = now
        if self.left >= 1:
            self.left -= 1
            return 0.0
        return (1 - self.left) / self.per_second


class RateLimits:
    def __init__(self, now: Callable[[], float], *, enforced: bool) -> None:
        self.enforced = enforced
        self._now = now
        self._buckets: dict[str, Bucket] = {}

    def wait(self, method: str, arguments: Json) -> int:
        """Count this call; return the Retry-After in whole seconds, or 0 when it may pass."""
        if not self.enforced:
            return 0
        key, size, per_second = _limit(method, arguments)
        now = self._now()
        bucket = self._buckets.setdefault(key, Bucket(size, per_second, size, now))
        return math.ceil(bucket.take(now))

    def clear(self) -> None:
        self._buckets.clear()


def _limit(method: str, arguments: Json) -> tuple[str, float, float]:
    if method == "chat.postMessage":
        return f"{method} {arguments.get('channel')}", POSTS_AT_ONCE, POSTS_PER_SECOND
    size = PER_MINUTE[TIERS.get(method, 3)]
    return method, size, size / 60
