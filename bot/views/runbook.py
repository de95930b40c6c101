"""A runbook to leaf through, on a phone: an overview, then its phases, scenarios, mitigations, contacts, severities."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from slack_sdk.models.blocks import ActionsBlock, Block, ButtonElement, SectionBlock

from bot.store.tables import Incident
from bot.views import actions
from bot.views.buttons import saying
from bot.views.message import Message, code, cut, escaped, header, message, section
from bot.views.signs import PHASES, risk
from runbooks.model import Diagnostic, Mitigation, Runbook, Scenario, Severity, Target

Found = TypeVar("Found")
PAGE = 10
"""So many steps one scrolls through on a phone."""


def overview(book: Runbook) -> Message:
    """Say what the service is, how bad things are called, and where to go on."""
    facts = [escaped(cut(book.about, 1_000))] if book.about else []
    facts += [f"Owner: {escaped(book.owner)}"] if book.owner else []
    facts += [f"Runs in: {escaped(cut(_place(book.kubernetes), 300))}"] if book.kubernetes else []
    facts += [f"Bridge: {escaped(book.bridge)}"] if book.bridge else []
    links = " · ".join(f"{link.emoji} <{link.url}|{escaped(cut(link.title, 60))}>" for link in book.links[:12])
    when = [f"*Declare when*\n{_list(book.declare_when)}"] if book.declare_when else []
    ladder = [
        f"{one.emoji} *{escaped(one.key)}* {escaped(cut(one.meaning, 99))}: respond {_by(one)}".strip()
        for one in book.severities
    ]
    texts = ["\n".join(facts), links, "\n".join(ladder), *when]
    blocks: list[Block] = [header(book.name), *(section(text) for text in texts if text)]
    return message(f"Runbook of {escaped(book.name)}", [*blocks, _parts(book)])


def _place(target: Target) -> str:
    """Say where its pods are, and by what they are known."""
    pods = f"pods {target.selector}" if target.selector else ""
    where = f"cluster {target.cluster}, namespace {target.namespace}"
    return ", ".join(filter(None, [where, target.workload, pods]))


def _by(severity: Severity) -> str:
    return f"within {severity.respond_within}" if severity.respond_within.length else str(severity.respond_within)


def severities(book: Runbook) -> Message:
    """Show the ladder, with examples."""
    lines = [
        f"{one.emoji} *{escaped(one.key)}* {escaped(cut(one.meaning, 200))}\nRespond {_by(one)}"
        + (f"\n{_list(one.examples)}" if one.examples else "")
        for one in book.severities
    ]
    return message(
        f"Severities of {escaped(book.name)}", [_title(book, "Severities"), *map(section, lines), _back(book)]
    )


def phase(book: Runbook, name: str, page: int, incident: Incident | None) -> Message:
    """Show the steps of a phase with their lines; in an incident each has its Run."""
    steps = [step for step in book.diagnostics if step.phase == name]
    shown = steps[(page - 1) * PAGE : page * PAGE]
    more = len(steps) - page * PAGE
    title = PHASES.get(name, name) + (f" ({page})" if page > 1 else "")
    nothing = [section("There is nothing here.")] if not shown else []
    run_all = [saying(f"Run all {len(steps)}", f"{incident.ref} diagnose {name}", "all")] if incident and steps else []
    further = [saying(f"{more} more", f"runbook {book.service} {name} {page + 1}", "more")] if more > 0 else []
    blocks = [_title(book, title), *nothing, *(_step(one, incident, at) for at, one in enumerate(shown))]
    return message(f"{title}: {escaped(book.name)}", [*blocks, _back(book, *run_all, *further)])


def scenarios(book: Runbook) -> Message:
    """List the ways the service is known to fail."""
    drawn = [
        _entry(f"*{escaped(one.name)}*", "Show", f"runbook {book.service} {one.id}") for one in book.scenarios[:40]
    ]
    return message(f"Scenarios of {escaped(book.name)}", [_title(book, "Scenarios"), *drawn, _back(book)])


def scenario(book: Runbook, one: Scenario, incident: Incident | None) -> Message:
    """Show how to know it, what causes it, what comes first, and what mends it."""
    texts = [
        f"*{title}*\n{_list(lines)}"
        for title, lines in (("Look for", one.look_for), ("Usual causes", one.causes), ("What to know", one.advice))
        if lines
    ]
    blocks: list[Block] = [_title(book, one.name), *map(section, texts)]
    steps = _known(book.diagnostic, [*one.first, *one.check])
    fixes = _known(book.mitigation, [*one.first, *one.try_])
    if one.first:
        blocks.append(section(f"*First*: {escaped(', '.join(_names(book, one.first)))}"))
    if steps:
        blocks += [section("*Check*"), *(_step(step, incident, at) for at, step in enumerate(steps[:PAGE]))]
    if fixes:
        blocks += [section("*Fix, in this order*"), *(_fix(fix, incident) for fix in fixes[:PAGE])]
    if one.link:
        blocks.append(section(f"<{one.link}|More about this>"))
    run = [saying("Run the checks", f"{incident.ref} diagnose {one.id}", "checks")] if incident and steps else []
    return message(f"{escaped(one.name)}: {escaped(book.name)}", [*blocks, _back(book, *run)])


def mitigations(book: Runbook, incident: Incident | None) -> Message:
    """Show what can be done, with its line and risk."""
    drawn = [_fix(one, incident) for one in book.mitigations[:40]]
    nothing = [section("This runbook offers no mitigation.")] if not drawn else []
    return message(f"Mitigations of {escaped(book.name)}", [_title(book, "Mitigations"), *nothing, *drawn, _back(book)])


def _title(book: Runbook, text: str) -> SectionBlock:
    return section(f"*{escaped(book.name)}* · *{escaped(text)}*")


def _step(step: Diagnostic, incident: Incident | None, at: int) -> SectionBlock:
    help_ = f"\n{escaped(cut(step.help, 200))}" if step.help else ""
    drawn = section(f"*{escaped(cut(step.name, 100))}*\n{code(step.line)}{help_}")
    if incident and step.automatic:
        drawn.accessory = saying("Run", f"{incident.ref} diagnose {step.id}", f"run-{at}")
    return drawn


def _fix(one: Mitigation, incident: Incident | None) -> SectionBlock:
    about = f"{escaped(cut(one.about, 200))}\n" if one.about else ""
    drawn = section(f"*{escaped(cut(one.name, 100))}* — {risk(one.risk)}\n{about}{code(one.line)}")
    if incident and one.manual is None:
        value = f"{incident.id}/{one.id}"
        drawn.accessory = ButtonElement(text="Do it…", action_id=actions.MITIGATION_CHOOSE, value=value)
    return drawn


def _entry(text: str, label: str, command: str) -> SectionBlock:
    drawn = section(text)
    drawn.accessory = saying(label, command, "show")
    return drawn


def _parts(book: Runbook) -> ActionsBlock:
    """Offer every part that has something in it."""
    parts = [(name, title) for name, title in PHASES.items() if any(step.phase == name for step in book.diagnostics)]
    parts += [("scenarios", "Scenarios")] if book.scenarios else []
    parts += [("mitigations", "Mitigations")] if book.mitigations else []
    parts += [("severities", "Severities")]
    parts += [("contacts", "Contacts")] if book.contacts else []
    return ActionsBlock(elements=[saying(title, f"runbook {book.service} {name}", name) for name, title in parts])


def _back(book: Runbook, *others: ButtonElement) -> ActionsBlock:
    return ActionsBlock(elements=[*others, saying("Back", f"runbook {book.service}", "back")])


def _list(lines: Sequence[str]) -> str:
    return "\n".join(f"• {escaped(cut(line, 250))}" for line in lines[:12])


def _names(book: Runbook, ids: Sequence[str]) -> list[str]:
    found = [book.diagnostic(id_) or book.mitigation(id_) for id_ in ids]
    return [one.name for one in found if one is not None]


def _known(find: Callable[[str], Found | None], ids: Sequence[str]) -> list[Found]:
    return [one for id_ in dict.fromkeys(ids) if (one := find(id_)) is not None]
