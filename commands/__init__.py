"""What a person can say or click: one module per verb, composed here by hand."""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types import ModuleType

    from slack_bolt.async_app import AsyncApp

    from bot.listening import Services
    from commands.verb import Verb


VERBS = (
    *("declare", "list", "show", "ack", "update", "snooze", "severity", "role", "diagnose", "run", "graph", "mitigate"),
    *("mitigations", "note", "timeline", "checklist", "contacts", "escalate", "handoff", "resolve", "reopen", "cancel"),
    *("postmortem", "drill", "runbook", "help"),
)
"""One module each, in the order of help; they are loaded when first asked for, since bolt takes half a second."""


def register(app: "AsyncApp", services: "Services") -> None:
    """Let the app hear every verb, button, form, shortcut and event; what is left over comes last."""
    from bot.listening import serve  # noqa: PLC0415 - bolt takes half a second to load, and `--help` does without
    from commands import home, marking, notices, unknown  # noqa: PLC0415

    serve(app, services)
    for module in (*_verb_modules(), marking, notices, home, unknown):
        module.register(app)


def verbs() -> "tuple[Verb, ...]":
    """Return every verb, in the order of help: that of an incident's life."""
    return tuple(module.VERB for module in _verb_modules())


def _verb_modules() -> "tuple[ModuleType, ...]":
    return tuple(import_module(f"commands.{name}") for name in VERBS)
