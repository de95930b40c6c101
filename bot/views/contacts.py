"""Whom to call and how: the runbook's contacts by kind, and the levels of the ladder with who was called when."""

from collections.abc import Callable, Sequence
from datetime import datetime

from slack_sdk.models.blocks import Block

from bot.incidents.escalation import Rung
from bot.views.lists import in_sections
from bot.views.message import Message, context, cut, escaped, message, section, when
from bot.views.people import listed, person
from runbooks.model import Contact, EscalationLevel, Runbook
from runbooks.parts.durations import spelled

KINDS = (("person", "People"), ("rotation", "On call"), ("team", "Teams"), ("vendor", "Vendors"))
Called = Callable[[str], datetime | None]


def contacts(
    runbook: Runbook, resolve: Callable[[str], str | None], rungs: Sequence[Rung] = (), called: Called = lambda _: None
) -> Message:
    """Show whom to call, and how; `called` says when somebody was called in this incident."""
    title = f"Contacts of {escaped(runbook.name)}"
    levels = [_level(rung, rung.level, called) for rung in rungs if rung.level]
    if not runbook.contacts and not levels:
        return message(f"{escaped(runbook.name)}'s runbook names no contacts. Add `contacts:` to it.")
    blocks: list[Block] = [section(f"*{title}*")]
    if levels:
        blocks += in_sections(["*Called in this order*", *levels])
        blocks.append(context("`/incident escalate` calls the next, `/incident escalate L2` a level, or a name."))
    for kind, name in KINDS:
        lines = [_contact(one, resolve) for one in runbook.contacts if one.kind == kind]
        blocks += in_sections([f"*{name}*", *lines], 3_000) if lines else []
    return message(title, blocks)


def _level(rung: Rung, level: EscalationLevel, called: Called) -> str:
    when_ = f"after {spelled(level.after)}" if level.after else "at once"
    unless = f" unless {level.unless}" if level.unless else ""
    hours = ", in business hours" if level.business_hours else ""
    who = []
    for one in rung.callees:
        at = called(one.key)
        mark = f" :white_check_mark: called {when(at)}" if at else ""
        who.append(f"{person(one.slack_id) if one.slack_id else escaped(one.name)}{mark}")
    return f"• *{escaped(rung.key)}* {when_}{unless}{hours}: {listed(who)}"


def _contact(contact: Contact, resolve: Callable[[str], str | None]) -> str:
    """Tell who it is, what they do, and every way to reach them."""
    known = resolve(contact.person) if contact.person else None
    mention = f" {person(known)}" if known else ""
    role = f" — {escaped(cut(contact.role, 150))}" if contact.role else ""
    ways = [
        f":telephone_receiver: {escaped(cut(contact.phone, 60))}" if contact.phone else "",
        f":email: {escaped(cut(contact.email, 120))}" if contact.email else "",
        escaped(cut(contact.reach, 300)),
        f"account {escaped(cut(contact.account, 100))}" if contact.account else "",
    ]
    reached = " · ".join(way for way in ways if way)
    return f"• *{escaped(cut(contact.name, 100))}*{mention}{role}" + (f"\n   {reached}" if reached else "")
