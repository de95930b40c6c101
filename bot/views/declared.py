"""What the declarer is told: where the incident is, or what to do by hand when nothing could be recorded."""

from bot.incidents.naming import channel_name
from bot.store.tables import Incident
from bot.views.message import Message, cut, escaped, message
from bot.views.people import person
from runbooks.model import Runbook


def there(incident: Incident, *, on_call: bool) -> Message:
    """Say where it is, and whether whoever is on call comes, too."""
    invited = "You and the on-call are invited" if on_call else "You are invited; nobody is named as on call"
    drill = " It is a drill." if incident.drill else ""
    return message(f"{incident.ref} is declared: <#{incident.channel}>.{drill} {invited}.")


def on_its_way(incident: Incident) -> Message:
    """Say that Slack has not made the channel yet."""
    return message(
        f"{incident.ref} is declared. Slack has not made its channel #{incident.channel_name} yet; Muster keeps "
        f"trying, and `/incident {incident.ref}` shows how it stands."
    )


def by_hand(title: str, service: str, runbook: Runbook | None, on_call: str | None) -> str:
    """Say what to do while Muster cannot record anything."""
    pattern = runbook.channels.name.replace("-{id}", "").replace("{id}", "") if runbook else ""
    name = channel_name(pattern or "incident-{service}-{title}", 0, service=service, title=title)
    name = name.replace("incident-0-", "incident-", 1)
    whom = person(on_call, nobody="your on-call") if on_call else (runbook.on_call if runbook else "") or "your on-call"
    where = runbook.channels.announce if runbook else "#incidents"
    links = " · ".join(f"<{link.url}|{escaped(cut(link.title, 60))}>" for link in runbook.links[:3]) if runbook else ""
    return cut(
        "Muster's database does not answer, so *nothing was declared*. Do it by hand: "
        f"create the channel `#{name}`, call {whom} into it, and tell {escaped(where)}."
        + (f" Runbook and dashboards: {links}." if links else "")
        + " Once Muster answers again, declare it then, and note what happened with its time.",
        1_500,
    )
