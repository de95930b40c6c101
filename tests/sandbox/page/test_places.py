"""Channels, people, the composer, the Home tab, and the line that keeps them live."""

import re

import pytest
from playwright.async_api import FilePayload, expect

from tests.sandbox.page.conftest import Front

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def test_a_channel_with_news_is_marked_until_it_is_read(front: Front) -> None:
    page = await front.open()
    await front.post("look <@U0ALEX>", channel="C0CRITICAL")
    await front.post("and again", channel="C0CRITICAL")
    sidebar = page.get_by_role("navigation", name="Workspace")
    await sidebar.get_by_role("button", name="incidents-critical, 2 unread, 1 mention of you").click()
    await expect(page.get_by_role("article").filter(has_text="and again")).to_be_visible()
    await expect(sidebar.get_by_role("button", name="incidents-critical", exact=True)).to_have_attribute(
        "aria-current", "page"
    )


async def test_new_messages_are_parted_from_those_one_knew(front: Front) -> None:
    page = await front.open("U0ALEX", "C0CRITICAL")
    await front.post("old news", channel="C0CRITICAL")
    await expect(page.get_by_role("article").filter(has_text="old news")).to_be_visible()
    sidebar = page.get_by_role("navigation", name="Workspace")
    await sidebar.get_by_role("button", name="incidents", exact=True).click()
    await front.post("fresh news", channel="C0CRITICAL")
    await sidebar.get_by_role("button", name="incidents-critical, 1 unread").click()
    await expect(page.get_by_role("separator", name="New messages")).to_be_visible()


async def test_one_can_act_as_somebody_else(front: Front) -> None:
    page = await front.open()
    await page.get_by_role("button", name="Acting as Alex Rivera. Act as somebody else").click()
    await expect(page.get_by_role("menuitem", name="Gone Person")).to_have_count(0)
    await page.get_by_role("menuitem", name="Priya Nair").click()
    await expect(page.get_by_role("button", name=re.compile("Acting as Priya Nair"))).to_be_visible()
    await page.get_by_label("Message #incidents").fill("It is me")
    await page.keyboard.press("Enter")
    message = page.get_by_role("article", name=re.compile("^Priya Nair")).filter(has_text="It is me")
    await expect(message).to_be_visible()


async def test_somebody_unknown_is_told_so(front: Front) -> None:
    page = await front.browser.new_page()
    await page.goto(f"{front.url}?as=U0NOBODY")
    await expect(page.get_by_role("status").first).to_contain_text("There is nobody 'U0NOBODY' who could do this.")
    await page.close()


async def test_a_new_channel_appears_and_a_private_one_only_to_its_members(front: Front) -> None:
    page, other = await front.open(), await front.open("U0SAM")
    made = await front.client.conversations_create(name="incident-7-inferadb", is_private=True)
    await front.client.conversations_invite(channel=made["channel"]["id"], users="U0ALEX")
    await page.get_by_role("button", name=re.compile("^incident-7-inferadb")).click()
    await expect(page.get_by_role("heading", name="incident-7-inferadb")).to_be_visible()
    await front.post("go on")
    await expect(other.get_by_role("article").filter(has_text="go on")).to_be_visible()
    await expect(other.get_by_role("button", name=re.compile("^incident-7-inferadb"))).to_have_count(0)


async def test_one_joins_a_channel_before_writing_in_it(front: Front) -> None:
    made = await front.client.conversations_create(name="incident-8")
    page = await front.open("U0JO", str(made["channel"]["id"]))
    await expect(page.get_by_label("Message #incident-8")).to_be_hidden()
    await page.get_by_role("button", name="Join channel").click()
    await page.get_by_label("Message #incident-8").fill("hello")
    await page.get_by_role("button", name="Send").click()
    await expect(page.get_by_role("article").filter(has_text="hello")).to_be_visible()


async def test_bookmarks_topic_and_pins_stand_in_the_head(front: Front) -> None:
    page = await front.open()
    await front.client.bookmarks_add(
        channel_id="C0INCIDENTS", title="Runbook", type="link", link="https://example.com/rb", emoji=":book:"
    )
    await front.client.conversations_setTopic(channel="C0INCIDENTS", topic="SEV-2 · Investigating")
    ts = await front.post("the card")
    await front.client.pins_add(channel="C0INCIDENTS", timestamp=ts)
    await expect(page.get_by_role("link", name="Runbook")).to_have_attribute("href", "https://example.com/rb")
    await expect(page.locator(".topic", has_text="SEV-2 · Investigating")).to_be_visible()
    await page.get_by_role("button", name="1 pinned").click()
    await page.get_by_role("menuitem", name="the card").click()
    await expect(page.get_by_role("article").filter(has_text="the card")).to_be_focused()


async def test_a_command_is_completed_and_answered(front: Front) -> None:
    page = await front.open()
    box = page.get_by_label("Message #incidents")
    await box.fill("/inc")
    await expect(page.get_by_role("option", name="/incident")).to_be_visible()
    await page.keyboard.press("Tab")
    await expect(box).to_have_value("/incident ")
    await page.keyboard.type("status please")
    await page.keyboard.press("Enter")
    answer = page.get_by_role("article").filter(has_text="You said status please.")
    await expect(answer.get_by_text("Only visible to you")).to_be_visible()


@pytest.mark.parametrize(
    ("typed", "option", "shown"),
    [
        ("@oka", "Sam Okafor", "@Sam Okafor"),
        ("#crit", "incidents-critical", "#incidents-critical"),
        (":rotat", ":rotating_light:", "🚨"),
    ],
)
async def test_people_channels_and_emoji_are_completed(front: Front, typed: str, option: str, shown: str) -> None:
    page = await front.open()
    await page.get_by_label("Message #incidents").press_sequentially(f"see {typed}")
    await page.get_by_role("option", name=option).click()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("article").filter(has_text="see ")).to_contain_text(shown)


async def test_a_file_is_attached_and_shared(front: Front) -> None:
    page = await front.open()
    notes: FilePayload = {"name": "notes.txt", "mimeType": "text/plain", "buffer": b"one line"}
    await page.locator('#composer-place input[type="file"]').set_input_files(notes)
    await expect(page.get_by_role("button", name="Remove notes.txt")).to_be_visible()
    await page.get_by_role("button", name="Send").click()
    await expect(page.locator(".snippet")).to_contain_text("one line")


async def test_the_home_tab_shows_what_the_bot_publishes(front: Front) -> None:
    page = await front.open()
    await (
        page.get_by_role("navigation", name="Workspace").get_by_role("button", name="Muster", exact=True).first.click()
    )
    await expect(page.get_by_role("heading", name="Open incidents")).to_be_visible()
    await page.get_by_role("button", name="Acknowledge").click()
    payload = await front.heard(lambda one: one.get("type") == "block_actions")
    assert payload["view"]["type"] == "home"


async def test_a_permalink_leads_to_its_message(front: Front) -> None:
    page = await front.open("U0ALEX", "C0GENERAL")
    ts = await front.post("the target")
    found = await front.client.chat_getPermalink(channel="C0INCIDENTS", message_ts=ts)
    await page.get_by_label("Message #general").fill(f"see {found['permalink']}")
    await page.keyboard.press("Enter")
    await page.get_by_role("link", name=re.compile("archives")).click()
    await expect(page.get_by_role("article").filter(has_text="the target")).to_be_focused()


async def test_the_page_comes_back_after_the_line_was_lost(front: Front) -> None:
    page = await front.open()
    await front.workspace.live.close()
    await expect(page.locator("body")).to_have_attribute("data-live", "on")
    await front.post("still there?")
    await expect(page.get_by_role("article").filter(has_text="still there?")).to_be_visible()


async def test_a_reset_begins_anew(front: Front) -> None:
    page = await front.open()
    await front.post("old things")
    await expect(page.get_by_role("article")).to_have_count(1)
    front.workspace.reset()
    await expect(page.get_by_role("article")).to_have_count(0)
