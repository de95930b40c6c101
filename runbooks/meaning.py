"""What a whole diagnosis says together: findings by weight, the scenario that matches, the severity it looks like."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from runbooks.findings import THRESHOLD
from runbooks.model import Runbook, Scenario, Severity
from runbooks.parts.conditions import Condition
from runbooks.signs.finding import Finding
from runbooks.units import measured

WEIGHT = (
    "disk-full", "database-locks", "database-connections", "failed-logins", "expired", "node-trouble", "evicted",
    "oom-killed", "image-pull", "quota", "failed-mount", "claim-pending", "pending", "crash-looping", "paused",
    "autoscaler-at-limit", "memory-near-limit", "replicas-missing", "failing", "not-ready", THRESHOLD, "restarts",
    "recent-rollout", "warnings", "log-errors",
)  # fmt: skip
"""What explains most stands first: a full disk explains failing checks, not the other way round."""
EXPLAINS = {"oom-killed": ("crash-looping", "restarts", "memory-near-limit"), "crash-looping": ("restarts",)}
"""What the same pod need not be told of besides."""
_LEVELS = ("bad", "warning", "ok")
_NUMBERS_ALONE = WEIGHT.index("failing")


@dataclass(frozen=True)
class Looks:
    """A severity that the numbers or the scenario speak for, and why."""

    severity: Severity
    why: str


def ranked(found: Iterable[Finding]) -> list[Finding]:
    """Return what matters, worst first; many objects with the same trouble are one line."""
    known = list(found)
    if any(one.name in _MANY for one in known):
        known = [one for one in known if not (one.name == "warnings" and "BackOff" in one.text)]
    explained = {(name, one.object) for one in known if one.object for name in EXPLAINS.get(one.name, ())}
    alike: dict[tuple[str, str, str], list[Finding]] = {}
    for one in sorted(known, key=_rank):
        if (one.level == "ok" and not one.recent) or (one.name, one.object) in explained:
            continue
        what = one.name if one.object and one.name in _MANY else one.text
        alike.setdefault((one.name, one.level, what), []).append(one)
    return [_together(some) for some in alike.values()]


_MANY = {
    "crash-looping": ("crash-loops", "crash-loop"),
    "oom-killed": ("was killed", "were killed"),
    "memory-near-limit": ("is near its", "are near their"),
    "image-pull": ("cannot fetch its", "cannot fetch their"),
    "restarts": ("restarted", "restarted"),
}
"""Findings of single pods, which come in dozens: what one does, and what several do."""


def _together(some: Sequence[Finding]) -> Finding:
    objects = list(dict.fromkeys(one.object for one in some))
    if len(objects) < 2:
        return some[0]
    first = some[0]
    one, many = _MANY.get(first.name, ("", ""))
    text = first.text.replace(f"{first.object} {one}", f"{len(objects)} pods {many}", 1)
    return replace(first, text=text)


def _rank(one: Finding) -> tuple[int, bool, int]:
    """The worst first; among equals what was changed just before, then what explains most."""
    weight = WEIGHT.index(one.name) if one.name in WEIGHT else len(WEIGHT)
    return (_LEVELS.index(one.level), not one.recent, weight)


def matching(runbook: Runbook, found: Iterable[Finding], numbers: Mapping[str, float]) -> list[Scenario]:
    """Return the scenarios that what was found speaks for, the most telling first."""
    names = {one.name for one in found if one.level != "ok"}
    fitting = [one for one in runbook.scenarios if matches(one, names, numbers)]
    return sorted(fitting, key=lambda one: _telling(one, names, numbers))


def matches(scenario: Scenario, names: set[str], numbers: Mapping[str, float]) -> bool:
    """Whether every number of `when` is so, and one of `found` is there."""
    if not (scenario.when or scenario.found):
        return False
    return all(_holds(text, numbers) for text in scenario.when) and (
        not scenario.found or any(name in names for name in scenario.found)
    )


def _holds(text: str, numbers: Mapping[str, float]) -> bool:
    condition = Condition.read(text)
    return condition.step in numbers and condition.holds(numbers[condition.step])


def _telling(scenario: Scenario, names: set[str], numbers: Mapping[str, float]) -> tuple[int, int, float]:
    """What explains most first; then the one that asks for more; then the one whose numbers are worst."""
    weights = [WEIGHT.index(name) for name in scenario.found if name in names and name in WEIGHT]
    worst = max((_times(text, numbers) for text in scenario.when), default=0.0)
    return (min(weights, default=_NUMBERS_ALONE), -len(scenario.when), -worst)


def _times(text: str, numbers: Mapping[str, float]) -> float:
    """Say how many times its limit a number is."""
    condition = Condition.read(text)
    value = numbers.get(condition.step, 0.0)
    over, under = (condition.limit, value) if condition.sign.startswith("<") else (value, condition.limit)
    return over / under if under else 0.0


def looks_like(runbook: Runbook, numbers: Mapping[str, float], scenario: Scenario | None = None) -> Looks | None:
    """Return the worst severity that numbers or scenario speak for; None where neither does."""
    found = [Looks(one, why) for one in runbook.severities if (why := _why(runbook, one, numbers))][:1]
    if scenario and scenario.severity and (least := runbook.severity(scenario.severity)):
        found.append(Looks(least, f"it looks like “{scenario.title or scenario.id}”"))
    return min(found, key=lambda one: runbook.severities.index(one.severity), default=None)


def worse(runbook: Runbook, severity: Severity, than: str) -> bool:
    """Whether a severity stands above the one an incident has."""
    now = runbook.severity(than)
    return now is not None and runbook.severities.index(severity) < runbook.severities.index(now)


def asked_for(runbook: Runbook) -> list[str]:
    """Return the ids of the diagnostics whose numbers suggest a severity, each once."""
    texts = (text for one in runbook.severities for text in one.suggest_when)
    return list(dict.fromkeys(Condition.read(text).step for text in texts))


def _why(runbook: Runbook, severity: Severity, numbers: Mapping[str, float]) -> str:
    """Say which number speaks for a severity, in words; '' where none does."""
    said = next((text for text in severity.suggest_when if _holds(text, numbers)), "")
    if not said:
        return ""
    id_ = Condition.read(said).step
    step = runbook.diagnostic(id_)
    value = measured(numbers[id_], step.unit if step else "")
    if step and step.unit == "ratio" and "error" in id_.lower():
        return f"{value} of requests fail"
    return f"{step.name if step else id_} is {value}"
