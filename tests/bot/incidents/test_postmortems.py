from datetime import timedelta

import pytest

from bot.incidents.refusals import AlreadyWritten
from bot.incidents.values import FollowUpWanted, Resolution, Said
from bot.store.store import By
from bot.store.tables import Person, Status

from .conftest import ALEX, PRIYA, SAM, START, House


async def _whole(house: House) -> None:
    """Play an incident from the declaration to its end."""
    await house.diagnosed("Checkout *errors* above 5%", impact="Payments fail for <1 in 20>")
    house.clock.turn(minutes=2)
    await house.incidents.acknowledge(1, by=By(SAM))
    house.clock.turn(minutes=8)
    asked = await house.mitigations.request(1, "roll-back", {}, by=By(SAM))
    await house.mitigations.apply(1, "roll-back", asked.token, by=By(SAM))
    await house.mitigations.idle()
    await house.updates.post(1, Said(status=Status.MONITORING, known="Rolled back"), by=By(SAM))
    house.clock.turn(minutes=20)
    follow_ups = (FollowUpWanted("Test deploys", PRIYA, "2026-04-01"),)
    await house.incidents.resolve(1, Resolution("A bad deploy", "Rolled back", follow_ups), by=By(SAM))


async def test_the_postmortem_tells_the_times_what_was_run_and_what_is_left_to_do(house: House) -> None:
    await _whole(house)
    text = await house.postmortems.markdown(1)
    assert text.startswith("# Postmortem: Checkout \\*errors\\* above 5%\n")
    for line in (
        "- **Time to acknowledge**: 2m",
        "- **Time to mitigate**: 10m",
        "- **Time to resolve**: 30m",
        "- **Duration**: 30m",
        "A bad deploy",
        "- **Error ratio**:",
        "- 03:10 Roll back: done",
        "- 03:10 Roll back: applying `kubectl rollout undo deployment/inferadb -n inferadb` (U0SAM)",
        "1. [ ] Test deploys (U0PRIYA, 2026-04-01)",
        "- 03:02 Acknowledged after 2m (U0SAM)",
    ):
        assert line in text


async def test_the_same_records_give_the_same_bytes(house: House) -> None:
    await _whole(house)
    first = await house.postmortems.markdown(1)
    house.clock.turn(days=3)
    await house.postmortems.post(1, by=By(SAM))
    assert await house.postmortems.markdown(1) == first


async def test_people_are_named_as_slack_last_named_them(house: House) -> None:
    await _whole(house)
    async with house.store.changing(by=By(None)) as change:
        await change.know(Person(id=SAM, name="Sam Okafor", seen_at=START))
    text = await house.postmortems.markdown(1)
    assert "- **Commander**: Sam Okafor" in text
    assert SAM not in text


async def test_what_nobody_said_is_left_to_fill_in(house: House) -> None:
    await house.declare()
    text = await house.postmortems.markdown(1)
    assert "- **Impact**: [to fill in: impact]" in text
    assert "- **Time to acknowledge**: not recorded" in text
    assert "Nothing was run." in text


async def test_the_postmortem_is_shared_in_the_channel(house: House) -> None:
    await _whole(house)
    await house.postmortems.post(1, by=By(ALEX, key="evt"))
    upload = (await house.effects("files.upload"))[-1]
    assert upload.arguments["filename"] == "postmortem-inc-1.md"
    assert "Fill in what is marked" in upload.arguments["comment"]


async def test_the_next_day_is_said_in_the_timeline(house: House) -> None:
    await house.declare()
    house.clock.turn(days=1)
    await house.timeline.note(1, "Still here", by=By(SAM))
    assert "- 2026-03-07 03:00 Still here (U0SAM)" in await house.postmortems.markdown(1)
    assert (await house.incident()).started_at + timedelta(days=1) == house.clock()


async def test_a_postmortem_asked_for_twice_in_a_moment_is_written_once(house: House) -> None:
    await _whole(house)
    await house.postmortems.post(1, by=By(SAM, "click/1"))
    with pytest.raises(AlreadyWritten, match="was written a moment ago"):
        await house.postmortems.post(1, by=By(SAM, "click/2"))
    house.clock.turn(seconds=20)
    await house.postmortems.post(1, by=By(SAM, "click/3"))
    assert len(await house.effects("files.upload")) == 2
