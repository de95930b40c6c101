"""What Slack is told of a change: the messages that every use case wants, as effects recorded with it."""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any, Protocol
from uuid import uuid4

from bot.incidents.business import Hours
from bot.incidents.escalation import Rung, ladder
from bot.outbox import effects
from bot.store.store import Change
from bot.store.tables import Incident, Kind
from bot.views import announcement, card
from bot.views.filling import filled, values
from bot.views.message import Message
from runbooks.model import Runbook, Severity


class People(Protocol):
    """The names of `people` in muster.yaml."""

    def resolve(self, name: str) -> str | None:
        """Return a user, a user group or an e-mail address."""
        ...


def number(incident: Incident) -> int:
    """Return the number of an incident that is recorded."""
    if incident.id is None:
        raise LookupError("the incident is not recorded yet")
    return incident.id


def critical_place(incident: int) -> str:
    """Name the place of the announcement where bad incidents are announced."""
    return f"{effects.announcement_place(incident)}/critical"


class Telling:
    """Knows runbooks, people and their hours, and where an incident is spoken of."""

    def __init__(self, runbooks: Mapping[str, Runbook], people: People, hours: Hours | None = None) -> None:
        self.runbooks = runbooks
        self.people = people
        self.hours = hours or Hours()

    def runbook(self, incident: Incident) -> Runbook:
        """Return the service's runbook; one that has left the library is replaced by the barest possible."""
        known = self.runbooks.get(incident.service)
        return known or Runbook(service=incident.service, severities=(Severity(key=incident.severity),))

    def severity(self, incident: Incident) -> Severity | None:
        """Return the step of the ladder the incident is on."""
        return self.runbook(incident).severity(incident.severity)

    def ladder(self, incident: Incident) -> list[Rung]:
        """Return whom escalating calls, in order."""
        return ladder(self.runbook(incident), incident.severity, self.people.resolve)

    def invited(self, incident: Incident, *more: str | None) -> list[str]:
        """Return who joins the channel: those named, the runbook's on-call, and whom the severity invites."""
        severity = self.severity(incident)
        names = [self.runbook(incident).on_call, *(severity.invite if severity else ())]
        known = [self.people.resolve(name) for name in names if name]
        return list(dict.fromkeys(one for one in (*more, *known) if one))

    def on_call(self, runbook: Runbook) -> str | None:
        """Return who answers for a service."""
        return self.people.resolve(runbook.on_call) if runbook.on_call else None

    def responsible(self, incident: Incident) -> str | None:
        """Return who speaks for the incident; for a drill that the clock began and nobody has taken, the on-call."""
        holder = incident.communications or incident.commander or incident.declared_by
        return holder or self.on_call(self.runbook(incident))

    def text(self, change: Change, template: str, **more: Any) -> str:
        """Fill in one of the runbook's templates for Slack."""
        incident = change.incident
        runbook = self.runbook(incident)
        known = values(incident, self.severity(incident), runbook.name, change.now)
        return filled(runbook.templates, template, known | more)

    def card(self, change: Change) -> None:
        """Edit the card, and the announcement, to what is true now."""
        incident = change.incident
        place = effects.card_place(number(incident))
        shown = card.card(incident, self.severity(incident), self.runbook(incident).name, change.now)
        change.want(effects.edit(f"{place}/edit", place, shown.text, shown.blocks))

    async def announcement(self, change: Change) -> None:
        """Edit the announcement to what is true now; also the one where bad incidents are announced."""
        incident = change.incident
        if incident.private:
            return
        shown = announcement.announcement(incident, self.text(change, "announcement"))
        places = [effects.announcement_place(number(incident))]
        if await self.severities(change) & self.runbook(incident).channels.critical.keys():
            places.append(critical_place(number(incident)))
        for place in places:
            change.want(effects.edit(f"{place}/edit", place, shown.text, shown.blocks, mentions=_mentions(shown)))

    async def severities(self, change: Change) -> set[str]:
        """Return every severity the incident has had."""
        entries = await change.entries(number(change.incident))
        return {change.incident.severity, *(str(one.detail["from"]) for one in entries if one.kind is Kind.SEVERITY)}

    def topic(self, change: Change) -> None:
        """Set the channel's topic."""
        incident = change.incident
        channel = effects.channel_place(number(incident))
        key = f"{channel}/topic/{uuid4().hex[:12]}"
        change.want(effects.topic(channel, card.topic(incident, self.runbook(incident).name), key=key))

    def say(
        self, change: Change, what: str, said: Message, *, thread: str | None = None, gives: str | None = None
    ) -> None:
        """Post in the incident's channel."""
        self.post(change, what, effects.channel_place(number(change.incident)), said, thread=thread, gives=gives)

    def outside(self, change: Change, what: str, said: Message) -> None:
        """Post in the announcement's thread; of a private incident nothing is told outside."""
        incident = change.incident
        if not incident.private:
            thread = effects.announcement_place(number(incident))
            self.post(change, what, self.runbook(incident).channels.announce, said, thread=thread)

    def announce(self, change: Change, channel: str, gives: str) -> None:
        """Announce the incident in a channel, unless it is private."""
        if change.incident.private or not channel:
            return
        shown = announcement.announcement(change.incident, self.text(change, "announcement"))
        self.post(change, f"announcement/{channel.lstrip('#')}", channel, shown, gives=gives)

    def post(
        self, change: Change, what: str, to: str, said: Message, *, thread: str | None = None, gives: str | None = None
    ) -> None:
        """Post a message that is known by its incident and what it tells."""
        incident = number(change.incident)
        change.want(
            effects.post(
                f"incident/{incident}/{what}/{uuid4().hex[:12]}",
                to,
                said.text,
                said.blocks,
                thread=thread,
                gives=gives,
                incident=incident,
                mentions=_mentions(said),
            )
        )

    def edit(self, change: Change, place: str, said: Message) -> None:
        """Edit a message in place."""
        incident = number(change.incident)
        change.want(effects.edit(f"{place}/edit", place, said.text, said.blocks, incident=incident))

    def invite(self, change: Change, people: Sequence[str]) -> None:
        """Invite people into the incident's channel."""
        if not people:
            return
        channel = effects.channel_place(number(change.incident))
        change.want(effects.invite(channel, people, key=f"{channel}/invite/{uuid4().hex[:12]}"))


def _mentions(said: Message) -> tuple[str, ...]:
    """Return the places that a message's texts link to, so that it waits for them."""
    return tuple(dict.fromkeys(re.findall(r"<place:([^|>]+)", json.dumps([said.text, said.blocks]))))
