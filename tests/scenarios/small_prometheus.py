"""A Prometheus of the sandbox's own metrics, kept at the moments that a test turns to: nothing is waited for."""

import math
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import promql_parser as promql
from aiohttp import web

from sandbox.metrics import Family, Histogram

Labels = tuple[tuple[str, str], ...]
Sample = dict[Labels, float]
Exposed = Callable[[], Iterable[tuple[Mapping[str, str], Iterable[Family | Histogram]]]]


@dataclass
class SmallPrometheus:
    """Answers instant queries of the shapes that the runbooks use; `scrape` keeps a moment."""

    exposed: Exposed
    now: Callable[[], float]
    moments: list[tuple[float, dict[str, Sample]]] = field(default_factory=list)

    def scrape(self) -> None:
        """Keep every metric as it stands now."""
        kept: dict[str, Sample] = defaultdict(dict)
        for job, metrics in self.exposed():
            for metric in metrics:
                for name, labels, value in metric.samples():
                    kept[name][tuple(sorted({**dict(labels), **job}.items()))] = value
        self.moments.append((self.now(), dict(kept)))

    def app(self) -> web.Application:
        """Serve the query API."""

        async def query(request: web.Request) -> web.Response:
            given = {**request.query, **(await request.post() if request.method == "POST" else {})}
            found = self.ask(str(given["query"]))
            result = [{"metric": dict(labels), "value": [self.now(), str(value)]} for labels, value in found.items()]
            return web.json_response({"status": "success", "data": {"resultType": "vector", "result": result}})

        app = web.Application()
        app.router.add_route("*", "/api/v1/query", query)
        return app

    def ask(self, expression: str) -> Sample:
        """Answer an instant query."""
        return self._value(promql.parse(expression))

    def _value(self, one: Any) -> Sample:
        if isinstance(one, promql.NumberLiteral):
            return {(): one.val}
        if isinstance(one, promql.ParenExpr):
            return self._value(one.expr)
        if isinstance(one, promql.VectorSelector):
            return self._selected(one, self._at(_offset(one)))
        if isinstance(one, promql.AggregateExpr):
            return _grouped(self._value(one.expr), str(one.op), one.modifier.labels if one.modifier else ())
        if isinstance(one, promql.BinaryExpr) and str(one.op) == "/":
            return _divided(self._value(one.lhs), self._value(one.rhs))
        if isinstance(one, promql.Call) and one.func.name == "rate":
            return self._rate(one.args[0])
        if isinstance(one, promql.Call) and one.func.name == "histogram_quantile":
            return _quantile(one.args[0].val, self._value(one.args[1]))
        raise NotImplementedError(str(one))

    def _rate(self, selector: Any) -> Sample:
        end = self._at(_offset(selector.vector_selector))
        start = self._at(_offset(selector.vector_selector) + selector.range.total_seconds())
        if end is start:  # older than all that is kept: the first quiet moments stand for it
            start, end = self.moments[0], self.moments[1]
        before, after = (self._selected(selector.vector_selector, moment) for moment in (start, end))
        passed = end[0] - start[0]
        return {labels: (value - before.get(labels, 0.0)) / passed for labels, value in after.items()}

    def _at(self, ago: float) -> tuple[float, dict[str, Sample]]:
        wanted = self.now() - ago
        return next((one for one in reversed(self.moments) if one[0] <= wanted), self.moments[0])

    def _selected(self, selector: Any, moment: tuple[float, dict[str, Sample]]) -> Sample:
        matchers = selector.matchers.matchers
        found = moment[1].get(selector.name, {})
        return {labels: value for labels, value in found.items() if all(_fits(one, dict(labels)) for one in matchers)}


def _offset(selector: Any) -> float:
    return float(selector.offset.total_seconds()) if selector.offset else 0.0


def _fits(matcher: Any, labels: Mapping[str, str]) -> bool:
    value, kind = labels.get(matcher.name, ""), str(matcher.op)
    if kind.endswith("Re") and "Not" not in kind:
        return re.fullmatch(matcher.value, value) is not None
    return bool(value == matcher.value)


def _grouped(found: Sample, how: str, by: Sequence[str]) -> Sample:
    groups: dict[Labels, list[float]] = defaultdict(list)
    for labels, value in found.items():
        groups[tuple((name, text) for name, text in labels if name in by)].append(value)
    return {labels: (max if how == "max" else sum)(values) for labels, values in groups.items()}


def _divided(above: Sample, below: Sample) -> Sample:
    return {labels: _over(value, below[labels]) for labels, value in above.items() if labels in below}


def _over(value: float, by: float) -> float:
    return value / by if by else math.nan


def _quantile(share: float, buckets: Sample) -> Sample:
    """Interpolate within the bucket that holds the quantile, as Prometheus does."""
    bounds = sorted((float(dict(labels)["le"]), value) for labels, value in buckets.items())
    if not bounds or not bounds[-1][1]:
        return {}
    wanted, lower, below = share * bounds[-1][1], 0.0, 0.0
    for upper, count in bounds:
        if count >= wanted:
            within = (wanted - below) / (count - below) if count > below else 1.0
            return {(): lower if math.isinf(upper) else lower + (upper - lower) * within}
        lower, below = upper, count
    return {(): lower}
