from collections.abc import AsyncIterator
from dataclasses import dataclass

import aiohttp
import pytest

from bot.incidents.directory import SlackDirectory, member_of
from bot.incidents.permission import Permission
from bot.outbox.slack import web_client
from sandbox.slack.alone import serving
from sandbox.slack.workspace import Workspace

from .conftest import House, Known


@dataclass
class Book:
    """A directory between the database and the pretend Slack."""

    directory: SlackDirectory
    workspace: Workspace
    house: House

    def asked(self, method: str) -> int:
        return len(self.workspace.calls.of(method))


@pytest.fixture
async def book(house: House) -> AsyncIterator[Book]:
    workspace = Workspace()
    async with aiohttp.ClientSession() as session, serving(workspace) as address:
        client = web_client(workspace.bot_token, f"{address}api/", session)
        directory = SlackDirectory(client, house.store)
        yield Book(directory, workspace, house)
        await directory.stop()


async def test_a_person_is_asked_for_once_and_remembered_by_name(book: Book) -> None:
    for _ in range(3):
        assert (await book.directory.member("U0SAM")).name == "Sam Okafor"
    await book.directory.idle()
    assert book.asked("users.info") == 1
    async with book.house.store.reading() as reading:
        assert (await reading.people(["U0SAM"]))["U0SAM"].name == "Sam Okafor"


async def test_guests_are_known_and_may_not_respond(book: Book) -> None:
    permission = Permission({}, Known(), book.directory)
    assert not await permission.may("U0GUEST", "responder")
    assert await permission.may("U0JO", "responder")


async def test_who_was_listed_at_the_start_is_not_waited_for(book: Book) -> None:
    await book.directory.warm()
    assert (await book.directory.member("U0GUEST")).guest
    assert book.asked("users.info") == 0


async def test_after_a_while_slack_is_asked_again_in_the_background(book: Book) -> None:
    await book.directory.member("U0SAM")
    book.house.clock.turn(minutes=6)
    assert (await book.directory.member("U0SAM")).name == "Sam Okafor"
    await book.directory.idle()
    assert book.asked("users.info") == 2


async def test_what_was_remembered_helps_while_slack_is_away(book: Book) -> None:
    await book.directory.member("U0SAM")
    await book.directory.idle()
    book.workspace.faults.add("*", 500, times=20)
    assert (await SlackDirectory(book.directory._client, book.house.store).member("U0SAM")).name == "Sam Okafor"


async def test_a_stranger_while_slack_is_away_is_nobody_special(book: Book) -> None:
    book.workspace.faults.add("*", 500, times=20)
    await book.directory.warm()
    member = await book.directory.member("U0JO")
    assert (member.name, member.guest) == ("", False)
    assert await book.directory.group("S0ONCALL") == ()


async def test_a_group_is_asked_for_once_in_a_while(book: Book) -> None:
    for _ in range(2):
        assert await book.directory.group("S0ONCALL") == ("U0ALEX",)
    book.house.clock.turn(minutes=6)
    await book.directory.group("S0ONCALL")
    await book.directory.idle()
    assert book.asked("usergroups.users.list") == 2
    permission = Permission({"responder": ["on-call"]}, Known(), book.directory)
    assert await permission.may("U0ALEX", "responder")
    assert not await permission.may("U0JO", "responder")


@pytest.mark.parametrize(
    ("told", "name", "guest", "zone"),
    [
        ({"name": "sam", "tz": "Europe/Berlin"}, "sam", False, "Europe/Berlin"),
        ({"real_name": "Sam O", "name": "sam"}, "Sam O", False, "UTC"),
        ({"profile": {"real_name": "Sam", "email": "s@x.org"}, "is_ultra_restricted": True}, "Sam", True, "UTC"),
        ({}, "", False, "UTC"),
    ],
)
def test_a_user_is_read_as_slack_tells_of_one(told: dict[str, object], name: str, guest: bool, zone: str) -> None:
    member = member_of("U1", told)
    assert (member.name, member.guest, member.zone) == (name, guest, zone)
