"""Checklists, handoffs, notices and contacts, held against Slack's limits with whatever a runbook says."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.incidents.checklist import current, lists
from bot.incidents.escalation import ladder
from bot.incidents.ticking import Record
from bot.store.tables import Handoff, HandoffState, Incident, NoticeRow, NoticeState, Tick
from bot.views import checklist, contacts, handoff, notices
from bot.views.message import Message, escaped
from runbooks.model import Checklist, Notice, Runbook
from sandbox.slack.checking import check_message, check_view

START = datetime(2026, 3, 6, 3, 0, tzinfo=UTC)
NASTY = ["x" * 5_000, "🔥🔥🔥", "<!channel> *bold* `code` <@U0ALEX>", "&<>" * 2_000, "a\n" * 500, "word " * 40]


def incident() -> Incident:
    given: dict[str, Any] = {"title": "x", "service": "inferadb", "severity": "SEV-1", "declared_by": "U0ALEX"}
    return Incident(id=7, started_at=START, next_update_at=START, channel_name="incident-7", **given)


def book(text: str, items: int = 3) -> Runbook:
    """Return a runbook that says this everywhere."""
    each = [{"text": f"{number} {text}", "by": "5m", "help": text} for number in range(items)]
    several = [{"id": f"list-{number}", "title": text, "items": each} for number in range(12)]
    people = [
        {"name": text, "kind": kind, "role": text, "reach": text, "phone": text, "email": text, "account": text}
        for kind in ("person", "rotation", "team", "vendor")
    ] * 9
    levels = [{"level": text, "after": "15m", "unless": "mitigated", "notify": [text, "U0SAM"], "business_hours": True}]
    notice = {"how": "email", "whom": [text] * 9, "only_if": text, "say": text}
    severities = [{"key": "SEV-1", "escalate": levels * 12, "notices": [notice]}]
    return Runbook.model_validate(
        {"service": "inferadb", "severities": severities, "checklists": several, "contacts": people}
    )


def board(runbook: Runbook, ticked: int = 0, now: datetime = START) -> Message:
    (first, *_) = lists(runbook, Record(incident()), now)
    ticks = [Tick(incident=7, item=item.key, by="U0SAM", at=START) for item in first.items[:ticked]]
    found = lists(runbook, Record(incident(), ticks=ticks), now)
    return checklist.board(incident(), found, current(found))


def markup(value: Any) -> list[str]:
    """Return every text that Slack reads as markup."""
    if isinstance(value, dict):
        own = [value["text"]] if value.get("type") == "mrkdwn" else []
        return own + [text for part in value.values() for text in markup(part)]
    return [text for part in value for text in markup(part)] if isinstance(value, list) else []


def rows(text: str) -> Iterator[NoticeRow]:
    runbook = book(text)
    notice: Notice = runbook.severities[0].notices[0]
    values = notices.outside_values(incident(), runbook, START, {})
    for number, state in enumerate(NoticeState):
        yield NoticeRow(
            id=number,
            incident=7,
            batch="declared-1",
            how=notice.how,
            whom=notices.recipients(notice, runbook, {}.get),
            only_if=notice.only_if,
            text=notices.outside_text(notice, incident(), runbook, values),
            told="U0SAM",
            at=START,
            due_at=START,
            state=state,
            by="U0SAM",
            done_at=START,
        )


def every_message(text: str) -> Iterator[Message]:
    runbook = book(text)
    found = lists(runbook, Record(incident()), START + timedelta(hours=1))
    yield board(runbook, 2, START + timedelta(hours=1))
    yield checklist.board(incident(), found, None)
    yield checklist.everything(incident(), found, "https://x.slack.com/archives/C1/p1")
    listed = list(rows(text))
    yield notices.listed(incident(), listed)
    yield notices.reminder(listed * 3, "U0SAM", "incident/7/notices/declared-1")
    yield from (shown for row in listed for shown in notices.texts_of(row))
    for state in HandoffState:
        given = {"roles": ["commander", "scribe"], "summary": text, "answered_at": START, "state": state}
        yield handoff.offered(incident(), Handoff(incident=7, giver="U0ALEX", taker="U0SAM", offered_at=START, **given))
    yield contacts.contacts(runbook, {}.get, ladder(runbook, "SEV-1", {}.get), lambda _: START)


@pytest.mark.parametrize("text", NASTY)
def test_every_message_keeps_within_slacks_limits(text: str) -> None:
    for shown in every_message(text):
        check_message(shown.blocks)
        assert 0 < len(shown.text.strip()) <= 4_000


def test_every_settled_notice_stays_in_its_message() -> None:
    given = {"incident": 7, "batch": "declared-1", "how": "email", "at": START, "done_at": START, "by": "U0SAM"}
    settled = [
        NoticeRow(id=number, text="", whom=[f"reader {number}.", "w" * 500], state=NoticeState.SENT, **given)
        for number in range(12)
    ]
    told = "".join(markup(notices.listed(incident(), settled).blocks))
    assert [number for number in range(12) if f"reader {number}." not in told] == []


@pytest.mark.parametrize("text", NASTY)
def test_nothing_that_a_runbook_says_calls_anybody(text: str) -> None:
    for shown in every_message(text):
        if "hands INC-7 over" not in shown.text:  # a handoff's summary is made safe where it is filled in
            assert "<!channel>" not in "".join(markup(shown.blocks))


@pytest.mark.parametrize(("items", "elements"), [(1, 1), (10, 1), (11, 2), (35, 4), (90, 4)])
def test_boxes_come_in_tens_and_the_rest_is_told(items: int, elements: int) -> None:
    shown = board(book("Look", items))
    boxes = [block["elements"][0] for block in shown.blocks if block["type"] == "actions"]
    assert len(boxes) == elements
    assert all(len(one["options"]) <= 10 for one in boxes)
    assert ("more: `/incident checklist`" in str(shown.blocks)) == (items > 40)
    check_message(shown.blocks)


def test_boxes_that_somebody_has_ticked_are_ticked_for_all_and_begin_anew() -> None:
    (before, after) = (
        next(block for block in board(book("Look"), ticked).blocks if block["type"] == "actions") for ticked in (0, 1)
    )
    assert "initial_options" not in before["elements"][0]
    assert after["elements"][0]["initial_options"] == after["elements"][0]["options"][:1]
    assert before["block_id"] != after["block_id"]


def test_a_long_item_goes_on_in_the_small_print() -> None:
    text = "Check that the replicas of the database in the other region follow, and that nothing is lost on the way"
    option = next(b for b in board(book(text, 1)).blocks if b["type"] == "actions")["elements"][0]["options"][0]
    assert option["text"]["text"] == "0 Check that the replicas of the database in the other region follow, and"
    assert option["description"]["text"].startswith("… that nothing is lost on the way")


def test_a_target_that_all_items_share_is_said_once_and_others_beside_them() -> None:
    shown = str(board(book("Look")).blocks)
    assert "0 of 3 done, by <!date^" in shown
    assert "within" not in shown
    mixed = {"id": "mixed", "items": [{"text": "Look", "by": "5m"}, {"text": "Tell", "by": "10m"}]}
    runbook = Runbook.model_validate({"service": "inferadb", "severities": [{"key": "SEV-1"}], "checklists": [mixed]})
    assert "within 10m" in str(board(runbook).blocks)


def test_the_form_of_a_handoff_is_one_that_slack_takes() -> None:
    check_view(handoff.form("7", "C0"), "modal")


def test_a_box_shows_the_whole_of_a_text_that_has_signs_in_it() -> None:
    text = "Check R&D's <primary> & its replica, then call R&D & Sales & Support & the board & all"
    runbook = book("x").model_copy(update={"checklists": (Checklist(id="a", items=(text,)),)})
    (option,) = [one for block in board(runbook).blocks for one in _options(block)]
    both = f"{option['text']['text']} {option['description']['text'].removeprefix('… ')}"
    assert both == escaped(text)
    assert "&am " not in json.dumps(board(runbook).blocks)


def _options(block: dict[str, Any]) -> list[dict[str, Any]]:
    return [one for element in block.get("elements", []) for one in element.get("options", [])]
