"""`/incident diagnose [PHASE or STEPS]`: run the runbook's diagnostics and post what they say."""

from slack_bolt.async_app import AsyncApp

from bot.incidents.diagnoses import Diagnoses
from bot.listening import Answer, Asked
from bot.store.tables import Incident
from bot.views import actions
from commands.verb import Verb, click
from commands.where import elsewhere

VERB = Verb(
    "diagnose",
    "diagnose [assess|investigate|verify|STEP…]",
    "runs the runbook's diagnostics, posts a summary, and each output in its thread",
    "/incident diagnose crash-loops error_ratio",
    also=("diag", "check"),
    when="incident",
)
PHASES = {"assess", "investigate", "verify"}


def register(app: AsyncApp) -> None:
    VERB.on(app, diagnose)
    click(app, actions.DIAGNOSE, diagnose)


async def diagnose(asked: Asked, incident: Incident, diagnoses: Diagnoses) -> Answer:
    await diagnoses.begin(incident.id or 0, steps=read_steps(asked.words), by=asked.by)
    return elsewhere(asked, incident, "Diagnosing: the summary comes")


def read_steps(words: list[str]) -> str | list[str]:
    """Return a phase or steps; nothing means the quick assessment."""
    if not words:
        return "assess"
    if len(words) == 1 and words[0].lower() in PHASES:
        return words[0].lower()
    return [word.strip(",") for word in words]
