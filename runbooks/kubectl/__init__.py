"""kubectl's verbs over the Kubernetes API: parse a line, run it, preview it."""

from runbooks.kubectl.connection import Cluster, Unreachable
from runbooks.kubectl.effects import preview
from runbooks.kubectl.explaining import explain
from runbooks.kubectl.following import rollout_progress
from runbooks.kubectl.parsing import parse
from runbooks.kubectl.performing import run
from runbooks.kubectl.rollout_sentences import RolloutFailed
from runbooks.kubectl.words import Command, Failed, Inverse, Preview, Refused, Result, Usage

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
