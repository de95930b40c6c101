"""The postmortem's Markdown: values for the runbook's template, plain text with times in UTC."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.incidents.times import lasted
from bot.store.tables import (
    Diagnosis,
    Entry,
    FollowUp,
    Incident,
    Kind,
    MitigationRun,
    Role,
    StepOutput,
)
from bot.views.filling import filled
from bot.views.message import cut, escaped
from bot.views.people import ROLES
from bot.views.signs import begun, outcome
from runbooks.model import Severity, Templates

UNKNOWN = "not recorded"
MENTION = re.compile(r"<@([UW][A-Z0-9]+)(?:\|[^>]*)?>")
CODE = re.compile(r"(`[^`]+`)")
MARKDOWN = re.compile(r"([\\`*_\[\]<>#|])")
LONGEST = 1_500


@dataclass(frozen=True)
class Shown:
    """All that the document tells."""

    incident: Incident
    service: str
    severity: Severity | None
    entries: Sequence[Entry]
    runs: Sequence[tuple[Diagnosis, Sequence[StepOutput]]]
    mitigations: Sequence[MitigationRun]
    follow_ups: Sequence[FollowUp]
    names: Mapping[str, str]
    updates_on_time: str
    until: datetime


def document(templates: Templates, shown: Shown) -> str:
    """Fill in the runbook's template."""
    return filled(templates, "postmortem", _values(shown)).strip() + "\n"


def title(incident: Incident) -> str:
    """Name the file for people."""
    return f"Postmortem of {incident.ref}"


def comment(incident: Incident) -> str:
    """Say what to do with the file."""
    return f"Postmortem of {incident.ref}: {escaped(incident.title)}. Fill in what is marked `[to fill in: …]`."


def _values(shown: Shown) -> dict[str, Any]:
    incident, names = shown.incident, shown.names
    acknowledged = next((entry.at for entry in shown.entries if entry.kind is Kind.ACKNOWLEDGED), None)
    return _facts(incident, names) | {
        "time_to_acknowledge": _after(incident, acknowledged),
        "service": shown.service,
        "meaning": shown.severity.meaning if shown.severity else "",
        "duration": lasted(incident.started_at, shown.until),
        "updates_on_time": shown.updates_on_time,
        "timeline": [_entry(entry, incident, names) for entry in shown.entries],
        "outputs": [_output(run, output) for run, outputs in shown.runs for output in outputs],
        "mitigations": [_mitigation(run, names) for run in shown.mitigations if begun(run)],
        "follow_ups": [
            {"text": _plain(one.text), "owner": _name(one.person, names), "due": one.due_on or ""}
            for one in shown.follow_ups
        ],
    }


def _facts(incident: Incident, names: Mapping[str, str]) -> dict[str, Any]:
    held = {role: _name(incident.holder(role), names) for role in Role}
    return {
        "ref": incident.ref,
        "title": _plain(incident.title),
        "severity": incident.severity,
        "status": str(incident.status),
        "impact": _plain(incident.impact),
        "known": _plain(incident.known),
        "commander": held[Role.COMMANDER],
        "communications": held[Role.COMMUNICATIONS],
        "declared_by": _name(incident.declared_by, names) or "Muster",
        "roles": [{"role": ROLES[role], "person": name} for role, name in held.items() if name],
        "channel": f"#{incident.channel_name}",
        "date": f"{incident.started_at:%Y-%m-%d}",
        "started": _moment(incident.started_at),
        "resolved": _moment(incident.resolved_at) if incident.resolved_at else "",
        "root_cause": _plain(incident.root_cause),
        "fix": _plain(incident.fix),
        "time_to_mitigate": _after(incident, incident.mitigated_at),
        "time_to_resolve": _after(incident, incident.resolved_at),
        "drill": incident.drill,
        "private": incident.private,
    }


def _entry(entry: Entry, incident: Incident, names: Mapping[str, str]) -> dict[str, str]:
    day = "" if entry.at.date() == incident.started_at.date() else f"{entry.at:%Y-%m-%d} "
    text = _named(entry.text, names)
    quoted = f"“{text}”" if entry.kind is Kind.MARKED else text
    return {
        "at": f"{day}{entry.at:%H:%M}",
        "person": _name(entry.person, names),
        "kind": entry.kind.value,
        "text": _plain(quoted),
    }


def _output(run: Diagnosis, output: StepOutput) -> dict[str, str]:
    return {
        "at": _moment(run.started_at),
        "title": output.line if output.step == "typed" else output.title,
        "line": output.line,
        "level": output.level,
        "headline": _plain(output.headline.removeprefix(f"{output.title} is ")),
        "text": cut(output.text, LONGEST),
    }


def _mitigation(run: MitigationRun, names: Mapping[str, str]) -> dict[str, str]:
    return {
        "at": f"{run.started_at:%H:%M}",
        "title": run.title,
        "line": run.line,
        "state": outcome(run),
        "by": _name(run.by, names),
    }


def _moment(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC"


def _after(incident: Incident, at: datetime | None) -> str:
    return lasted(incident.started_at, at) if at else UNKNOWN


def _name(who: str | None, names: Mapping[str, str]) -> str:
    return names.get(who, who) if who else ""


def _named(text: str, names: Mapping[str, str]) -> str:
    return MENTION.sub(lambda found: _name(found[1], names), text)


def _plain(text: str) -> str:
    """Return text on one line that Markdown shows as it was typed; `code` stays code."""
    parts = CODE.split(" ".join(text.split()))
    return "".join(part if CODE.fullmatch(part) else MARKDOWN.sub(r"\\\1", part) for part in parts)
