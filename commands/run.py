"""`/incident run kubectl get pods`: run a command that only reads, and post what it prints."""

from slack_bolt.async_app import AsyncApp

from bot.errors import BadInput
from bot.incidents.diagnoses import Diagnoses
from bot.listening import Answer, Asked
from bot.store.tables import Incident
from commands.verb import Verb
from commands.where import elsewhere

VERB = Verb(
    "run",
    "run LINE",
    "runs a command that only reads, and posts what it prints",
    "/incident run kubectl get pods -n inferadb",
    when="incident",
)


def register(app: AsyncApp) -> None:
    VERB.on(app, run)


async def run(asked: Asked, incident: Incident, diagnoses: Diagnoses) -> Answer:
    await diagnoses.run_line(incident.id or 0, read_line(asked.text), by=asked.by)
    return elsewhere(asked, incident, "the output is")


def read_line(text: str) -> str:
    """Return the line, without the back-ticks people put around code."""
    line = text.strip().strip("`").strip().removeprefix("$ ")
    if not line:
        raise BadInput("Say what to run: `/incident run kubectl get pods`.")
    return line
