"""Durations as people write them: `30s`, `15m`, `2h`, `1d`, and the cadence of updates made of them."""

import re
from datetime import timedelta
from typing import Annotated, Any

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetJsonSchemaHandler,
    PlainSerializer,
    WithJsonSchema,
    model_validator,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
_DURATION = re.compile(r"(?:\d+[smhd])+")
_PART = re.compile(r"(\d+)([smhd])")
_PATTERN = r"^(\d+[smhd])+$"
_CADENCE_PATTERN = r"^(\d+[smhd])+(\s*-\s*(\d+[smhd])+)?$"
_REMIND_AT = 0.8


def duration(value: object) -> timedelta:
    """Read `15m` or `1h30m`; ValueError says how to write one."""
    if isinstance(value, timedelta):
        return value
    if value == 0:
        return timedelta(0)
    text = value.strip() if isinstance(value, str) else ""
    if not _DURATION.fullmatch(text):
        raise ValueError(f"{_quoted(value)} is not a duration; {_nearest(value)}")
    seconds = sum(int(number) * _UNITS[unit] for number, unit in _PART.findall(text))
    try:
        return timedelta(seconds=seconds)
    except OverflowError:
        raise ValueError(f"{_quoted(value)} is too long; write 30s, 15m, 2h or 1d") from None


_PARTS = re.compile(r"(\d{1,4}\.\d{1,4})([smhd])")
_SPOKEN = re.compile(r"\s*(\d{1,9})\s*([a-z]*)\.?\s*", re.IGNORECASE)


def _quoted(value: object) -> str:
    return repr(value)[:60]


def _nearest(value: object) -> str:
    """Say how somebody who wrote `5 minutes`, `5min` or `90` would write it."""
    if isinstance(value, str) and (part := _PARTS.fullmatch(value)):
        seconds = float(part[1]) * _UNITS[part[2]]
        return f"write {spelled(timedelta(seconds=seconds)).replace(' ', '')}"
    found = _SPOKEN.fullmatch(str(value)[:40]) if isinstance(value, (str, int)) else None
    if found and not found[2]:
        return f"write {found[1]}m for minutes, {found[1]}s for seconds"
    if found and (unit := found[2][0].lower()) in _UNITS and not found[2].lower().startswith("mo"):
        return f"write {found[1]}{unit}"
    if found and found[2].lower().startswith("w"):
        return f"write {int(found[1]) * 7}d"
    return "write 30s, 15m, 2h or 1d"


def spelled(length: timedelta) -> str:
    """Write a duration as a person would: `1h 30m`, `45s`, `0s`."""
    left = int(length.total_seconds())
    parts = []
    for unit, seconds in (("d", 86400), ("h", 3600), ("m", 60), ("s", 1)):
        count, left = divmod(left, seconds)
        if count:
            parts.append(f"{count}{unit}")
    return " ".join(parts) or "0s"


Duration = Annotated[
    timedelta,
    BeforeValidator(duration),
    PlainSerializer(lambda length: spelled(length).replace(" ", ""), return_type=str),
    WithJsonSchema({"type": "string", "pattern": _PATTERN, "examples": ["30s", "15m", "2h", "1d"]}),
]


class Cadence(BaseModel):
    """How often stakeholders are told: `15m-30m` reminds at 15 and is due at 30; a single value reminds at 80 %."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    remind_after: Duration = Field(default=timedelta(minutes=48))
    due_after: Duration = Field(default=timedelta(hours=1))

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        """Say to editors that a text is meant."""
        return {
            "type": "string",
            "pattern": _CADENCE_PATTERN,
            "examples": ["30m", "15m-30m"],
            "description": cls.__doc__,
        }

    @model_validator(mode="before")
    @classmethod
    def _read(cls, value: Any) -> Any:
        if isinstance(value, (dict, Cadence)):
            return value
        if not isinstance(value, str):
            return {"remind_after": duration(value) * _REMIND_AT, "due_after": duration(value)}
        remind, dash, due = (part.strip() for part in value.partition("-"))
        if dash and not remind:
            raise ValueError(f"{_quoted(value)} is not a duration; {_nearest(due)}")
        if dash:
            return {"remind_after": duration(remind), "due_after": duration(due)}
        return {"remind_after": duration(remind) * _REMIND_AT, "due_after": duration(remind)}

    @model_validator(mode="after")
    def _in_order(self) -> "Cadence":
        if not timedelta(0) < self.remind_after <= self.due_after:
            raise ValueError("the reminder must come after 0s and not after the update is due; write 15m-30m")
        return self


_WITHIN = re.compile(r"((?:\d+[smhd])+)(\s+business)?")
_WITHIN_PATTERN = r"^((\d+[smhd])+( business)?|next business day)$"


class Within(BaseModel):
    """How soon: `15m`, `4h business` (hours when people are at work) or `next business day`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    length: Duration = timedelta(0)
    business: bool = False
    """Counted in business hours; with no length, it is the end of the next business day."""

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        """Say to editors that a text is meant."""
        return {
            "type": "string",
            "pattern": _WITHIN_PATTERN,
            "examples": ["15m", "4h business", "next business day"],
            "description": cls.__doc__,
        }

    @model_validator(mode="before")
    @classmethod
    def _read(cls, value: Any) -> Any:
        if isinstance(value, (Within, dict)):
            return value
        text = " ".join(value.split()).lower() if isinstance(value, str) else value
        if text == "next business day":
            return {"business": True}
        if isinstance(text, str) and (found := _WITHIN.fullmatch(text)):
            return {"length": duration(found[1]), "business": bool(found[2])}
        if text == 0:
            return {}
        raise ValueError(f"{_quoted(value)} is no time limit; {_nearest(value)}, 4h business or next business day")

    def __str__(self) -> str:
        if self.business and not self.length:
            return "next business day"
        if not self.length:
            return "at once"
        return spelled(self.length) + (" of business hours" if self.business else "")
