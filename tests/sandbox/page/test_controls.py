"""Buttons, selects, pickers and menus of messages: what a person does, and what the bot hears."""

from typing import Any

import pytest
from playwright.async_api import Locator, Page, expect

from tests.sandbox.page import gallery
from tests.sandbox.page.conftest import Front

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def choosing(front: Front) -> Page:
    page = await front.open()
    await front.post("choices", blocks=gallery.choosing())
    await expect(
        page.get_by_role("combobox", name="*Severity*: Pick one").or_(control(page, "severity"))
    ).to_be_visible()
    return page


def control(page: Page, block: str) -> Locator:
    return page.locator(f'[data-block="{block}"] [data-focus="{block}/{block}"]')


async def chosen(front: Front, page: Page, block: str) -> dict[str, Any]:
    """Return the newest action of a block, once the bot has acknowledged it."""
    await expect(page.locator("[aria-busy]")).to_have_count(0)
    payload = await front.heard(
        lambda one: one.get("type") == "block_actions" and one["actions"][0]["block_id"] == block
    )
    action: dict[str, Any] = payload["actions"][0]
    return action


async def test_a_button_tells_the_bot_and_shows_that_it_is_busy(front: Front) -> None:
    page = await front.open()
    await front.post("one", blocks=[{"type": "actions", "block_id": "row", "elements": [gallery.button("Go", "slow")]}])
    button = page.get_by_role("button", name="Go", exact=True)
    await button.click()
    await expect(button).to_have_attribute("aria-busy", "true")
    await button.click()
    front.bot.gate.set()
    await expect(button).not_to_have_attribute("aria-busy", "true")
    assert [payload["actions"][0]["value"] for payload in front.bot.of("block_actions")] == ["7"]


async def test_a_button_with_a_confirmation_asks_first(front: Front) -> None:
    page = await choosing(front)
    sure = page.get_by_role("button", name="Sure", exact=True)
    await sure.click()
    question = page.get_by_role("alertdialog", name="Roll back inferadb?")
    await expect(question).to_contain_text("Deployment inferadb goes back to revision 41.")
    await question.get_by_role("button", name="Keep").click()
    await expect(question).to_have_count(0)
    await expect(sure).to_be_focused()
    assert front.bot.of("block_actions") == []
    await sure.click()
    await question.get_by_role("button", name="Roll back").click()
    assert (await chosen(front, page, "row"))["action_id"] == "sure"


async def test_a_select_is_used_with_the_keyboard_alone(front: Front) -> None:
    page = await choosing(front)
    await control(page, "severity").focus()
    await page.keyboard.press("ArrowDown")
    await expect(page.get_by_role("option", name="SEV-1")).to_be_visible()
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Enter")
    await expect(control(page, "severity")).to_have_text("SEV-2")
    await expect(control(page, "severity")).to_be_focused()
    assert (await chosen(front, page, "severity"))["selected_option"]["value"] == "SEV-2"


async def test_escape_closes_a_list_without_choosing(front: Front) -> None:
    page = await choosing(front)
    await control(page, "severity").click()
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("listbox", name="Severity")).to_have_count(0)
    await expect(control(page, "severity")).to_have_text("Pick one")
    assert front.bot.of("block_actions") == []


async def test_options_stand_in_their_groups(front: Front) -> None:
    page = await choosing(front)
    await control(page, "mitigation").click()
    await expect(page.locator(".list-group")).to_have_text(["Now", "Later"])
    await page.get_by_role("option", name="Scale up").click()
    assert (await chosen(front, page, "mitigation"))["selected_option"]["value"] == "scale-up"


@pytest.mark.parametrize(
    ("block", "typed", "name", "key", "value"),
    [
        ("person", "okaf", "Sam Okafor", "selected_user", "U0SAM"),
        ("channel", "crit", "#incidents-critical", "selected_channel", "C0CRITICAL"),
        ("place", "plat", "#platform", "selected_conversation", "C0PLATFORM"),
    ],
)
async def test_people_and_places_are_searched(
    front: Front, block: str, typed: str, name: str, key: str, value: str
) -> None:
    page = await choosing(front)
    await control(page, block).click()
    await page.get_by_role("combobox", name="Search").fill(typed)
    await page.get_by_role("option", name=name).click()
    assert (await chosen(front, page, block))[key] == value


async def test_an_external_select_asks_the_bot(front: Front) -> None:
    page = await choosing(front)
    await control(page, "pod").click()
    await expect(page.get_by_text("Type at least 2 letters.")).to_be_visible()
    await page.get_by_role("combobox", name="Search").fill("inf")
    await expect(page.get_by_role("option")).to_have_count(2)
    await page.get_by_role("option", name="inferadb-7hwzt").click()
    assert (await chosen(front, page, "pod"))["selected_option"]["value"] == "inferadb-7hwzt"


async def test_several_are_chosen_and_told_when_the_list_closes(front: Front) -> None:
    page = await choosing(front)
    await control(page, "people").click()
    for name in ("Dana Kim", "Priya Nair"):
        await page.get_by_role("option", name=name).click()
    await page.keyboard.press("Escape")
    assert (await chosen(front, page, "people"))["selected_users"] == ["U0DANA", "U0PRIYA"]
    await page.get_by_role("button", name="Remove Dana Kim").click()
    await expect(page.get_by_role("list", name="Chosen").get_by_role("listitem")).to_have_count(1)


async def test_date_and_time_are_picked(front: Front) -> None:
    page = await choosing(front)
    await control(page, "day").fill("2026-12-25")
    assert (await chosen(front, page, "day"))["selected_date"] == "2026-12-25"
    await control(page, "hour").fill("03:15")
    assert (await chosen(front, page, "hour"))["selected_time"] == "03:15"


async def test_boxes_and_radio_buttons_are_ticked(front: Front) -> None:
    page = await choosing(front)
    await page.get_by_role("checkbox", name="Told support").check()
    assert [one["value"] for one in (await chosen(front, page, "ticks"))["selected_options"]] == ["a"]
    await page.get_by_role("radio", name="Careful").check()
    assert (await chosen(front, page, "way"))["selected_option"]["value"] == "careful"


async def test_an_overflow_menu_is_used_with_the_keyboard(front: Front) -> None:
    page = await choosing(front)
    await page.get_by_role("button", name="More actions", exact=True).focus()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("menuitem", name="Show runbook")).to_be_focused()
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Enter")
    assert (await chosen(front, page, "overflow"))["selected_option"]["value"] == "mu"


async def test_a_message_shortcut_carries_its_message(front: Front) -> None:
    page = await front.open()
    ts = await front.post("errors everywhere")
    shown = page.get_by_role("article").filter(has_text="errors everywhere")
    await shown.hover()
    await shown.get_by_role("button", name="More actions for this message").click()
    await page.get_by_role("menuitem", name="Declare from this message").click()
    payload = await front.heard(lambda one: one.get("type") == "message_action")
    assert (payload["callback_id"], payload["message"]["ts"]) == ("declare_from_message", ts)


async def test_a_bot_that_is_gone_is_told_to_the_person(front: Front) -> None:
    page = await choosing(front)
    await front.stack_of_bot.aclose()
    await page.get_by_role("radio", name="Fast").check()
    await expect(page.locator("#notices")).to_contain_text("trouble connecting")
