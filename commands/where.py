"""Where an answer is seen: in the incident's channel what is posted there says enough."""

from bot.asked import Asked
from bot.store.tables import Incident


def elsewhere(asked: Asked, incident: Incident, what: str) -> str | None:
    """Say where something appears, to a person who is not in that channel."""
    if asked.channel == incident.channel:
        return None
    where = f"in <#{incident.channel}>" if incident.channel else "in its channel, as soon as Slack has made it"
    return f"{incident.ref}: {what} {where}."
