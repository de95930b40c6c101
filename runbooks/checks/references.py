"""What a runbook names exists: steps, mitigations, scenarios, severities, findings, events; and nothing twice."""

import difflib
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime

from runbooks.checks.documents import Path
from runbooks.checks.problem import Problem
from runbooks.model import EVENTS, Checklist, Runbook, Scenario
from runbooks.parts.calendar import next_time
from runbooks.parts.conditions import Condition
from runbooks.parts.drill import Drill

Names = str | Sequence[str] | Mapping[str, str]
FINDINGS = {
    "crash-looping": "a container that starts and dies again and again",
    "not-ready": "a pod that runs and is not ready",
    "oom-killed": "a container that was killed for its memory",
    "memory-near-limit": "a container that uses nearly all the memory it may (`kubectl top`)",
    "image-pull": "an image that cannot be fetched",
    "restarts": "containers that restarted lately",
    "pending": "a pod that finds no node, and why",
    "evicted": "pods that a node has put out",
    "failed-mount": "a volume that cannot be mounted",
    "replicas-missing": "a workload with fewer pods than wanted, or whose rollout does not get on",
    "paused": "a rollout that somebody has paused",
    "autoscaler-at-limit": "an autoscaler that may not go any further",
    "quota": "a quota that is used up",
    "claim-pending": "a volume claim that is not bound",
    "node-trouble": "a node that is silent, short of memory or disk, or takes no pods",
    "warnings": "warnings among the events, counted",
    "recent-rollout": "a rollout shortly before the incident",
    "log-errors": "lines of a log that look like errors, counted",
    "disk-full": "a disk or volume that is nearly full",
    "database-locks": "statements that wait for a lock",
    "database-connections": "connections to a database that are used up",
    "failed-logins": "many logins that failed",
    "expired": "keys or certificates that have expired, or soon will",
    "failing": "a health check or an address that answers with an error, or not at all",
}

CHANNEL_WORDS = ("id", "number", "service", "severity", "title", "date", "day", "time")
_SHOWN = 24
_ALIKE = {"finding": 0.6, "severity": 1.0}
"""How alike is enough: `CrashLoopBackOff`, in Kubernetes' own words, is `crash-looping`; `SEV-3` is no `SEV-2`."""


def problems(runbook: Runbook) -> Iterator[Problem]:
    """Yield every name that leads nowhere, or to two things."""
    yield from _twice(runbook)
    yield from _references(runbook)
    yield from _conditions(runbook)


def _twice(runbook: Runbook) -> Iterator[Problem]:
    keyed: dict[str, Sequence[str]] = {
        "severities": [one.key for one in runbook.severities],
        "diagnostics": [one.id for one in runbook.diagnostics],
        "mitigations": [one.id for one in runbook.mitigations],
        "scenarios": [one.id for one in runbook.scenarios],
        "checklists": [one.id for one in runbook.checklists],
        "drills": [one.id for one in runbook.drills],
    }
    for part, names in keyed.items():
        seen: dict[str, str] = {}
        for index, name in enumerate(names):
            loose = _bare(name)
            if loose in seen:
                key = "key" if part == "severities" else "id"
                yield Problem((part, index, key), f"`{name}` and `{seen[loose]}` are the same to people", "rename one")
            seen[loose] = name


def _references(runbook: Runbook) -> Iterator[Problem]:
    steps, fixes = [one.id for one in runbook.diagnostics], [one.id for one in runbook.mitigations]
    for index, fix in enumerate(runbook.mitigations):
        yield from _known(("mitigations", index, "verify"), fix.verify, steps, "diagnostic")
        yield from _known(("mitigations", index, "then"), fix.then, fixes, "mitigation")
    for index, scenario in enumerate(runbook.scenarios):
        yield from _scenario(runbook, scenario, ("scenarios", index))
    for index, checklist in enumerate(runbook.checklists):
        yield from _checklist(runbook, checklist, ("checklists", index))
    scenarios = [one.id for one in runbook.scenarios]
    for index, drill in enumerate(runbook.drills):
        yield from _known(("drills", index, "scenario"), drill.scenario, scenarios, "scenario")
        yield from _severities(("drills", index, "severity"), runbook, drill.severity)
        yield from _drill_time(drill, ("drills", index, "on"))
    yield from _severities(("channels", "critical"), runbook, runbook.channels.critical)
    yield from _channel_name(runbook.channels.name)
    for index, step in enumerate(runbook.diagnostics):
        yield from _known(("diagnostics", index, "find"), step.find, list(FINDINGS), "finding")


def _channel_name(pattern: str) -> Iterator[Problem]:
    path = ("channels", "name")
    if not pattern.startswith("incident-"):
        yield Problem(path, "the channels of incidents begin with `incident-`", f"write incident-{pattern}")
    for unknown in sorted(set(re.findall(r"\{(.*?)\}", pattern)) - set(CHANNEL_WORDS)):
        yield Problem(path, f"nothing is put in for `{{{unknown}}}`", f"choose among {', '.join(CHANNEL_WORDS)}")


def _drill_time(drill: Drill, path: Path) -> Iterator[Problem]:
    if drill.on is None:
        return
    mend = "write it like {day: 1st fri, hour: 10, zone: Europe/Berlin}"
    try:
        if next_time(drill.on, datetime.now(UTC)) is None:
            yield Problem(path, "there is no such day in any year", mend)
    except ValueError as error:
        yield Problem(path, f"this is no time: {error}", mend)


def _scenario(runbook: Runbook, scenario: Scenario, path: Path) -> Iterator[Problem]:
    steps, fixes = [one.id for one in runbook.diagnostics], [one.id for one in runbook.mitigations]
    yield from _known((*path, "check"), scenario.check, steps, "diagnostic")
    yield from _known((*path, "try"), scenario.try_, fixes, "mitigation")
    yield from _known((*path, "first"), scenario.first, [*steps, *fixes], "diagnostic or mitigation")
    yield from _known((*path, "found"), scenario.found, list(FINDINGS), "finding")
    yield from _severities((*path, "severity"), runbook, scenario.severity)


def _checklist(runbook: Runbook, checklist: Checklist, path: Path) -> Iterator[Problem]:
    known = [*EVENTS, *(one.id for one in runbook.diagnostics), *(one.id for one in runbook.mitigations)]
    for index, item in enumerate(checklist.items):
        if item.done_when and item.done_when not in known:
            mend = f"write one of: {', '.join(EVENTS)}, or the id of a diagnostic or mitigation"
            yield Problem((*path, "items", index, "done_when"), f"nothing happens that is `{item.done_when}`", mend)
    scenarios = [one.id for one in runbook.scenarios]
    yield from _known((*path, "scenario"), checklist.scenario, scenarios, "scenario")
    yield from _severities((*path, "severities"), runbook, checklist.severities)


def _severities(path: Path, runbook: Runbook, named: Names) -> Iterator[Problem]:
    keys = [one.key for one in runbook.severities]
    for place, name in _each(path, named):
        if runbook.severity(name) is None:
            yield Problem(place, f"there is no severity `{name}`", _nearest(name, keys, "severity"))


def _known(path: Path, named: Names, known: Sequence[str], what: str) -> Iterator[Problem]:
    for place, name in _each(path, named):
        if name not in known:
            yield Problem(place, f"there is no {what} `{name}`", _nearest(name, known, what))


def _each(path: Path, named: Names) -> Iterator[tuple[Path, str]]:
    """Yield each name with where it stands: a text alone, the items of a list, or the keys of a group."""
    if isinstance(named, str):
        yield from [(path, named)] if named else []
    elif isinstance(named, Mapping):
        yield from (((*path, name), name) for name in named)
    else:
        yield from (((*path, index), name) for index, name in enumerate(named))


def _bare(name: str) -> str:
    """Leave letters and digits: what people take for the same name has them in common."""
    return re.sub(r"[^a-z0-9]", "", name.lower())


def _nearest(name: str, known: Sequence[str], what: str) -> str:
    if not known:
        return f"this runbook has no {what} yet; add it or leave it out"
    bare = {_bare(one): one for one in known}
    if near := difflib.get_close_matches(_bare(name), bare, 1, _ALIKE.get(what, 0.75)):
        return f"did you mean `{bare[near[0]]}`?"
    return f"choose one of: {', '.join(known[:_SHOWN])}{', …' if len(known) > _SHOWN else ''}"


def _conditions(runbook: Runbook) -> Iterator[Problem]:
    numbers = [one.id for one in runbook.diagnostics if one.promql or one.bad_when]
    for index, severity in enumerate(runbook.severities):
        yield from _tests(("severities", index, "suggest_when"), severity.suggest_when, numbers)
    for index, scenario in enumerate(runbook.scenarios):
        yield from _tests(("scenarios", index, "when"), scenario.when, numbers)
    for index, step in enumerate(runbook.diagnostics):
        if step.bad_when:
            yield from _threshold(("diagnostics", index, "bad_when"), step.bad_when)


def _threshold(path: Path, text: str) -> Iterator[Problem]:
    try:
        condition = Condition.read(text)
    except ValueError as error:
        yield Problem(path, str(error), 'write it as "> 0.01"')
        return
    if condition.step:
        yield Problem(path, f"`{text}` names a diagnostic, and its own is meant", 'write it as "> 0.01"')


def _tests(path: Path, texts: Sequence[str], steps: Sequence[str]) -> Iterator[Problem]:
    for index, text in enumerate(texts):
        try:
            step = Condition.read(text).step
        except ValueError as error:
            yield Problem((*path, index), str(error), "write it as error_ratio > 0.05")
            continue
        if step not in steps:
            mend = f"choose one of: {', '.join(steps)}" if steps else "add a promql diagnostic first"
            yield Problem((*path, index), f"`{step or text}` is no diagnostic that gives a number", mend)
