"""Messages as the page draws them, posted through the real Web API."""

import re
import time

import pytest
from playwright.async_api import Locator, Page, expect

from tests.sandbox.page import gallery
from tests.sandbox.page.conftest import Front

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


def message(page: Page, text: str) -> Locator:
    return page.get_by_role("article").filter(has_text=text)


async def test_a_message_appears_without_a_reload(front: Front) -> None:
    page = await front.open()
    await front.post("The checkout is *slow*")
    await expect(message(page, "The checkout is slow").locator("strong", has_text="slow")).to_be_visible()


async def test_mrkdwn_is_drawn_as_slack_draws_it(front: Front) -> None:
    page = await front.open()
    await front.post(gallery.texts())
    shown = message(page, "plain again")
    for tag, text in (
        ("strong", "bold"),
        ("em", "italic"),
        ("s", "strike"),
        ("code", "code"),
        ("blockquote", "quoted well"),
    ):
        await expect(shown.locator(".text").locator(tag, has_text=text).first).to_be_visible()
    await expect(shown.locator("pre")).to_have_text("kubectl get pods\nNAME   READY")
    await expect(shown.get_by_role("link", name="a link")).to_have_attribute("href", "https://example.com/a?b=1")
    await expect(shown.get_by_role("img", name="pushpin")).to_have_text("📌")
    await expect(shown.get_by_text(":unknown_thing:")).to_be_visible()
    for mention in ("@Sam Okafor", "@here", "@oncall"):
        await expect(shown.get_by_text(mention)).to_have_class(re.compile("mention"))


async def test_what_people_write_is_never_read_as_html(front: Front) -> None:
    page = await front.open()
    nasty = "&lt;img src=x onerror=alert(1)&gt; <javascript:alert(1)|press me>"
    await front.post(nasty, blocks=[{"type": "section", "text": gallery.mrkdwn(nasty)}])
    shown = message(page, "press me")
    await expect(shown).to_contain_text("<img src=x onerror=alert(1)>")
    await expect(shown.get_by_role("link")).to_have_count(0)
    await expect(shown.locator("img")).to_have_count(0)


async def test_a_date_is_shown_in_the_readers_own_zone(front: Front) -> None:
    page = await front.open(timezone_id="Europe/Berlin", locale="en-GB")
    away = await front.open("U0SAM", timezone_id="America/New_York", locale="en-GB")
    await front.post("Started <!date^1700000000^{date_short} {time}|then>")
    await expect(message(page, "Started")).to_contain_text("Started 14 Nov 2023 23:13")
    await expect(message(away, "Started")).to_contain_text("Started 14 Nov 2023 17:13")


async def test_an_incidents_card_shows_its_facts_and_buttons(front: Front) -> None:
    page = await front.open()
    await front.post("INC-7", blocks=gallery.card(int(time.time())))
    shown = message(page, "INC-7")
    await expect(shown.get_by_role("heading", name=re.compile("INC-7 · Checkout errors above 5%"))).to_be_visible()
    await expect(shown.locator(".fields > div")).to_have_count(6)
    for label in ("Acknowledge", "Post update", "Diagnose", "Mitigate", "Escalate", "Resolve"):
        await expect(shown.get_by_role("button", name=label, exact=True)).to_be_visible()
    await expect(shown.get_by_role("button", name="Acknowledge")).to_have_class(re.compile("primary"))
    await expect(shown.get_by_role("button", name="Escalate")).to_have_class(re.compile("danger"))


async def test_rich_text_tables_and_attachments_are_drawn(front: Front) -> None:
    page = await front.open()
    await front.post("rich", blocks=gallery.rich(), attachments=[gallery.attachment()])
    shown = message(page, "Crash loops")
    await expect(shown.locator("pre")).to_contain_text("CrashLoopBackOff   6")
    await expect(shown.get_by_role("listitem").filter(has_text="two")).to_be_visible()
    await expect(shown.get_by_role("columnheader", name="Value")).to_be_visible()
    await expect(shown.get_by_role("cell", name="0.081")).to_have_css("text-align", "right")
    await expect(shown.get_by_text("Alert: high errors")).to_be_visible()
    bar = await shown.locator(".attachment").evaluate("one => getComputedStyle(one, '::before').backgroundColor")
    assert bar == "rgb(224, 30, 90)"


async def test_messages_of_one_person_stand_together(front: Front) -> None:
    page = await front.open()
    for text in ("first of two", "second of two"):
        await front.post(text)
    await expect(message(page, "first of two").locator("strong", has_text="Muster")).to_be_visible()
    await expect(message(page, "second of two").locator("strong")).to_have_count(0)


async def test_a_changed_message_keeps_the_focus_on_its_button(front: Front) -> None:
    page = await front.open()
    ts = await front.post("card", blocks=gallery.card(1))
    await message(page, "INC-7").get_by_role("button", name="Resolve").focus()
    blocks = [*gallery.card(1), {"type": "section", "text": gallery.plain("Commander: Sam")}]
    await front.client.chat_update(channel="C0INCIDENTS", ts=ts, text="card", blocks=blocks)
    await expect(page.get_by_text("Commander: Sam")).to_be_visible()
    await expect(page.get_by_role("button", name="Resolve")).to_be_focused()


async def test_a_deleted_message_goes_away(front: Front) -> None:
    page = await front.open()
    ts = await front.post("a slip")
    await expect(message(page, "a slip")).to_be_visible()
    await front.client.chat_delete(channel="C0INCIDENTS", ts=ts)
    await expect(message(page, "a slip")).to_have_count(0)


async def test_an_ephemeral_message_is_seen_by_one_person(front: Front) -> None:
    page, other = await front.open(), await front.open("U0SAM")
    await front.client.chat_postEphemeral(channel="C0INCIDENTS", user="U0ALEX", text="Psst")
    await expect(message(page, "Psst").get_by_text("Only visible to you")).to_be_visible()
    await front.post("for all")
    await expect(message(other, "for all")).to_be_visible()
    await expect(message(other, "Psst")).to_have_count(0)


async def test_reactions_are_added_and_taken_back(front: Front) -> None:
    page, other = await front.open(), await front.open("U0SAM")
    await front.post("look at this")
    await message(page, "look at this").hover()
    await message(page, "look at this").get_by_role("button", name="React with eyes").click()
    theirs = message(other, "look at this").get_by_role("button", name="eyes: 1, Alex Rivera")
    await theirs.click()
    mine = message(page, "look at this").get_by_role("button", name="eyes: 2, Alex Rivera, Sam Okafor")
    await expect(mine).to_have_attribute("aria-pressed", "true")
    await mine.click()
    await expect(message(page, "look at this").get_by_role("button", name="eyes: 1, Sam Okafor")).to_be_visible()


async def test_any_emoji_can_be_searched_for(front: Front) -> None:
    page = await front.open()
    await front.post("pick one")
    await message(page, "pick one").hover()
    await message(page, "pick one").get_by_role("button", name="Add a reaction").click()
    await page.get_by_label("Search emoji").fill("rotating")
    await page.keyboard.press("Enter")
    await expect(message(page, "pick one").get_by_role("button", name="rotating light: 1")).to_be_visible()


async def test_a_message_is_pinned_and_unpinned_from_its_menu(front: Front) -> None:
    page = await front.open()
    await front.post("the facts")
    for item, pinned in (("Pin to channel", 1), ("Unpin from channel", 0)):
        await message(page, "the facts").hover()
        await message(page, "the facts").get_by_role("button", name="More actions for this message").click()
        await page.get_by_role("menuitem", name=item).click()
        await expect(message(page, "the facts").get_by_text("Pinned", exact=True)).to_have_count(pinned)


async def test_a_thread_opens_beside_and_takes_replies(front: Front) -> None:
    page = await front.open()
    ts = await front.post("the parent")
    await front.post("the first reply", thread_ts=ts)
    await message(page, "the parent").get_by_role("button", name=re.compile("1 reply")).click()
    thread = page.get_by_role("complementary", name="Thread")
    await expect(thread.get_by_text("the first reply")).to_be_visible()
    await thread.get_by_label("Reply in thread").fill("and a second")
    await page.keyboard.press("Enter")
    await expect(thread.get_by_role("article").filter(has_text="and a second")).to_be_visible()
    await expect(message(page, "the parent").get_by_role("button", name=re.compile("2 replies"))).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(thread).to_be_hidden()


async def test_pictures_and_texts_that_were_uploaded_are_shown(front: Front) -> None:
    page = await front.open()
    await front.client.files_upload_v2(channel="C0INCIDENTS", filename="graph.png", content=PIXEL, title="Error ratio")
    lines = "\n".join(f"line {n}" for n in range(40))
    await front.client.files_upload_v2(
        channel="C0INCIDENTS", filename="postmortem.md", content=lines, title="Postmortem"
    )
    picture = page.get_by_role("button", name="Open picture: Error ratio")
    await expect(picture.locator("img")).to_have_js_property("naturalWidth", 1)
    await picture.click()
    await expect(page.get_by_role("dialog", name="Error ratio")).to_be_visible()
    await page.keyboard.press("Escape")
    snippet = page.locator(".snippet")
    await expect(snippet).not_to_contain_text("line 39")
    await snippet.get_by_role("button", name="Show all").click()
    await expect(snippet).to_contain_text("line 39")


PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c49444154789c63f8cfc0000003010100c9fe92ef"
    "0000000049454e44ae426082"
)


async def far_up(front: Front, page: Page) -> None:
    """Fill the channel, and scroll to its beginning."""
    for number in range(30):
        await front.post(f"message {number}")
    await expect(page.get_by_text("message 29")).to_be_in_viewport()
    await page.get_by_text("message 1", exact=True).scroll_into_view_if_needed()
    await expect(page.get_by_text("message 29")).not_to_be_in_viewport()


async def test_one_who_reads_further_up_stays_there_and_is_told_of_what_is_new(front: Front) -> None:
    page = await front.open()
    await far_up(front, page)
    await front.post("the news")
    await expect(page.get_by_text("message 1", exact=True)).to_be_in_viewport()
    await page.get_by_role("button", name="New messages").click()
    await expect(page.get_by_text("the news")).to_be_in_viewport()
    await expect(page.get_by_role("button", name="New messages")).to_be_hidden()


async def test_a_private_answer_is_brought_into_sight_of_the_one_it_answers(front: Front) -> None:
    page = await front.open()
    await far_up(front, page)
    await front.client.chat_postEphemeral(channel="C0INCIDENTS", user="U0ALEX", text="only for you")
    await expect(page.get_by_text("only for you")).to_be_in_viewport()


async def test_a_message_taller_than_the_window_is_read_from_its_top(front: Front) -> None:
    page = await front.open()
    await front.post("its first line\n" + "and more\n" * 80 + "its last line")
    await expect(page.get_by_text("its first line")).to_be_in_viewport()


async def test_what_was_offered_for_a_line_goes_when_the_line_is_sent(front: Front) -> None:
    page = await front.open()
    await page.get_by_label("Message #incidents", exact=True).fill("/incident status")
    await expect(page.locator(".usage")).to_be_visible()
    await page.keyboard.press("Enter")
    await expect(page.locator(".usage")).to_be_hidden()
