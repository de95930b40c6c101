"""How each kind of effect is sent, and found again when it may have been sent already."""

import base64
from collections.abc import Awaitable, Callable, Iterator
from datetime import datetime
from typing import Any

import structlog

from bot.outbox import finding
from bot.outbox.effects import CREATE, EDIT, INVITE, POST, UPLOAD, Json
from bot.outbox.filling import addresses, filled, linked
from bot.outbox.inviting import Directory, invite
from bot.outbox.records import Made, Records
from bot.outbox.slack import Answer, Refused, Slack
from bot.store.tables import EffectRow, Place

log = structlog.get_logger(__name__)

PINNED = "already_pinned"
"""A repeat that Slack can tell: what was wanted is so."""
BLOCKS = {"invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long", "msg_too_long", "too_many_blocks"}
NO_THREAD = {"thread_not_found", "cannot_reply_to_message"}
"""Whose first message was deleted: a reply to it is said in the channel, for somebody waits for it."""
NAMES = 20

Send = Callable[[EffectRow, Json], Awaitable[Made]]


class Sender:
    """Makes one effect's calls; raises `Refused` (finally) or `Later`."""

    def __init__(self, slack: Slack, records: Records) -> None:
        self._slack = slack
        self._records = records
        self._directory = Directory(slack)
        self._by_method: dict[str, Send] = {
            CREATE: self._create,
            POST: self._post,
            EDIT: self._edit,
            INVITE: self._invite,
            UPLOAD: self._upload,
            "bookmarks.add": self._bookmark,
        }

    async def send(self, row: EffectRow) -> Made:
        """Make the effect, whatever it takes."""
        arguments = await self._fill(row)
        return await self._by_method.get(row.method, self._plain)(row, arguments)

    async def _fill(self, row: EffectRow) -> Json:
        places = await self._records.places(row.needs)
        for name in linked(row.arguments) & set(places):
            places[name] = await self._with_permalink(places[name])
        people = {address: await self._mentioned(address) for address in addresses(row.arguments)}
        result: Json = filled(row.arguments, places, {address: user for address, user in people.items() if user})
        return result

    async def _with_permalink(self, place: Place) -> Place:
        """Learn a message's address; what links to one that was deleted is said all the same."""
        if place.permalink is None and place.ts is not None:
            try:
                answer = await self._slack.ask("chat.getPermalink", channel=place.channel, message_ts=place.ts)
            except Refused as refused:
                log.warning("a message has no address", place=place.name, error=refused.error)
            else:
                place.permalink = str(answer["permalink"])
                await self._records.learn_permalink(place.name, place.permalink)
        return place

    async def _mentioned(self, address: str) -> str | None:
        try:
            return await self._directory.person(address)
        except Refused as refused:
            log.warning("nobody in Slack has this address", address=address, error=refused.error)
            return None

    async def _plain(self, row: EffectRow, arguments: Json) -> Made:
        try:
            await self._slack.ask(row.method, **arguments)
        except Refused as refused:
            if refused.error != PINNED:
                raise
        return Made()

    async def _create(self, row: EffectRow, arguments: Json) -> Made:
        for name in _names(str(arguments["name"])):
            try:
                answer = await self._slack.ask(CREATE, name=name, is_private=arguments["is_private"])
            except Refused as refused:
                if refused.error != "name_taken":
                    raise
                if row.unclear and (found := await self._own_channel(name, row)):
                    return Made(channel=found, name=name)
            else:
                return Made(channel=answer["channel"]["id"], name=answer["channel"]["name"])
        raise Refused("name_taken")

    async def _own_channel(self, name: str, row: EffectRow) -> str | None:
        found = await finding.own_channel(self._slack, name, _since(row))
        return None if found is None or await self._records.has_place_in(found) else found

    async def _post(self, row: EffectRow, arguments: Json) -> Made:
        channel, thread = str(arguments["channel"]), arguments.get("thread_ts")
        if row.unclear and (found := await finding.message(self._slack, channel, thread, row.key, _since(row))):
            return found
        arguments = {**arguments, "metadata": finding.signed(row.key)}
        try:
            answer = await self._message(row, arguments)
        except Refused as refused:
            if thread and refused.error in NO_THREAD:
                return await self._post(row, {name: value for name, value in arguments.items() if name != "thread_ts"})
            if refused.error != "not_in_channel":
                raise
            answer = await self._join_and_post(row, arguments, refused)
        return Made(channel=answer["channel"], ts=answer["ts"])

    async def _join_and_post(self, row: EffectRow, arguments: Json, refused: Refused) -> Answer:
        channel = await finding.channel_id(self._slack, str(arguments["channel"]))
        if channel is None:
            raise refused
        try:
            await self._slack.ask("conversations.join", channel=channel)
        except Refused:
            raise refused from None
        return await self._message(row, {**arguments, "channel": channel})

    async def _edit(self, row: EffectRow, arguments: Json) -> Made:
        answer = await self._message(row, arguments)
        return Made(channel=answer.get("channel"), ts=answer.get("ts"))

    async def _message(self, row: EffectRow, arguments: Json) -> Answer:
        """Say it with blocks; if this workspace refuses them, say it without: a plain word beats none."""
        try:
            return await self._slack.ask(row.method, **arguments)
        except Refused as refused:
            if refused.error not in BLOCKS:
                raise
            log.error("Slack refuses these blocks", effect=row.key, error=refused.error, answer=_messages(refused))  # noqa: TRY400 - the answer says it all
        plain: dict[str, Any] = {**arguments, "text": str(arguments["text"])[:3900], "blocks": None}
        return await self._slack.ask(row.method, **plain)

    async def _invite(self, _row: EffectRow, arguments: Json) -> Made:
        problems = await invite(self._directory, arguments["channel"], arguments["users"])
        return Made(problems=tuple(problems))

    async def _bookmark(self, row: EffectRow, arguments: Json) -> Made:
        title, link = arguments["title"], arguments["link"]
        if not (row.unclear and await finding.bookmarked(self._slack, arguments["channel_id"], title, link)):
            await self._slack.ask(row.method, **arguments)
        return Made()

    async def _upload(self, row: EffectRow, arguments: Json) -> Made:
        channel = await finding.channel_id(self._slack, arguments["channel"])
        if channel is None:
            raise Refused("channel_not_found")
        filename, title, thread = arguments["filename"], arguments["title"], arguments.get("thread_ts")
        if row.unclear and await finding.file(self._slack, channel, thread, filename, title, _since(row)):
            return Made()
        content = base64.b64decode(arguments["content"])
        ticket = await self._slack.ask("files.getUploadURLExternal", filename=filename, length=len(content))
        await self._slack.put(ticket["upload_url"], content)
        await self._slack.ask(
            "files.completeUploadExternal",
            files=[{"id": ticket["file_id"], "title": title}],
            channel_id=channel,
            thread_ts=thread,
            initial_comment=arguments["comment"] or None,
        )
        return Made()


def _names(name: str) -> Iterator[str]:
    yield name
    for number in range(2, NAMES + 1):
        tail = f"-{number}"
        yield name[: 80 - len(tail)].rstrip("-_") + tail


def _since(row: EffectRow) -> datetime:
    return row.tried_at or row.wanted_at


def _messages(refused: Refused) -> list[str]:
    return list((refused.answer.get("response_metadata") or {}).get("messages") or [])[:5]
