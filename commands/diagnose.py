"""`/incident diagnose [PHASE, SCENARIO or STEPS]`: run the runbook's diagnostics and post what they say."""

from slack_bolt.async_app import AsyncApp

from bot.incidents.diagnoses import Diagnoses
from bot.listening import Answer, Asked
from bot.store.tables import Incident
from bot.views import actions
from commands.verb import Verb, click
from commands.where import elsewhere

VERB = Verb(
    "diagnose",
    "diagnose [assess|investigate|verify|SCENARIO|STEP…]",
    "runs the runbook's diagnostics and posts what they mean, outputs in the thread",
    "/incident diagnose crash-loops error_ratio",
    also=("diag", "check"),
    when="incident",
)


def register(app: AsyncApp) -> None:
    VERB.on(app, diagnose)
    click(app, actions.DIAGNOSE, diagnose)
    click(app, actions.STEP_DONE, tick)


async def diagnose(asked: Asked, incident: Incident, diagnoses: Diagnoses) -> Answer:
    await diagnoses.begin(incident.id or 0, steps=asked.text or "assess", by=asked.by)
    return elsewhere(asked, incident, "Diagnosing: the summary comes")


async def tick(asked: Asked, incident: Incident, diagnoses: Diagnoses) -> Answer:
    """Somebody has done by hand what Muster does not run."""
    _, diagnosis, step = asked.parts
    done = await diagnoses.tick(incident.id or 0, int(diagnosis), step, by=asked.by)
    return elsewhere(asked, incident, f"{done.title} is ticked")
