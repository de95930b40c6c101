"""Looking at a service from a channel: diagnostics, a typed line, a picture; and the postmortem's document."""

import pytest

from bot.errors import BadInput
from commands.graph import read_window
from commands.run import read_line
from tests.commands.conftest import Human, Office, words_of


async def test_the_runbooks_steps_run_at_once_after_declaring(office: Office, alex: Human) -> None:
    channel = await office.declared()
    assert "Pods" in words_of(await alex.reads("Pods", channel))


async def test_diagnose_from_elsewhere_says_where_the_summary_comes(office: Office, alex: Human) -> None:
    channel = await office.declared()
    await alex.reads("Pods", channel)
    await alex.type("/incident INC-1 diagnose pods")
    assert f"<#{channel}>" in (await alex.told("Diagnosing"))["text"]


async def test_an_unknown_step_names_those_there_are(office: Office, alex: Human) -> None:
    channel = await office.declared()
    await alex.type("/incident diagnose podz", channel)
    await alex.told("Did you mean `pods`?", channel)
    await alex.type("/incident diagnose weather", channel)
    await alex.told("It has `pods`, `error_ratio`", channel)


async def test_a_typed_line_is_run_and_posted_as_it_was_meant(office: Office, alex: Human) -> None:
    channel = await office.declared()
    await alex.type("/incident run kubectl get pods -n inferadb —show-labels", channel)
    await alex.reads("kubectl get pods -n inferadb --show-labels", channel)
    texts = [entry.text for entry in await office.entries()]
    assert "Ran `kubectl get pods -n inferadb --show-labels`" in texts


async def test_a_line_that_changes_something_is_refused_with_what_to_do_instead(office: Office, alex: Human) -> None:
    channel = await office.declared()
    await alex.type("/incident run kubectl delete pod inferadb-1", channel)
    assert "Use `/incident mitigate`" in (await alex.told("That was not run", channel))["text"]


async def test_a_graph_is_uploaded_and_an_unknown_one_named(office: Office, alex: Human) -> None:
    channel = await office.declared()
    await alex.type("/incident graph", channel)
    await alex.told("This service has `error_ratio`", channel)
    await alex.type("/incident graph error_ratio 1x", channel)
    await alex.told("Say how far back", channel)
    await alex.type("/incident graph error_ratio 30m", channel)

    async def uploaded() -> bool:
        return any(one.get("files") for one in await alex.messages(channel))

    assert await alex.until(uploaded)


async def test_the_postmortem_is_shared_in_the_channel(office: Office, alex: Human) -> None:
    channel = await office.declared()
    await alex.type("/incident resolve A bad deploy", channel)
    await alex.press(await alex.reads("Postmortem", channel), "Postmortem", channel)

    async def shared() -> bool:
        return any(one.get("files") for one in await alex.messages(channel))

    assert await alex.until(shared)


@pytest.mark.parametrize("text", ["`kubectl get pods`", "```kubectl get pods```", "$ kubectl get pods"])
def test_a_line_may_come_as_it_was_copied(text: str) -> None:
    assert read_line(text) == "kubectl get pods"


@pytest.mark.parametrize("words", [["1x"], ["0s"], ["90d"]])
def test_a_window_is_from_a_minute_to_a_month(words: list[str]) -> None:
    with pytest.raises(BadInput):
        read_window(words)


def test_nothing_to_run_is_told() -> None:
    with pytest.raises(BadInput):
        read_line(" `` ")
