"""Trigger ids: good for three seconds and for one view."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass

from sandbox.slack.errors import SlackError


@dataclass
class Trigger:
    person: str
    issued: float
    view: str | None = None
    used: bool = False


class Triggers:
    """The trigger ids given out; `seconds` is how long each is good for."""

    def __init__(self, now: Callable[[], float], seconds: float) -> None:
        self._now = now
        self.seconds = seconds
        self._given: dict[str, Trigger] = {}

    def issue(self, person: str, view: str | None = None) -> str:
        """Give one out to a person's action, within `view` when it happened in a modal."""
        number = f"{len(self._given) + 1:06d}.{secrets.randbelow(10**12):012d}.{secrets.token_hex(16)}"
        self._given[number] = Trigger(person, self._now(), view)
        return number

    def use(self, number: str) -> Trigger:
        """Exchange one, or raise Slack's reason why not."""
        trigger = self._given.get(number)
        if trigger is None:
            raise SlackError("invalid_trigger_id")
        if trigger.used:
            raise SlackError("exchanged_trigger_id")
        if self._now() - trigger.issued > self.seconds:
            raise SlackError("expired_trigger_id")
        trigger.used = True
        return trigger
