"""A service of the whole pretend company is broken and healed by its buttons, on a desktop and on a phone."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from sandbox.serving import Options, ServedCompany
from sandbox.stories import STORIES

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]
SCREENS = {
    "desktop": {"viewport": {"width": 1280, "height": 800}},
    "phone": {"viewport": {"width": 375, "height": 667}, "has_touch": True, "is_mobile": True},
}
FASTER = 8.0
HEAL_MS = 60_000
THUMB = 44
FULL = "Break: A full disk, omendb"


@pytest_asyncio.fixture(loop_scope="session")
async def company() -> AsyncIterator[ServedCompany]:
    """A company whose time passes faster: what takes a minute there is seen within seconds."""
    made = ServedCompany(Options(prometheus=False))
    await made.start()
    made.clock.run_at(FASTER)
    yield made
    await made.stop()


@pytest_asyncio.fixture(loop_scope="session", params=list(SCREENS))
async def page(request: pytest.FixtureRequest, browser: Browser, company: ServedCompany) -> AsyncIterator[Page]:
    """The page on one screen; it must not complain about anything."""
    own = await browser.new_context(locale="en-GB", reduced_motion="reduce", **SCREENS[request.param])
    opened, complaints = await own.new_page(), []
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    opened.on("console", lambda said: complaints.append(said.text) if said.type in {"error", "warning"} else None)
    await opened.goto(company.page)
    await expect(opened.locator("body")).to_have_attribute("data-live", "on")
    yield opened
    assert complaints == []
    await own.close()


async def test_a_service_is_broken_seen_red_healed_and_seen_green(page: Page, company: ServedCompany) -> None:
    await page.get_by_role("button", name="Break something").first.click()
    panel = page.get_by_role("complementary", name="Break something")
    omendb = panel.get_by_role("listitem").filter(has=page.get_by_role("heading", name="omendb"))
    await expect(omendb.get_by_text("healthy", exact=True)).to_be_visible()
    await omendb.get_by_role("button", name=FULL).click()
    await expect(omendb.get_by_role("button", name="Running: A full disk, omendb")).to_be_disabled()
    await expect(omendb.get_by_text("not healthy")).to_be_visible(timeout=HEAL_MS)
    await expect(omendb.locator("dl")).to_contain_text("3/3")
    await expect(panel.get_by_text("not healthy")).to_have_count(1)
    await omendb.get_by_role("button", name="Heal omendb").click()
    await expect(omendb.get_by_text("healthy", exact=True)).to_be_visible(timeout=HEAL_MS)
    await expect(omendb.get_by_role("button", name=FULL)).to_be_enabled()
    await expect(page.locator("#health")).to_be_empty()
    assert all(one.is_well() for one in company.applications.values())


async def test_every_story_has_its_button_under_its_service_within_the_screen(
    page: Page, company: ServedCompany
) -> None:
    await page.get_by_role("button", name="Break something").first.click()
    panel = page.get_by_role("complementary", name="Break something")
    for service in company.applications:
        own = panel.get_by_role("list", name=f"Stories of {service}")
        mine = sum(story.service == service for story in STORIES)
        assert mine >= 2
        await expect(own.get_by_role("button", name=f", {service}")).to_have_count(mine)
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    first = panel.get_by_role("button", name="Break: A bad deploy")
    if (await page.evaluate("innerWidth")) < 400:
        box = await first.bounding_box()
        assert box is not None
        assert box["height"] >= THUMB
        assert box["x"] + box["width"] <= 375


async def test_what_heals_a_story_is_told_only_when_asked(page: Page) -> None:
    await page.get_by_role("button", name="Break something").first.click()
    panel = page.get_by_role("complementary", name="Break something")
    tale = panel.get_by_role("listitem").filter(has=page.get_by_role("button", name="Break: A bad deploy")).last
    await expect(tale.get_by_text("crash-loops")).to_be_visible()
    await expect(tale.get_by_text("Rolling back heals it")).to_be_hidden()
    await tale.get_by_text("What heals it").click()
    await expect(tale.get_by_text("Rolling back heals it")).to_be_visible()
