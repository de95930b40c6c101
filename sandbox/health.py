"""What users see of a service, by what runs and what troubles it: rules without memory."""

import math
from collections.abc import Iterable
from dataclasses import dataclass

LOAD, CAPACITY = 390.0, 165.0  # InferaDB's requests a second: all together, and what one pod bears
QUIET_ERRORS, LEASE_ERRORS = 0.0004, 0.62
TIMEOUT = 9.0


@dataclass(frozen=True)
class Seen:
    """The cluster as it matters to requests; `gone` pods are still sent requests but cannot answer."""

    ready: int = 6
    crashing: int = 0
    desired: int = 6
    gone: int = 0


@dataclass(frozen=True)
class Health:
    """What users see now."""

    error_ratio: float = QUIET_ERRORS
    median: float = 0.011
    p99: float = 0.047

    @property
    def is_good(self) -> bool:
        return self.error_ratio < 0.01 and self.p99 < 0.25


@dataclass(frozen=True)
class Strain:
    """What troubles a service beside its pods: the share it makes fail, seconds it adds, what the log says of it."""

    errors: float = 0.0
    seconds: float = 0.0
    demand: float = 1.0
    kind: str = "unavailable"
    says: str = ""

    @property
    def is_felt(self) -> bool:
        """Say whether anybody notices."""
        return bool(self.errors or self.seconds or self.demand != 1.0)


CALM = Strain()


@dataclass(frozen=True)
class Bearing:
    """What a service bears: requests a second per pod, quiet latencies, errors per crashing pod; and beyond that,
    for each time its capacity over 90 %, the share that fails and how many times slower it is."""

    capacity: float = CAPACITY
    median: float = 0.011
    p99: float = 0.047
    crash_errors: float = LEASE_ERRORS
    over_errors: float = 0.4
    over_slow: float = 9.0


def demand_at(moment: float, load: float = LOAD) -> float:
    """Give the load of a quiet day: a slow wave and a little noise, the same at every run."""
    wave = 0.06 * math.sin(moment / 700) + 0.03 * math.sin(moment / 97)
    return load * (1 + wave + 0.02 * math.sin(moment * 1.7))


def health_of(seen: Seen, load: float, bearing: Bearing = Bearing(), strain: Strain = CALM) -> Health:  # frozen
    """Say what users see."""
    if seen.ready == 0:
        return Health(1.0, 2.5, TIMEOUT)
    share = seen.crashing / (seen.crashing + seen.ready)
    silent = seen.gone / (seen.gone + seen.ready)
    over = max(0.0, load / (seen.ready * bearing.capacity) - 0.9)
    errors = QUIET_ERRORS + bearing.crash_errors * share + min(0.5, bearing.over_errors * over) + silent + strain.errors
    waits = share if bearing.crash_errors else 0.0
    slow = (1 + bearing.over_slow * over + 34 * waits) * (1 + 2 * waits)
    median = bearing.median * (1 + bearing.over_slow / 3 * over + 2 * waits) + 0.3 * strain.seconds
    p99 = bearing.p99 * slow + strain.seconds + 4 * silent
    return Health(min(1.0, errors), min(median, TIMEOUT / 3), min(p99, TIMEOUT))


def together(strains: Iterable[Strain]) -> Strain:
    """Add up what troubles a service; the worst one speaks."""
    found = list(strains)
    if not found:
        return CALM
    worst = max(found, key=lambda one: one.errors)
    return Strain(
        min(1.0, sum(one.errors for one in found)), sum(one.seconds for one in found),
        math.prod(one.demand for one in found), worst.kind, worst.says,
    )  # fmt: skip
