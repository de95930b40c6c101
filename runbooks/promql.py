"""PromQL through prometheus-api-client, in a thread with a timeout: numbers, tables, and series for graphs."""

import ast
import asyncio
import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

MAX_POINTS = 11_000
_ROWS = 50


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
    _client: Any = None

    async def ask(self, expression: str, *, timeout: float, at: datetime | None = None) -> Answered:
        """Ask for the value now, or at a time. Raises PromqlFailed."""
        result = await self._query("custom_query", {"query": expression, "params": _time(at, timeout)}, timeout)
        return answered(result)

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
        result = await self._query("custom_query_range", arguments, timeout)
        return [_series(row) for row in result] if isinstance(result, list) else []

    async def _query(self, method: str, arguments: dict[str, Any], timeout: float) -> Any:
        try:
            async with asyncio.timeout(timeout + 1):
                return await asyncio.to_thread(self._ask, method, {**arguments, "timeout": timeout})
        except TimeoutError:
            raise PromqlFailed(f"Prometheus at {_shown(self.url)} did not answer within {timeout:g} s.") from None

    def _ask(self, method: str, arguments: dict[str, Any]) -> Any:
        # Imported here: it brings requests along, which only somebody who asks Prometheus waits for.
        from prometheus_api_client import PrometheusConnect  # noqa: PLC0415  # see above
        from prometheus_api_client.exceptions import PrometheusApiClientException  # noqa: PLC0415  # see above
        from requests.exceptions import JSONDecodeError, RequestException  # noqa: PLC0415  # see above
        from urllib3 import Retry  # noqa: PLC0415  # see above

        if self._client is None:
            self._client = PrometheusConnect(
                self.url.rstrip("/"), headers=dict(self.headers), retry=Retry(0, read=False)
            )
        try:
            return getattr(self._client, method)(**arguments)
        except PrometheusApiClientException as error:
            raise PromqlFailed(_refused(str(error))) from error
        except (JSONDecodeError, KeyError, TypeError) as error:
            raise PromqlFailed(f"What answers at {_shown(self.url)} is not Prometheus.") from error
        except RequestException as error:
            raise PromqlFailed(_unreachable(type(error).__name__, self.url, arguments["timeout"])) from error


def _time(at: datetime | None, timeout: float) -> dict[str, str]:
    return {"timeout": f"{max(int(timeout), 1)}s"} | ({"time": f"{at.timestamp():.3f}"} if at else {})


def _shown(url: str) -> str:
    """The address without a password."""
    return re.sub(r"//[^/@]*@", "//", url).rstrip("/")


def _unreachable(kind: str, url: str, timeout: float) -> str:
    if "Timeout" in kind:
        return f"Prometheus at {_shown(url)} did not answer within {timeout:g} s. Ask for less, or try again."
    if kind == "SSLError":
        return f"The certificate of Prometheus at {_shown(url)} cannot be trusted. Look at its address in muster.yaml."
    return f"Prometheus at {_shown(url)} cannot be reached. Is it up, and is its address right?"


def _refused(text: str) -> str:
    """Take Prometheus's own words out of `HTTP Status Code 400 (b'{"status":"error","error":"…"}')`."""
    status = re.search(r"Status Code (\d+)", text)
    if words := _own_words(text):
        return f"Prometheus refuses the query: {words}"
    if status and status[1] in {"401", "403"}:
        return f"Prometheus does not let Muster in (HTTP {status[1]}). Look at its headers_file in muster.yaml."
    return f"Prometheus answered with HTTP {status[1] if status else 'trouble'}. Try again, or look at its own log."


def _own_words(text: str) -> str:
    """The client puts the body into its error as a bytes literal."""
    body = re.search(r"""\((b(?:'.*'|".*"))\)$""", text, re.DOTALL)
    try:
        said = json.loads(ast.literal_eval(body[1])) if body else None
    except (ValueError, SyntaxError):
        return ""
    return str(said.get("error", "")) if isinstance(said, dict) else ""


def number(text: object) -> float:
    """Read Prometheus's number: `NaN`, `+Inf` and `-Inf` too."""
    return float(str(text))


def shown(value: float) -> str:
    """Write a number for people: four figures that count."""
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "+Inf" if value > 0 else "-Inf"
    if value == int(value) and abs(value) < 1e15:
        return str(int(value))
    return f"{value:.4g}"


def answered(result: Any) -> Answered:
    """Read a result: a scalar or string `[ts, "v"]`, a vector, or a matrix (its last points)."""
    if isinstance(result, list) and len(result) == 2 and not isinstance(result[0], dict):
        return _scalar(result[1])
    rows = [(_name(row.get("metric", {})), _last(row)) for row in result or []]
    if not rows:
        return Answered("", None, ("No data: nothing matches, or nothing was measured yet.",))
    if len(rows) == 1:
        return _one(*rows[0])
    width = max(len(name) for name, _ in rows[:_ROWS])
    text = "".join(f"{name:<{width}}   {shown(value)}\n" for name, value in rows[:_ROWS])
    more = (f"{len(rows) - _ROWS} more rows are left out; ask for a sum or a topk.",) if len(rows) > _ROWS else ()
    return Answered(text, None, more)


def _scalar(said: object) -> Answered:
    try:
        value = number(said)
    except ValueError:
        return Answered(f"{said}\n", None)
    return _one("", value)


def _one(name: str, value: float) -> Answered:
    text = f"{name}   {shown(value)}\n" if name not in {"", "{}"} else f"{shown(value)}\n"
    if math.isnan(value):
        return Answered(text, None, ("NaN: there was nothing to divide by, so perhaps no traffic at all.",))
    return Answered(text, value)


def _last(row: Mapping[str, Any]) -> float:
    """The value of a vector's row, or the last of a matrix's; a native histogram has its sum shown."""
    point = row.get("value") or (row.get("values") or [[0, "NaN"]])[-1]
    if point == [0, "NaN"] and (histogram := row.get("histogram")):
        return number(histogram[1].get("sum", "NaN"))
    return number(point[1])


def _name(labels: Mapping[str, str]) -> str:
    said = ", ".join(f'{key}="{value}"' for key, value in sorted(labels.items()) if key != "__name__")
    return f"{labels.get('__name__', '')}{{{said}}}"


def _series(row: Mapping[str, Any]) -> Series:
    points = [(datetime.fromtimestamp(float(at), UTC), number(value)) for at, value in row.get("values", [])]
    return Series(dict(row.get("metric", {})), points)
