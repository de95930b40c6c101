"""The pure rules: whose turn it is, how fast, what is filled in, and what a person is told."""

from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.outbox import effects
from bot.outbox.effects import Effect
from bot.outbox.filling import addresses, filled, linked
from bot.outbox.pacing import Pace, back_off
from bot.outbox.queue import Waiting, turn
from bot.outbox.troubles import told
from bot.store.tables import EffectState, Place

NOW = datetime(2026, 11, 21, 3, tzinfo=UTC)
SOON = NOW + timedelta(seconds=10)


FREE = Pace(every=timedelta(0))


def row(number: int, lane: str | None = None, **more) -> Waiting:
    return Waiting(id=number, method=more.pop("method", "chat.postMessage"), lane=lane, **more)


CLAIMED = {"state": EffectState.CLAIMED, "lease_until": SOON}
EXPIRED = {"state": EffectState.CLAIMED, "lease_until": NOW}


@pytest.mark.parametrize(
    ("rows", "known", "ready"),
    [
        ([row(1), row(2)], [], [1, 2]),
        ([row(1, "a"), row(2, "a"), row(3, "b")], [], [1, 3]),
        ([row(1, "a", **CLAIMED), row(2, "a")], [], []),
        ([row(1, "a", **EXPIRED), row(2, "a")], [], [1]),
        ([row(1, "a", not_before=SOON), row(2, "a"), row(3)], [], [3]),
        ([row(1, gives="p"), row(2, needs=["p"])], [], [1]),
        ([row(1, needs=["p"]), row(2, needs=["p", "q"])], ["p", "q"], [1, 2]),
        ([row(1, gives="p"), row(2, "a", incident=1, needs=["p"]), row(3, "a", incident=1)], [], [1]),
        ([row(1, gives="p"), row(2, "a", incident=1, needs=["p"]), row(3, "a", incident=2)], [], [1, 3]),
        ([row(1, gives="p"), row(2, "a", incident=1, needs=["p"]), row(3, "a", incident=1)], ["p"], [1, 2]),
        ([row(1, "a > t"), row(2, "a > t"), row(3, "a > u"), row(4, "a")], [], [4, 1, 3]),
        ([row(1, "a", **CLAIMED), row(2, "a > t"), row(3, "a")], [], [2]),
        ([row(1, "a > t", **CLAIMED), row(2, "a > t"), row(3, "a")], [], [3]),
        ([row(1, "a > t"), row(2, "b"), row(3)], [], [2, 3, 1]),
    ],
)
def test_whose_turn_it_is(rows: list[Waiting], known: list[str], ready: list[int]):
    assert turn(rows, known, NOW, FREE).ready == ready


def test_what_waits_for_something_that_nobody_gives_is_an_orphan():
    rows = [row(1, needs=["gone"], gives="next"), row(2, needs=["next"])]
    assert turn(rows, [], NOW, FREE).orphans == [1]
    assert turn(rows[1:], [], NOW, FREE).orphans == [2]


def test_the_next_look_is_when_the_first_of_them_may_go():
    rows = [row(1, not_before=SOON), row(2, **CLAIMED), row(3, not_before=SOON - timedelta(seconds=5))]
    assert turn(rows, [], NOW, FREE).look_again == SOON - timedelta(seconds=5)
    held = Pace()
    held.hold("chat.postMessage", None, SOON)
    assert turn([row(1)], [], NOW, held).look_again == SOON
    assert turn([], [], NOW, FREE).look_again is None


@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from([1, 2]), st.booleans()), max_size=12))
def test_no_lane_ever_has_two_turns_at_once(some: list[tuple[str, int, bool]]):
    rows = [
        row(number, lane, incident=incident, **(CLAIMED if claimed else {}))
        for number, (lane, incident, claimed) in enumerate(some)
    ]
    lanes = [rows[number].lane for number in turn(rows, [], NOW, FREE).ready]
    assert len(lanes) == len(set(lanes))
    assert not set(lanes) & {one.lane for one in rows[: min([*_claimed(rows), len(rows)])] if one.claimed(NOW)}


def _claimed(rows: list[Waiting]) -> list[int]:
    return [number for number, one in enumerate(rows) if one.claimed(NOW)]


def test_a_channel_takes_a_small_burst_and_then_one_message_a_second():
    pace, now, sent = Pace(burst=3), NOW, []
    for _ in range(6):
        now = max(now, pace.free_at("chat.postMessage", "a", now))
        pace.sent("chat.postMessage", "a", now)
        sent.append((now - NOW).total_seconds())
    assert sent == [0, 0, 0, 1, 2, 3]
    assert pace.free_at("chat.postMessage", "b", NOW) == NOW
    pace.forget(NOW + timedelta(hours=1))
    assert pace.free_at("chat.postMessage", "a", NOW + timedelta(hours=1)) == NOW + timedelta(hours=1)


@pytest.mark.parametrize(
    ("sent", "own", "reply"),
    [
        ([], 0, 0),
        (["a"], 0, 1),
        (["a > t"], 0, 1),
        (["a", "a"], 0, 2),
        (["a", "a > t", "a > u"], 1, 3),
        (["b", "b", "b"], 0, 0),
    ],
)
def test_replies_wait_until_the_channel_has_room_for_its_own_messages(sent: list[str], own: int, reply: int):
    pace = Pace(burst=3, kept=2)
    for lane in sent:
        pace.sent("chat.postMessage", lane, NOW)
    waits = [(pace.free_at("chat.postMessage", lane, NOW) - NOW).total_seconds() for lane in ("a", "a > t")]
    assert waits == [own, reply]


def test_eight_replies_keep_the_channels_next_message_waiting_for_nothing():
    rows, pace, now, at = [row(n, "a > t") for n in range(8)], Pace(), NOW, {}
    for _ in range(40):
        if now == NOW + timedelta(seconds=2):
            rows.append(row(99, "a"))
        found = turn(rows, [], now, pace)
        for number in found.ready:
            pace.sent("chat.postMessage", next(one.lane for one in rows if one.id == number), now)
            at[number] = (now - NOW).total_seconds()
        rows = [one for one in rows if one.id not in found.ready]
        now += timedelta(seconds=0.5)
    assert at[99] == 2
    assert [at[number] for number in range(8)] == [0, 1, 3, 4, 5, 6, 7, 8]


def test_one_look_sends_a_channel_no_more_than_it_takes():
    rows = [row(n, f"a > {n}") for n in range(5)] + [row(9, "a")]
    pace = Pace(burst=3, kept=1)
    assert turn(rows, [], NOW, pace).ready == [9, 0]
    assert pace.free_at("chat.postMessage", "a > 1", NOW) == NOW, "looking counts nothing"


def test_after_retry_after_a_channel_takes_no_burst():
    pace = Pace(burst=3, kept=2)
    pace.hold("chat.postMessage", "a > t", SOON)
    assert pace.free_at("chat.postMessage", "a", NOW) == SOON
    assert pace.free_at("chat.postMessage", "a > t", NOW) == SOON + timedelta(seconds=2)
    pace.sent("chat.postMessage", "a", SOON)
    assert pace.free_at("chat.postMessage", "a", SOON) == SOON + timedelta(seconds=1)


def test_retry_after_holds_a_method_or_for_messages_their_channel():
    pace = Pace()
    pace.hold("pins.add", "a", SOON)
    pace.hold("chat.postMessage", "a", SOON)
    assert pace.free_at("pins.add", "b", NOW) == pace.free_at("chat.postMessage", "a", NOW) == SOON
    assert pace.free_at("chat.postMessage", "b", NOW) == pace.free_at("chat.update", "a", NOW) == NOW
    pace.hold("pins.add", None, NOW)
    assert pace.free_at("pins.add", None, NOW) == SOON


@given(st.integers(1, 10_000), st.integers())
def test_the_wait_grows_and_stays_within_its_limits(attempts: int, seed: int):
    wait = back_off(attempts, Random(seed)).total_seconds()
    assert 0.25 <= wait <= 60
    assert wait <= 0.5 * 2 ** min(attempts - 1, 20)


def test_waits_are_spread():
    assert len({back_off(5, Random(seed)) for seed in range(20)}) == 20


PLACES = {"incident/7/channel": Place(name="incident/7/channel", channel="C7", ts="1.2", permalink="https://x/7")}


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"channel": {"$place": "incident/7/channel", "field": "channel"}}, {"channel": "C7"}),
        ("see <#incident/7/channel>", "see <#C7>"),
        ("<place:incident/7/channel|here>", "<https://x/7|here>"),
        ("see <#incident/9/channel> <place:no|x>", "see <#incident/9/channel> <place:no|x>"),
        ("<@dba@example.com> <@U1>", "<@U0DANA> <@U1>"),
        ("<@ghost@example.com>", "ghost@example.com"),
        ({"n": 1, "t": True, "none": None}, {"n": 1, "t": True, "none": None}),
    ],
)
def test_places_and_addresses_are_filled_in(value: object, expected: object):
    assert filled(value, PLACES, {"dba@example.com": "U0DANA"}) == expected


def test_what_has_to_be_looked_up_is_found_anywhere():
    arguments = {
        "text": "<@a@b.example>",
        "blocks": [{"text": {"text": "<place:p|x> <@c@d.example>"}}, {"text": "<place:q>"}],
    }
    assert addresses(arguments) == {"a@b.example", "c@d.example"}
    assert linked(arguments) == {"p", "q"}


POSTED = [{"type": "section", "text": {"type": "mrkdwn", "text": "in <#incident/7/channel>"}}]


@pytest.mark.parametrize(
    ("effect", "lane", "needs"),
    [
        (effects.create_channel(7, "incident-7"), None, ()),
        (effects.post("k", "#incidents", "Hello"), "#incidents", ()),
        (effects.post("k", "incident/7/channel", "Hello"), "incident/7/channel", ("incident/7/channel",)),
        (effects.post("k", "#incidents", "x", POSTED, incident=7), "#incidents", ("incident/7/channel",)),
        (effects.post("k", "#incidents", "x", POSTED, incident=8), "#incidents", ()),
        (
            effects.post("k", "#incidents", "x", thread="incident/7/announcement"),
            "#incidents > incident/7/announcement",
            ("incident/7/announcement",),
        ),
        (effects.post("k", "C1", "x", thread="1.2"), "C1 > 1.2", ()),
        (effects.post("k", "C1", "x", mentions=["incident/7/card"]), "C1", ("incident/7/card",)),
        (effects.edit("k", "incident/7/card", "x"), "incident/7/card", ("incident/7/card",)),
        (effects.pin("incident/7/card"), None, ("incident/7/card",)),
        (effects.invite("incident/7/channel", ["U1"]), None, ("incident/7/channel",)),
        (effects.upload("k", "incident/7/channel", "a.md", "x"), "incident/7/channel", ("incident/7/channel",)),
        (effects.upload("k", "C1", "a.md", "x", thread="1.2"), "C1 > 1.2", ()),
        (effects.topic("incident/7/channel", "x"), "incident/7/channel/topic", ("incident/7/channel",)),
    ],
)
def test_an_effect_knows_its_lane_and_what_it_waits_for(effect: Effect, lane: str | None, needs: tuple[str, ...]):
    assert (effect.lane, effect.needs) == (lane, needs)


def test_an_effect_of_an_incident_knows_it_by_its_places():
    assert effects.pin("incident/7/card").incident == 7
    assert effects.post("k", "#incidents", "Hello").incident is None


def test_a_topic_is_no_longer_than_slack_allows():
    assert len(effects.topic("C1", "x" * 400).arguments["topic"]) == 250


@pytest.mark.parametrize("error", ["channel_not_found", "is_archived", "something_new"])
def test_what_could_not_be_done_is_told_with_what_to_do_and_a_reference(error: str):
    text = told("chat.postMessage", {"channel": "#incidents"}, error, "abc123")
    assert text.startswith("Muster could not post to #incidents: ")
    assert text.endswith("(reference abc123).")
    announced = told("chat.postMessage", {"channel": "#incidents"}, error, "abc123", announcing=True)
    assert announced.startswith("Muster could not announce this incident in #incidents: ")
