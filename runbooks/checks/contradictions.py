"""Numbers of a runbook that contradict each other, or can never be: what is true of each alone, and not of all."""

from collections.abc import Iterator
from itertools import pairwise

from runbooks.checks.documents import Path
from runbooks.model import Runbook, Severity
from runbooks.parts.conditions import Condition
from runbooks.parts.durations import spelled

_PERCENT = {"%", "percent", "percentage", "pct"}
Doubt = tuple[Path, str]


def contradictions(runbook: Runbook) -> Iterator[Doubt]:
    """Yield where each stands, and what is doubtful about it."""
    yield from _sooner(runbook)
    yield from _never_suggested(runbook)
    yield from _more_than_all(runbook)
    yield from _percent_of_percent(runbook)


def _sooner(runbook: Runbook) -> Iterator[Doubt]:
    """What is less bad is answered no sooner; office hours say nothing of that."""
    known = [(at, one) for at, one in enumerate(runbook.severities) if not one.respond_within.business]
    for (_, worse), (at, one) in pairwise(known):
        if one.respond_within.length < worse.respond_within.length:
            said = f"{one.key} is answered within {spelled(one.respond_within.length)}, sooner than {worse.key}"
            yield ("severities", at, "respond_within"), said


def _never_suggested(runbook: Runbook) -> Iterator[Doubt]:
    for at, one in enumerate(runbook.severities):
        for index, text in enumerate(one.suggest_when):
            if hides := _hiding(Condition.read(text), runbook.severities[:at]):
                yield ("severities", at, "suggest_when", index), f"whenever that is so, {hides} is suggested before it"


def _hiding(asked: Condition, worse: tuple[Severity, ...]) -> str:
    """Name the severity whose own condition holds whenever this one does."""
    for severity in worse:
        for text in severity.suggest_when:
            other = Condition.read(text)
            same = other.step == asked.step and other.sign[0] == asked.sign[0]
            above = asked.sign[0] == ">" and asked.limit >= other.limit
            below = asked.sign[0] == "<" and asked.limit <= other.limit
            if same and (above or below):
                return f"{severity.key} (`{text}`)"
    return ""


def _more_than_all(runbook: Runbook) -> Iterator[Doubt]:
    """A ratio is at most 1: who writes `> 5` means five percent."""
    ratios = {step.id for step in runbook.diagnostics if step.unit == "ratio"}
    for path, text, own in _conditions(runbook):
        condition = Condition.read(text)
        if (condition.step or own) in ratios and condition.sign[0] == ">" and condition.limit > 1:
            yield (
                path,
                f"`{text}` is never so: it is a ratio, and {condition.limit:g} % of it is {condition.limit / 100:g}",
            )


def _percent_of_percent(runbook: Runbook) -> Iterator[Doubt]:
    """Whose unit is percent has a limit of 5; `5%` would be 0.05 of them."""
    percents = {step.id for step in runbook.diagnostics if step.unit.lower() in _PERCENT}
    for path, text, own in _conditions(runbook):
        condition = Condition.read(text)
        if "%" in text and (condition.step or own) in percents:
            said = f"`{text}` means {condition.limit:g} %, as the unit is percent already"
            yield path, f"{said}; leave out the sign, or write `unit: ratio` if the query gives one"


def _conditions(runbook: Runbook) -> Iterator[tuple[Path, str, str]]:
    """Yield every condition with where it stands, and the step it means where it names none."""
    for at, step in enumerate(runbook.diagnostics):
        if step.bad_when:
            yield ("diagnostics", at, "bad_when"), step.bad_when, step.id
    for at, severity in enumerate(runbook.severities):
        yield from ((("severities", at, "suggest_when", n), text, "") for n, text in enumerate(severity.suggest_when))
    for at, scenario in enumerate(runbook.scenarios):
        yield from ((("scenarios", at, "when", n), text, "") for n, text in enumerate(scenario.when))
