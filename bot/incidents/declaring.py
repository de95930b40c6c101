"""Declaring: from what a person says to a recorded incident, and all that Slack is told of it."""

from collections.abc import Collection, Mapping, Sequence

from bot.errors import BadInput
from bot.incidents import cadence, deadlines
from bot.incidents.naming import channel_name, clean_title
from bot.incidents.refusals import NoSuchService, NoSuchSeverity
from bot.incidents.roles import give
from bot.incidents.telling import Telling, critical_place, number
from bot.incidents.values import Declaration
from bot.outbox import effects
from bot.store.store import Change
from bot.store.tables import Incident, Kind, Link, Role
from bot.views import announcement, card, drill
from runbooks.model import Runbook, Severity

LONGEST_IMPACT = 3_000


def chosen(telling: Telling, declaration: Declaration) -> tuple[Runbook, Severity]:
    """Return the runbook and the step of its ladder that a declaration names."""
    runbook = telling.runbooks.get(declaration.service.strip().lower())
    if runbook is None:
        raise NoSuchService(service=declaration.service, services=", ".join(sorted(telling.runbooks)) or "none yet")
    severity = runbook.severity(declaration.severity)
    if severity is None:
        raise NoSuchSeverity(
            service=runbook.name, severity=declaration.severity, ladder=", ".join(one.key for one in runbook.severities)
        )
    return runbook, severity


async def record(
    change: Change, declaration: Declaration, chosen: tuple[Runbook, Severity], roles: Mapping[Role, str], by: str
) -> Incident:
    """Record the incident with its roles and its promise of an update, and write the first lines of its timeline."""
    runbook, severity = chosen
    title, was_cut = clean_title(declaration.title)
    if not title:
        raise BadInput("An incident needs a title. Say what is broken, in a few words.", field="title")
    plan = cadence.after_update(change.now, severity.update, severity.first_update)
    incident = await change.add(
        Incident(
            title=title,
            service=runbook.service,
            severity=severity.key,
            impact=declaration.impact.strip()[:LONGEST_IMPACT],
            private=declaration.private,
            drill=declaration.drill,
            declared_by=by,
            source_link=declaration.source_link,
            started_at=change.now,
        )
    )
    incident.channel_name = _channel_name(incident, runbook)
    deadlines.promise(change, plan)
    whole = {"title": declaration.title} if was_cut else {}
    change.write(Kind.DECLARED, f"Declared {severity.key} for {runbook.name}: {title}", detail=whole)
    for role, person in roles.items():
        give(change, role, person, "by the runbook", by=None)
    return incident


def _channel_name(incident: Incident, runbook: Runbook) -> str:
    return channel_name(
        runbook.channels.name,
        number(incident),
        service=incident.service,
        title=incident.title,
        severity=incident.severity,
        began=incident.started_at,
    )


def tell(telling: Telling, change: Change, declaration: Declaration) -> None:
    """Want the channel; then people and card side by side; then what decorates and announces it."""
    incident = change.incident
    runbook = telling.runbook(incident)
    channel, place = effects.channel_place(number(incident)), effects.card_place(number(incident))
    holders = [incident.holder(role) for role in Role]
    shown = card.card(incident, telling.severity(incident), runbook.name, change.now)
    change.want(
        effects.create_channel(number(incident), incident.channel_name, incident.private),
        effects.invite(channel, telling.invited(incident, incident.declared_by, *holders), incident=incident.id),
        effects.post(place, channel, shown.text, shown.blocks, gives=place, incident=incident.id),
        effects.pin(place, incident=incident.id),
        effects.topic(channel, card.topic(incident, runbook.name), incident=incident.id),
        *(effects.bookmark(channel, link.title, link.url, link.emoji, incident=incident.id) for link in runbook.links),
    )
    telling.announce(change, runbook.channels.announce, effects.announcement_place(number(incident)))
    announce_critical(telling, change, heard=set())
    if declaration.quote or declaration.source_link:
        telling.say(change, "quote", announcement.quoted(declaration.quote, declaration.source_link))
    if exercise := next((one for one in runbook.drills if one.id == declaration.exercise), None):
        telling.say(change, "exercise", drill.brief(exercise))
    if clean_title(declaration.title)[1]:
        telling.say(change, "title", announcement.whole_title(declaration.title))


def announce_critical(telling: Telling, change: Change, heard: Collection[str]) -> None:
    """Announce in the channel that hears of so bad an incident, unless it has `heard` of it at another severity."""
    critical = telling.runbook(change.incident).channels.critical
    channel = critical.get(change.incident.severity)
    if channel and channel not in {critical.get(severity) for severity in heard}:
        telling.announce(change, channel, critical_place(number(change.incident)))


async def link(telling: Telling, change: Change, others: Sequence[Incident]) -> None:
    """Link the incident with other open ones of its service; they hear of it unless it is private or a drill."""
    incident = change.incident
    for other in others:
        await change.add(Link(first=min(number(other), number(incident)), second=max(number(other), number(incident))))
    if not others:
        return
    telling.say(change, "links", announcement.linked(incident, others))
    change.write(Kind.LINKED, "Linked with " + ", ".join(one.ref for one in others))
    if incident.private or incident.drill:
        return
    for other in others:
        said = announcement.joined(other, incident)
        telling.post(change, f"joined/{other.id}", effects.channel_place(number(other)), said)
