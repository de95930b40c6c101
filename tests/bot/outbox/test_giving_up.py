"""What Slack will not do is given up aloud: in the timeline, in the channel, with a reference that the log carries."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import aiohttp
import pytest
import structlog

from bot.outbox import effects
from bot.outbox.delivery import Outbox
from bot.outbox.slack import Later, Refused, Slack, WrongToken, form, web_client
from bot.store.tables import EffectState, Kind
from tests.bot.outbox.conftest import PATIENCE, Company

CHANNEL = "incident/1/channel"


async def troubles(company: Company) -> list[str]:
    return [entry.text for entry in await company.entries() if entry.kind is Kind.TROUBLE]


def rename(company: Company) -> None:
    company.channel("incidents").name = "elsewhere"


def archive(company: Company) -> None:
    company.channel("incidents").is_archived = True


def hide(company: Company) -> None:
    channel = company.channel("incidents")
    channel.is_private = True
    channel.members.remove("U0MUSTER")


@pytest.mark.parametrize(
    ("happens", "what_to_do"),
    [
        (rename, "it sees no such channel. Create it, or, if it is private, type `/invite @Muster` there"),
        (hide, "it sees no such channel. Create it, or, if it is private, type `/invite @Muster` there"),
        (archive, "that channel is archived. Unarchive it, or name another one under `channels` of the runbook"),
    ],
)
async def test_without_its_announcement_channel_a_declare_is_whole_and_the_declarer_is_told_what_to_do(
    company: Company, happens: Callable[[Company], None], what_to_do: str
):
    happens(company)
    with structlog.testing.capture_logs() as logs:
        await company.declare()
        await company.deliver()
    (trouble,) = await troubles(company)
    assert trouble.startswith(f"Muster could not announce this incident in #incidents: {what_to_do} (reference ")
    assert company.said("incident-1-inferadb") == ["The card", f":warning: <@U0ALEX> {trouble}"]
    assert company.channel("incident-1-inferadb").pins
    (logged,) = [line for line in logs if line["event"] == "an effect is given up"]
    assert logged["reference"] in trouble


async def test_a_public_channel_that_the_bot_was_removed_from_is_joined_again(company: Company):
    company.channel("incidents").members.remove("U0MUSTER")
    await company.declare()
    await company.deliver()
    assert not await troubles(company)
    assert len(company.said("incidents")) == 1


async def test_what_waited_for_it_is_dropped_without_a_second_word(company: Company):
    company.channel("incidents").name = "elsewhere"
    place = effects.announcement_place(1)
    await company.declare(lambda n: effects.post("more", "#incidents", "More", thread=place, incident=n))
    await company.deliver()
    assert len(await troubles(company)) == 1
    (row,) = [row for row in await company.rows() if row.key == "more"]
    assert (row.state, row.error) == (EffectState.GIVEN_UP, "what it waits for was never made")


async def test_without_a_channel_the_declarer_is_told_in_private(company: Company):
    company.workspace.faults.add("conversations.create", "restricted_action")
    await company.declare()
    await company.deliver()
    (trouble,) = await troubles(company)
    assert trouble.startswith("Muster could not make the incident's channel: this workspace does not let Muster")
    (post,) = company.workspace.calls.of("chat.postMessage")
    assert post["arguments"]["channel"] == "U0ALEX"
    assert {row.state for row in await company.rows()} == {EffectState.DONE, EffectState.GIVEN_UP}


async def test_trouble_about_telling_trouble_goes_round_only_once(company: Company):
    await company.declare()
    await company.deliver()
    company.workspace.faults.add("chat.postMessage", "restricted_action", times=9)
    await company.want(effects.post("late", CHANNEL, "Too late"))
    await company.deliver()
    assert len(await troubles(company)) == 2


async def test_blocks_that_slack_refuses_are_said_as_text(company: Company):
    await company.want(effects.post("m", "#incidents", "What is said", [{"type": "nonsense"}]))
    await company.deliver()
    assert company.said("incidents") == ["What is said"]


async def test_an_edit_that_is_too_long_is_cut(company: Company):
    await company.declare(lambda n: effects.edit("edit", "incident/1/card", "x" * 5000))
    await company.deliver()
    assert len(company.said("incident-1-inferadb")[0]) == 3900


async def test_an_effect_that_alone_keeps_failing_is_given_up_in_time(company: Company):
    outbox = company.outbox()
    company.workspace.faults.add("pins.add", 500, times=100)
    await company.declare()
    for _ in range(40):
        await outbox.drain()
        company.skipped += timedelta(minutes=1)
        await company.want(effects.topic("C0INCIDENTS", "something else works"))
    assert [row.key for row in await company.rows() if row.state is EffectState.GIVEN_UP] == ["incident/1/card/pin"]
    (trouble,) = await troubles(company)
    assert trouble.startswith("Muster could not pin a message: Slack answered 500.")


async def test_while_slack_does_nothing_at_all_effects_wait_for_a_day(company: Company):
    outbox = company.outbox()
    company.workspace.faults.add("*", 500, times=10_000)
    await company.want(effects.post("m", "#incidents", "Hello"))
    for _ in range(23):
        await outbox.drain()
        company.skipped += timedelta(hours=1)
    assert await company.undone() == ["m"]
    company.workspace.faults.clear()
    await company.deliver()
    assert company.said("incidents") == ["Hello"]


async def test_after_a_day_of_nothing_it_is_given_up(company: Company):
    outbox = company.outbox()
    company.workspace.faults.add("*", 500, times=10_000)
    await company.want(effects.post("m", "#incidents", "Hello"))
    for _ in range(26):
        await outbox.drain()
        company.skipped += timedelta(hours=1)
    assert [row.state for row in await company.rows()] == [EffectState.GIVEN_UP]


async def test_a_token_that_was_revoked_loses_nothing(company: Company):
    revoked = Outbox(company.store.database, company.slack("xoxb-old"), now=company.now, patience=PATIENCE)
    await company.want(effects.post("m", "#incidents", "Hello"))
    await revoked.drain()
    assert await company.undone() == ["m"]
    company.skipped += timedelta(minutes=1)
    await company.deliver()
    assert company.said("incidents") == ["Hello"]


async def test_a_mistake_of_ours_is_given_up_and_stops_nobody(company: Company):
    nonsense = replace(effects.post("bad", "#incidents", "x"), arguments={"text": "no channel"})
    await company.want(nonsense, effects.post("good", "#incidents", "Hello"))
    with structlog.testing.capture_logs():
        await company.deliver()
    assert company.said("incidents") == ["Hello"]


@pytest.mark.parametrize(
    ("fault", "error", "unclear"),
    [
        (500, Later, True),
        (0, Later, True),
        ("lost", Later, True),
        ("fatal_error", Later, True),
        (429, Later, False),
        ("ratelimited", Later, False),
        ("invalid_auth", WrongToken, False),
        ("channel_not_found", Refused, None),
    ],
)
async def test_every_answer_of_slack_is_one_of_ours(
    company: Company, fault: int | str, error: type[Exception], unclear: bool | None
):
    company.workspace.faults.add("chat.postMessage", fault, retry_after=7)
    with pytest.raises(error) as raised:
        await company.slack().ask("chat.postMessage", channel="C0INCIDENTS", text="Hello")
    assert type(raised.value) is error
    assert getattr(raised.value, "unclear", None) is unclear
    if fault == 429:
        assert raised.value.after == 7


async def test_a_slack_that_nobody_answers_for_was_surely_not_told(company: Company):
    slack = Slack(web_client("xoxb-1", "http://127.0.0.1:1/api/", company.session))
    with pytest.raises(Later, match="cannot be reached") as raised:
        await slack.ask("chat.postMessage")
    assert not raised.value.unclear


def test_arguments_travel_as_slacks_form_wants_them():
    assert form({"a": "x", "b": [1], "c": True, "d": None, "e": {"f": "ü"}, "g": 3}) == {
        "a": "x",
        "b": "[1]",
        "c": "true",
        "e": '{"f": "\\u00fc"}',
        "g": "3",
    }


async def test_the_client_repeats_nothing_and_uses_no_proxy(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:1")
    async with aiohttp.ClientSession() as session:
        client = web_client("xoxb-1", "https://slack.com/api/", session)
    assert (client.retry_handlers, client.proxy) == ([], None)
