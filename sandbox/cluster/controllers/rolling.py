"""The rules of a rolling update, as numbers only (pkg/controller/deployment/rolling.go)."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Size:
    """A ReplicaSet in numbers."""

    name: str
    wanted: int
    available: int


def share(value: int | str, of: int, *, up: bool) -> int:
    """Read a number, or a percentage of the pods."""
    if not str(value).endswith("%"):
        return int(value)
    exact = int(str(value)[:-1]) * of / 100
    return math.ceil(exact) if up else math.floor(exact)


def rolls(deployment: Mapping[str, Any]) -> bool:
    """Say whether new pods replace the old ones step by step, and not all at once (`Recreate`)."""
    return bool(deployment["spec"].get("strategy", {}).get("type", "RollingUpdate") == "RollingUpdate")


def margins(deployment: Mapping[str, Any]) -> tuple[int, int]:
    """Give how many pods may be too many, and how many may be missing."""
    replicas = deployment["spec"]["replicas"]
    if not rolls(deployment):
        return 0, 0
    rolling = deployment["spec"].get("strategy", {}).get("rollingUpdate") or {}
    surge = share(rolling.get("maxSurge", "25%"), replicas, up=True)
    missing = min(share(rolling.get("maxUnavailable", "25%"), replicas, up=False), replicas)
    return (surge, missing) if surge or missing else (0, 1)


def grown(desired: int, surge: int, new: Size, olds: Sequence[Size]) -> int:
    """Say how large the new ReplicaSet should be now."""
    if new.wanted >= desired:
        return desired
    room = desired + surge - new.wanted - sum(old.wanted for old in olds)
    return new.wanted + min(max(room, 0), desired - new.wanted)


def shrunk(desired: int, missing: int, new: Size, olds: Sequence[Size]) -> dict[str, int]:
    """Say how large each old ReplicaSet (oldest first) should be now: what is unhealthy goes first."""
    sizes = {old.name: old.wanted for old in olds}
    least = desired - missing
    spare = new.wanted + sum(sizes.values()) - least - (new.wanted - new.available)
    if spare <= 0:
        return sizes
    cleaned = 0
    for old in olds:
        cut = min(spare - cleaned, old.wanted - min(old.available, old.wanted))
        sizes[old.name] -= cut
        cleaned += cut
    left = new.available + sum(old.available for old in olds) - least
    for old in olds:
        cut = max(0, min(sizes[old.name], left))
        sizes[old.name] -= cut
        left -= cut
    return sizes


def proportions(total: int, sizes: Sequence[Size]) -> dict[str, int]:
    """Share a new total among ReplicaSets as they are now: the largest takes what rounding leaves."""
    now = sum(size.wanted for size in sizes)
    if now == 0 or not sizes:
        return {size.name: size.wanted for size in sizes}
    shares = {size.name: round(size.wanted * total / now) for size in sizes}
    largest = max(sizes, key=lambda size: size.wanted).name
    shares[largest] = max(0, shares[largest] + total - sum(shares.values()))
    return shares
