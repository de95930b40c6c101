"""The page on a phone: a drawer, thumb-sized buttons, nothing wider than the screen."""

import re

import pytest
from playwright.async_api import Page, expect

from tests.sandbox.page import gallery
from tests.sandbox.page.conftest import Front

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]
THUMB = 44


async def fits(page: Page) -> bool:
    return bool(await page.evaluate("document.documentElement.scrollWidth <= innerWidth"))


async def test_the_channel_list_is_a_drawer(front: Front) -> None:
    page = await front.on_phone()
    drawer = page.get_by_role("navigation", name="Workspace")
    await expect(drawer).to_be_hidden()
    await page.get_by_role("button", name="Channels").tap()
    await drawer.get_by_role("button", name="incidents-critical").tap()
    await expect(drawer).to_be_hidden()
    await expect(page.get_by_role("heading", name="incidents-critical")).to_be_visible()


async def test_a_cards_buttons_fit_a_thumb_and_the_screen(front: Front) -> None:
    page = await front.on_phone()
    await front.post("INC-7", blocks=gallery.card(1))
    for label in ("Acknowledge", "Post update", "Diagnose", "Mitigate", "Escalate", "Resolve"):
        box = await page.get_by_role("button", name=label, exact=True).bounding_box()
        assert box is not None
        assert box["height"] >= THUMB
        assert box["x"] + box["width"] <= 390
    assert await fits(page)


async def test_everything_in_the_gallery_fits_the_screen(front: Front) -> None:
    page = await front.on_phone()
    for number, blocks in enumerate((gallery.card(1), gallery.choosing(), gallery.rich())):
        await front.post(f"number {number}", blocks=blocks)
    await expect(page.get_by_role("article")).to_have_count(3)
    assert await fits(page)


async def test_a_form_covers_the_screen_and_a_list_opens_at_the_bottom(front: Front) -> None:
    page = await front.on_phone()
    await page.get_by_label("Message #incidents").fill("/incident declare")
    await page.get_by_role("button", name="Send").tap()
    dialog = page.get_by_role("dialog", name="Declare an incident")
    await expect(dialog).to_have_css("width", "390px")
    await dialog.get_by_role("combobox", name="Severity").tap()
    await page.get_by_role("option", name="SEV-3").tap()
    await expect(dialog.get_by_role("combobox", name="Severity")).to_have_text("SEV-3")


async def test_a_thread_covers_the_page_and_is_left_again(front: Front) -> None:
    page = await front.on_phone()
    ts = await front.post("the parent")
    await front.post("a reply", thread_ts=ts)
    await page.get_by_role("button", name=re.compile("1 reply")).tap()
    thread = page.get_by_role("complementary", name="Thread")
    await expect(thread).to_have_css("width", "390px")
    await thread.get_by_role("button", name="Close thread").tap()
    await expect(thread).to_be_hidden()


async def test_a_message_is_reacted_to_by_thumb(front: Front) -> None:
    page = await front.on_phone()
    await front.post("the facts")
    await page.get_by_role("button", name="More actions for this message").tap()
    await page.get_by_role("menuitem", name="Add a reaction").tap()
    await page.get_by_role("button", name="pushpin", exact=True).tap()
    await expect(page.get_by_role("button", name="pushpin: 1, Alex Rivera")).to_be_visible()
