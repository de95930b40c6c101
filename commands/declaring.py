"""How the words after `/incident declare` are read: severity and service in either order, then the title."""

import re
from collections.abc import Mapping
from dataclasses import replace

from bot.views.declare_form import Filled
from bot.words import loose, nearest, one_line
from runbooks.model import Runbook

LOOKS_LIKE_A_SEVERITY = re.compile(r"(?:sev|severity|p)-?\d", re.IGNORECASE)
FLAGS = {"--private": "private", "--drill": "drill"}


def read_declaration(text: str, runbooks: Mapping[str, Runbook]) -> Filled:
    """Read severity, service and flags from the beginning; what follows is the title."""
    filled, words = Filled(), text.split()
    while words:
        more = _with(filled, words[0], runbooks)
        if more is None:
            break
        filled, words = more, words[1:]
    if filled.service is None and len(runbooks) == 1:
        filled = replace(filled, service=next(iter(runbooks)))
    return _of_its_ladder(replace(filled, title=one_line(" ".join(words))), runbooks)


def suffices(filled: Filled) -> bool:
    """Tell whether an incident can be declared from this alone."""
    return bool(filled.title and filled.service and filled.severity and not filled.notice)


def _with(filled: Filled, word: str, runbooks: Mapping[str, Runbook]) -> Filled | None:
    """Return what is known with one word more; None when it belongs to the title."""
    if word in FLAGS:
        return replace(filled, private=filled.private or word == "--private", drill=filled.drill or word == "--drill")
    if filled.service is None and (service := service_named(word, runbooks)):
        return replace(filled, service=service)
    if filled.severity is None and (severity := _severity(word, filled, runbooks)):
        return replace(filled, severity=severity)
    if filled.severity is None and LOOKS_LIKE_A_SEVERITY.fullmatch(word):
        return replace(filled, severity=word)
    if filled.service is None and filled.severity is not None and (near := _nearly(word, runbooks)):
        return replace(filled, service=near, notice=f"There is no service {word}. Is {near} meant?")
    return None


def service_named(word: str, runbooks: Mapping[str, Runbook]) -> str | None:
    """Find a service by its name or its title, however it is spelled."""
    wanted = loose(word.rstrip(":,"))
    return next((name for name, book in runbooks.items() if wanted in {loose(name), loose(book.title)} - {""}), None)


def _severity(word: str, filled: Filled, runbooks: Mapping[str, Runbook]) -> str | None:
    """Find the word in the service's ladder, or in any while the service is not known."""
    known = [runbooks[filled.service]] if filled.service else list(runbooks.values())
    found = (book.severity(word.rstrip(":,")) for book in known)
    return next((one.key for one in found if one), None)


def _nearly(word: str, runbooks: Mapping[str, Runbook]) -> str | None:
    return nearest(word, runbooks, 0.75)


def _of_its_ladder(filled: Filled, runbooks: Mapping[str, Runbook]) -> Filled:
    """Say so when the service has no such severity."""
    if not filled.severity or not filled.service:
        return filled
    book = runbooks[filled.service]
    if found := book.severity(filled.severity):
        return replace(filled, severity=found.key)
    ladder = ", ".join(one.key for one in book.severities)
    wrong = f"{book.name} has no severity {filled.severity}; it has {ladder}."
    return replace(filled, severity=None, notice=" ".join([filled.notice, wrong]).strip())
