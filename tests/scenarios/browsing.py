"""Somebody at a browser: presses, types and reads as a person does, and leaves a picture of each step."""

import os
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, Locator, Page, ViewportSize, expect

DESKTOP_SIZE: ViewportSize = {"width": 1280, "height": 860}
PHONE_SIZE: ViewportSize = {"width": 390, "height": 844}
SLOW = 30_000
"""Milliseconds for what a cluster takes its time over: crashing, rolling out."""
VERIFIED = 120_000
"""Milliseconds until a rate over one minute has forgotten the errors, and the mitigation counts as done."""
DESKTOP: dict[str, Any] = {"viewport": DESKTOP_SIZE, "device_scale_factor": 1.25}
README: dict[str, tuple[str, ViewportSize]] = {
    "desktop": ("incident.png", {"width": 1440, "height": 1080}),
    "phone": ("phone.png", PHONE_SIZE),
}
"""The README's pictures: their files, and the windows they are taken in."""
PHONE: dict[str, Any] = {
    "viewport": PHONE_SIZE,
    "device_scale_factor": 2,
    "has_touch": True,
    "is_mobile": True,
}
THUMB = 44


@dataclass
class Visitor:
    """One page and the folder its pictures go to."""

    page: Page
    folder: Path
    name: str
    complaints: list[str] = field(default_factory=list)
    taken: int = 0

    async def picture(self, step: str, *, shown_in: str = "") -> None:
        """Leave a picture of what is on the screen now, by day and by night; one may be shown in the README."""
        self.taken += 1
        await self.page.mouse.move(1, 1)
        for scheme in ("light", "dark"):
            await self.page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            await self.page.screenshot(path=self.folder / f"{self.name}-{self.taken:02}-{step}-{scheme}.png")
        await self.page.emulate_media(color_scheme="light", reduced_motion="reduce")
        assert await self.fits(), f"{step}: wider than the screen"
        if shown_in == self.name and os.environ.get("MUSTER_PICTURES"):
            await self._for_the_readme(Path(os.environ["MUSTER_PICTURES"]))

    async def _for_the_readme(self, folder: Path) -> None:
        file, size = README[self.name]
        await self.page.set_viewport_size(size)
        await self.page.screenshot(path=folder / file)
        await self.page.set_viewport_size(PHONE_SIZE if self.name == "phone" else DESKTOP_SIZE)

    async def fits(self) -> bool:
        """Tell whether nothing sticks out of the screen sideways."""
        return bool(await self.page.evaluate("document.documentElement.scrollWidth <= innerWidth"))

    async def says(self, text: str) -> None:
        """Type into the channel's composer and send."""
        await self.page.get_by_role("textbox", name=re.compile("^Message #")).fill(text)
        await self.page.keyboard.press("Enter")

    async def presses(self, name: str, within: Locator | None = None) -> None:
        """Press the last button of that name, with a mouse or a thumb."""
        root = within or self.page
        await self.touches(root.get_by_role("button", name=name, exact=True).last)

    async def touches(self, what: Locator) -> None:
        """Press something; on a phone it must be large enough for a thumb."""
        if self.name == "phone":
            box = await what.bounding_box()
            assert box is None or box["height"] >= THUMB, f"{await what.inner_text()!r} is {box} small"
            await what.tap()
        else:
            await what.click()

    def message(self, *words: str | re.Pattern[str]) -> Locator:
        """Find the newest message of the channel that holds all these words."""
        found = self.page.locator("#messages").get_by_role("article")
        for word in words:
            found = found.filter(has_text=word)
        return found.last

    async def sees(self, *words: str | re.Pattern[str], timeout: float = SLOW) -> Locator:
        """Wait for such a message."""
        found = self.message(*words)
        await expect(found).to_be_visible(timeout=timeout)
        return found


@asynccontextmanager
async def visitor(browser: Browser, url: str, folder: Path, name: str, **screen: Any) -> AsyncIterator[Visitor]:
    """Open the page in a browser of one's own; it must not complain about anything."""
    own = await browser.new_context(locale="en-GB", timezone_id="Europe/Berlin", reduced_motion="reduce", **screen)
    own.set_default_timeout(SLOW)
    page = await own.new_page()
    came = Visitor(page, folder, name)
    page.on("pageerror", lambda error: came.complaints.append(str(error)))
    page.on("console", lambda said: came.complaints.append(said.text) if said.type == "error" else None)
    await page.goto(url)
    await expect(page.locator("body")).to_have_attribute("data-live", "on")
    yield came
    await own.close()
    assert came.complaints == []
