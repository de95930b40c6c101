"""The company's alerts: posted in Slack when a number stays high, and again when it is low."""

from collections.abc import Callable
from dataclasses import dataclass

from sandbox.health import Health
from sandbox.stories.telling import Scene

FOR_SECONDS = 10.0


@dataclass(frozen=True)
class Watch:
    """What one alert watches: a number, when it is too high, and what is said then and afterwards."""

    name: str
    number: Callable[[Health], float]
    threshold: float
    firing: str
    resolved: str


ERRORS = Watch(
    "HighErrorRate", lambda health: health.error_ratio, 0.05,
    "answers {number:.0%} of its requests with errors (more than 5 % for 10 s).", "errors at {number:.2%}.",
)  # fmt: skip
LATENCY = Watch(
    "HighLatency", lambda health: health.p99, 0.5,
    "takes {number:.1f} s for its slowest requests (p99 above 0.5 s for 10 s).", "p99 at {number:.2f} s.",
)  # fmt: skip
WATCHES = (ERRORS, LATENCY)
HEAD = {True: ":rotating_light: *Alertmanager: {title}{name} firing*\n{service} in prod ",
        False: ":white_check_mark: *Alertmanager: {title}{name} resolved*\n{service} in prod: "}  # fmt: skip


class Alert:
    """Watches one number of a service at each tick."""

    def __init__(self, scene: Scene, service: str = "inferadb", watch: Watch = ERRORS) -> None:
        self._scene, self._application, self._watch = scene, scene.of(service), watch
        self._since: float | None = None
        self.is_firing = False

    def tick(self) -> None:
        number = self._watch.number(self._application.health)
        now = self._scene.cluster.now()
        if (number > self._watch.threshold) is self.is_firing:
            self._since = None
            return
        self._since = now if self._since is None else self._since
        if now - self._since >= FOR_SECONDS:
            self.is_firing, self._since = not self.is_firing, None
            self._tell(number)

    def _tell(self, number: float) -> None:
        profile, watch = self._application.profile, self._watch
        text = HEAD[self.is_firing] + (watch.firing if self.is_firing else watch.resolved)
        told = text.format(number=number, title=profile.title, name=watch.name, service=profile.service)
        self._scene.say("Alertmanager", "platform", told)
