"""Channels: conversations.*, bookmarks.*, users.* and usergroups.*."""

from typing import Any

import pytest

from tests.sandbox.slack.conftest import Sandbox


async def created(slack: Sandbox, name: str = "incident-7", *, private: bool = False) -> str:
    return str((await slack.client.conversations_create(name=name, is_private=private))["channel"]["id"])


@pytest.mark.parametrize(
    ("name", "error"),
    [
        ("", "invalid_name_required"),
        ("x" * 81, "invalid_name_maxlength"),
        ("Incident", "invalid_name_specials"),
        ("two words", "invalid_name_specials"),
        ("ends.with.dots", "invalid_name_specials"),
        ("--_", "invalid_name_punctuation"),
        ("incidents", "name_taken"),
    ],
)
async def test_a_channel_needs_a_name_slack_takes(slack: Sandbox, name: str, error: str) -> None:
    assert (await slack.refused(slack.client.conversations_create, name=name))["error"] == error


async def test_a_created_channel_has_the_app_in_it_and_keeps_its_name_when_archived(slack: Sandbox) -> None:
    channel = await created(slack, "x" * 80)
    info = (await slack.client.conversations_info(channel=channel))["channel"]
    await slack.client.conversations_archive(channel=channel)
    twice = await slack.refused(slack.client.conversations_archive, channel=channel)

    assert (info["name"], info["is_member"], info["creator"]) == ("x" * 80, True, "U0MUSTER")
    assert (await slack.refused(slack.client.conversations_create, name="x" * 80))["error"] == "name_taken"
    assert twice["error"] == "already_archived"


async def test_people_are_invited_all_or_none(slack: Sandbox) -> None:
    channel = await created(slack)
    answer = await slack.refused(slack.client.conversations_invite, channel=channel, users=["U0ALEX", "U0GONE"])

    assert answer["error"] == "user_not_found"
    assert answer["errors"] == [{"user": "U0GONE", "ok": False, "error": "user_not_found"}]
    assert (await slack.client.conversations_members(channel=channel))["members"] == ["U0MUSTER"]


async def test_force_invites_those_who_can_be(slack: Sandbox) -> None:
    channel = await created(slack)
    await slack.client.conversations_invite(channel=channel, users=["U0ALEX", "U0GONE", "U0SAM"], force=True)

    assert (await slack.client.conversations_members(channel=channel))["members"] == ["U0MUSTER", "U0ALEX", "U0SAM"]


@pytest.mark.parametrize(
    ("users", "error"),
    [
        ("U0MUSTER", "cant_invite_self"),
        ("", "no_user"),
        (",".join(f"U{n}" for n in range(101)), "too_many_users"),
        ("S0ONCALL", "user_not_found"),
    ],
)
async def test_an_invitation_slack_would_refuse_is_refused(slack: Sandbox, users: str, error: str) -> None:
    channel = await created(slack)
    assert (await slack.refused(slack.client.conversations_invite, channel=channel, users=users))["error"] == error


async def test_somebody_in_the_channel_cannot_be_invited_again(slack: Sandbox) -> None:
    again = await slack.refused(slack.client.conversations_invite, channel="C0INCIDENTS", users="U0ALEX")
    assert again["error"] == "already_in_channel"


async def test_the_app_joins_a_public_channel_and_may_then_read_it(slack: Sandbox) -> None:
    await slack.human().do("say", channel="C0PLATFORM", text="before")
    assert (await slack.refused(slack.client.conversations_history, channel="C0PLATFORM"))["error"] == "not_in_channel"
    await slack.client.conversations_join(channel="C0PLATFORM")
    again = await slack.client.conversations_join(channel="C0PLATFORM")

    assert again["warning"] == "already_in_channel"
    texts = [m["text"] for m in (await slack.client.conversations_history(channel="C0PLATFORM"))["messages"]]
    assert texts == ["<@U0MUSTER> has joined the channel", "before"]


async def test_topic_and_purpose_are_kept_and_their_length_is_limited(slack: Sandbox) -> None:
    channel = await created(slack)
    await slack.client.conversations_setTopic(channel=channel, topic="SEV-2 · Investigating")
    await slack.client.conversations_setPurpose(channel=channel, purpose="An incident")
    info = (await slack.client.conversations_info(channel=channel))["channel"]

    assert (info["topic"]["value"], info["purpose"]["value"]) == ("SEV-2 · Investigating", "An incident")
    long = await slack.refused(slack.client.conversations_setTopic, channel=channel, topic="x" * 251)
    assert long["error"] == "too_long"


async def test_a_channel_is_renamed_by_its_creator_alone(slack: Sandbox) -> None:
    channel = await created(slack)
    renamed = await slack.client.conversations_rename(channel=channel, name="incident-8")
    foreign = await slack.refused(slack.client.conversations_rename, channel="C0INCIDENTS", name="mine")

    assert renamed["channel"]["name"] == "incident-8"
    assert foreign["error"] == "not_authorized"


async def test_people_can_be_removed_and_the_app_can_leave(slack: Sandbox) -> None:
    channel = await created(slack)
    await slack.client.conversations_invite(channel=channel, users="U0ALEX,U0SAM")
    await slack.client.conversations_kick(channel=channel, user="U0SAM")
    itself = await slack.refused(slack.client.conversations_kick, channel=channel, user="U0MUSTER")
    await slack.client.conversations_leave(channel=channel)

    assert slack.workspace.channels[channel].members == ["U0ALEX"]
    assert itself["error"] == "cant_kick_self"
    assert (await slack.client.conversations_leave(channel=channel))["not_in_channel"] is True


async def test_channels_are_listed_in_pages_without_foreign_private_ones(slack: Sandbox) -> None:
    await created(slack, "secret", private=True)
    foreign = await created(slack, "foreign", private=True)
    await slack.client.conversations_leave(channel=foreign)
    names, cursor = [], None
    while cursor != "":
        page = await slack.client.conversations_list(types="public_channel,private_channel", limit=2, cursor=cursor)
        assert len(page["channels"]) <= 2
        names += [channel["name"] for channel in page["channels"]]
        cursor = page["response_metadata"]["next_cursor"]

    assert names == ["general", "incidents", "incidents-critical", "platform", "secret"]
    assert (await slack.refused(slack.client.conversations_list, cursor="x"))["error"] == "invalid_cursor"
    assert (await slack.refused(slack.client.conversations_list, types="all"))["error"] == "invalid_types"


async def test_history_is_newest_first_in_pages_and_between_times(slack: Sandbox) -> None:
    times = [(await slack.client.chat_postMessage(channel="C0INCIDENTS", text=f"{n}"))["ts"] for n in range(5)]
    page = await slack.client.conversations_history(channel="C0INCIDENTS", limit=2)
    rest = await slack.client.conversations_history(
        channel="C0INCIDENTS", cursor=page["response_metadata"]["next_cursor"]
    )
    between = await slack.client.conversations_history(channel="C0INCIDENTS", oldest=times[1], latest=times[3])
    closed = await slack.client.conversations_history(
        channel="C0INCIDENTS", oldest=times[1], latest=times[3], inclusive=True
    )

    assert [m["text"] for m in page["messages"]] == ["4", "3"]
    assert page["has_more"] is True
    assert [m["text"] for m in rest["messages"]] == ["2", "1", "0"]
    assert [m["text"] for m in between["messages"]] == ["2"]
    assert [m["text"] for m in closed["messages"]] == ["3", "2", "1"]


async def test_bookmarks_are_added_changed_listed_and_removed(slack: Sandbox) -> None:
    given = {"channel_id": "C0INCIDENTS", "title": "Runbook", "type": "link"}
    made = await slack.client.bookmarks_add(**given, link="https://example.com/runbook", emoji=":book:")
    number = made["bookmark"]["id"]
    await slack.client.bookmarks_edit(bookmark_id=number, channel_id="C0INCIDENTS", title="The runbook")

    listed = await slack.client.bookmarks_list(channel_id="C0INCIDENTS")
    assert [b["title"] for b in listed["bookmarks"]] == ["The runbook"]
    shown = (await slack.human().see("state"))["channels"][1]["bookmarks"]
    link = "https://example.com/runbook"
    assert shown == [{"id": number, "title": "The runbook", "link": link, "emoji": ":book:"}]
    await slack.client.bookmarks_remove(bookmark_id=number, channel_id="C0INCIDENTS")
    gone = await slack.refused(slack.client.bookmarks_remove, bookmark_id=number, channel_id="C0INCIDENTS")
    wrong = await slack.refused(slack.client.bookmarks_add, **given, link="javascript:alert(1)")
    assert (gone["error"], wrong["error"]) == ("not_found", "invalid_link")


async def test_people_are_found_by_id_and_address(slack: Sandbox) -> None:
    sam = (await slack.client.users_info(user="U0SAM"))["user"]
    guest = (await slack.client.users_info(user="U0GUEST"))["user"]
    gone = (await slack.client.users_info(user="U0GONE"))["user"]
    found = (await slack.client.users_lookupByEmail(email="dana@example.com"))["user"]

    assert (sam["real_name"], sam["profile"]["email"]) == ("Sam Okafor", "sam@example.com")
    assert guest["is_restricted"] is True
    assert gone["deleted"] is True
    assert found["id"] == "U0DANA"
    nobody = await slack.refused(slack.client.users_lookupByEmail, email="gone@example.com")
    assert nobody["error"] == "users_not_found"
    assert (await slack.refused(slack.client.users_info, user="U0NOBODY"))["error"] == "user_not_found"


async def test_everybody_and_the_groups_are_listed(slack: Sandbox) -> None:
    people = (await slack.client.users_list())["members"]
    groups = (await slack.client.usergroups_list(include_users=True))["usergroups"]

    assert {person["id"] for person in people} >= {"U0ALEX", "U0MUSTER", "U0GONE"}
    assert {group["id"]: group["users"] for group in groups} == {"S0ONCALL": ["U0ALEX"], "S0PLATFORM": ["U0SAM"]}
    assert (await slack.client.usergroups_users_list(usergroup="S0ONCALL"))["users"] == ["U0ALEX"]
    none = await slack.refused(slack.client.usergroups_users_list, usergroup="S0NONE")
    assert none["error"] == "no_such_subteam"


async def test_a_channel_comes_back_from_the_archive(slack: Sandbox) -> None:
    channel = await created(slack)
    early = await slack.refused(slack.client.conversations_unarchive, channel=channel)
    await slack.client.conversations_archive(channel=channel)
    await slack.client.conversations_unarchive(channel=channel)
    general = await slack.refused(slack.client.conversations_archive, channel="C0GENERAL")

    assert early["error"] == "not_archived"
    assert (await slack.client.chat_postMessage(channel=channel, text="again"))["ok"]
    assert general["error"] == "not_in_channel"


@pytest.mark.parametrize(
    ("users", "error"),
    [
        ("", "users_list_not_supplied"),
        ("U0NOBODY", "user_not_found"),
        ("U0GONE", "user_disabled"),
        ("U0ALEX,U0SAM", "missing_scope"),
    ],
)
async def test_a_direct_conversation_is_with_one_person_who_is_there(slack: Sandbox, users: str, error: str) -> None:
    assert (await slack.refused(slack.client.conversations_open, users=users))["error"] == error


@pytest.mark.parametrize(
    ("given", "error"),
    [
        ({"limit": "many"}, "invalid_arguments"),
        ({"limit": -1}, "invalid_limit"),
        ({"oldest": "x"}, "invalid_ts_oldest"),
    ],
)
async def test_a_wrong_page_or_time_is_refused(slack: Sandbox, given: dict[str, Any], error: str) -> None:
    answer = await slack.refused(slack.client.conversations_history, channel="C0INCIDENTS", **given)
    assert answer["error"] == error


async def test_a_missing_argument_is_named(slack: Sandbox) -> None:
    answer = await slack.refused(slack.client.api_call, api_method="conversations.info")
    assert answer["response_metadata"]["messages"] == ["[ERROR] missing required field: channel"]
