"""Handing over: a summary from the record, roles that move when the one it is offered to accepts."""

import pytest

from bot.errors import AlreadyResolved, BadInput
from bot.incidents.refusals import HandoffOver, NothingToHandOver, NotYourHandoff
from bot.incidents.values import Resolution, Said
from bot.store.store import By
from bot.store.tables import Person, Role, Status

from .conftest import ALEX, JO, PRIYA, SAM, House
from .responding import responding


async def held(house: House) -> None:
    """Declare an incident in which Alex commands and writes, and something has been done."""
    lists = [{"id": "first", "within": "5m", "items": ["Tell support", {"text": "Look", "by": "1h"}]}]
    house.runbooks["inferadb"] = responding(checklists=lists, severity={"escalate": [], "notices": [{"how": "page"}]})
    await house.declare(severity="SEV-1")
    await house.incidents.acknowledge(1, by=By(ALEX))
    await house.incidents.assign(1, Role.SCRIBE, ALEX, by=By(ALEX))
    await house.incidents.assign(1, Role.COMMUNICATIONS, PRIYA, by=By(ALEX))
    house.clock.turn(minutes=6)
    await house.updates.post(1, Said(status=Status.IDENTIFIED, known="The disk is full"), by=By(ALEX))
    await house.timeline.note(1, "Restarted the balancer", by=By(ALEX))


async def test_the_offer_says_how_it_stands_what_was_done_and_what_is_next(house: House) -> None:
    await held(house)
    await house.handoffs.offer(1, SAM, "The keys are <in> the safe", by=By(ALEX))
    (told,) = await house.said("/handoff/1")
    assert "<@U0SAM>: <@U0ALEX> hands INC-1 over to you (commander and scribe)" in told
    for part in (
        "*Current state:* The disk is full",
        "Status Investigating → Identified",
        "Restarted the balancer",
        "The next update is due at <!date^",
        "Still to be said outside Slack: Page",
        "Tell support (late)",
        "*Note:* The keys are &lt;in&gt; the safe",
        "Accept",
        "Not now",
    ):
        assert part in told
    assert (await house.effects("invite"))[-1].arguments["users"] == [SAM]
    incident = await house.incident()
    assert incident.commander == ALEX


async def test_accepting_moves_the_givers_roles_and_no_other(house: House) -> None:
    async with house.store.changing(by=By(None)) as change:
        await change.know(Person(id=ALEX, name="Alex Rivera", seen_at=change.now))
    await held(house)
    await house.handoffs.offer(1, SAM, by=By(ALEX))
    house.clock.turn(minutes=2)
    incident = await house.handoffs.accept(1, 1, by=By(SAM))
    assert (incident.commander, incident.communications, incident.scribe) == (SAM, PRIYA, SAM)
    told = await house.newest("/handoff/1/edit")
    assert "Accepted by <@U0SAM> after 2m" in told
    assert "Not now" not in told
    assert "<@U0SAM> has taken INC-1 over from <@U0ALEX>: *commander* and *scribe*" in (await house.said("/taken"))[0]
    texts = [entry.text for entry in await house.entries() if entry.kind.value in {"handoff", "role"}]
    assert texts[-3:] == ["Commander handed over", "Scribe handed over", "Taken over from Alex Rivera"]
    assert "*Commander*\n<@U0SAM>" in await house.newest("incident/1/card/edit")


async def test_a_role_that_went_to_somebody_else_meanwhile_stays_there(house: House) -> None:
    await held(house)
    await house.handoffs.offer(1, SAM, by=By(ALEX))
    await house.incidents.assign(1, Role.COMMANDER, JO, by=By(JO))
    incident = await house.handoffs.accept(1, 1, by=By(SAM))
    assert (incident.commander, incident.scribe) == (JO, SAM)


async def test_only_the_one_it_is_offered_to_may_take_it_and_once(house: House) -> None:
    await held(house)
    await house.handoffs.offer(1, SAM, by=By(ALEX))
    for who in (JO, ALEX):
        with pytest.raises(NotYourHandoff, match="offered to <@U0SAM>, so only they can take it"):
            await house.handoffs.accept(1, 1, by=By(who))
    await house.handoffs.accept(1, 1, by=By(SAM))
    for doing in (house.handoffs.accept(1, 1, by=By(SAM)), house.handoffs.decline(1, 1, by=By(SAM))):
        with pytest.raises(HandoffOver, match="no longer open"):
            await doing
    assert (await house.kinds()).count("handoff") == 2


@pytest.mark.parametrize(("who", "says"), [(SAM, "<@U0SAM> cannot take it now"), (ALEX, "No longer offered")])
async def test_it_can_be_declined_or_withdrawn_and_offered_again(house: House, who: str, says: str) -> None:
    await held(house)
    await house.handoffs.offer(1, SAM, by=By(ALEX))
    await house.handoffs.decline(1, 1, by=By(who))
    assert says in await house.newest("/handoff/1/edit")
    with pytest.raises(HandoffOver):
        await house.handoffs.accept(1, 1, by=By(SAM))
    await house.handoffs.offer(1, JO, by=By(ALEX))
    assert (await house.handoffs.accept(1, 2, by=By(JO))).commander == JO


async def test_a_second_offer_takes_the_place_of_the_first(house: House) -> None:
    await held(house)
    await house.handoffs.offer(1, SAM, by=By(ALEX))
    await house.handoffs.offer(1, JO, by=By(ALEX))
    assert "No longer offered" in await house.newest("/handoff/1/edit")
    with pytest.raises(HandoffOver):
        await house.handoffs.accept(1, 1, by=By(SAM))


async def test_who_holds_no_role_has_nothing_to_hand_over(house: House) -> None:
    await held(house)
    with pytest.raises(NothingToHandOver, match="You hold no role in INC-1"):
        await house.handoffs.offer(1, SAM, by=By(JO))
    with pytest.raises(BadInput, match="You have it already"):
        await house.handoffs.offer(1, ALEX, by=By(ALEX))


@pytest.mark.parametrize("how", ["resolve", "cancel"])
async def test_an_offer_ends_with_the_incident(house: House, how: str) -> None:
    await held(house)
    await house.handoffs.offer(1, SAM, by=By(ALEX))
    if how == "resolve":
        await house.incidents.resolve(1, Resolution("x"), by=By(ALEX))
    else:
        await house.incidents.cancel(1, "x", by=By(ALEX))
    assert "No longer offered" in await house.newest("/handoff/1/edit")
    with pytest.raises(HandoffOver):
        await house.handoffs.accept(1, 1, by=By(SAM))


async def test_a_closed_incident_is_not_handed_over(house: House) -> None:
    await held(house)
    await house.incidents.resolve(1, Resolution("x"), by=By(JO))
    with pytest.raises(AlreadyResolved, match="by <@U0JO>"):
        await house.handoffs.offer(1, SAM, by=By(ALEX))


async def test_who_takes_command_over_has_acknowledged(house: House) -> None:
    await house.declare(severity="SEV-3")
    async with house.store.changing(1, by=By(None)) as change:
        change.incident.commander = ALEX
    await house.handoffs.offer(1, SAM, by=By(ALEX))
    assert (await house.handoffs.accept(1, 1, by=By(SAM))).acknowledged_at is not None
    assert "respond" not in await house.due()
