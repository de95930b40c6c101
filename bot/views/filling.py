"""The values that a runbook's templates may name (see `runbooks.model.Templates`), made safe for Slack."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from bot.incidents.times import lasted
from bot.store.tables import FollowUp, Incident
from bot.views.message import escaped, when
from bot.views.people import asker, person
from runbooks import default_texts
from runbooks.model import Severity, StatusPage, Templates
from runbooks.templates import TemplateBroken, render

DEFAULTS: Mapping[str, str] = {
    "announcement": default_texts.ANNOUNCEMENT,
    "update": default_texts.UPDATE,
    "automatic_update": default_texts.AUTOMATIC_UPDATE,
    "resolution": default_texts.RESOLUTION,
    "escalation": default_texts.ESCALATION,
    "postmortem": default_texts.POSTMORTEM,
    "handoff": default_texts.HANDOFF,
    "page": default_texts.PAGE,
    "email": default_texts.EMAIL,
    "ticket": default_texts.TICKET,
}
STATUS_PAGE: Mapping[str, str] = StatusPage().model_dump()
UNKNOWN = "not known yet"


def filled(templates: Templates, name: str, values: Mapping[str, Any]) -> str:
    """Fill in a runbook's template; one that breaks on these values gives way to Muster's own."""
    try:
        return render(getattr(templates, name), values).strip()
    except TemplateBroken:
        return render(DEFAULTS[name], values).strip()


def on_status_page(page: StatusPage, status: str, values: Mapping[str, Any]) -> str:
    """Fill in the status page's text for a status; what was no incident is over, as what is resolved."""
    name = status.lower() if status.lower() in STATUS_PAGE else "resolved"
    try:
        return render(getattr(page, name), values).strip()
    except TemplateBroken:
        return render(STATUS_PAGE[name], values).strip()


def as_written(text: str, values: Mapping[str, Any]) -> str:
    """Fill in a text of the runbook that may be a template; one that is broken is said as it stands."""
    try:
        return render(text, values).strip()
    except TemplateBroken:
        return text


def values(incident: Incident, severity: Severity | None, service: str, now: datetime) -> dict[str, Any]:
    """Return what every template may name; the texts people typed are escaped."""
    return {
        "ref": incident.ref,
        "title": escaped(incident.title),
        "service": escaped(service),
        "severity": escaped(incident.severity),
        "meaning": escaped(severity.meaning) if severity else "",
        "status": str(incident.status),
        "impact": escaped(incident.impact) or UNKNOWN,
        "known": escaped(incident.known) or UNKNOWN,
        "commander": person(incident.commander),
        "communications": person(incident.communications),
        "channel": f"<#incident/{incident.id}/channel>",
        "declared_by": asker(incident.declared_by),
        "started": when(incident.started_at),
        "duration": lasted(incident.started_at, incident.resolved_at or now),
        "next_update": when(incident.next_update_at) if incident.next_update_at else "none",
        "link": f"<place:incident/{incident.id}/card|the card>",
        "drill": incident.drill,
        "private": incident.private,
    }


def ending(incident: Incident, follow_ups: Sequence[FollowUp]) -> dict[str, Any]:
    """Return what the resolution may name besides."""
    return {
        "resolved": when(incident.resolved_at) if incident.resolved_at else "",
        "root_cause": escaped(incident.root_cause),
        "fix": escaped(incident.fix),
        "follow_ups": [
            {
                "text": escaped(item.text),
                "owner": person(item.person, nobody=""),
                "due": escaped(item.due_on or ""),
            }
            for item in follow_ups
        ],
    }
