"""Counters, gauges and histograms as an application exposes them, and their past for Prometheus' own storage."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

Labels = tuple[tuple[str, str], ...]
BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, math.inf)


def labels(**words: str) -> Labels:
    return tuple(sorted(words.items()))


def _shown(found: Labels) -> str:
    inner = ",".join(f'{key}="{_escaped(value)}"' for key, value in found)
    return f"{{{inner}}}" if inner else ""


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")


def _number(value: float) -> str:
    if math.isinf(value):
        return "+Inf"
    return str(int(value)) if value == int(value) else f"{value:.6g}"


@dataclass
class Family:
    """One metric with its series; a counter only grows."""

    name: str
    kind: str
    about: str
    series: dict[Labels, float] = field(default_factory=dict)

    def add(self, amount: float, **words: str) -> None:
        key = labels(**words)
        self.series[key] = self.series.get(key, 0.0) + amount

    def put(self, value: float, **words: str) -> None:
        self.series[labels(**words)] = value

    def samples(self) -> Iterable[tuple[str, Labels, float]]:
        for key, value in sorted(self.series.items()):
            yield self.name, key, math.floor(value) if self.kind == "counter" else value


@dataclass
class Histogram:
    """Observations in buckets, added as shares of a distribution."""

    name: str
    about: str
    buckets: list[float] = field(default_factory=lambda: [0.0] * len(BUCKETS))
    total: float = 0.0
    kind: str = "histogram"

    def add(self, count: float, median: float, p99: float) -> None:
        """Add so many observations of a log-normal distribution, given by two of its quantiles in seconds."""
        spread = max(math.log(p99 / median) / 2.326, 1e-6)
        for index, bound in enumerate(BUCKETS):
            share = 1.0 if math.isinf(bound) else _normal((math.log(bound / median)) / spread)
            self.buckets[index] += count * share
        self.total += count * median * math.exp(spread * spread / 2)

    def samples(self) -> Iterable[tuple[str, Labels, float]]:
        for bound, value in zip(BUCKETS, self.buckets, strict=True):
            yield f"{self.name}_bucket", labels(le=_bound(bound)), math.floor(value)
        yield f"{self.name}_count", (), math.floor(self.buckets[-1])
        yield f"{self.name}_sum", (), self.total


def _normal(x: float) -> float:
    return 0.5 * (1 + math.erf(x / math.sqrt(2)))


def _bound(bound: float) -> str:
    return "+Inf" if math.isinf(bound) else f"{bound:g}" if bound % 1 else f"{bound:.1f}"


Metric = Family | Histogram


def exposition(metrics: Iterable[Metric]) -> str:
    """Write metrics in the text format that Prometheus scrapes."""
    lines = []
    for metric in metrics:
        lines += [f"# HELP {metric.name} {metric.about}", f"# TYPE {metric.name} {metric.kind}"]
        lines += [f"{name}{_shown(found)} {_number(value)}" for name, found, value in metric.samples()]
    return "\n".join(lines) + "\n"


class Past:
    """Collects samples with their times and writes them as OpenMetrics, grouped by metric as that format demands."""

    def __init__(self) -> None:
        self._lines: dict[str, list[str]] = {}

    def note(self, moment: float, metrics: Iterable[Metric], added: Mapping[str, str]) -> None:
        for metric in metrics:
            if metric.name not in self._lines:
                plain = metric.name.removesuffix("_total") if metric.kind == "counter" else metric.name
                self._lines[metric.name] = [f"# TYPE {plain} {metric.kind}"]
            found = self._lines[metric.name]
            for name, key, value in metric.samples():
                shown = _shown(labels(**dict(key), **added))
                found.append(f"{name}{shown} {_number(value)} {moment:.3f}")

    def text(self) -> str:
        return "\n".join(line for lines in self._lines.values() for line in lines) + "\n# EOF\n"
