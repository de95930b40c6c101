"""The company's alert: posted in Slack when errors stay high, and again when they are gone."""

from sandbox.stories.telling import Scene

THRESHOLD, FOR_SECONDS = 0.05, 10.0
FIRING = (
    ":rotating_light: *Alertmanager: {title}HighErrorRate firing*\n"
    "{service} in prod answers {ratio:.0%} of its requests with errors (more than 5 % for 10 s)."
)
RESOLVED = ":white_check_mark: *Alertmanager: {title}HighErrorRate resolved*\n{service} in prod: errors at {ratio:.2%}."


class Alert:
    """Watches one number at each tick."""

    def __init__(self, scene: Scene, service: str = "inferadb") -> None:
        self._scene, self._application = scene, scene.of(service)
        self._since: float | None = None
        self.is_firing = False

    def tick(self) -> None:
        ratio = self._application.health.error_ratio
        now = self._scene.cluster.now()
        if (ratio > THRESHOLD) is self.is_firing:
            self._since = None
            return
        self._since = now if self._since is None else self._since
        if now - self._since >= FOR_SECONDS:
            self.is_firing, self._since = not self.is_firing, None
            text = FIRING if self.is_firing else RESOLVED
            profile = self._application.profile
            told = text.format(ratio=ratio, title=profile.title, service=profile.service)
            self._scene.say("Alertmanager", "platform", told)
