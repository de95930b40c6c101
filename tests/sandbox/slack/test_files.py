"""Files: the three steps of an upload, and who may read one."""

import aiohttp
import pytest

from sandbox.slack import Workspace
from tests.sandbox.slack.conftest import Clock, Sandbox, sandbox_of

HERE = "C0INCIDENTS"
PICTURE = b"\x89PNG\r\n" + bytes(200_000)


async def test_the_sdks_upload_shares_a_file_in_a_channel_and_a_thread(slack: Sandbox) -> None:
    parent = (await slack.client.chat_postMessage(channel=HERE, text="x"))["ts"]
    await slack.client.files_upload_v2(channel=HERE, filename="graph.png", content=PICTURE, title="error_ratio")
    await slack.client.files_upload_v2(
        channel=HERE, filename="postmortem.md", content="# INC-7", initial_comment="Postmortem", thread_ts=parent
    )

    top = (await slack.human().messages(HERE))[1]
    reply = (await slack.human().messages(HERE, parent))[1]
    assert (top["files"][0]["title"], top["files"][0]["mimetype"]) == ("error_ratio", "image/png")
    assert (reply["text"], reply["files"][0]["preview"]) == ("Postmortem", "# INC-7")
    async with slack.session.get(top["files"][0]["url_private"], params={"as": "U0ALEX"}) as got:
        assert await got.read() == PICTURE
        assert got.content_type == "image/png"


async def test_a_multipart_upload_is_taken_too(slack: Sandbox) -> None:
    step = await slack.client.files_getUploadURLExternal(filename="a.txt", length=5)
    form = aiohttp.FormData()
    form.add_field("file", b"hello", filename="a.txt")
    async with slack.session.post(step["upload_url"], data=form) as got:
        assert got.status == 200
    files = (await slack.client.files_completeUploadExternal(files=[{"id": step["file_id"], "title": "A"}]))["files"]
    assert files[0]["size"] == 5
    assert (await slack.client.files_info(file=step["file_id"]))["file"]["title"] == "A"


async def test_an_upload_of_another_length_or_without_bytes_is_refused(slack: Sandbox) -> None:
    step = await slack.client.files_getUploadURLExternal(filename="a.txt", length=5)
    early = await slack.refused(slack.client.files_completeUploadExternal, files=[{"id": step["file_id"]}])
    async with slack.session.post(step["upload_url"], data=b"too long") as got:
        assert got.status == 400
    async with slack.session.post(f"{slack.url}files/upload/v1/F0", data=b"x") as got:
        assert got.status == 404

    assert early["error"] == "file_not_found"
    assert (await slack.refused(slack.client.files_getUploadURLExternal, filename="a", length=0))["error"]


@pytest.mark.parametrize(("channel", "error"), [("C0PLATFORM", "not_in_channel"), ("C0NO", "channel_not_found")])
async def test_a_file_goes_only_where_the_app_is(slack: Sandbox, channel: str, error: str) -> None:
    step = await slack.client.files_getUploadURLExternal(filename="a.txt", length=1)
    async with slack.session.post(step["upload_url"], data=b"x") as got:
        assert got.status == 200
    files = [{"id": step["file_id"]}]
    answer = await slack.refused(slack.client.files_completeUploadExternal, files=files, channel_id=channel)
    assert answer["error"] == error


async def test_reading_a_file_needs_a_person_or_the_apps_token_and_scope() -> None:
    stopwatch = Clock()
    workspace = Workspace(manifest={"oauth_config": {"scopes": {"bot": ["files:write"]}}}, stopwatch=stopwatch)
    async with sandbox_of(workspace, stopwatch) as slack:
        shared = await slack.client.files_upload_v2(channel=HERE, filename="a.txt", content="x")
        url, token = shared["file"]["url_private"], {"Authorization": f"Bearer {workspace.bot_token}"}
        async with slack.session.get(url) as nobody, slack.session.get(url, headers=token) as app:
            assert (nobody.status, app.status) == (403, 403)
        async with slack.session.get(url, headers={"Sec-Fetch-Site": "same-origin"}) as page:
            assert page.status == 403
        async with slack.session.get(url, params={"as": "U0SAM"}) as sam:
            assert (sam.status, await sam.text()) == (200, "x")


async def test_a_deleted_file_leaves_a_tombstone(slack: Sandbox) -> None:
    shared = await slack.client.files_upload_v2(channel=HERE, filename="a.txt", content="x")
    await slack.client.files_delete(file=shared["file"]["id"])

    (message,) = await slack.human().messages(HERE)
    assert message["files"][0]["mode"] == "tombstone"
    gone = await slack.refused(slack.client.files_delete, file=shared["file"]["id"])
    assert gone["error"] == "file_not_found"


async def test_a_person_shares_a_file(slack: Sandbox) -> None:
    form = aiohttp.FormData({"as": "U0ALEX", "channel": HERE, "text": "look"})
    form.add_field("file", PICTURE, filename="screen.png")
    async with slack.session.post(f"{slack.url}people/upload", data=form) as got:
        assert (await got.json())["ok"] is True
    (message,) = await slack.human("U0SAM").messages(HERE)
    assert (message["user"], message["text"], message["files"][0]["name"]) == ("U0ALEX", "look", "screen.png")
    nothing = aiohttp.FormData({"as": "U0ALEX", "channel": HERE}, default_to_multipart=True)
    async with slack.session.post(f"{slack.url}people/upload", data=nothing) as got:
        assert (await got.json())["error"] == "There is no file to share."


async def test_a_private_channels_file_is_for_its_members_and_the_app(slack: Sandbox) -> None:
    made = await slack.client.conversations_create(name="incident-secret", is_private=True)
    private = made["channel"]["id"]
    await slack.client.conversations_invite(channel=private, users="U0ALEX")
    shared = await slack.client.files_upload_v2(channel=private, filename="a.txt", content="secret")
    url, token = shared["file"]["url_private"], {"Authorization": f"Bearer {slack.workspace.bot_token}"}
    found = {}
    for person in ("U0ALEX", "U0SAM", "U0GUEST", "U0NOBODY"):
        async with slack.session.get(url, params={"as": person}) as got:
            found[person] = got.status
    assert found == {"U0ALEX": 200, "U0SAM": 403, "U0GUEST": 403, "U0NOBODY": 403}
    async with slack.session.get(url, headers=token) as app, slack.session.get(url) as nobody:
        assert (app.status, nobody.status) == (200, 403)


@pytest.mark.parametrize(("name", "how"), [("a.svg", "attachment"), ("a.html", "attachment"), ("a.png", "inline")])
async def test_what_could_run_as_a_page_is_only_downloaded(slack: Sandbox, name: str, how: str) -> None:
    shared = await slack.client.files_upload_v2(channel=HERE, filename=name, content="<script>alert(1)</script>")
    async with slack.session.get(shared["file"]["url_private"], params={"as": "U0ALEX"}) as got:
        assert got.headers["Content-Disposition"].startswith(how)
        assert got.headers["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in got.headers["Content-Security-Policy"]
