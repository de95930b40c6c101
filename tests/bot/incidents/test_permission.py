import pytest

from bot.errors import NotAllowed
from bot.incidents.permission import Member, Permission

from .conftest import Known


class Book:
    """A directory as Slack would tell it."""

    async def member(self, person: str) -> Member:
        return Member(person, guest=person == "U0GUEST", email="dba@example.com" if person == "U0DANA" else "")

    async def group(self, group: str) -> frozenset[str]:
        return frozenset({"U0ALEX"}) if group == "S0ONCALL" else frozenset()


NAMED = {"responder": ["on-call", "dba@example.com"], "approver": ["platform-lead"], "admin": ["U0PRIYA"]}


@pytest.mark.parametrize(
    ("person", "level", "may"),
    [
        ("U0ALEX", "responder", True),
        ("U0ALEX", "approver", False),
        ("U0DANA", "responder", True),
        ("U0SAM", "responder", True),
        ("U0SAM", "approver", True),
        ("U0SAM", "admin", False),
        ("U0PRIYA", "responder", True),
        ("U0PRIYA", "approver", True),
        ("U0PRIYA", "admin", True),
        ("U0JO", "responder", False),
        ("U0GUEST", "", True),
        ("U0PRIYA", "unheard of", True),
        ("U0SAM", "unheard of", False),
    ],
)
async def test_whoever_may_more_may_less_too(person: str, level: str, may: bool) -> None:
    assert await Permission(NAMED, Known(), Book()).may(person, level) is may


@pytest.mark.parametrize(("named", "may"), [({}, False), ({"responder": ["U0GUEST"]}, True)])
async def test_a_guest_looks_at_incidents_only_where_named(named: dict[str, list[str]], may: bool) -> None:
    permission = Permission(named, Known(), Book())
    assert await permission.may("U0GUEST", "member") is may
    assert await permission.may("U0JO", "member")


@pytest.mark.parametrize(("person", "may"), [("U0JO", True), ("U0GUEST", False)])
@pytest.mark.parametrize("level", ["responder", "approver", "admin"])
async def test_where_nobody_is_named_everybody_but_guests_may(person: str, level: str, may: bool) -> None:
    assert await Permission({}, Known(), Book()).may(person, level) is may


async def test_a_level_that_names_nobody_is_as_open_as_the_one_below() -> None:
    permission = Permission({"responder": ["U0ALEX"]}, Known(), Book())
    assert not await permission.may("U0JO", "approver")
    assert await permission.may("U0ALEX", "approver")


async def test_who_may_not_is_told_whom_to_ask() -> None:
    with pytest.raises(NotAllowed, match=r"You may not approve that\. Ask one of the approvers"):
        await Permission(NAMED, Known(), Book()).require("U0JO", "approver")
    await Permission(NAMED, Known(), Book()).require("U0SAM", "approver")
