"""kubectl's verbs over the Kubernetes API: parse a line, run it, preview it."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from runbooks.kubectl.connection import Cluster
    from runbooks.kubectl.effects import preview
    from runbooks.kubectl.explaining import explain
    from runbooks.kubectl.following import rollout_progress
    from runbooks.kubectl.parsing import parse
    from runbooks.kubectl.performing import run
    from runbooks.kubectl.rollout_sentences import RolloutFailed
    from runbooks.kubectl.unreachable import Unreachable
    from runbooks.kubectl.words import Command, Failed, Inverse, Preview, Refused, Result, Usage

# Reading a line needs no Kubernetes client, which takes a third of a second to import: each name brings its own module.
_PLACES = {
    "Cluster": "connection",
    "Command": "words",
    "Failed": "words",
    "Inverse": "words",
    "Preview": "words",
    "Refused": "words",
    "Result": "words",
    "RolloutFailed": "rollout_sentences",
    "Unreachable": "unreachable",
    "Usage": "words",
    "explain": "explaining",
    "parse": "parsing",
    "preview": "effects",
    "rollout_progress": "following",
    "run": "performing",
}


def __getattr__(name: str) -> Any:
    if name not in _PLACES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_PLACES[name]}"), name)


__all__ = [
    "Cluster",
    "Command",
    "Failed",
    "Inverse",
    "Preview",
    "Refused",
    "Result",
    "RolloutFailed",
    "Unreachable",
    "Usage",
    "explain",
    "parse",
    "preview",
    "rollout_progress",
    "run",
]
