"""Amounts of CPU and memory as Kubernetes writes them: `500m`, `2`, `512Mi`, `1e9`."""

import functools

from kubernetes.utils.quantity import parse_quantity


@functools.lru_cache(maxsize=4096)
def amount(text: str | float) -> float:
    """Read a quantity in cores or bytes; ValueError when it is none."""
    return float(parse_quantity(text))  # type: ignore[no-untyped-call]  # the SDK is untyped
