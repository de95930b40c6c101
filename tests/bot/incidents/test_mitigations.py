import asyncio
from datetime import timedelta

import pytest

from bot.errors import AlreadyResolved, BadInput, NoLongerOffered
from bot.incidents.refusals import AlreadyApplying, NoSuchMitigation, NotOffered
from bot.incidents.seen import Seen, moved
from bot.incidents.values import RequestedMitigation, Resolution
from bot.store.store import By
from bot.store.tables import RunState
from bot.views import lists
from runbooks.model import Runbook

from .conftest import ALEX, RUNBOOK, SAM, START, House, Sent, printed, texts_of


async def test_what_would_be_sent_is_shown_before_anything_is(house: House) -> None:
    await house.declare()
    asked = await house.mitigations.request(1, "scale_up", {"replicas": "12"}, by=By(ALEX))
    assert asked.line == "kubectl scale deployment/inferadb --replicas=12 -n inferadb"
    assert asked.sends
    assert house.running.applied == []
    assert await house.kinds() == ["declared"]


@pytest.mark.parametrize(("value", "words"), [("500", "at most 50"), ("many", "a whole number")])
async def test_a_bad_input_is_told_beside_its_field(house: House, value: str, words: str) -> None:
    await house.declare()
    with pytest.raises(BadInput, match=words) as told:
        await house.mitigations.request(1, "scale-up", {"replicas": value}, by=By(ALEX))
    assert told.value.field == "replicas"


async def test_what_the_runbook_does_not_have_or_leaves_to_people_is_not_offered(house: House) -> None:
    await house.declare()
    with pytest.raises(NoSuchMitigation):
        await house.mitigations.request(1, "reboot", {}, by=By(ALEX))
    with pytest.raises(NotOffered, match="Press the red button"):
        await house.mitigations.request(1, "by-hand", {}, by=By(ALEX))
    assert [one.id for one in await house.mitigations.offered(1)] == ["roll-back", "scale-up", "by-hand"]


async def _asked(house: House) -> RequestedMitigation:
    await house.declare()
    return await house.mitigations.request(1, "roll-back", {}, by=By(ALEX))


async def test_applying_follows_the_rollout_by_editing_one_message(house: House) -> None:
    asked = await _asked(house)
    house.clock.turn(minutes=5)
    await house.mitigations.apply(1, "roll-back", asked.token, by=By(SAM))
    await house.mitigations.idle()
    assert house.running.applied == [("roll-back", {})]
    assert len(await house.effects("postMessage", "/mitigation/")) == 1
    told = (await house.said("mitigation/1/edit"))[0]
    assert "done, and the checks are well" in told
    assert "successfully rolled out" in told
    assert "✅ *Error ratio*" in told
    incident = await house.incident()
    assert incident.mitigated_at == START + timedelta(minutes=5)
    assert await house.kinds() == ["declared", "mitigation", "mitigation"]
    assert (await house.entries())[-1].text.endswith("done, and the checks are well (0s)")


async def test_what_mended_it_is_known_at_the_end_unless_somebody_says_it_better(house: House) -> None:
    asked = await _asked(house)
    await house.mitigations.apply(1, "roll-back", asked.token, by=By(SAM))
    await house.mitigations.idle()
    assert (await house.incidents.resolve(1, Resolution("A deploy"), by=By(SAM))).fix == asked.title
    await house.incidents.reopen(1, "Errors are back", by=By(SAM))
    assert (await house.incidents.resolve(1, Resolution("A deploy", "Moved it"), by=By(SAM))).fix == "Moved it"


async def test_a_double_click_applies_once(house: House) -> None:
    asked = await _asked(house)
    clicks = [house.mitigations.apply(1, "roll-back", asked.token, by=By(who)) for who in (ALEX, SAM, ALEX)]
    answers = await asyncio.gather(*clicks, return_exceptions=True)
    await house.mitigations.idle()
    assert sum(isinstance(answer, NoLongerOffered) for answer in answers) == 2
    assert len(house.running.applied) == 1


async def test_what_was_let_go_cannot_be_applied(house: House) -> None:
    asked = await _asked(house)
    await house.mitigations.cancel(1, "roll-back", asked.token, by=By(ALEX))
    with pytest.raises(NoLongerOffered, match="Ask for a new one with `/incident mitigate`"):
        await house.mitigations.apply(1, "roll-back", asked.token, by=By(ALEX))
    assert house.running.applied == []


@pytest.mark.parametrize(("incident", "mitigation"), [(2, "roll-back"), (1, "scale-up")])
async def test_a_token_is_good_for_what_it_was_shown_for(house: House, incident: int, mitigation: str) -> None:
    asked = await _asked(house)
    await house.declare()
    with pytest.raises(NoLongerOffered):
        await house.mitigations.apply(incident, mitigation, asked.token, by=By(ALEX))


async def test_nothing_is_applied_to_a_resolved_incident(house: House) -> None:
    asked = await _asked(house)
    await house.incidents.resolve(1, Resolution("x"), by=By(SAM))
    with pytest.raises(AlreadyResolved):
        await house.mitigations.apply(1, "roll-back", asked.token, by=By(ALEX))


async def test_what_the_cluster_refuses_is_told_in_its_words(house: House) -> None:
    asked = await _asked(house)
    forbidden = 'Error from server (Forbidden): deployments.apps "inferadb" is forbidden'
    house.running.answers["apply"] = printed("x", errors=forbidden, exit_code=1)
    await house.mitigations.apply(1, "roll-back", asked.token, by=By(ALEX))
    await house.mitigations.idle()
    assert f"failed. {forbidden}" in (await house.said("mitigation/1/edit"))[0]
    assert (await house.incident()).mitigated_at is None
    await _state(house, RunState.FAILED)


async def test_a_rollout_that_fails_is_told(house: House) -> None:
    asked = await _asked(house)
    house.running.rollout_fails = 'deployment "inferadb" exceeded its progress deadline'
    await house.mitigations.apply(1, "roll-back", asked.token, by=By(ALEX))
    await house.mitigations.idle()
    assert "exceeded its progress deadline" in (await house.said("mitigation/1/edit"))[0]
    await _state(house, RunState.FAILED)


async def test_checks_that_stay_bad_are_told_and_do_not_count_as_mitigated(house: House) -> None:
    asked = await _asked(house)
    house.running.answers["error_ratio"] = printed("promql", errors="Prometheus is down", exit_code=1)
    await house.mitigations.apply(1, "roll-back", asked.token, by=By(ALEX))
    await house.mitigations.idle()
    assert "the checks still show trouble" in (await house.said("mitigation/1/edit"))[0]
    assert (await house.incident()).mitigated_at is None
    del house.running.answers["error_ratio"]
    await house.diagnoses.begin(1, by=By(ALEX))
    await house.diagnoses.idle()
    assert (await house.incident()).mitigated_at is not None
    assert (await house.incidents.resolve(1, Resolution("A deploy"), by=By(SAM))).fix == ""


async def test_what_a_restart_cut_off_is_told_and_not_sent_again(house: House) -> None:
    asked = await _asked(house)
    house.running.held.clear()
    await house.mitigations.apply(1, "roll-back", asked.token, by=By(ALEX))
    await house.until(lambda: house.said("mitigation/1/edit"))
    await house.mitigations.stop()
    house.clock.turn(minutes=2)
    await asyncio.gather(house.mitigations.sweep(), house.mitigations.sweep())
    assert "interrupted by a restart of Muster. It may have been sent" in (await house.said("mitigation/1/edit"))[0]
    assert len(house.running.applied) == 1
    assert (await house.kinds()).count("mitigation") == 2
    await _state(house, RunState.INTERRUPTED)


async def test_a_fault_of_ours_ends_in_a_sentence_too(house: House) -> None:
    asked = await _asked(house)
    house.running.answers["apply"] = RuntimeError("a fault of ours")
    await house.mitigations.apply(1, "roll-back", asked.token, by=By(ALEX))
    await house.mitigations.idle()
    told = (await house.said("mitigation/1/edit"))[0]
    assert "it may be half done. Press Diagnose, or look by hand" in told
    assert "a fault of ours" not in told


async def _state(house: House, state: RunState) -> None:
    async with house.store.reading() as reading:
        assert [run.state for run in await reading.mitigations(1)] == [state]


async def test_what_is_applied_hits_only_what_the_preview_found(house: House) -> None:
    house.running.uids = {"pod/web-1": "one"}
    asked = await _asked(house)
    await house.mitigations.apply(1, "roll-back", asked.token, by=By(ALEX))
    await house.mitigations.idle()
    assert house.running.hit == [{"pod/web-1": "one"}]


@pytest.mark.parametrize(
    ("uids", "before", "words"),
    [
        ({"pod/web-1": "another"}, "", "pod/web-1 is no longer the same."),
        ({}, "", "pod/web-1 is gone."),
        ({"pod/web-1": "one", "pod/web-2": "two"}, "", "pod/web-2 was not there."),
        ({"pod/web-1": "one"}, "another digest", "changed it since the preview."),
    ],
)
async def test_a_world_that_moved_since_the_preview_is_not_touched(
    house: House, uids: dict[str, str], before: str, words: str
) -> None:
    house.running.uids = {"pod/web-1": "one"}
    asked = await _asked(house)
    house.running.uids, house.running.before = uids, before
    await house.mitigations.apply(1, "roll-back", asked.token, by=By(ALEX))
    await house.mitigations.idle()
    assert house.running.applied == []
    told = await house.newest("mitigation/1/edit")
    assert f"not applied, nothing was sent. {words} Look again first." in told.replace("Somebody or something has ", "")
    assert "Look again…" in told
    await _state(house, RunState.FAILED)


async def test_a_line_that_the_runbook_has_changed_meanwhile_is_not_sent(house: House) -> None:
    asked = await _asked(house)
    other = RUNBOOK["mitigations"][0] | {"run": "kubectl rollout undo deployment/other -n inferadb"}
    house.runbooks["inferadb"] = Runbook.model_validate({**RUNBOOK, "mitigations": [other]})
    await house.mitigations.apply(1, "roll-back", asked.token, by=By(ALEX))
    await house.mitigations.idle()
    assert house.running.applied == []
    assert "has another line for it by now" in await house.newest("mitigation/1/edit")


def test_what_a_diff_takes_away_is_how_things_were_and_what_it_adds_is_not() -> None:
    first = Seen.of(Sent("x", diff="--- web (now)\n+++ web (after)\n+ restartedAt: 03:00\n"))
    later = Seen.of(Sent("x", diff="--- web (now)\n+++ web (after)\n+ restartedAt: 03:01\n"))
    assert moved(first, later) == ""
    assert moved(Seen.read(first.kept()), later) == ""


async def test_what_usually_follows_is_a_button_unless_only_a_person_can_do_it(house: House) -> None:
    first = RUNBOOK["mitigations"][0] | {"then": ["scale-up", "by-hand"]}
    house.runbooks["inferadb"] = Runbook.model_validate(
        {**RUNBOOK, "mitigations": [first, *RUNBOOK["mitigations"][1:]]}
    )
    asked = await _asked(house)
    await house.mitigations.apply(1, "roll-back", asked.token, by=By(ALEX))
    await house.mitigations.idle()
    (row,) = await house.effects("chat.update", "mitigation/1/edit")
    (buttons,) = [block for block in row.arguments["blocks"] if block["type"] == "actions"]
    assert [one["text"]["text"] for one in buttons["elements"]] == ["Post update", "Next: Scale up…"]
    assert "Next, by hand: *Fail over*\n`Press the red button in the console`" in texts_of(row)


async def test_what_was_rehearsed_in_a_drill_is_never_told_as_done(house: House) -> None:
    await house.declare(drill=True)
    await house.incidents.acknowledge(1, by=By(ALEX))
    asked = await house.mitigations.request(1, "roll-back", {}, by=By(ALEX))
    await house.mitigations.apply(1, "roll-back", asked.token, by=By(ALEX))
    await house.handoffs.offer(1, SAM, by=By(ALEX))
    look = await house.incidents.look(1, ALEX)
    listed = lists.run_line(look.mitigations[0])
    handed = await house.newest("/handoff/1")
    document = await house.postmortems.markdown(1)
    written = document.partition("## Mitigations")[2].partition("##")[0].strip()
    assert written == "- 03:00 Roll back: rehearsed"
    assert "Roll back: rehearsed" in handed
    assert "— rehearsed, <@U0ALEX>" in listed
    assert ":mortar_board: *Roll back*: rehearsed. This is a drill" in await house.newest("mitigation/1")


async def test_a_check_that_cannot_be_understood_is_shown_and_the_mitigation_comes_to_its_end(house: House) -> None:
    asked = await _asked(house)
    book = house.runbooks["inferadb"]
    broken = [one.model_copy(update={"bad_when": "no condition" if one.promql else ""}) for one in book.diagnostics]
    house.runbooks["inferadb"] = book.model_copy(update={"diagnostics": tuple(broken)})
    await house.mitigations.apply(1, "roll-back", asked.token, by=By(SAM))
    await house.mitigations.idle()
    assert "*Error ratio*" in await house.newest("mitigation/1/edit")
    async with house.store.reading() as reading:
        assert [run.state for run in await reading.mitigations(1)] == [RunState.DONE]


async def test_of_two_who_apply_the_same_at_once_one_does(house: House) -> None:
    asked = await _asked(house)
    also = await house.mitigations.request(1, "roll-back", {}, by=By(SAM))
    house.running.held.clear()
    await house.mitigations.apply(1, "roll-back", asked.token, by=By(ALEX))
    with pytest.raises(AlreadyApplying, match=f"Roll back has just been sent by <@{ALEX}>, so it was not sent"):
        await house.mitigations.apply(1, "roll-back", also.token, by=By(SAM))
    house.running.held.set()
    await house.mitigations.idle()
    assert house.running.applied == [("roll-back", {})]
    await house.mitigations.apply(1, "roll-back", also.token, by=By(SAM))
