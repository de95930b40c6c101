"""The quiet hour before now, for the graphs: taken down in a moment, written out in a thread."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sandbox.application import Application
from sandbox.around import KUBELET, STATES, Around
from sandbox.counting import Counts
from sandbox.health import Health, demand_at
from sandbox.metrics import Family, Labels, Metric, Past
from sandbox.profiles import Profile

HOUR, STEP, STILL_STEP = 3600.0, 10.0, 60.0


@dataclass(frozen=True)
class Quiet:
    """A service as it is now, whose past shall have been the same."""

    profile: Profile
    counts: Counts
    health: Health


@dataclass(frozen=True)
class QuietCluster:
    """The cluster as it is now: gauges that stand still, and the cores that its containers use."""

    kubelet: list[Family]
    states: list[Family]
    cores: Mapping[Labels, float]


def taken_down(application: Application) -> Quiet:
    """Note what the past of a service needs; nothing in it is shared with the service."""
    counts = Counts(application.profile)
    application.show_quiet(counts)
    return Quiet(application.profile, counts, application.health)


def taken_down_cluster(around: Around) -> QuietCluster:
    kubelet = [family for family in around.kubelet() if family.kind == "gauge"]
    return QuietCluster(kubelet, around.states(), around.cores())


def told(services: Iterable[Quiet], cluster: QuietCluster, now: float, seconds: float = HOUR) -> str:
    """Write the past of all as OpenMetrics; the counts of each service go on growing on the way."""
    past = Past()
    for one in services:
        _service(past, one, now, seconds)
    _cluster(past, cluster, now, seconds)
    return past.text()


def _service(past: Past, one: Quiet, now: float, seconds: float) -> None:
    moving: list[Metric] = [metric for metric in one.counts.metrics if metric.kind != "gauge"]
    still = [metric for metric in one.counts.metrics if metric.kind == "gauge"]
    for moment in _moments(now, seconds, STEP):
        one.counts.count(demand_at(moment, one.profile.load) * STEP, one.health)
        past.note(moment, moving, one.profile.labels)
    _stand(past, still, one.profile.labels, now, seconds)


def _cluster(past: Past, cluster: QuietCluster, now: float, seconds: float) -> None:
    _stand(past, cluster.kubelet, KUBELET, now, seconds)
    _stand(past, cluster.states, STATES, now, seconds)
    for moment in _moments(now, seconds, STILL_STEP / 2):
        used = {key: cores * (moment - now + seconds) for key, cores in cluster.cores.items()}
        past.note(moment, [Family("container_cpu_usage_seconds_total", "counter", "", used)], KUBELET)


def _stand(past: Past, metrics: Iterable[Metric], words: Mapping[str, str], now: float, seconds: float) -> None:
    """Write what stands still."""
    for moment in _moments(now, seconds, STILL_STEP):
        past.note(moment, metrics, words)


def _moments(now: float, seconds: float, step: float) -> list[float]:
    """Give the moments up to now: a rate reaches to its window's end only where the last sample is fresh."""
    return [now - step * number for number in range(int(seconds / step), -1, -1)]
