"""What an output means: findings, and one line for the summary."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from runbooks.model import Diagnostic
from runbooks.outputs import TIMED_OUT, Output
from runbooks.parts.conditions import Condition
from runbooks.redaction import Redaction
from runbooks.signs import ailing, databases, happenings, nodes, pods, printed, rollouts, usage, workloads
from runbooks.signs.finding import OF_PODS, Act, Around, Finding, Level, Remedy
from runbooks.signs.headlines import plain
from runbooks.signs.remedies import offered
from runbooks.units import NO_BREAK, measured

_WORST = {"ok": 0, "warning": 1, "bad": 2}
_CHATTER = re.compile(
    r"(?:Warning:|No resources found|Defaulted container|Found )|[*<>{}] |[*<>]$|% Total|Dload"
    r"|(?:\S+: )?Error from server \(BadRequest\): previous terminated container"
)
"""What is said beside an answer: kubectl's remarks, curl's -v, and that a container has never ended."""


def findings(step: Diagnostic, output: Output, around: Around | datetime) -> list[Finding]:
    """Look for what the step's `find` and `bad_when` name; the worst first."""
    known = Around(around) if isinstance(around, datetime) else around
    found = [replace(one, name=name) for name in step.find for one in _found(name, output, known)]
    found += _threshold(step, output)
    redact = Redaction(known.runbook.redact if known.runbook else ())  # what the cluster's objects say is no output
    fitting = [offered(replace(one, text=redact(one.text)), known.runbook) for one in _once(found)]
    return sorted(fitting, key=lambda one: -_WORST[one.level])


def _found(name: str, output: Output, around: Around) -> Iterator[Finding]:
    """Look for one word of `find:` wherever it may show itself."""
    if name in ailing.FINDERS:
        yield from ailing.FINDERS[name](pods.seen(output.objects), around)
    if name in workloads.FINDERS:
        yield from workloads.FINDERS[name](output.objects, around)
    if name == "memory-near-limit":
        yield from usage.near_limit(output.objects, around)
    if name in printed.FINDERS:
        yield from printed.FINDERS[name](output, around)
    if name in databases.FINDERS:
        yield from databases.FINDERS[name](output, around)
    if name == "recent-rollout":
        yield from rollouts.recent(output.objects, around)
    if name == "node-trouble":
        yield from nodes.node_trouble(output.objects, around)
        yield from usage.nodes_full(output.objects)
    if name == "warnings":
        yield from happenings.warnings(output.objects, around)
    elif name in happenings.MEANT.values():
        yield from happenings.meaning(name, output.objects, around)


def _once(found: Sequence[Finding]) -> list[Finding]:
    """Leave out what two words of `find:` have both found."""
    return list({one.text: one for one in reversed(found)}.values())[::-1]


def headline(step: Diagnostic, output: Output, found: Sequence[Finding]) -> tuple[Level, str]:
    """Say in one line how it stands, and how bad that is."""
    if not step.automatic:
        return "ok", f"To be done by hand: {step.line}"
    trouble = _trouble(output)
    otherwise = output.otherwise or (step.otherwise if trouble else "")
    if trouble and (not output.text or output.value is not None):
        return "bad" if output.exit_code != TIMED_OUT else "warning", otherwise or trouble
    if found:
        return _worst(found), _told(found)
    if trouble or otherwise:
        return "warning", otherwise or trouble
    if output.value is not None:
        return "ok", measured(output.value, step.unit)
    if step.promql and output.notes:
        return "warning", output.notes[0]
    return "ok", plain(step, output)


def _trouble(output: Output) -> str:
    """The first error that is more than kubectl's chatter; a count of nothing from a cluster that is down is none."""
    said = (line.strip() for line in output.errors.splitlines())
    return next((line[:300] for line in said if line and not _CHATTER.match(line)), "")


def _worst(found: Sequence[Finding]) -> Level:
    return max((one.level for one in found), key=_WORST.__getitem__)


def _told(found: Sequence[Finding]) -> str:
    """Tell the two worst things; what is the same but for its object is told once."""
    alike: dict[str, list[Finding]] = {}
    for one in found:
        if one.level == found[0].level:
            same_text = one.text.replace(one.object, "") if one.object else one.text
            alike.setdefault(one.name if one.name in OF_PODS else same_text, []).append(one)
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
        limit = measured(condition.limit, step.unit, exactly=True)
        said = f"{step.name} is {measured(output.value, step.unit)} (bad when {condition.sign}{NO_BREAK}{limit})"
        word = step.find[0] if step.find and step.promql else THRESHOLD
        yield Finding("bad", step.id, said, name=word, remedies=tuple(Remedy(act) for act in AGAINST.get(word, ())))


THRESHOLD = "threshold"
AGAINST: dict[str, tuple[Act, ...]] = {
    "disk-full": ("clean-disk", "grow-volume"),
    "database-locks": ("end-statements",),
    "database-connections": ("end-statements", "restart"),
    "oom-killed": ("memory", "scale"),
    "memory-near-limit": ("memory", "scale"),
    "autoscaler-at-limit": ("raise-limit",),
}
"""What helps where a number alone has shown it."""

__all__ = ["THRESHOLD", "Around", "Finding", "Level", "findings", "headline"]
