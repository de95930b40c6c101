"""Modals and the Home tab: triggers, the stack, hashes, what a form's answer does."""

import asyncio
from typing import Any

import pytest

from sandbox.slack import Workspace
from tests.sandbox.slack.conftest import Clock, Sandbox, sandbox_of


def text(words: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": words}


def field(name: str, **element: Any) -> dict[str, Any]:
    element = {"type": "plain_text_input", "action_id": "value"} | element
    return {"type": "input", "block_id": name, "label": text(name), "element": element}


def form(*blocks: dict[str, Any], **given: Any) -> dict[str, Any]:
    made = {"type": "modal", "callback_id": "form", "title": text("Form"), "submit": text("Send")}
    return made | {"blocks": list(blocks) or [field("title")]} | given


HOME = {"type": "home", "blocks": [{"type": "header", "text": text("Hello")}]}


async def opened(slack: Sandbox, view: dict[str, Any], person: str = "U0ALEX") -> dict[str, Any]:
    answer = await slack.client.views_open(trigger_id=slack.trigger(person), view=view)
    found: dict[str, Any] = answer["view"]
    return found


async def test_a_trigger_opens_one_view(slack: Sandbox) -> None:
    trigger = slack.trigger()
    await slack.client.views_open(trigger_id=trigger, view=form())
    again = await slack.refused(slack.client.views_open, trigger_id=trigger, view=form())

    assert again["error"] == "exchanged_trigger_id"
    assert len(await slack.human().views()) == 1


async def test_a_trigger_is_good_for_three_seconds(slack: Sandbox) -> None:
    early, late = slack.trigger(), slack.trigger()
    slack.stopwatch.now += 3
    await slack.client.views_open(trigger_id=early, view=form())
    slack.stopwatch.now += 0.1
    answer = await slack.refused(slack.client.views_open, trigger_id=late, view=form())

    assert answer["error"] == "expired_trigger_id"


async def test_a_wrong_view_does_not_spend_the_trigger(slack: Sandbox) -> None:
    trigger = slack.trigger()
    wrong = await slack.refused(slack.client.views_open, trigger_id=trigger, view=form(title=text("x" * 25)))
    unknown = await slack.refused(slack.client.views_open, trigger_id="1.2.3", view=form())
    await slack.client.views_open(trigger_id=trigger, view=form())

    assert wrong["error"] == "invalid_arguments"
    assert "must be less than 25 characters [json-pointer:/view/title/text]" in str(wrong["response_metadata"])
    assert unknown["error"] == "invalid_trigger_id"


async def test_three_views_lie_on_each_other_at_most(slack: Sandbox) -> None:
    first = await opened(slack, form())
    for _ in range(2):
        trigger = slack.workspace.triggers.issue("U0ALEX", first["id"])
        pushed = (await slack.client.views_push(trigger_id=trigger, view=form()))["view"]
    trigger = slack.workspace.triggers.issue("U0ALEX", first["id"])
    fourth = await slack.refused(slack.client.views_push, trigger_id=trigger, view=form())

    assert fourth["error"] == "push_limit_reached"
    views = await slack.human().views()
    assert [view["previous_view_id"] for view in views] == [None, views[0]["id"], views[1]["id"]]
    assert pushed["root_view_id"] == first["id"]


async def test_a_view_is_pushed_only_from_a_view(slack: Sandbox) -> None:
    answer = await slack.refused(slack.client.views_push, trigger_id=slack.trigger(), view=form())
    assert answer["error"] == "not_found"


async def test_an_update_with_an_old_hash_is_refused(slack: Sandbox) -> None:
    view = await opened(slack, form())
    new = (await slack.client.views_update(view_id=view["id"], hash=view["hash"], view=form(field("x"))))["view"]
    old = await slack.refused(slack.client.views_update, view_id=view["id"], hash=view["hash"], view=form())

    assert new["hash"] != view["hash"]
    assert old["error"] == "hash_conflict"


async def test_an_update_keeps_what_the_person_typed_into_the_same_input(slack: Sandbox) -> None:
    view = await opened(slack, form(field("title"), field("gone")))
    typed = {"title": {"value": {"value": "Checkout errors"}}, "gone": {"value": {"value": "x"}}}
    await slack.human().do("view", view_id=view["id"], do="act", values=typed, action={})
    await slack.client.views_update(view_id=view["id"], view=form(field("title"), field("new", initial_value="y")))

    (shown,) = await slack.human().views()
    assert shown["state"]["values"] == {
        "title": {"value": {"type": "plain_text_input", "value": "Checkout errors"}},
        "new": {"value": {"type": "plain_text_input", "value": "y"}},
    }


async def test_a_closed_or_unknown_view_cannot_be_updated(slack: Sandbox) -> None:
    view = await opened(slack, form())
    await slack.human().do("view", view_id=view["id"], do="close")
    answer = await slack.refused(slack.client.views_update, view_id=view["id"], view=form())
    assert answer["error"] == "not_found"


async def test_an_external_id_names_a_view_and_is_unique(slack: Sandbox) -> None:
    await opened(slack, form(external_id="declare"))
    await slack.client.views_update(external_id="declare", view=form(external_id="declare", title=text("New")))
    twice = await slack.refused(
        slack.client.views_open, trigger_id=slack.trigger("U0SAM"), view=form(external_id="declare")
    )

    assert (await slack.human().views())[0]["title"]["text"] == "New"
    assert twice["error"] == "duplicate_external_id"


async def test_a_home_tab_is_published_for_one_person(slack: Sandbox) -> None:
    view = (await slack.client.views_publish(user_id="U0ALEX", view=HOME))["view"]
    again = (await slack.client.views_publish(user_id="U0ALEX", view=HOME, hash=view["hash"]))["view"]
    old = await slack.refused(slack.client.views_publish, user_id="U0ALEX", view=HOME, hash=view["hash"])
    gone = await slack.refused(slack.client.views_publish, user_id="U0GONE", view=HOME)

    assert again["id"] == view["id"]
    assert (old["error"], gone["error"]) == ("hash_conflict", "user_not_found")
    shown = await slack.human().do("home")
    assert shown["view"]["blocks"][0]["text"]["text"] == "Hello"
    assert (await slack.human("U0SAM").do("home"))["view"] is None


async def test_a_manifest_without_a_home_tab_has_none() -> None:
    stopwatch = Clock()
    async with sandbox_of(Workspace(manifest={"features": {}}, stopwatch=stopwatch), stopwatch) as slack:
        answer = await slack.refused(slack.client.views_publish, user_id="U0ALEX", view=HOME)
        assert answer["error"] == "not_enabled"
        assert (await slack.human().do("home"))["error"] == "This app has no Home tab."


async def submitted(slack: Sandbox, view: dict[str, Any], values: dict[str, Any], /, **answer: Any) -> dict[str, Any]:
    """Submit a form to an app that answers so; give what the person is told and what the app got."""
    app, got = slack.app(), []

    @app.view("form")
    async def sent(ack: Any, body: dict[str, Any]) -> None:
        got.append(body)
        await ack(**answer)

    async with slack.connected(app):
        told = await slack.human().do("view", view_id=view["id"], do="submit", values=values)
    return {"told": told, "got": got}


TYPED = {"title": {"value": {"value": "Checkout errors"}}}


async def test_a_submission_carries_the_state_and_closes_the_form(slack: Sandbox) -> None:
    view = await opened(slack, form(private_metadata="7"))
    result = await submitted(slack, view, TYPED)

    assert result["told"] == {"ok": True}
    sent = result["got"][0]["view"]
    expected = {"title": {"value": {"type": "plain_text_input", "value": "Checkout errors"}}}
    assert sent["state"]["values"] == expected
    assert (sent["private_metadata"], sent["hash"]) == ("7", view["hash"])
    assert await slack.human().views() == []


async def test_the_apps_errors_stand_beside_their_fields_and_the_form_stays(slack: Sandbox) -> None:
    view = await opened(slack, form())
    result = await submitted(slack, view, TYPED, response_action="errors", errors={"title": "Too short"})

    assert result["told"] == {"ok": False, "errors": {"title": "Too short"}}
    assert (await slack.human().views())[0]["state"]["values"]["title"]["value"]["value"] == "Checkout errors"


@pytest.mark.parametrize(
    "answer",
    [
        {"response_action": "errors", "errors": {"nowhere": "x"}},
        {"response_action": "update", "view": {"type": "modal"}},
        {"response_action": "explode"},
    ],
)
async def test_an_answer_slack_cannot_use_leaves_the_form_with_a_word(slack: Sandbox, answer: dict[str, Any]) -> None:
    view = await opened(slack, form())
    result = await submitted(slack, view, TYPED, **answer)

    assert result["told"]["ok"] is False
    assert result["told"]["error"].startswith("We had some trouble connecting.")
    assert len(await slack.human().views()) == 1


async def test_an_answer_may_update_push_or_clear(slack: Sandbox) -> None:
    view = await opened(slack, form())
    await submitted(slack, view, TYPED, response_action="update", view=form(title=text("Second")))
    assert [v["title"]["text"] for v in await slack.human().views()] == ["Second"]
    await submitted(slack, view, TYPED, response_action="push", view=form(title=text("Third")))
    views = await slack.human().views()
    assert [v["title"]["text"] for v in views] == ["Second", "Third"]
    await submitted(slack, views[1], TYPED, response_action="clear")
    assert await slack.human().views() == []


async def test_a_submission_that_nobody_takes_says_so_and_stays(slack: Sandbox) -> None:
    view = await opened(slack, form())
    told = await slack.human().do("view", view_id=view["id"], do="submit", values=TYPED)

    assert told == {"ok": False, "error": "Slack had trouble connecting to the app: dispatch_failed. Try again."}
    assert len(await slack.human().views()) == 1


WORDS = {"type": "number_input", "is_decimal_allowed": False, "min_value": "1", "max_value": "50"}
OPTIONS = [{"text": text(name), "value": name} for name in ("a", "b", "c")]


@pytest.mark.parametrize(
    ("element", "given", "error"),
    [
        ({}, {"value": ""}, "Please complete this required field."),
        ({}, {"value": "   "}, "Please complete this required field."),
        ({"min_length": 3}, {"value": "ab"}, "Your response must be at least 3 characters."),
        ({"max_length": 3}, {"value": "abcd"}, "Your response must be 3 characters or fewer."),
        (WORDS, {"value": "ten"}, "Please enter a whole number."),
        (WORDS, {"value": "51"}, "Please enter a number of at most 50."),
        (WORDS, {"value": "0"}, "Please enter a number of at least 1."),
        ({"type": "email_text_input"}, {"value": "nobody"}, "Enter a valid email address."),
        ({"type": "url_text_input"}, {"value": "nowhere"}, "Enter a valid URL."),
        ({"type": "checkboxes", "options": OPTIONS}, {"selected_options": []}, "Please complete this required field."),
    ],
)
async def test_slack_itself_checks_what_was_put_in(
    slack: Sandbox, element: dict[str, Any], given: dict[str, Any], error: str
) -> None:
    view = await opened(slack, form(field("title", **element)))
    told = await slack.human().do("view", view_id=view["id"], do="submit", values={"title": {"value": given}})

    assert told == {"ok": False, "errors": {"title": error}}
    assert not slack.workspace.delivery.log


async def test_an_option_is_named_by_its_value_and_must_be_there(slack: Sandbox) -> None:
    view = await opened(slack, form(field("title", type="static_select", options=OPTIONS)))
    wrong = await slack.human().do(
        "view", view_id=view["id"], do="submit", values={"title": {"value": {"selected_option": "z"}}}
    )
    result = await submitted(slack, view, {"title": {"value": {"selected_option": "b"}}})

    assert wrong["error"] == "There is no option 'z' here."
    chosen = result["got"][0]["view"]["state"]["values"]["title"]["value"]
    assert chosen == {"type": "static_select", "selected_option": OPTIONS[1]}


async def test_a_choice_in_a_form_reaches_the_app_with_what_was_typed(slack: Sandbox) -> None:
    app, got = slack.app(), asyncio.Queue[dict[str, Any]]()

    @app.action("service")
    async def chosen(ack: Any, body: dict[str, Any]) -> None:
        await ack()
        got.put_nowait(body)

    service = field("service", type="static_select", options=OPTIONS, action_id="service")
    view = await opened(slack, form(field("title"), service | {"dispatch_action": True}))
    action = {"block_id": "service", "action_id": "service", "selected_option": "a"}
    async with slack.connected(app):
        told = await slack.human().do("view", view_id=view["id"], do="act", action=action, values=TYPED)
        body = await got.get()

    assert told == {"ok": True}
    assert body["view"]["state"]["values"]["title"]["value"]["value"] == "Checkout errors"
    assert body["actions"][0]["selected_option"] == OPTIONS[0]
    assert body["container"] == {"type": "view", "view_id": view["id"]}
    assert "response_url" not in body


async def test_closing_tells_the_app_that_asked_for_it(slack: Sandbox) -> None:
    app, got = slack.app(), asyncio.Queue[dict[str, Any]]()

    @app.view_closed("form")
    async def closed(ack: Any, body: dict[str, Any]) -> None:
        await ack()
        got.put_nowait(body)

    view = await opened(slack, form(notify_on_close=True))
    async with slack.connected(app):
        await slack.human().do("view", view_id=view["id"], do="close")
        body = await got.get()

    assert (body["view"]["id"], body["is_cleared"]) == (view["id"], False)


async def test_nobody_acts_in_anothers_form(slack: Sandbox) -> None:
    view = await opened(slack, form())
    told = await slack.human("U0SAM").do("view", view_id=view["id"], do="submit", values=TYPED)
    assert told == {"ok": False, "error": "This window is closed."}
