"""Who is called, and when: the levels of the severity first, then the runbook's other contacts; pure rules."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.incidents.business import Hours
from bot.store.tables import Incident
from bot.words import loose
from runbooks.model import Contact, Runbook
from runbooks.parts.ladder import EscalationLevel, Unless

Resolve = Callable[[str], str | None]


@dataclass(frozen=True)
class Callee:
    """Somebody to call: a mention's id where muster.yaml knows one, a name and what they do in any case."""

    name: str
    slack_id: str | None
    role: str = ""
    reach: str = ""

    @property
    def key(self) -> str:
        """Who it is, whatever the list is called that names them."""
        return self.slack_id or self.name


@dataclass(frozen=True)
class Rung:
    """Who is called together: those of a level, or one contact; `level` is None for whom only a person calls."""

    key: str
    callees: tuple[Callee, ...]
    level: EscalationLevel | None = None
    say: str = ""

    def left(self, called: Collection[str]) -> tuple[Callee, ...]:
        """Return whom nobody has called yet."""
        return tuple(one for one in self.callees if one.key not in called)


def callee_of(contact: Contact, resolve: Resolve) -> Callee:
    """Return a contact as somebody to call."""
    known = resolve(contact.person) if contact.person else None
    reach = " · ".join(part for part in (contact.reach, contact.phone, contact.email) if part)
    return Callee(contact.name, known, contact.role, reach)


def ladder(runbook: Runbook, severity: str, resolve: Resolve) -> list[Rung]:
    """Return the rungs of a severity's ladder in order, then every contact whom no level names."""
    contacts = {contact.person: contact for contact in runbook.contacts if contact.person}
    rungs: list[Rung] = []
    for number, level in enumerate(runbook.levels(severity), 1):
        callees = tuple(_named(name, contacts.get(name), resolve) for name in dict.fromkeys(level.notify))
        key = level.level or f"level {number}"
        rungs.append(
            Rung(key if all(key != one.key for one in rungs) else f"{key} ({number})", callees, level, level.say)
        )
    known = {one.key for rung in rungs for one in rung.callees}
    others = [callee_of(contact, resolve) for contact in runbook.contacts if contact.kind != "vendor"]
    return [*rungs, *(Rung(one.name, (one,)) for one in others if one.key not in known)]


def next_rung(rungs: Sequence[Rung], called: Collection[str]) -> Rung | None:
    """Return the first with somebody who was not called yet, also where a new severity has changed the list."""
    return next((one for one in rungs if one.left(called)), None)


def rung_named(rungs: Sequence[Rung], runbook: Runbook, resolve: Resolve, words: str) -> Rung | None:
    """Find a level (`L3`, `level 3`) or a contact (by name, role, or their name in muster.yaml)."""
    wanted = loose(words)
    if not wanted:
        return None
    for rung in rungs:
        if rung.level and wanted in {loose(rung.key), loose(f"level {rung.key}"), loose(f"level {rung.key[1:]}")}:
            return rung
    for contact in runbook.contacts:
        if wanted in {loose(contact.name), loose(contact.person), loose(contact.role)}:
            return Rung(contact.name, (callee_of(contact, resolve),))
    for rung in rungs:
        for name in rung.level.notify if rung.level else ():
            if wanted == loose(name):
                return Rung(name, (_named(name, None, resolve),))
    return None


def held_off(unless: Unless, incident: Incident) -> bool:
    """Whether an incident has come so far that a level need not be called."""
    if not incident.status.open:
        return True
    reached = {"acknowledged": incident.acknowledged_at, "mitigated": incident.mitigated_at}
    return reached.get(unless) is not None


def due_at(level: EscalationLevel, since: datetime, hours: Hours) -> datetime:
    """Return when a level is called; outside of business hours some wait for the opening."""
    after = since + level.after
    return hours.opening(after) if level.business_hours else after


def merged(rungs: Sequence[Rung], called: Collection[str]) -> Rung:
    """Return several rungs as one call, of those nobody has called yet: one catch-up after a pause, not a flood."""
    left = {one.key: one for rung in rungs for one in rung.left(called)}
    return Rung(", ".join(rung.key for rung in rungs), tuple(left.values()), rungs[-1].level, _said(rungs, called))


def _said(rungs: Sequence[Rung], called: Collection[str]) -> str:
    """Return what they are asked; where it is not the same for all, to each by name."""
    asked = {rung.say: rung.left(called) for rung in rungs if rung.say}
    if len(asked) < 2:
        return next(iter(asked), "")
    return "\n" + "\n".join(f"{', '.join(one.name for one in who)}: {say}" for say, who in asked.items() if who)


def _named(name: str, contact: Contact | None, resolve: Resolve) -> Callee:
    if contact is None:
        return Callee(name, resolve(name))
    return callee_of(contact, resolve)
