"""Who is called next: the severity's levels first, then the runbook's other contacts."""

from collections.abc import Callable
from dataclasses import dataclass

from runbooks.model import Runbook, Severity


@dataclass(frozen=True)
class Callee:
    """Somebody to call: a mention's id where muster.yaml knows one, a name and what they do in any case."""

    name: str
    slack_id: str | None
    role: str = ""
    reach: str = ""
    say: str = ""


def ladder(runbook: Runbook, severity: Severity | None, resolve: Callable[[str], str | None]) -> list[Callee]:
    """Return everybody whom an incident of that severity may call, in order, nobody twice."""
    contacts = {contact.person: contact for contact in runbook.contacts if contact.person}
    found: dict[str, Callee] = {}
    for level in severity.escalate if severity else ():
        for name in level.notify:
            contact = contacts.get(name)
            shown, role, reach = (contact.name, contact.role, contact.reach) if contact else (name, "", "")
            found.setdefault(name, Callee(shown, resolve(name), role, reach, level.say))
    for contact in runbook.contacts:
        known = resolve(contact.person) if contact.person else None
        found.setdefault(contact.person or contact.name, Callee(contact.name, known, contact.role, contact.reach))
    return list(found.values())


def next_callee(everybody: list[Callee], called: int) -> Callee | None:
    """Return whom to call after `called` calls; None when nobody is left."""
    return everybody[called] if called < len(everybody) else None
