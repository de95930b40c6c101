"""A verb of `/incident`: what a person types, what help says of it, and how it reaches its handler."""

import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from slack_bolt.async_app import AsyncApp

from bot.listening import Handler, answering
from bot.payloads import asked_in
from bot.views.actions import SUGGESTED

COMMAND = "/incident"
Matcher = Callable[[Mapping[str, Any]], Awaitable[bool]]


@dataclass(frozen=True)
class Verb:
    """One verb; `about` is what help says, `example` what the documentation shows."""

    name: str
    usage: str
    about: str
    example: str
    also: tuple[str, ...] = ()
    """Other words for the same."""
    needs: Literal["responder", "approver", "admin", "member", ""] = "responder"
    """Who may; `member` is everybody but guests, '' everybody."""
    when: Literal["open", "closed", "incident", "anywhere"] = "open"
    """Where it makes sense: for an open incident, a closed one, any, or without one."""
    free: bool = False
    """Whether a text of one's own follows; in an incident's channel `INC-7` after the verb then belongs to the text."""
    checked: bool = True
    """Whether the permission is asked for before the handler; declare opens its form first."""

    @property
    def words(self) -> tuple[str, ...]:
        """Every word that says it."""
        return (self.name, *self.also)

    def on(self, app: AsyncApp, handler: Handler) -> None:
        """Have `handler` answer the typed verb, and the same verb suggested as a button."""
        listener = answering(handler, needs=self.needs if self.checked else "", free=self.free)
        app.command(COMMAND, matchers=[saying(self.words)])(listener)
        app.action(re.compile(f"^{SUGGESTED}(:|$)"), matchers=[saying(self.words)])(listener)


def saying(words: tuple[str, ...]) -> Matcher:
    """Match a payload whose verb is one of these."""

    async def matches(body: Mapping[str, Any]) -> bool:
        return asked_in(body).verb in words

    return matches


def click(app: AsyncApp, action: str | re.Pattern[str], handler: Handler, *, needs: str = "responder") -> None:
    """Have `handler` answer a button or a select."""
    app.action(action)(answering(handler, needs=needs))
