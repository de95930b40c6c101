"""What stories ask of pods: how many run with a setting."""

from collections.abc import Callable

from sandbox.application import Application, runs
from sandbox.cluster.objects import Object, is_ready


def share_with(application: Application, name: str, fits: Callable[[str], bool]) -> float:
    """Give the share of serving pods whose variable fits."""
    serving = [pod for pod in application.pods_now() if runs(pod) and is_ready(pod)]
    return sum(fits(_value(pod, name)) for pod in serving) / max(1, len(serving))


def _value(pod: Object, name: str) -> str:
    env = pod["spec"]["containers"][0].get("env") or []
    return next((str(one.get("value", "")) for one in env if one["name"] == name), "")
