"""Modals: opened by a command, filled in, refused, submitted, stacked, closed."""

import pytest
from playwright.async_api import Locator, Page, expect

from tests.sandbox.page import gallery
from tests.sandbox.page.conftest import Front

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def form(front: Front) -> tuple[Page, Locator]:
    page = await front.open()
    await page.get_by_label("Message #incidents").fill("/incident declare")
    await page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog", name="Declare an incident")
    await expect(dialog).to_be_visible()
    return page, dialog


async def choose(page: Page, dialog: Locator, label: str, name: str) -> None:
    await dialog.get_by_role("combobox", name=label).click()
    await page.get_by_role("option", name=name).click()


async def test_a_form_begins_at_its_first_field(front: Front) -> None:
    _, dialog = await form(front)
    await expect(dialog.get_by_label("What is broken?")).to_be_focused()
    await expect(dialog.get_by_text("One line.")).to_be_visible()
    await expect(dialog.get_by_text("Impact (optional)")).to_be_visible()


async def test_what_was_filled_in_reaches_the_bot(front: Front) -> None:
    page, dialog = await form(front)
    await dialog.get_by_label("What is broken?").fill("Checkout fails")
    await choose(page, dialog, "Severity", "SEV-2")
    await dialog.get_by_label("Impact").fill("one\ntwo")
    await dialog.get_by_label("Replicas").fill("12")
    await choose(page, dialog, "Commander", "Sam Okafor")
    await dialog.get_by_label("Day").fill("2026-12-25")
    await dialog.get_by_label("Hour").fill("03:15")
    await dialog.get_by_label("Drill").check()
    await dialog.get_by_label("30 min").check()
    await dialog.get_by_role("button", name="Declare", exact=True).click()
    await expect(dialog).to_have_count(0)
    await expect(page.get_by_text("Declared: Checkout fails")).to_be_visible()
    values = front.bot.of("view_submission")[-1]["view"]["state"]["values"]
    told = {block: next(iter(actions.values())) for block, actions in values.items()}
    assert told["severity"]["selected_option"]["value"] == "SEV-2"
    assert (told["impact"]["value"], told["replicas"]["value"]) == ("one\ntwo", "12")
    assert (told["lead"]["selected_user"], told["day"]["selected_date"]) == ("U0SAM", "2026-12-25")
    assert (told["hour"]["selected_time"], told["next"]["selected_option"]["value"]) == ("03:15", "30")
    assert [one["value"] for one in told["flags"]["selected_options"]] == ["drill"]


async def test_a_required_field_that_is_empty_is_named_before_anything_is_sent(front: Front) -> None:
    _, dialog = await form(front)
    await dialog.get_by_label("Replicas").fill("99")
    await dialog.get_by_role("button", name="Declare", exact=True).click()
    alerts = dialog.get_by_role("alert").filter(visible=True)
    await expect(alerts).to_have_text(
        [
            "Please complete this required field.",
            "Please complete this required field.",
            "Please write a number of at most 50.",
        ]
    )
    await expect(dialog.get_by_label("What is broken?")).to_be_focused()
    await expect(dialog.get_by_label("What is broken?")).to_have_attribute("aria-invalid", "true")
    assert front.bot.of("view_submission") == []


async def test_the_bots_errors_stand_beside_their_fields(front: Front) -> None:
    page, dialog = await form(front)
    await dialog.get_by_label("What is broken?").fill("HELP")
    await choose(page, dialog, "Severity", "SEV-1")
    await dialog.get_by_role("button", name="Declare", exact=True).click()
    await expect(dialog.locator('[data-block="title"]').get_by_role("alert")).to_have_text("Please do not shout.")
    await dialog.get_by_label("What is broken?").fill("Help")
    await dialog.get_by_role("button", name="Declare", exact=True).click()
    await expect(page.get_by_text("Declared: Help")).to_be_visible()


async def test_a_second_window_lies_on_the_first_and_gives_it_back(front: Front) -> None:
    page, dialog = await form(front)
    await dialog.get_by_label("What is broken?").fill("Half written")
    await dialog.get_by_role("button", name="Open runbook").click()
    second = page.get_by_role("dialog", name="Runbook")
    await expect(second).to_contain_text("What to do when inferadb is slow.")
    await second.get_by_role("button", name="Back").first.click()
    await expect(dialog.get_by_label("What is broken?")).to_have_value("Half written")


async def test_escape_closes_a_form_and_the_bot_hears_of_it(front: Front) -> None:
    page, dialog = await form(front)
    await page.keyboard.press("Escape")
    await expect(dialog).to_have_count(0)
    closed = await front.heard(lambda payload: payload.get("type") == "view_closed")
    assert closed["view"]["callback_id"] == "declare"


async def test_a_form_outlives_a_reload(front: Front) -> None:
    page, dialog = await form(front)
    await page.reload()
    await expect(dialog).to_be_visible()


async def test_a_list_that_is_open_is_not_taken_away_by_the_bots_update(front: Front) -> None:
    page, dialog = await form(front)
    (view,) = front.workspace.views.values()
    await dialog.get_by_role("combobox", name="Severity").click()
    news = {"type": "context", "elements": [{"type": "mrkdwn", "text": "Looks like SEV-2"}]}
    wanted = gallery.form()
    await front.client.views_update(view_id=view.id, view={**wanted, "blocks": [news, *wanted["blocks"]]})
    await page.evaluate("() => new Promise((done) => setTimeout(done))")
    await expect(page.get_by_role("option", name="SEV-2")).to_be_visible()
    await expect(dialog.get_by_text("Looks like SEV-2")).to_have_count(0)
    await page.get_by_role("option", name="SEV-2").click()
    await expect(dialog.get_by_text("Looks like SEV-2")).to_be_visible()
    await expect(dialog.get_by_role("combobox", name="Severity")).to_contain_text("SEV-2")
