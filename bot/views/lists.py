"""What a person asks to see for themselves: open incidents, a timeline, roles, mitigations, the runbook."""

from collections.abc import Sequence
from itertools import accumulate

from slack_sdk.models.blocks import ActionsBlock, Block, ButtonElement, PlainTextObject

from bot.incidents.values import Look
from bot.store.tables import Entry, Incident, MitigationRun
from bot.views import actions
from bot.views.buttons import saying
from bot.views.message import LABEL, TEXT, Message, code, context, cut, escaped, message, section, when, with_code
from bot.views.people import ROLES, person
from bot.views.signs import outcome, risk, sign
from runbooks.model import Mitigation, Runbook

ROOM = 9_000
"""Characters of lines in one message; Slack takes about 13,000 of everything."""
LINES = 20


def open_incidents(found: Sequence[Incident], service: str | None = None) -> Message:
    """List what is open."""
    about = f" for {escaped(service)}" if service else ""
    if not found:
        return message(f"No incident is open{about}. `/incident declare` begins one.")
    title = f"{len(found)} open incident{'s' if len(found) > 1 else ''}{about}"
    return message(title, [section(f"*{title}*"), *in_sections([incident_line(one) for one in found])])


def incident_line(incident: Incident) -> str:
    """Tell of an incident in one line."""
    marks = f"{' :lock:' if incident.private else ''}{' (drill)' if incident.drill else ''}"
    where = f" <#{incident.channel}>" if incident.channel else ""
    who = f", {person(incident.commander)}" if incident.commander else ", nobody has it yet"
    facts = f"{escaped(incident.severity)} · {escaped(incident.service)} · {incident.status}{where}"
    return (
        f"*{incident.ref}*{marks} · {facts}\n"
        f"{escaped(cut(incident.title, 150))} — since {when(incident.started_at, '{date_short_pretty} {time}')}{who}"
    )


def timeline(look: Look) -> Message:
    """Show what happened, newest last; the oldest are left out when there are too many."""
    title = f"{look.incident.ref}: {len(look.entries)} lines of timeline"
    newest_first = [entry_line(entry) for entry in reversed(look.entries)]
    lines = _fitting(newest_first, ROOM)[::-1]
    left_out = len(newest_first) - len(lines)
    note = f"The first {left_out} are left out; `/incident postmortem` has them all." if left_out else ""
    return message(title, [section(f"*{title}*"), *in_sections(lines), *([context(note)] if note else [])])


def entry_line(entry: Entry) -> str:
    """Tell of one entry in one line."""
    who = f" — {person(entry.person)}" if entry.person else ""
    text = with_code(cut(" ".join(entry.text.split()), 300))
    return f"{when(entry.at, '{date_short_pretty} {time_secs}')} {text}{who}"


def roles(incident: Incident) -> Message:
    """Show who has which role."""
    lines = [f"{label.capitalize()}: {person(incident.holder(role))}" for role, label in ROLES.items()]
    help_ = context("`/incident role commander @somebody` changes it; without a name you take it yourself.")
    return message(f"{incident.ref}: roles", [section(f"*{incident.ref}: roles*\n" + "\n".join(lines)), help_])


def offered(incident: Incident, mitigations: Sequence[Mitigation]) -> Message:
    """Show the mitigations as buttons. Nothing changes by choosing one: what would be sent is shown first."""
    title = f"{incident.ref}: what the runbook offers"
    if not mitigations:
        return message(f"{escaped(incident.service)}'s runbook offers no mitigation. Add `mitigations:` to it.")
    blocks: list[Block] = [section(f"*{title}*")]
    for one in mitigations[:LINES]:
        button = ButtonElement(
            text=PlainTextObject(text=cut(one.name, LABEL)),
            action_id=actions.MITIGATION_CHOOSE,
            value=f"{incident.id}/{one.id}",
        )
        about = escaped(cut(one.about or one.line, 300))
        drawn = section(f"*{escaped(one.name)}* — {risk(one.risk)}\n{about}")
        drawn.accessory = button
        blocks.append(drawn)
    return message(title, [*blocks, context("Choosing shows what would be sent. Nothing changes before you confirm.")])


def mitigations_run(look: Look) -> Message:
    """Show what has been done against the incident."""
    if not look.mitigations:
        return message(f"No mitigation has been run in {look.incident.ref}. `/incident mitigate` shows what there is.")
    title = f"{look.incident.ref}: mitigations so far"
    return message(title, [section(f"*{title}*"), *in_sections([run_line(run) for run in look.mitigations])])


def run_line(run: MitigationRun) -> str:
    """Tell what was done, when, by whom, and how it ended."""
    what = f"{sign(run)} *{escaped(cut(run.title, 150))}* — {outcome(run)}, {person(run.by)}"
    return f"{when(run.started_at)} {what}\n{code(run.line, 300)}"


def services(books: Sequence[Runbook]) -> Message:
    """Show which services there are."""
    lines = [f"• `{book.service}` {escaped(cut(book.about or book.name, 200))}" for book in books]
    return message("Services", in_sections(["*Services*: `/incident runbook SERVICE` shows one", *lines]))


def suggestion(said: str, meant: str | None) -> Message:
    """Say that a word is not known, with what was probably meant as a button."""
    shown = escaped(cut(said, 60))
    text = f"There is no `/incident {shown}`." if said else "Say what to do."
    text += (
        f" Did you mean `/incident {escaped(cut(meant, 120))}`?" if meant else " `/incident help` shows what there is."
    )
    buttons = [saying("Show help", "help", "help")]
    if meant:
        buttons.insert(0, saying(f"/incident {meant}", meant, "meant", "primary"))
    return message(text, [section(text), ActionsBlock(elements=buttons)])


def in_sections(lines: Sequence[str], room: int = ROOM) -> list[Block]:
    """Put lines into as few sections as Slack's limits allow; say how many were left out."""
    fitting = _fitting(lines, room)
    left_out = len(lines) - len(fitting)
    texts: list[str] = []
    for line in [*fitting, *([f"… and {left_out} more"] if left_out else [])]:
        if texts and len(texts[-1]) + len(line) < TEXT - 1:
            texts[-1] += f"\n{line}"
        else:
            texts.append(line)
    return [section(text) for text in texts]


def _fitting(lines: Sequence[str], room: int) -> list[str]:
    """Return as many lines from the top as there is room for."""
    sizes = accumulate(len(line) + 1 for line in lines)
    return [line for line, size in zip(lines, sizes, strict=True) if size <= room]
