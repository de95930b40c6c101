"""Every message of an incident, held against Slack's limits."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.incidents.values import RequestedMitigation
from bot.store.tables import FollowUp, Incident, MitigationRun, Role, RunState, Status
from bot.views import actions, announcement, card, deadline, diagnosis, mitigation, people, resolution, update
from bot.views import output as printing
from bot.views.filling import ending, filled, values
from bot.views.message import CODE, Message, code, cut, escaped, pieces, when, with_code
from bot.views.signs import LEVELS
from runbooks.model import Mitigation, Severity, Templates
from sandbox.slack.checking import check_message

START = datetime(2026, 3, 6, 3, 0, tzinfo=UTC)
SEVERITY = Severity(key="SEV-2", meaning="Many users suffer")
NASTY = ["x" * 5_000, "🔥🔥🔥", "<!channel> *bold* _it_ ~no~ `code` <@U0ALEX>", "&<>" * 2_000, "a\n" * 500]


def incident(text: str = "Checkout fails", **more: Any) -> Incident:
    given: dict[str, Any] = {
        "id": 7,
        "title": text,
        "service": "inferadb",
        "severity": "SEV-2",
        "impact": text,
        "known": text,
        "declared_by": "U0ALEX",
        "commander": "U0SAM",
        "started_at": START,
        "next_update_at": START + timedelta(minutes=30),
        "root_cause": text,
        "fix": text,
    }
    return Incident(**(given | more))


def every_message(text: str) -> Iterator[Message]:
    """Make every message with that text in all its places."""
    one = incident(text)
    told = values(one, SEVERITY, text[:60], START) | ending(one, [FollowUp(incident=7, text=text)])
    for status in Status:
        yield card.card(incident(text, status=status, drill=True, private=True), SEVERITY, text)
    yield announcement.announcement(one, filled(Templates(), "announcement", told))
    yield announcement.severity_changed(one, "SEV-3", text, "U0SAM")
    yield announcement.linked(one, [one] * 30)
    yield announcement.joined(one, one)
    yield announcement.quoted(text, "https://x.slack.com/p1")
    yield announcement.whole_title(text)
    yield update.posted(one, filled(Templates(), "update", told), "U0SAM")
    yield update.posted(one, filled(Templates(), "automatic_update", told), None)
    yield update.reminder(one, START, "U0SAM")
    yield resolution.resolution(one, filled(Templates(), "resolution", told), "U0SAM", "4 of 5")
    yield resolution.outside(one, filled(Templates(), "resolution", told))
    yield resolution.reopened(one, text, "U0SAM")
    yield resolution.cancelled(one, text, None)
    yield people.role_taken(one, Role.COMMANDER, "U0ALEX")
    yield people.acknowledged(one, "U0SAM", "2m")
    yield people.called(
        filled(Templates(), "escalation", told), [people.Reached(text, text, text, mentioned=False)] * 12, level=text
    )
    yield deadline.unanswered(one, SEVERITY.respond_within, "U0SAM")
    yield people.nobody_left(one)
    steps = [diagnosis.Step(text, level, text) for level in LEVELS] * 12
    yield diagnosis.summary(
        one,
        diagnosis.Summary(
            text[:80], None, steps, RunState.DONE,
            findings=[diagnosis.Told("bad", text)] * 9,
            scenario=diagnosis.Matched("x", text, [text] * 9, ["a"], [text] * 9, [text] * 9, [text], "", chosen=False),
            severity=diagnosis.Worse("SEV-1", text, "SEV-2"),
            suggestions=[_suggested(text)] * 9,
        ),
    )  # fmt: skip
    yield diagnosis.now_worse(one, diagnosis.Worse("SEV-1", text, "SEV-2"))
    yield printing.by_hand(one, text, text, text, "1/step")
    yield printing.output(text, text, text * 10, [text], "✅")
    asked = RequestedMitigation(7, "roll-back", text, text, "high", text, [text] * 9, "token", text, [text] * 9)
    yield mitigation.confirmation(asked)
    run = MitigationRun(
        incident=7, mitigation="x", title=text, line=text, by="U0SAM", token="t", state=RunState.RUNNING,
        started_at=one.started_at, progress="\n".join([text] * 99),
    )  # fmt: skip
    by_hand = [Mitigation(id="restart", title=text[:100], manual=text[:4_000])]
    buttons = [mitigation.Button(text, "restart"), mitigation.Button("Post update")]
    yield mitigation.progress(one, mitigation.Progress(run, steps[:20], text, buttons, by_hand))


def _suggested(text: str) -> diagnosis.Suggestion:
    return diagnosis.Suggestion("roll-back", text, text, text)


@pytest.mark.parametrize("text", NASTY)
def test_every_message_keeps_within_slacks_limits(text: str) -> None:
    for shown in every_message(text):
        check_message(shown.blocks)
        assert 0 < len(shown.text.strip()) <= 4_000


@given(text=st.text(min_size=1, max_size=300))
def test_any_text_makes_a_card_that_slack_takes(text: str) -> None:
    shown = card.card(incident(text), SEVERITY, text)
    check_message(shown.blocks)


@pytest.mark.parametrize("text", NASTY)
def test_nothing_that_was_typed_calls_anybody_or_is_set_bold(text: str) -> None:
    for shown in every_message(text):
        for said in _mrkdwn(shown):
            assert "<!channel>" not in said
            assert "*bold*" not in CODE.sub("", said), "in code, which is copied as it stands, nothing is bold"
            assert "<@U0ALEX>" not in said.replace("by <@U0ALEX>", "")


def _mrkdwn(value: Any) -> Iterator[str]:
    if isinstance(value, Message):
        yield value.text
        yield from _mrkdwn(value.blocks)
    elif isinstance(value, dict):
        if value.get("type") == "mrkdwn":
            yield value["text"]
        yield from (said for part in value.values() for said in _mrkdwn(part))
    elif isinstance(value, list):
        yield from (said for part in value for said in _mrkdwn(part))


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("*bold*", "∗bold∗"),
        ("error_ratio is 2 * 3", "error_ratio is 2 * 3"),
        ("<!here> & co", "&lt;!here&gt; &amp; co"),
        ("_it_ ~no~ `x`", "＿it＿ ∼no∼ ˋxˋ"),
    ],
)
def test_text_is_shown_as_it_was_typed(typed: str, shown: str) -> None:
    assert escaped(typed) == shown


def test_a_line_is_shown_as_code_that_can_be_copied() -> None:
    line = "kubectl logs x -n y | grep -E '_err_|*' && echo `date`"
    assert code(line) == "`kubectl logs x -n y | grep -E '_err_|*' &amp;&amp; echo ˋdateˋ`"
    assert with_code("*Ran* `ls *.log` and `<!here>`\nsaid `no") == "∗Ran∗ `ls *.log` and `&lt;!here&gt;`\nsaid ˋno"


@pytest.mark.parametrize(("text", "limit", "short"), [("abc", 3, "abc"), ("abcd", 3, "ab…"), ("ab cd", 4, "ab…")])
def test_a_cut_text_says_that_it_was_cut(text: str, limit: int, short: str) -> None:
    assert cut(text, limit) == short


def test_a_time_is_shown_in_each_readers_zone() -> None:
    assert when(START) == f"<!date^{int(START.timestamp())}^{{time}}|03:00 UTC>"


def test_the_card_carries_the_six_buttons_labelled_exactly() -> None:
    shown = card.card(incident(), SEVERITY, "InferaDB")
    buttons = [one for block in shown.blocks if block["type"] == "actions" for one in block["elements"]]
    assert [one["text"]["text"] for one in buttons] == [
        "Acknowledge",
        "Post update",
        "Diagnose",
        "Mitigate",
        "Escalate",
        "Resolve",
    ]
    assert {one["value"] for one in buttons} == {"7"}


def test_the_card_fits_on_a_phone_and_says_all_that_matters() -> None:
    shown = card.card(incident("x" * 150), SEVERITY, "InferaDB")
    assert len(shown.blocks) <= 7
    said = str(shown.blocks)
    for word in ("Severity", "Status", "Service", "Impact", "Commander", "Started", "Next update due", "<!date^"):
        assert word in said


def test_a_closed_card_offers_what_comes_after() -> None:
    labels = {
        status: [one["text"]["text"] for block in card.card(incident(status=status), None, "x").blocks
                 if block["type"] == "actions" for one in block["elements"]]
        for status in (Status.RESOLVED, Status.CANCELLED)
    }  # fmt: skip
    assert labels == {Status.RESOLVED: ["Postmortem", "Reopen"], Status.CANCELLED: ["Reopen"]}


def test_the_commander_is_chosen_on_the_card() -> None:
    block = card.card(incident(), SEVERITY, "x").blocks[-1]
    assert block["block_id"] == actions.role_block(7)
    assert block["accessory"]["initial_user"] == "U0SAM"
    without = card.card(incident(commander="dba@example.com"), SEVERITY, "x").blocks[-1]
    assert "initial_user" not in without["accessory"]


def test_a_topic_is_at_most_what_slack_takes() -> None:
    assert len(card.topic(incident("x" * 500, drill=True), "InferaDB")) == 250


@pytest.mark.parametrize(
    ("who", "shown"),
    [
        (None, "nobody yet"),
        ("U0ALEX", "<@U0ALEX>"),
        ("S0ONCALL", "<!subteam^S0ONCALL>"),
        ("dba@example.com", "dba@example.com"),
        ("Sam <x>", "Sam &lt;x&gt;"),
    ],
)
def test_people_groups_and_addresses_are_named(who: str | None, shown: str) -> None:
    assert people.person(who) == shown


def test_a_broken_template_gives_way_to_musters_own() -> None:
    templates = Templates(update="{{ impact.nothing() }}")
    assert "*What we know:*" in filled(templates, "update", values(incident(), None, "x", START))


def test_a_reminder_can_be_answered_by_three_buttons() -> None:
    shown = update.reminder(incident(), START, "U0SAM")
    buttons = [one["text"]["text"] for block in shown.blocks if block["type"] == "actions" for one in block["elements"]]
    assert buttons == ["Post update", "No change", "Snooze"]


@pytest.mark.parametrize(("remind", "words"), [(START, "remind you again at"), (None, "too soon to remind you again")])
def test_snoozing_is_answered(remind: datetime | None, words: str) -> None:
    assert words in update.snoozed(incident(), remind).text


def test_a_recent_rollout_is_called_out_and_a_mitigation_suggested() -> None:
    what = diagnosis.Summary(
        "Quick assessment", None, [diagnosis.Step("Rollout", "warning", "3 min ago")], RunState.DONE,
        findings=[diagnosis.Told("warning", "Revision 5 was rolled out 3 min ago", recent=True)],
        suggestions=[diagnosis.Suggestion("roll-back", "Roll back", "Back to revision 4")],
    )  # fmt: skip
    shown = diagnosis.summary(incident(), what)
    assert ":rocket: *Revision 5 was rolled out 3 min ago*" in str(shown.blocks)
    button = next(block["accessory"] for block in shown.blocks if "accessory" in block)
    assert (button["action_id"], button["value"]) == (actions.MITIGATION_CHOOSE, "7/roll-back")


def summary_of(state: RunState) -> str:
    rollout = "inferadb was rolled out 14s ago"
    steps = [
        diagnosis.Step("Events", "ok", "20 lines"),
        diagnosis.Step("Rollouts", "warning", rollout, told=True),
        diagnosis.Step("Error ratio", "bad", "Error ratio is 33 % (bad when > 1 %)"),
    ]
    found = [diagnosis.Told("warning", rollout, recent=True)]
    shown = diagnosis.summary(incident(), diagnosis.Summary("Quick assessment", None, steps, state, found))
    return "\n".join(block["text"]["text"] for block in shown.blocks if "text" in block)


def test_when_all_is_known_the_worst_stands_on_top_and_nothing_is_said_twice() -> None:
    assert summary_of(RunState.DONE).splitlines() == [
        "*Quick assessment* · 1 bad, 1 to look at",
        ":rocket: *inferadb was rolled out 14s ago*",
        "❌ *Error ratio*: 33 % (bad when &gt; 1 %)",
        "⚠️ *Rollouts*: see above",
        "✅ *Events*: 20 lines",
    ]


def test_while_steps_run_no_line_changes_its_place() -> None:
    said = summary_of(RunState.RUNNING)
    assert said.index("Events") < said.index("Rollouts") < said.index("Error ratio")


def test_the_first_suggestion_is_the_green_one() -> None:
    offered = [diagnosis.Suggestion("roll-back", "Roll back"), diagnosis.Suggestion("restart", "Restart")]
    what = diagnosis.Summary("Quick assessment", None, [], RunState.DONE, suggestions=offered)
    buttons = [block["accessory"] for block in diagnosis.summary(incident(), what).blocks if "accessory" in block]
    assert [one.get("style") for one in buttons] == ["primary", None]


def test_the_card_shows_the_severitys_colour() -> None:
    red = Severity(key="SEV-1", meaning="Nobody can pay", emoji=":red_circle:")
    assert "*Severity*\n:red_circle: SEV-2" in str(card.card(incident(), red, "x").blocks).replace("\\n", "\n")


@pytest.mark.parametrize(("text", "times"), [("Words", 1), ("In <#incident/7/channel>", 1)])
def test_an_announcement_leads_to_the_channel_once(text: str, times: int) -> None:
    assert str(announcement.announcement(incident(), text).blocks).count("<#incident/7/channel>") == times


def test_an_output_is_shown_as_it_was_printed() -> None:
    shown = printing.output("Pods", "kubectl  get pods", "NAME   READY\n<x>    *1*\n", [])
    block = next(block for block in shown.blocks if block["type"] == "rich_text")
    assert block["elements"][0]["elements"][0]["text"] == "NAME   READY\n<x>    *1*"


def test_an_empty_output_says_so() -> None:
    assert "It printed nothing" in str(printing.output("Pods", "kubectl get pods", " \n", []).blocks)


def test_a_single_endless_line_is_cut() -> None:
    shown, left_out = printing.shortened("x" * 10_000)
    assert (len(shown), left_out) == (printing.SHOWN, 1)


@pytest.mark.parametrize(("diff", "shown"), [("", True), ("-replicas: 6\n+replicas: 10", False)])
def test_a_preview_shows_the_whole_request_only_where_no_diff_says_what_it_does(diff: str, shown: bool) -> None:
    asked = RequestedMitigation(7, "x", "X", "", "low", "kubectl …", ["PATCH /apis/x", "spec: {}"], "token", diff)
    words = str(mitigation.confirmation(asked).blocks)
    assert "PATCH /apis/x" in words
    assert ("spec: {}" in words) is shown


@pytest.mark.parametrize(
    ("text", "limit", "short"),
    [
        (escaped("a & b"), 6, "a…"),
        (escaped("a & b"), 8, "a &amp;…"),
        ("called by <@U0ALEX> today", 16, "called by…"),
        ("see <https://x.example|the page> now", 30, "see…"),
        ("x < y and z", 8, "x < y a…"),
    ],
)
def test_nothing_that_stands_for_one_thing_is_cut_in_two(text: str, limit: int, short: str) -> None:
    assert cut(text, limit) == short


@given(st.text(alphabet="ab &<>\n", max_size=300), st.integers(min_value=12, max_value=40))
def test_pieces_hold_every_word_and_break_no_sign(text: str, limit: int) -> None:
    found = pieces(escaped(text), limit)
    assert all(len(piece) <= limit for piece in found)
    assert "".join("".join(found).split()) == "".join(escaped(text).split())
    assert [sign for piece in found for sign in re.findall("&[a-z]+;", piece)] == re.findall("&[a-z]+;", escaped(text))

    kept = pieces(escaped(text), limit, verbatim=True)
    assert all(len(piece) <= limit for piece in kept)
    assert "".join(kept).replace("\n", "") == escaped(text).replace("\n", "")


def test_what_is_ready_to_copy_keeps_its_empty_lines_and_its_indentation() -> None:
    text = "a line\n" * 3 + "\n    indented:\n      a: 1"
    for limit in range(22, 46):
        found = pieces(text, limit, verbatim=True)
        assert len(found) > 1
        assert "\n".join(found) == text
