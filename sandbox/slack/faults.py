"""Faults that a test orders from the pretend Slack, and the log of the calls an app made."""

from collections import deque
from dataclasses import dataclass
from typing import Any

from sandbox.slack.records import Json

KEPT_CALLS = 20_000


@dataclass
class Fault:
    """What happens to the next `times` calls of `method` ("*": of any).

    `status`: 500 or another HTTP status; 429 with Retry-After; 0 closes the connection unanswered; "lost" does what
    was asked and then closes it; "hang" never answers; any other word is a Web API error code.
    """

    method: str
    status: int | str
    times: int = 1
    retry_after: int = 1


class Faults:
    def __init__(self) -> None:
        self._ordered: list[Fault] = []

    def add(self, method: str, status: int | str, *, times: int = 1, retry_after: int = 1) -> None:
        self._ordered.append(Fault(method, status, times, retry_after))

    def take(self, method: str) -> Fault | None:
        """Return the fault this call meets, and count it."""
        for fault in self._ordered:
            if fault.method in {method, "*"} and fault.times > 0:
                fault.times -= 1
                return fault
        return None

    def clear(self) -> None:
        self._ordered.clear()


class CallLog:
    """The app's Web API calls in order: method, `at` and `ended` (seconds of the wall clock), arguments, answer."""

    def __init__(self) -> None:
        self._calls: deque[Json] = deque(maxlen=KEPT_CALLS)

    def begin(self, method: str, arguments: Json, at: float) -> Json:
        call: Json = {"method": method, "at": at, "ended": None, "arguments": arguments, "answer": None, "status": None}
        self._calls.append(call)
        return call

    def of(self, method: str) -> list[Json]:
        return [call for call in self._calls if call["method"] == method]

    def clear(self) -> None:
        self._calls.clear()

    def __iter__(self) -> Any:
        return iter(list(self._calls))

    def __len__(self) -> int:
        return len(self._calls)
