"""Who is called next: the severity's levels first, then the runbook's other contacts."""

from collections.abc import Callable, Collection
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

    @property
    def key(self) -> str:
        """Who it is, whatever the list is called that names them."""
        return self.slack_id or self.name


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


def next_callee(everybody: list[Callee], called: Collection[str]) -> Callee | None:
    """Return the first who was not called yet, also where a new severity has changed the list; None: nobody is left."""
    return next((one for one in everybody if one.key not in called), None)
