"""`error_ratio > 0.05` and `> 0.01`: when a number is bad news."""

import math
import operator
import re
from collections.abc import Callable
from dataclasses import dataclass

_OPERATORS: dict[str, Callable[[float, float], bool]] = {
    ">=": operator.ge,
    "<=": operator.le,
    "==": operator.eq,
    "!=": operator.ne,
    ">": operator.gt,
    "<": operator.lt,
}
_CONDITION = re.compile(r"\s*([A-Za-z0-9_-]*)\s*(>=|<=|==|!=|>|<)\s*(-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)\s*(%?)\s*")


@dataclass(frozen=True)
class Condition:
    """A diagnostic's value compared with a limit; `step` is empty where the diagnostic is meant itself."""

    step: str
    sign: str
    limit: float

    @classmethod
    def read(cls, text: str) -> "Condition":
        """Read `p99_seconds > 0.5`; ValueError says how to write one. `5%` is 0.05."""
        found = _CONDITION.fullmatch(text)
        if found is None:
            raise ValueError(f"{text!r} is not a condition; write a diagnostic's id, one of > >= < <= == !=, a number")
        step, sign, number, percent = found.groups()
        return cls(step, sign, float(number) / (100 if percent else 1))

    def holds(self, value: float) -> bool:
        """Whether `value` is past the limit; NaN never is."""
        return not math.isnan(value) and _OPERATORS[self.sign](value, self.limit)
