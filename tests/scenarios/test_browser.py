"""The README's incident in a browser, pressed as a person presses it; leaves pictures in screenshots/."""

import re
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path

import pytest
from playwright.async_api import Browser, Locator, TimeoutError, expect  # noqa: A004 - Playwright's own

from tests.sandbox.page.chromium import chromium, chromium_path
from tests.scenarios.browsing import DESKTOP, PHONE, SLOW, VERIFIED, Visitor, visitor
from tests.scenarios.started import bot, sandbox

pytestmark = [pytest.mark.browser, pytest.mark.prometheus, pytest.mark.xdist_group("browser")]
SCREENSHOTS = Path(__file__).parents[2] / "screenshots"
MANY_ERRORS = re.compile(r"Errors[1-9]\d\.\d %")
LINE = "/incident declare SEV-1 inferadb Checkout is failing"


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    path = chromium_path()
    assert path, "this machine has no Chromium"
    expect.set_options(timeout=SLOW)
    async with chromium(path) as opened:
        yield opened
    expect.set_options(timeout=5_000)


async def test_an_incident_is_run_on_a_phone_from_the_first_line_to_the_postmortem(
    browser: Browser, tmp_path: Path
) -> None:
    async with (
        sandbox() as company,
        bot(company, tmp_path),
        visitor(browser, company.page, SCREENSHOTS, "phone", **PHONE) as alex,
    ):
        await alex.picture("first-minute")
        await break_it(alex)
        await alex.says(LINE)
        await enter(alex)
        await look(alex)
        await roll_back(alex)
        await (await alex.sees("Roll back", "done", timeout=VERIFIED)).scroll_into_view_if_needed()
        await alex.picture("rolled-back")
        await update(alex)
        await resolve(alex)
        await read_the_postmortem(alex)


async def test_an_incident_is_declared_by_the_form_and_followed_on_a_desktop(browser: Browser, tmp_path: Path) -> None:
    async with (
        sandbox() as company,
        bot(company, tmp_path),
        visitor(browser, company.page, SCREENSHOTS, "desktop", **DESKTOP) as alex,
    ):
        await alex.picture("first-minute")
        await break_it(alex)
        await declare_by_the_form(alex)
        await enter(alex)
        await look(alex)
        await roll_back(alex)
        await update(alex)
        await resolve(alex)
        await read_the_postmortem(alex)


async def break_it(alex: Visitor) -> None:
    """Ship the bad revision from the page, and wait until the service is not well."""
    await alex.presses("Break something")
    panel = alex.page.get_by_role("complementary", name="Break something")
    await alex.presses("Break: A bad deploy, inferadb", panel)
    await expect(panel.locator(".service").filter(has_text="inferadb")).to_contain_text(MANY_ERRORS)
    await alex.picture("broken")
    await alex.presses("Close", panel)


async def declare_by_the_form(alex: Visitor) -> None:
    await alex.says("/incident declare")
    form = alex.page.get_by_role("dialog", name="Declare an incident")
    await form.get_by_label("What is wrong?").fill("Checkout is failing")
    await choose(alex, form, "Service", "InferaDB")
    await choose(alex, form, "Severity", "SEV-1")
    await form.get_by_label("Impact on users").fill("Nobody can pay")
    await alex.picture("declare-form")
    await alex.presses("Declare", form)
    await expect(form).to_be_hidden()


async def choose(alex: Visitor, form: Locator, label: str, option: str) -> None:
    """Choose as a person does: again, where the bot has drawn the form anew with what it proposes."""
    box = form.get_by_role("combobox", name=label)
    for patience in (3_000, 3_000, SLOW):
        with suppress(TimeoutError, AssertionError):
            await alex.touches(box)
            await alex.page.get_by_role("option", name=option).first.click(timeout=patience)
            await expect(box).to_contain_text(option, timeout=patience)
            return
    pytest.fail(f"{option} could not be chosen as {label}")


async def enter(alex: Visitor) -> None:
    """Follow the link of the private answer into the new channel."""
    answer = await alex.sees("INC-1 is declared")
    await alex.picture("declared")
    await answer.get_by_role("link", name="incident-1").click()
    card = await alex.sees("INC-1 Checkout is failing", "Acknowledge")
    await card.scroll_into_view_if_needed()
    await alex.picture("card")


async def look(alex: Visitor) -> None:
    """Acknowledge, read what was found at once and an output in its thread, and diagnose again."""
    card = await alex.sees("INC-1 Checkout is failing", "Acknowledge")
    await alex.presses("Acknowledge", card)
    await alex.sees("acknowledged INC-1 after")
    summary = await alex.sees("❌", "Each output is in the thread", "Looks like")
    await to_top(summary)
    await alex.picture("summary", shown_in="phone")
    await alex.touches(summary.locator(".thread-link"))
    thread = alex.page.get_by_role("complementary", name="Thread")
    pods = thread.get_by_role("article").filter(has_text="CrashLoopBackOff")
    await expect(pods).to_be_visible()
    await to_top(card)
    await to_top(pods)
    await alex.picture("thread", shown_in="desktop")
    await alex.presses("Close thread", thread)
    await alex.presses("Diagnose", card)
    await alex.sees("❌", "Each output is in the thread", "Looks like")


async def to_top(message: Locator) -> None:
    """Scroll so that a message begins at the top of what is seen."""
    await message.evaluate("message => message.scrollIntoView({ block: 'start' })")


async def roll_back(alex: Visitor) -> None:
    """Mitigate → Roll back → Apply, and see the rollout being followed."""
    await alex.presses("Mitigate")
    offered = await alex.sees("what the runbook offers")
    await alex.picture("mitigations")
    await alex.presses("Roll back", offered)
    asked = await alex.sees("This is sent to the cluster")
    await alex.picture("preview")
    await alex.presses("Apply", asked)
    await alex.sees("Roll back:", "kubectl rollout undo")
    await alex.picture("following")


async def update(alex: Visitor) -> None:
    await alex.presses("Post update")
    form = alex.page.get_by_role("dialog", name="Update INC-1")
    await form.get_by_label("What we know").fill("1.5.0 is rolled back, errors fall.")
    await choose(alex, form, "Status", "Monitoring")
    await alex.picture("update-form")
    await alex.presses("Post update", form)
    await (await alex.sees("Update by", "1.5.0 is rolled back")).scroll_into_view_if_needed()
    await alex.picture("updated")


async def resolve(alex: Visitor) -> None:
    await alex.presses("Resolve")
    form = alex.page.get_by_role("dialog", name="Resolve INC-1")
    await form.get_by_label("Root cause").fill("1.5.0 cannot read the lease records that 1.4 wrote.")
    await form.get_by_label("What fixed it").fill("Rolled back to the last good revision.")
    await form.get_by_label("Follow-ups").fill("Read old lease records in the canary\nAlert on restarts")
    await alex.picture("resolve-form")
    await alex.presses("Resolve", form)
    await (await alex.sees("Resolved by", "RESOLVED")).scroll_into_view_if_needed()
    await alex.picture("resolved")


async def read_the_postmortem(alex: Visitor) -> None:
    await alex.presses("Write postmortem")
    file = await alex.sees("Fill in what is marked")
    await alex.presses("Show all", file)
    await expect(file.locator("pre")).to_contain_text("Alert on restarts")
    await file.scroll_into_view_if_needed()
    await alex.picture("postmortem")
