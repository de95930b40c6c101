"""The README's incident in a browser, pressed as a person presses it; leaves pictures in screenshots/."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, Locator, Page, expect

from tests.sandbox.page.chromium import chromium, chromium_path
from tests.scenarios.started import bot, sandbox

pytestmark = [pytest.mark.browser, pytest.mark.prometheus, pytest.mark.xdist_group("browser")]
PICTURES = Path(__file__).parents[2] / "screenshots"
SLOW = 30_000
"""Milliseconds for what a cluster takes its time over: crashing, rolling back."""
DESKTOP = {"width": 1280, "height": 860}
PHONE = {"width": 390, "height": 844}


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    path = chromium_path()
    assert path, "this machine has no Chromium"
    expect.set_options(timeout=SLOW)
    async with chromium(path) as opened:
        yield opened
    expect.set_options(timeout=5_000)


async def opened(browser: Browser, url: str, size: dict[str, int]) -> Page:
    page = await browser.new_page(viewport=size, device_scale_factor=2 if size is PHONE else 1)  # type: ignore[arg-type]
    page.set_default_timeout(SLOW)
    await page.goto(url)
    await expect(page.locator("body")).to_have_attribute("data-live", "on")
    return page


async def picture(page: Page, name: str) -> None:
    PICTURES.mkdir(exist_ok=True)
    await page.screenshot(path=PICTURES / f"{name}.png")


async def typed(page: Page, channel: str, text: str) -> None:
    await page.get_by_label(f"Message #{channel}").fill(text)
    await page.keyboard.press("Enter")


async def break_it(page: Page) -> None:
    await page.get_by_role("button", name="Break something").click()
    await page.get_by_role("button", name="Bad deploy").click()


def last(page: Page, text: str) -> Locator:
    return page.get_by_text(text).last


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
async def test_the_readmes_incident_is_played_in_a_browser(
    browser: Browser, size: dict[str, int], tmp_path: Path
) -> None:
    async with sandbox() as company, bot(company, tmp_path):
        page = await opened(browser, f"{company.page}?as=U0ALEX#C0INCIDENTS", size)
        await company.control("break", {"service": "inferadb", "story": "bad-deploy"})
        await play(page, "phone" if size is PHONE else "desktop")
        await page.close()


async def play(page: Page, name: str) -> None:
    await typed(page, "incidents", "/incident declare SEV-1 inferadb Checkout is failing")
