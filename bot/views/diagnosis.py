"""What a run of diagnostics means: what was found, what it looks like, what to press; and every step with its line."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from slack_sdk.models.blocks import Block, ButtonElement, SectionBlock
from slack_sdk.models.blocks.basic_components import MarkdownTextObject

from bot.store.tables import Incident, RunState
from bot.views import actions
from bot.views.buttons import saying
from bot.views.message import LABEL, TEXT, Message, code, context, cut, escaped, message, section
from bot.views.people import asker
from bot.views.signs import LEVELS

WORST = {level: place for place, level in enumerate(("bad", "warning", "interrupted", "running", "manual"))}
"""What is wrong stands on top; what is well, last."""
FINDINGS = 5
SUGGESTIONS = 3
ADVICE = 4
HEADLINE = 200


@dataclass(frozen=True)
class Step:
    """A line of the summary; `told` is one whose findings stand above already."""

    title: str
    level: str
    headline: str = ""
    told: bool = False


@dataclass(frozen=True)
class Told:
    """A finding in words; `recent` is what changed just before."""

    level: str
    text: str
    recent: bool = False


@dataclass(frozen=True)
class Matched:
    """The scenario that it looks like, and what to know of it."""

    id: str
    title: str
    advice: Sequence[str] = ()
    first: Sequence[str] = ()
    """Ids of what comes before any fix."""
    causes: Sequence[str] = ()
    look_for: Sequence[str] = ()
    others: Sequence[str] = ()
    link: str = ""
    chosen: bool = False


@dataclass(frozen=True)
class Worse:
    """A severity that is worse than the incident's own, and what speaks for it."""

    severity: str
    why: str
    now: str


@dataclass(frozen=True)
class Suggestion:
    """A mitigation that a finding or the scenario names; `values` are its inputs, filled in; `by_hand` is its line."""

    mitigation: str
    label: str
    about: str = ""
    values: str = ""
    by_hand: str = ""


@dataclass(frozen=True)
class Summary:
    """All that the one summary message shows."""

    title: str
    by: str | None
    steps: Sequence[Step]
    state: RunState
    findings: Sequence[Told] = ()
    scenario: Matched | None = None
    severity: Worse | None = None
    suggestions: Sequence[Suggestion] = ()


def summary(incident: Incident, what: Summary) -> Message:
    """Lead with what was found, then what to do; every step has a line; edited until all are done."""
    blocks: list[Block] = [section(f"*{escaped(what.title)}* · {_progress(what)}")]
    if what.findings:
        blocks.append(section(_found(what.findings)))
    if what.severity:
        blocks.append(worse(incident, what.severity))
    if what.scenario:
        blocks += _scenario(incident, what.scenario)
    blocks += [_suggestion(incident, one, place) for place, one in enumerate(what.suggestions[:SUGGESTIONS])]
    if len(what.suggestions) > SUGGESTIONS:
        blocks.append(context(f"{len(what.suggestions) - SUGGESTIONS} more: `/incident mitigate`"))
    blocks += _lines(_worst_first(what))
    hint = "Press Diagnose to run it again." if what.state is RunState.INTERRUPTED else "Each output is in the thread."
    blocks.append(context(f"{hint} · by {asker(what.by)} · {incident.ref}"))
    first = f": {escaped(cut(what.findings[0].text, HEADLINE))}" if what.findings else f": {_progress(what)}"
    return message(f"{escaped(what.title)}{first}", blocks)


def worse(incident: Incident, looks: Worse) -> SectionBlock:
    """Say that it looks worse than it is called, with the button that changes it."""
    text = f":arrow_up: This now looks like *{escaped(looks.severity)}*: {escaped(cut(looks.why, HEADLINE))}."
    command = f"{incident.ref} severity {looks.severity} {cut(looks.why, 200)}"
    button = saying(f"Change to {looks.severity}", command, "severity")
    now = f" It is {escaped(looks.now)}."
    return SectionBlock(text=MarkdownTextObject(text=text + now), accessory=button)


def now_worse(incident: Incident, looks: Worse) -> Message:
    """Say in the channel that the numbers have got worse than the severity says."""
    plain = f"{incident.ref} now looks like {escaped(looks.severity)}: {escaped(cut(looks.why, HEADLINE))}."
    return message(plain, [worse(incident, looks)])


def _progress(what: Summary) -> str:
    left = sum(step.level == "running" for step in what.steps)
    if what.state is RunState.INTERRUPTED:
        return "interrupted by a restart of Muster"
    if left:
        return f"{len(what.steps) - left} of {len(what.steps)} done"
    bad = sum(step.level == "bad" for step in what.steps)
    doubtful = sum(step.level == "warning" for step in what.steps)
    if not bad and not doubtful:
        return "nothing stands out"
    parts = [f"{count} {word}" for count, word in ((bad, "bad"), (doubtful, "to look at")) if count]
    return ", ".join(parts)


def _found(findings: Sequence[Told]) -> str:
    more = len(findings) - FINDINGS
    return "\n".join([*map(_line, findings[:FINDINGS]), *([f"… and {more} more"] if more > 0 else [])])


def _line(one: Told) -> str:
    text = escaped(cut(" ".join(one.text.split()), HEADLINE))
    return f"{_sign(one)} *{text}*" if one.level == "bad" or one.recent else f"{_sign(one)} {text}"


def _sign(one: Told) -> str:
    return ":rocket:" if one.recent else LEVELS.get(one.level, "❔")


def _scenario(incident: Incident, what: Matched) -> list[Block]:
    """Tell what it looks like, what comes first, and what to know."""
    head = f"*{escaped(what.title)}*" if what.chosen else f":mag: Looks like *{escaped(what.title)}*"
    lines = [f"<{what.link}|{head}>" if what.link and not what.chosen else head]
    lines += _listed("Look for", what.look_for) + _listed("Usual causes", what.causes)
    lines += [f"• {escaped(cut(one, 300))}" for one in what.advice[:ADVICE]]
    if what.others:
        lines.append(f"Also possible: {escaped(', '.join(what.others))}")
    drawn = section("\n".join(lines))
    if not what.chosen:
        label = "Keep evidence first" if what.first else "Check this"
        style = "primary" if what.first else None
        drawn.accessory = saying(label, f"{incident.ref} diagnose {what.id}", "scenario", style)
    return [drawn]


def _listed(title: str, lines: Sequence[str]) -> list[str]:
    return [f"_{title}_", *(f"• {escaped(cut(one, 200))}" for one in lines[:ADVICE])] if lines else []


def _worst_first(what: Summary) -> Sequence[Step]:
    """Put what is bad on top, once nothing moves any more."""
    if what.state is RunState.RUNNING:
        return what.steps
    return sorted(what.steps, key=lambda step: WORST.get(step.level, len(WORST)))


def said(step: Step) -> str:
    """Say a step's line without what stands beside or above it already."""
    if step.told:
        return ": see above"
    text = cut(" ".join(step.headline.removeprefix(f"{step.title} is ").split()), HEADLINE)
    return f": {escaped(text)}" if text else ""


def _lines(steps: Sequence[Step]) -> list[Block]:
    """Return the steps as few sections, none longer than Slack takes."""
    blocks: list[Block] = []
    lines: list[str] = []
    for line in _each(steps):
        if lines and sum(map(len, lines)) + len(lines) + len(line) > TEXT:
            blocks.append(section("\n".join(lines)))
            lines = []
        lines.append(line)
    return [*blocks, section("\n".join(lines))] if lines else blocks


def _each(steps: Sequence[Step]) -> Iterator[str]:
    """Yield a line for each step; those that are told above share one for each sign."""
    for (level, told), some in groupby(steps, key=lambda step: (step.level, step.told)):
        sign, alike = LEVELS.get(level, "❔"), list(some)
        names = [f"*{escaped(cut(one.title, 100))}*" for one in alike]
        if told:
            yield f"{sign} {', '.join(names[:12])}: see above"
        else:
            yield from (f"{sign} {name}{said(one)}" for name, one in zip(names, alike, strict=True))


def _suggestion(incident: Incident, suggested: Suggestion, place: int) -> SectionBlock:
    """Offer one mitigation, the first in green; Slack wants a button's action id once a block, so each has its own."""
    about = f": {escaped(cut(suggested.about, HEADLINE))}" if suggested.about else ""
    values = f" ({escaped(cut(suggested.values, 100))})" if suggested.values else ""
    text = f":bulb: *{escaped(cut(suggested.label, HEADLINE))}*{values}{about}"
    if suggested.by_hand:
        return section(f"{text}\nBy hand: {code(suggested.by_hand, 300)}")
    button = ButtonElement(
        text=cut(f"{suggested.label}…", LABEL),
        action_id=actions.MITIGATION_CHOOSE,
        value=f"{incident.id}/{suggested.mitigation}",
        style=None if place else "primary",
    )
    return SectionBlock(text=MarkdownTextObject(text=cut(text, TEXT)), accessory=button)
