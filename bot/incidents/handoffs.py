"""Handing an incident over: offered with a summary from the record, accepted by the one it is offered to."""

from collections.abc import Callable, Sequence

from bot.errors import BadInput
from bot.incidents import deadlines
from bot.incidents.checklists import Checklists
from bot.incidents.refusals import HandoffOver, NothingToHandOver, NotYourHandoff
from bot.incidents.roles import give
from bot.incidents.standing import still_open
from bot.incidents.telling import Telling, number
from bot.store.store import By, Change, Store
from bot.store.tables import Handoff, HandoffState, Incident, Kind, Role
from bot.views import handoff as views
from bot.views.message import cut, escaped
from bot.views.people import person

Answerers = Callable[[Handoff], tuple[str, ...]]


class Handoffs:
    """Offering, accepting and declining; who gives, gives every role they hold."""

    def __init__(self, store: Store, telling: Telling, checklists: Checklists) -> None:
        self._store = store
        self._telling = telling
        self._checklists = checklists

    async def offer(self, incident: int, taker: str, note: str = "", *, by: By) -> Incident:
        """Offer one's roles to somebody, with what they need to know. Told: NothingToHandOver, BadInput."""
        async with self._store.changing(incident, by=by) as change:
            await still_open(change)
            giver = by.person or ""
            roles = [role for role in Role if change.incident.holder(role) == giver]
            if taker == giver:
                raise BadInput("You have it already. Choose somebody else to hand it over to.", field="taker")
            if not roles:
                raise NothingToHandOver(ref=change.incident.ref)
            await _withdraw(self._telling, change, [one for one in await _offered(change) if one.giver == giver])
            row = await change.add(
                Handoff(
                    incident=incident,
                    giver=giver,
                    taker=taker,
                    roles=[role.value for role in roles],
                    offered_at=change.now,
                )
            )
            row.summary = await self._summary(change, row, note)
            shown, place = views.offered(change.incident, row), handoff_place(incident, row.id or 0)
            self._telling.invite(change, [taker])
            self._telling.say(change, f"handoff/{row.id}", shown, gives=place)
            change.write(Kind.HANDOFF, f"Handoff offered to {await _name(change, taker)}", detail={"to": taker})
        return change.incident

    async def accept(self, incident: int, handoff: int, *, by: By) -> Incident:
        """Take over what the giver still holds of what was offered. Told: NotYourHandoff, HandoffOver."""
        async with self._store.changing(incident, by=by) as change:
            row = await _answered(change, handoff, by.person, may=lambda row: (row.taker,))
            await still_open(change)
            roles = [role for role in Role if role in row.roles and change.incident.holder(role) == row.giver]
            if not roles:
                raise HandoffOver(ref=change.incident.ref)
            row.state, row.answered_at = HandoffState.ACCEPTED, change.now
            for role in roles:
                give(change, role, row.taker, "handed over", by=row.giver)
            giver = await _name(change, row.giver)
            change.write(Kind.HANDOFF, f"Taken over from {giver}", detail={"from": row.giver})
            if Role.COMMANDER in roles and change.incident.acknowledged_at is None:
                await deadlines.answered(change)
            self._draw(change, row)
            self._telling.say(change, f"handoff/{row.id}/taken", views.taken(change.incident, row, roles))
            self._telling.card(change)
            await self._telling.announcement(change)
        return change.incident

    async def decline(self, incident: int, handoff: int, *, by: By) -> Incident:
        """Say that one cannot take it now; the giver withdraws it so, too. Told: NotYourHandoff, HandoffOver."""
        async with self._store.changing(incident, by=by) as change:
            row = await _answered(change, handoff, by.person, may=lambda row: (row.taker, row.giver))
            mine = by.person == row.taker
            row.state, row.answered_at = HandoffState.DECLINED if mine else HandoffState.EXPIRED, change.now
            change.write(Kind.HANDOFF, "Cannot take it over now" if mine else "Handoff withdrawn")
            self._draw(change, row)
        return change.incident

    async def _summary(self, change: Change, row: Handoff, note: str) -> str:
        id_ = number(change.incident)
        runs, notices = await change.mitigations(id_), await change.notices(id_)
        items = await self._checklists.open_items(change, change.incident)
        steps = views.next_steps(change.incident, items, notices, runs)
        more = views.values(row, await change.entries(id_), runs, steps)
        text = self._telling.text(change, "handoff", **more)
        kept = escaped(cut(note.strip(), 1_000))
        return f"{text}\n*Note:* {kept}" if kept else text

    def _draw(self, change: Change, row: Handoff) -> None:
        place = handoff_place(row.incident, row.id or 0)
        self._telling.edit(change, place, views.offered(change.incident, row))


def handoff_place(incident: int, handoff: int) -> str:
    """Name the place of the message that offers a handoff."""
    return f"incident/{incident}/handoff/{handoff}"


async def expire(telling: Telling, change: Change) -> None:
    """It is over: nobody needs to take it any more."""
    await _withdraw(telling, change, await _offered(change))


async def _offered(change: Change) -> list[Handoff]:
    return [row for row in await change.handoffs(number(change.incident)) if row.state is HandoffState.OFFERED]


async def _withdraw(telling: Telling, change: Change, rows: Sequence[Handoff]) -> None:
    for row in rows:
        row.state, row.answered_at = HandoffState.EXPIRED, change.now
        telling.edit(change, handoff_place(row.incident, row.id or 0), views.offered(change.incident, row))


async def _name(change: Change, who: str) -> str:
    """Name a person as far as they are known: the timeline is plain text."""
    known = (await change.people([who])).get(who)
    return known.name if known and known.name else "somebody else"


async def _answered(change: Change, handoff: int, by: str | None, *, may: Answerers) -> Handoff:
    """Return the handoff that somebody answers, if it is theirs and still open."""
    row = next((one for one in await change.handoffs(number(change.incident)) if one.id == handoff), None)
    if row is None or row.state is not HandoffState.OFFERED:
        raise HandoffOver(ref=change.incident.ref)
    if by not in may(row):
        raise NotYourHandoff(whom=person(row.taker))
    return row
