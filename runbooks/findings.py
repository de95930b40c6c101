"""What an output means: findings, and one line for the summary."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal

from runbooks import pods, rollouts
from runbooks.conditions import Condition
from runbooks.durations import spelled
from runbooks.model import Diagnostic
from runbooks.outputs import Output
from runbooks.promql import shown

Level = Literal["ok", "warning", "bad"]
_WORST = {"ok": 0, "warning": 1, "bad": 2}
_TIMED_OUT = 124
NO_BREAK = "\N{NO-BREAK SPACE}"
_CHATTER = ("Warning:", "No resources found", "Defaulted container", "Found ")


@dataclass(frozen=True)
class Finding:
    """One thing an output tells; `recent` marks what changed shortly before, the first suspect."""

    level: Level
    object: str
    text: str
    mitigations: tuple[str, ...] = ()
    inputs: dict[str, Any] = field(default_factory=dict)
    recent: bool = False


def findings(step: Diagnostic, output: Output, now: datetime) -> list[Finding]:
    """Look for what the step's `find` and `bad_when` name; the worst first."""
    found = [one for name in step.find for one in _FINDERS.get(name, _nothing)(output, now)]
    found += _threshold(step, output)
    return sorted(found, key=lambda one: -_WORST[one.level])


def headline(step: Diagnostic, output: Output, found: Sequence[Finding]) -> tuple[Level, str]:
    """Say in one line how it stands, and how bad that is."""
    if not step.automatic:
        return "ok", f"To be done by hand: {step.line}"
    trouble = _trouble(output)
    if trouble and (not output.text or output.value is not None):
        return "bad" if output.exit_code != _TIMED_OUT else "warning", trouble
    if found:
        return _worst(found), _told(found)
    if trouble:
        return "warning", trouble
    if output.value is not None:
        return "ok", measured(output.value, step.unit)
    return _plain(step, output)


def measured(value: float, unit: str) -> str:
    """Write a value with its unit, which stays on its line: `6.2 %`, `310 ms`, `1.2 s`, `12 lines`."""
    if unit == "ratio":
        return f"{_three(value * 100)}{NO_BREAK}%"
    if unit == "seconds":
        return f"{_three(value * 1000)}{NO_BREAK}ms" if 0 < abs(value) < 1 else f"{_three(value)}{NO_BREAK}s"
    return f"{_three(value)}{NO_BREAK}{unit}" if unit else _three(value)


def _three(value: float) -> str:
    """Keep three figures that count; one reads no more at night."""
    return shown(float(f"{value:.3g}") if abs(value) < 1000 else value)


def _plain(step: Diagnostic, output: Output) -> tuple[Level, str]:
    lines = [line for line in output.text.splitlines() if line.strip()]
    if "not-ready" in step.find and output.objects:
        return "ok", _pods_well(output)
    if "log-errors" in step.find:
        return "ok", "No errors found"
    if "recent-rollout" in step.find and output.objects:
        return "ok", f"No rollout in the last {spelled(rollouts.RECENT)}"
    if step.promql and output.notes:
        return "warning", output.notes[0]
    if not lines:
        return "ok", _first_line(output.errors) or "Nothing found"
    return "ok", lines[0].strip()[:200] if len(lines) == 1 else f"{len(lines)} lines"


def _pods_well(output: Output) -> str:
    seen = pods.seen(output.objects)
    ready = sum(one.ready for one in seen)
    return f"{ready} of {len(seen)} pods ready"


def _trouble(output: Output) -> str:
    """The first error that is more than kubectl's chatter; a count of nothing from a cluster that is down is none."""
    said = (line.strip() for line in output.errors.splitlines())
    return next((line[:300] for line in said if line and not line.startswith(_CHATTER)), "")


def _first_line(text: str) -> str:
    return next((line.strip()[:300] for line in text.splitlines() if line.strip()), "")


def _worst(found: Sequence[Finding]) -> Level:
    return max((one.level for one in found), key=_WORST.__getitem__)


def _told(found: Sequence[Finding]) -> str:
    """Tell the two worst things; what is the same but for its object is told once."""
    alike: dict[str, list[Finding]] = {}
    for one in found:
        if one.level == found[0].level:
            alike.setdefault(one.text.replace(one.object, "") if one.object else one.text, []).append(one)
    said = [
        f"{same[0].text}; {len(same) - 1} more like it" if len(same) > 1 else same[0].text for same in alike.values()
    ]
    more = len(found) - sum(len(same) for same in list(alike.values())[:2])
    return "; ".join(said[:2]) + (f"; {more} more to look at" if more > 0 else "")


def _threshold(step: Diagnostic, output: Output) -> Iterator[Finding]:
    if not step.bad_when or output.value is None:
        return
    condition = Condition.read(step.bad_when)
    if condition.holds(output.value):
        limit = measured(condition.limit, step.unit)
        said = f"{step.name} is {measured(output.value, step.unit)} (bad when {condition.sign} {limit})"
        yield Finding("bad", step.id, said)


def _of_pods(name: str) -> Callable[[Output, datetime], Iterator[Finding]]:
    def find(output: Output, now: datetime) -> Iterator[Finding]:
        for trouble in pods.FINDERS[name](pods.seen(output.objects), now):
            yield Finding(trouble.level, trouble.object, trouble.text, trouble.mitigations, trouble.inputs)

    return find


def _recent_rollout(output: Output, now: datetime) -> Iterator[Finding]:
    rollout = rollouts.latest(output.objects)
    if rollout is None or rollout.at > now or now - rollout.at > rollouts.RECENT:
        return
    ago = spelled(_rounded(now - rollout.at))
    what = f" ({rollout.change})" if rollout.change else ""
    if rollout.back:
        said = f"{rollout.workload} was rolled back {ago} ago: revision {rollout.revision}{what}"
        yield Finding("ok", rollout.workload, said, recent=True)
        return
    text = f"{rollout.workload} was rolled out {ago} ago: revision {rollout.revision}{what}"
    yield Finding("warning", rollout.workload, text, ("rollback",), recent=True)


def _rounded(length: timedelta) -> timedelta:
    seconds = int(length.total_seconds())
    return timedelta(seconds=seconds if seconds < 120 else seconds - seconds % 60)


def _log_errors(output: Output, _now: datetime) -> Iterator[Finding]:
    counted = pods.error_lines(output.text)
    total = sum(count for _, count in counted)
    if not total:
        return
    most, times = counted[0]
    said = f"{total} error line{'s' if total > 1 else ''}: "
    yield Finding("warning", "", said + (f"{times} × {most}" if times > 1 else most))


def _nothing(_output: Output, _now: datetime) -> Iterator[Finding]:
    yield from ()


_FINDERS: dict[str, Callable[[Output, datetime], Iterator[Finding]]] = {
    **{name: _of_pods(name) for name in pods.FINDERS},
    "recent-rollout": _recent_rollout,
    "log-errors": _log_errors,
}
