"""Which step may follow which: the pure rules of an incident's life."""

from bot.errors import AlreadyClosed, AlreadyResolved, BadInput, StillOpen
from bot.store.tables import Incident, Status


def must_be_open(incident: Incident, resolved_by: str = "somebody") -> None:
    """Refuse what only makes sense while there is something to do."""
    if incident.status is Status.RESOLVED:
        raise AlreadyResolved(ref=incident.ref, by=resolved_by)
    if incident.status is Status.CANCELLED:
        raise AlreadyClosed(ref=incident.ref, status="cancelled")


def must_be_closed(incident: Incident) -> None:
    """Refuse to reopen what is open."""
    if incident.status.open:
        raise StillOpen(ref=incident.ref)


def status_by_update(wanted: Status | None, current: Status) -> Status:
    """Return the status that an update leads to."""
    if wanted is None:
        return current
    if wanted is Status.RESOLVED:
        raise BadInput("An update cannot resolve an incident. Use `/incident resolve CAUSE`.", field="status")
    if wanted is Status.CANCELLED:
        raise BadInput("An update cannot cancel an incident. Use `/incident cancel REASON`.", field="status")
    return wanted


def required(text: str, field: str, problem: str, longest: int = 3_000) -> str:
    """Return the text, stripped; say what is missing or too long, beside its field."""
    kept = text.strip()
    if not kept:
        raise BadInput(problem, field=field)
    if len(kept) > longest:
        raise BadInput(f"That has {len(kept)} characters; {longest} fit. Say it shorter.", field=field)
    return kept
