import asyncio
from base64 import b64decode
from datetime import timedelta

import pytest

from bot.incidents.refusals import (
    AlreadyRunning,
    LineNotRun,
    NoSuchGraph,
    NoSuchStep,
    NothingToDraw,
    NothingToRun,
    NotToBeDone,
)
from bot.incidents.runs import LineRefused
from bot.incidents.sense import sense, suggestions
from bot.store.store import By
from bot.store.tables import RunState, StepOutput
from runbooks.model import Runbook
from runbooks.outputs import Evidence
from runbooks.signs.finding import Finding

from .conftest import ALEX, RUNBOOK, SAM, START, House, printed


async def test_declaring_looks_at_the_service_at_once(house: House) -> None:
    await house.diagnosed()
    summary = await house.newest("diagnosis/1/edit")
    assert "*Quick assessment* · nothing stands out" in summary
    assert "✅ *Pods*" in summary
    assert "☑️ *Call*: Look at the status page of the cloud" in summary
    assert await house.kinds() == ["declared", "diagnostic"]


async def test_there_is_one_summary_and_each_output_is_in_its_thread(house: House) -> None:
    await house.diagnosed()
    posts = await house.effects("postMessage", "/diagnosis/")
    assert [row.gives for row in posts] == ["incident/1/diagnosis/1"]
    outputs = await house.effects("postMessage", "/output/")
    assert len(outputs) == 3
    assert {row.arguments["thread_ts"]["$place"] for row in outputs} == {"incident/1/diagnosis/1"}


async def test_what_a_person_has_to_do_is_ticked_by_them_once(house: House) -> None:
    await house.diagnosed()
    assert "to be done by a person" in (await house.said("output/1/call"))[0]
    house.clock.turn(minutes=3)
    await house.diagnoses.tick(1, 1, "call", by=By(SAM))
    assert f"done by <@{SAM}>" in await house.newest("diagnosis/1/call/edit")
    assert "✅ *Call*" in await house.newest("diagnosis/1/edit")
    last = (await house.entries())[-1]
    assert (last.text, last.person) == ("Done by hand: Call", SAM)
    with pytest.raises(NotToBeDone):
        await house.diagnoses.tick(1, 1, "call", by=By(ALEX))
    with pytest.raises(NotToBeDone):
        await house.diagnoses.tick(1, 1, "pods", by=By(ALEX))


async def test_evidence_is_kept_in_the_thread_and_noted(house: House) -> None:
    saved = Evidence("logs-20260306.txt", "line 1\nline 2\n")
    house.running.answers["pods"] = printed("kubectl logs", "line 1\nline 2\n", saved=saved)
    await house.diagnosed()
    (upload,) = await house.effects("files.upload")
    assert upload.arguments["filename"] == "logs-20260306.txt"
    assert b64decode(upload.arguments["content"]).decode() == saved.text
    assert "Evidence kept: logs-20260306.txt" in [entry.text for entry in await house.entries()]


async def test_a_tool_that_is_not_allowed_here_is_for_a_person(house: House) -> None:
    house.running.answers["pods"] = printed("helm history", manual="helm is not named under tools in muster.yaml.")
    await house.diagnosed()
    shown = (await house.said("output/1/pods"))[0]
    assert "to be done by a person" in shown
    assert "helm is not named" in shown


async def test_a_step_that_is_bad_is_said_in_a_line(house: House) -> None:
    house.running.answers["pods"] = printed("kubectl get pods", errors="the server is not reachable\n", exit_code=1)
    await house.diagnosed()
    summary = await house.newest("diagnosis/1/edit")
    assert "❌ *Pods*: " in summary
    assert "not reachable" in summary
    assert "1 bad" in summary


async def test_a_step_that_hangs_delays_nobody(house: House) -> None:
    slow = asyncio.Event()
    house.running.answers["pods"] = slow
    await house.declare()
    await house.diagnoses.begin(1, by=By(ALEX))
    await house.until(lambda: house.said("output/1/error_ratio"))
    assert "⏳ *Pods*" in await house.newest("diagnosis/1/edit")
    with pytest.raises(AlreadyRunning):
        await house.diagnoses.begin(1, by=By(SAM))
    slow.set()
    await house.diagnoses.idle()
    assert "✅ *Pods*" in await house.newest("diagnosis/1/edit")


async def test_a_fault_in_one_step_leaves_the_others_their_answers(house: House) -> None:
    house.running.answers["pods"] = RuntimeError("a fault of ours")
    await house.diagnosed()
    summary = await house.newest("diagnosis/1/edit")
    assert "❌ *Pods*: Muster could not run this" in summary
    assert "✅ *Error ratio*" in summary
    assert "a fault of ours" not in summary


async def test_a_long_output_is_cut_with_a_note_and_kept_as_a_file(house: House) -> None:
    lines = "".join(f"line {number} of a long log, with <!channel> in it\n" for number in range(500))
    house.running.answers["pods"] = printed("kubectl logs", lines)
    await house.diagnosed()
    shown = (await house.said("output/1/pods"))[0]
    assert "more lines are in the file below" in shown
    assert len(shown) < 4_000
    upload = (await house.effects("files.upload"))[0]
    assert upload.arguments["filename"] == "pods.txt"


async def test_steps_can_be_chosen_by_id(house: House) -> None:
    await house.declare()
    row = await house.diagnoses.begin(1, steps=["error-ratio"], by=By(ALEX))
    await house.diagnoses.idle()
    assert row.steps == ["error_ratio"]
    with pytest.raises(NoSuchStep, match="It has `pods`, `error_ratio`, `call`"):
        await house.diagnoses.begin(1, steps=["nothing"], by=By(ALEX))
    with pytest.raises(NothingToRun):
        await house.diagnoses.begin(1, steps="investigate", by=By(ALEX))


async def test_what_a_dead_process_was_running_is_taken_up_by_one(house: House) -> None:
    await house.declare()
    hold = asyncio.Event()
    house.running.answers["pods"] = hold
    await house.diagnoses.begin(1, by=By(ALEX))
    await house.until(lambda: house.said("output/1/error_ratio"))
    await house.diagnoses.stop()
    del house.running.answers["pods"]
    house.clock.turn(minutes=2)
    await asyncio.gather(house.diagnoses.sweep(), house.diagnoses.sweep())
    await house.diagnoses.idle()
    assert "nothing stands out" in await house.newest("diagnosis/1/edit")
    async with house.store.reading() as reading:
        assert sorted(one.step for one in await reading.outputs(1)) == ["call", "error_ratio", "pods"]


async def test_what_was_cut_off_long_ago_is_told_as_interrupted(house: House) -> None:
    await house.declare()
    house.running.answers["pods"] = asyncio.Event()
    await house.diagnoses.begin(1, by=By(ALEX))
    await house.diagnoses.stop()
    house.clock.turn(minutes=30)
    await house.diagnoses.sweep()
    summary = await house.newest("diagnosis/1/edit")
    assert "interrupted by a restart of Muster" in summary
    assert "Press Diagnose to run it again" in summary
    async with house.store.reading() as reading:
        assert [one.state for one in await reading.diagnoses(1)] == [RunState.INTERRUPTED]


async def test_what_another_replica_is_running_is_left_alone(house: House) -> None:
    await house.declare()
    house.running.answers["pods"] = asyncio.Event()
    await house.diagnoses.begin(1, by=By(ALEX))
    house.clock.turn(seconds=30)
    await house.diagnoses.sweep()
    async with house.store.reading() as reading:
        assert [one.state for one in await reading.diagnoses(1)] == [RunState.RUNNING]


async def test_a_typed_line_is_run_shown_and_written_down(house: House) -> None:
    await house.declare()
    await house.diagnoses.run_line(1, "kubectl get pods -n inferadb", by=By(SAM))
    shown = (await house.said("/output/"))[0]
    assert "inferadb-1   1/1" in shown
    last = (await house.entries())[-1]
    assert (last.text, last.person) == ("Ran `kubectl get pods -n inferadb`", SAM)


async def test_a_line_that_is_refused_says_what_to_do_instead(house: House) -> None:
    await house.declare()
    house.running.refused = LineRefused("`kubectl delete` changes the cluster.", "Use `/incident mitigate`.")
    with pytest.raises(LineNotRun, match=r"changes the cluster\. Use `/incident mitigate`"):
        await house.diagnoses.run_line(1, "kubectl delete pod x", by=By(SAM))
    assert await house.kinds() == ["declared"]


async def test_a_graph_is_a_picture_in_the_channel(house: House) -> None:
    await house.declare()
    house.clock.turn(minutes=30)
    house.running.points = [(START + timedelta(minutes=minute), 0.01 * minute) for minute in range(30)]
    await house.diagnoses.graph(1, "error-ratio", timedelta(hours=1), by=By(SAM))
    upload = (await house.effects("files.upload"))[0]
    assert upload.arguments["filename"] == "error_ratio.png"
    assert upload.arguments["content"].startswith("iVBO")
    assert (await house.entries())[-1].text == "Graph of Error ratio, the last 1h"


async def test_a_graph_that_cannot_be_says_why(house: House) -> None:
    await house.declare()
    with pytest.raises(NoSuchGraph, match="It has `error_ratio`"):
        await house.diagnoses.graph(1, "pods", by=By(SAM))
    with pytest.raises(NothingToDraw, match="Try a longer one"):
        await house.diagnoses.graph(1, "error_ratio", by=By(SAM))


def test_an_input_that_the_runbook_has_renamed_since_is_not_shown() -> None:
    inputs = {"scale-up": {"count": 4, "replicas": 5}}
    found = Finding("bad", "pod/web-1", "It is short of pods", ("scale-up",), inputs)
    output = StepOutput(diagnosis=1, step="pods", title="Pods", findings=[found.kept()])
    book = Runbook.model_validate(RUNBOOK)
    (one,) = suggestions(book, sense(book, [output]))
    assert one.values == "replicas: 5"
