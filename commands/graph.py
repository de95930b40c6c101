"""`/incident graph error_ratio 1h`: post a picture of a series."""

from collections.abc import Mapping
from datetime import timedelta

from slack_bolt.async_app import AsyncApp

from bot.errors import BadInput
from bot.incidents.diagnoses import Diagnoses
from bot.listening import Answer, Asked
from bot.store.tables import Incident
from commands.verb import Verb
from commands.where import elsewhere
from runbooks.model import Runbook
from runbooks.parts.durations import duration

VERB = Verb(
    "graph",
    "graph SERIES [1h]",
    "posts a picture of one of the runbook's series",
    "/incident graph error_ratio 1h",
    also=("chart",),
    when="incident",
)


def register(app: AsyncApp) -> None:
    VERB.on(app, graph)


async def graph(asked: Asked, incident: Incident, diagnoses: Diagnoses, runbooks: Mapping[str, Runbook]) -> Answer:
    if not asked.words:
        raise BadInput(which(runbooks.get(incident.service)))
    window = read_window(asked.words[1:])
    await diagnoses.graph(incident.id or 0, asked.words[0], window, by=asked.by)
    return elsewhere(asked, incident, "the picture is")


def read_window(words: list[str]) -> timedelta | None:
    """Read `1h` or `90m`; nothing leaves it to the picture."""
    if not words:
        return None
    try:
        window = duration(words[-1].lower())
    except ValueError:
        raise BadInput("Say how far back as `30m`, `1h` or `1d`: `/incident graph error_ratio 1h`.") from None
    if not timedelta(minutes=1) <= window <= timedelta(days=31):
        raise BadInput("A picture goes back from `1m` to `31d`.")
    return window


def which(runbook: Runbook | None) -> str:
    """Name the series there are."""
    names = [f"`{step.id}`" for step in runbook.diagnostics if step.promql] if runbook else []
    known = f"This service has {', '.join(names)}." if names else "This service's runbook has none (`promql:` steps)."
    return f"Say which series. {known}"
