"""What a story is, and the scene it plays in."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from sandbox.application import Application, Straining
from sandbox.cluster.cluster import Cluster

Say = Callable[[str, str, str], None]


@dataclass(frozen=True)
class Scene:
    """The company as a story finds it; `say(who, channel, text)` posts in Slack as another app would."""

    cluster: Cluster
    application: Application
    say: Say
    applications: Mapping[str, Application] = field(default_factory=dict)

    def of(self, service: str) -> Application:
        """Give a service's application; in a scene of one there is only that."""
        return self.applications.get(service, self.application)


@dataclass(frozen=True)
class Story:
    """One thing that goes wrong: how it begins, whether it is still felt, and how it is put right from outside.

    `lingers` says whether its cause is still there although it is borne: it would be felt again without what bears it.
    """

    service: str
    name: str
    title: str
    about: str
    begin: Callable[[Scene], None]
    is_on: Callable[[Scene], bool]
    heal: Callable[[Scene], None]
    lingers: Callable[[Scene], bool] = lambda _: False


Strains = Callable[[Scene], Straining]


def strained(words: tuple[str, str, str, str], begin: Strains, heal: Callable[[Scene], None]) -> Story:
    """Make a story of a trouble that lasts until what heals it is done: `begin` starts it and gives what it does."""
    service, name, title, about = words

    def begun(scene: Scene) -> None:
        scene.of(service).strains[name] = begin(scene)

    def is_on(scene: Scene) -> bool:
        strain = scene.of(service).strains.get(name)
        return strain is not None and strain().is_felt

    def healed(scene: Scene) -> None:
        heal(scene)
        scene.of(service).strains.pop(name, None)

    return Story(service, name, title, about, begun, is_on, healed, lambda scene: name in scene.of(service).strains)
