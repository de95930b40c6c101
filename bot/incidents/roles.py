"""Who has what: giving a person a role, whoever gives it."""

from bot.store.store import Change
from bot.store.tables import Kind, Role
from bot.views.people import ROLES


def give(change: Change, role: Role, person: str, how: str, *, by: str | None) -> None:
    """Let the person have the role, and write down how they came to it: `assigned`, `handed over`, `by the runbook`."""
    setattr(change.incident, role.value, person)
    detail = {"role": role.value, "to": person, "by": by}
    change.write(Kind.ROLE, f"{ROLES[role].capitalize()} {how}", person=person, detail=detail)
