"""`/incident severity SEV-2 [why]`: say how bad it is."""

from collections.abc import Mapping

from slack_bolt.async_app import AsyncApp

from bot.incidents.lifecycle import Incidents
from bot.listening import Answer, Asked, answering_form
from bot.replies import Echo, Screen
from bot.store.tables import Incident
from bot.views import actions, forms
from commands.verb import Verb
from runbooks.model import Runbook

VERB = Verb(
    "severity",
    "severity SEV-2 [why]",
    "says how bad it is",
    "/incident severity SEV-1 Nobody can log in",
    also=("sev",),
)


def register(app: AsyncApp) -> None:
    VERB.on(app, change_severity)
    app.view(actions.SEVERITY_FORM)(answering_form(submit))


async def change_severity(
    asked: Asked, incident: Incident, incidents: Incidents, screen: Screen, runbooks: Mapping[str, Runbook]
) -> Answer:
    if not asked.words and (runbook := runbooks.get(incident.service)):
        ladder = runbook.severities
        await screen.open(forms.severity(str(incident.id), asked.channel, ladder, incident.severity))
        return None
    wanted = asked.words[0] if asked.words else ""
    return await _change(wanted, asked.after(1), asked, incident, incidents)


async def submit(asked: Asked, incident: Incident, incidents: Incidents) -> Answer:
    return await _change(asked.said("severity"), asked.said("why"), asked, incident, incidents)


async def _change(severity: str, why: str, asked: Asked, incident: Incident, incidents: Incidents) -> Answer:
    changed = await incidents.change_severity(incident.id or 0, severity, why=why, by=asked.by)
    return Echo(f"{changed.ref} is now *{changed.severity}*.", changed)
