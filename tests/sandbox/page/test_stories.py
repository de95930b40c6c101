""" "Break something": the panel over a company's controls, here a small server that records what it is told."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import pytest
import pytest_asyncio
from aiohttp import web
from playwright.async_api import Browser, expect

from tests.sandbox.page.conftest import Front, front_of

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


@dataclass
class Company:
    """The `/sandbox/*` controls of a company with one service and one story."""

    broken: bool = False
    told: list[tuple[str, dict[str, Any]]] = field(default_factory=list)

    def routes(self) -> list[web.RouteDef]:
        return [web.get("/sandbox/state", self.state), web.post("/sandbox/{what}", self.control)]

    async def state(self, _: web.Request) -> web.Response:
        story = {"service": "inferadb", "name": "bad-deploy", "title": "A bad deploy", "about": "Pods crash-loop."}
        service = {"service": "inferadb", "healthy": not self.broken, "error_ratio": 0.081 if self.broken else 0.0}
        service |= {"p99_seconds": 0.91, "replicas": {"ready": 1 if self.broken else 3, "desired": 3}}
        return web.json_response({"stories": [story | {"active": self.broken}], "services": [service], "clock": 0})

    async def control(self, request: web.Request) -> web.Response:
        what = request.match_info["what"]
        self.told.append((what, await request.json()))
        self.broken = what == "break"
        return web.json_response({"ok": True})


@pytest_asyncio.fixture(loop_scope="session")
async def company() -> Company:
    return Company()


@pytest_asyncio.fixture(loop_scope="session")
async def town(browser: Browser, company: Company) -> AsyncIterator[Front]:
    async with front_of(browser, company.routes()) as made:
        yield made
    assert made.complaints == []


async def test_without_a_company_there_is_nothing_to_break(front: Front) -> None:
    page = await front.open()
    await expect(page.get_by_role("heading", name="incidents")).to_be_visible()
    await expect(page.get_by_role("button", name="Break something")).to_be_hidden()


async def test_a_story_is_begun_and_healed(town: Front, company: Company) -> None:
    page = await town.open()
    await page.get_by_role("button", name="Break something").click()
    panel = page.get_by_role("complementary", name="Break something")
    await expect(panel.get_by_text("healthy", exact=True)).to_be_visible()
    await panel.get_by_role("button", name="Break: A bad deploy").click()
    await expect(panel.get_by_role("button", name="Running: A bad deploy")).to_be_disabled()
    await expect(panel.locator(".service")).to_contain_text("8.1 %")
    await expect(panel.locator(".service")).to_contain_text("1/3")
    await expect(page.locator("#health")).to_contain_text("inferadb is not healthy")
    await panel.get_by_role("button", name="Heal inferadb").click()
    await expect(page.locator("#health")).to_be_empty()
    assert company.told == [
        ("break", {"service": "inferadb", "story": "bad-deploy"}),
        ("heal", {"service": "inferadb"}),
    ]


async def test_beginning_anew_asks_first(town: Front, company: Company) -> None:
    page = await town.open()
    await page.get_by_role("button", name="Break something").click()
    await page.get_by_role("button", name="Begin anew").click()
    question = page.get_by_role("alertdialog", name="Begin anew?")
    await question.get_by_role("button", name="Keep going").click()
    assert company.told == []
    await page.get_by_role("button", name="Begin anew").click()
    await question.get_by_role("button", name="Begin anew").click()
    await expect(page.locator("#notices")).to_contain_text("Everything is as on the first day.")
    assert company.told == [("reset", {})]


async def test_the_panel_is_left_by_escape(town: Front) -> None:
    page = await town.open()
    toggle = page.get_by_role("button", name="Break something")
    await toggle.click()
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("complementary", name="Break something")).to_be_hidden()
    await expect(toggle).to_be_focused()


async def test_the_first_minute_says_what_to_do(town: Front, company: Company) -> None:
    page = await town.open()
    steps = page.get_by_role("list").filter(has_text="Break something.")
    await steps.get_by_role("button", name="See what can break").click()
    await expect(page.get_by_role("complementary", name="Break something")).to_be_visible()
    await steps.get_by_role("button", name="Write it for me").click()
    box = page.get_by_label("Message #incidents", exact=True)
    await expect(box).to_have_value("/incident declare SEV-1 inferadb Checkout is failing")
    await expect(page.get_by_role("button", name="Send")).to_be_enabled()


async def test_other_channels_only_say_how_to_begin(town: Front) -> None:
    page = await town.open(place="C0GENERAL")
    await expect(page.get_by_text("to begin: Run an incident")).to_be_visible()
    await expect(page.get_by_role("button", name="Write it for me")).to_have_count(0)
