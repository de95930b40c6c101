"""What a story is, and the scene it plays in."""

from collections.abc import Callable
from dataclasses import dataclass

from sandbox.application import Application
from sandbox.cluster.cluster import Cluster

Say = Callable[[str, str, str], None]


@dataclass(frozen=True)
class Scene:
    """The company as a story finds it; `say(who, channel, text)` posts in Slack as another app would."""

    cluster: Cluster
    application: Application
    say: Say


@dataclass(frozen=True)
class Story:
    """One thing that goes wrong: how it begins, whether it is still so, and how it is put right from outside."""

    service: str
    name: str
    title: str
    about: str
    begin: Callable[[Scene], None]
    is_on: Callable[[Scene], bool]
    heal: Callable[[Scene], None]
