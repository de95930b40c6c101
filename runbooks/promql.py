"""PromQL asked in threads of its own, with a timeout: numbers, tables, and series for graphs."""

import asyncio
import math
import re
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, TypeVar

MAX_POINTS = 11_000
AT_ONCE = 10
"""Queries of one Prometheus; when it hangs, the threads that everything else needs are free."""
_ROWS = 50
_WARNINGS = 3
_Read = TypeVar("_Read")


class PromqlFailed(Exception):
    """A query was not answered, or refused: one sentence."""


@dataclass(frozen=True)
class Series:
    """One line of a graph."""

    labels: dict[str, str]
    points: list[tuple[datetime, float]]


@dataclass(frozen=True)
class Answered:
    """What a query gave: a text for people, the number if it is one, and what stands beside it."""

    text: str
    value: float | None
    notes: tuple[str, ...] = ()


@dataclass
class Prometheus:
    """One Prometheus server; its client is made at the first question."""

    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    _wire: Any = None
    _pool: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(AT_ONCE, "prometheus"))

    async def ask(self, expression: str, *, timeout: float, at: datetime | None = None) -> Answered:
        """Ask for the value now, or at a time. Raises PromqlFailed."""
        arguments = {"query": expression, "params": _time(at, timeout)}
        return await self._query("custom_query", arguments, timeout, answered)

    async def series(
        self, expression: str, *, since: datetime, until: datetime, points: int = 240, timeout: float = 15.0
    ) -> list[Series]:
        """Ask for the values between two times, about `points` of them. Raises PromqlFailed."""
        seconds = max((until - since).total_seconds(), 1.0)
        step = max(seconds / min(max(points, 2), MAX_POINTS - 1), 1.0)
        arguments = {
            "query": expression,
            "start_time": since,
            "end_time": until,
            "step": f"{step:.3f}",
            "params": _time(None, timeout),
        }
        return await self._query("custom_query_range", arguments, timeout, _all_series)

    async def _query(
        self, method: str, arguments: dict[str, Any], timeout: float, read: Callable[[Any, Sequence[str]], _Read]
    ) -> _Read:
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(timeout + 1):
                return await loop.run_in_executor(
                    self._pool, lambda: read(*self._connected().ask(method, {**arguments, "timeout": timeout}))
                )
        except TimeoutError:
            raise PromqlFailed(f"Prometheus at {shown_url(self.url)} did not answer within {timeout:g} s.") from None

    def _connected(self) -> Any:
        # Imported here: it brings requests along, which only somebody who asks Prometheus waits for.
        from runbooks.promql_wire import Wire  # noqa: PLC0415  # see above

        if self._wire is None:
            self._wire = Wire(self.url, self.headers)
        return self._wire


def _time(at: datetime | None, timeout: float) -> dict[str, str]:
    return {"timeout": f"{max(int(timeout), 1)}s"} | ({"time": f"{at.timestamp():.3f}"} if at else {})


def shown_url(url: str) -> str:
    """Write the address without a password."""
    return re.sub(r"//[^/@]*@", "//", url).rstrip("/")


def number(text: object) -> float:
    """Read Prometheus's number: `NaN`, `+Inf` and `-Inf` too."""
    return float(str(text))


def shown(value: float) -> str:
    """Write a number for people: four figures that count, and of a large one all before the point."""
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "+Inf" if value > 0 else "-Inf"
    if abs(value) < 1e15 and (abs(value) >= 1e4 or value == int(value)):
        return f"{value:.0f}"
    return f"{value:.4g}"


def answered(result: Any, warnings: Sequence[str] = ()) -> Answered:
    """Read a result: a scalar or string `[ts, "v"]`, a vector, or a matrix (its last points)."""
    notes = tuple(f"Prometheus warns: {one}" for one in warnings[:_WARNINGS])
    if isinstance(result, list) and len(result) == 2 and not isinstance(result[0], dict):
        return _scalar(result[1], notes)
    rows: Sequence[Mapping[str, Any]] = result or []
    if not rows:
        return Answered("", None, (*notes, "No data: nothing matches, or nothing was measured yet."))
    if len(rows) == 1:
        return _one(_name(rows[0].get("metric", {})), _last(rows[0]), _over(rows[0]), notes)
    if len(rows) > _ROWS:
        notes = (*notes, f"{len(rows) - _ROWS} more rows are left out; ask for a sum or a topk.")
    return Answered(_table(rows[:_ROWS]), None, notes)


def _table(rows: Sequence[Mapping[str, Any]]) -> str:
    """Write a row for each series, and what all of them have in common once, above: a phone is narrow."""
    labels = [dict(row.get("metric", {})) for row in rows]
    common = dict(set.intersection(*(set(one.items()) for one in labels)))
    names = [_name({key: value for key, value in one.items() if key not in common}) for one in labels]
    width = max(map(len, names))
    said = [f"{name:<{width}}   {shown(_last(row))}{_over(row)}\n" for name, row in zip(names, rows, strict=True)]
    return "".join([f"{_name(common)}\n"] * bool(common) + said)


def _scalar(said: object, notes: tuple[str, ...]) -> Answered:
    try:
        value = number(said)
    except ValueError:
        return Answered(f"{said}\n", None, notes)
    return _one("", value, "", notes)


def _one(name: str, value: float, over: str, notes: tuple[str, ...]) -> Answered:
    text = f"{name}   {shown(value)}{over}\n" if name not in {"", "{}"} else f"{shown(value)}{over}\n"
    if math.isnan(value):
        why = "NaN: there was nothing to divide by, so perhaps no traffic at all."
        return Answered(text, None, (*notes, why))
    return Answered(text, value, notes)


def _last(row: Mapping[str, Any]) -> float:
    """The value of a vector's row, or the last of a matrix's; a native histogram has its sum shown."""
    point = row.get("value") or (row.get("values") or [[0, "NaN"]])[-1]
    if point == [0, "NaN"] and (histogram := row.get("histogram")):
        return number(histogram[1].get("sum", "NaN"))
    return number(point[1])


def _over(row: Mapping[str, Any]) -> str:
    """Say of how many values, between which, that of a matrix is the last."""
    values = [value for _, said in row.get("values", ()) if not math.isnan(value := number(said))]
    if len(values) < 2:
        return ""
    return f"   (the last of {len(values)}, from {shown(min(values))} to {shown(max(values))})"


def _name(labels: Mapping[str, str]) -> str:
    said = ", ".join(f'{key}="{value}"' for key, value in sorted(labels.items()) if key != "__name__")
    return f"{labels.get('__name__', '')}{{{said}}}"


def _all_series(result: Any, _warnings: Sequence[str]) -> list[Series]:
    return [_series(row) for row in result] if isinstance(result, list) else []


def _series(row: Mapping[str, Any]) -> Series:
    points = [(datetime.fromtimestamp(float(at), UTC), number(value)) for at, value in row.get("values", [])]
    return Series(dict(row.get("metric", {})), points)
