"""The wire to Slack's Web API: what it answers, and our own errors for what it does not."""

import json
from collections.abc import AsyncIterator, Mapping
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

Answer = dict[str, Any]

SECONDS_PER_CALL = 15
BUSY = {"internal_error", "fatal_error", "service_unavailable", "request_timeout"}
"""Slack's own trouble; the call may have been carried out all the same (its documentation says so of `fatal_error`)."""
TOKEN = {"invalid_auth", "not_authed", "account_inactive", "token_revoked", "token_expired", "org_login_required"}
"""What is wrong with the token is mended by a person, after which the same call works."""


class Refused(Exception):
    """Slack answered `{error}`: it will say so again."""

    def __init__(self, error: str, answer: Mapping[str, Any] | None = None) -> None:
        super().__init__(error)
        self.error = error
        self.answer = dict(answer or {})


class Later(Exception):
    """It has not worked now, and may work later; `unclear`: Slack may have done it and the answer was lost."""

    def __init__(self, why: str, *, after: float | None = None, unclear: bool = False) -> None:
        super().__init__(why)
        self.after = after
        self.unclear = unclear


class WrongToken(Later):
    """Slack refuses the token: a person has to mend that, and then the same call works."""


def web_client(token: str, base_url: str, session: aiohttp.ClientSession) -> AsyncWebClient:
    """Build the client: it repeats nothing by itself (a repeated post is a second message) and uses no proxy."""
    client = AsyncWebClient(
        token=token, base_url=base_url, session=session, timeout=SECONDS_PER_CALL, retry_handlers=[]
    )
    client.proxy = None
    return client


class Slack:
    """One method: ask. Arguments are JSON; lists and objects travel as Slack's form encoding wants them."""

    def __init__(self, client: AsyncWebClient) -> None:
        self._client = client
        self._me: str | None = None

    async def ask(self, method: str, **arguments: Any) -> Answer:
        """Make one call; return the answer, or raise `Refused` or `Later`."""
        try:
            response = await self._client.api_call(method, data=form(arguments))
        except SlackApiError as error:
            raise _judged(error) from None
        except aiohttp.ClientConnectorError as error:
            raise Later(f"Slack cannot be reached: {error.os_error}") from None
        except (aiohttp.ClientError, TimeoutError, OSError, SlackClientError) as error:
            raise Later(f"Slack's answer was lost: {type(error).__name__}", unclear=True) from None
        return dict(response.data) if isinstance(response.data, dict) else {}

    async def credentials(self) -> tuple[Answer, Mapping[str, str]]:
        """Return who the token is, and the answer's headers (lower case): scopes, and Slack's time."""
        try:
            response = await self._client.api_call("auth.test")
        except SlackApiError as error:
            raise _judged(error) from None
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise Later(f"Slack cannot be reached: {type(error).__name__}") from None
        answer = response.data if isinstance(response.data, dict) else {}
        return answer, {name.lower(): str(value) for name, value in response.headers.items()}

    async def me(self) -> str:
        """Return the bot's own user id."""
        if self._me is None:
            self._me = str((await self.ask("auth.test"))["user_id"])
        return self._me

    async def pages(self, method: str, part: str, **arguments: Any) -> AsyncIterator[Answer]:
        """Return each item of a list that comes in pages."""
        cursor = ""
        while True:
            answer = await self.ask(method, **arguments, **({"cursor": cursor} if cursor else {}))
            for item in answer.get(part) or []:
                yield item
            cursor = (answer.get("response_metadata") or {}).get("next_cursor") or ""
            if not cursor:
                return

    async def put(self, url: str, content: bytes) -> None:
        """Send a file's bytes to the address that Slack gave for it."""
        session = self._client.session
        if session is None:
            raise LookupError("the client was built without a session")
        try:
            async with session.post(url, data=content) as response:
                if response.status != 200:
                    raise Later(f"Slack did not take the file: {response.status}")
        except (aiohttp.ClientError, TimeoutError) as error:
            raise Later(f"Slack did not take the file: {type(error).__name__}") from None


def form(arguments: Mapping[str, Any]) -> dict[str, str]:
    """Write arguments as a form: JSON for what is not text, nothing for what is None."""
    return {
        name: value if isinstance(value, str) else json.dumps(value)
        for name, value in arguments.items()
        if value is not None
    }


def _judged(error: SlackApiError) -> Refused | Later:
    response = error.response
    status = int(getattr(response, "status_code", 0) or getattr(response, "status", 0))
    data = getattr(response, "data", None)
    answer: Answer = data if isinstance(data, dict) else {}
    code = str(answer.get("error") or "")
    if status == 429 or code in {"ratelimited", "rate_limited"}:
        return Later("Slack asks to slow down", after=_seconds(getattr(response, "headers", {})))
    if status >= 500 or not code or code in BUSY:
        return Later(f"Slack answered {code or status}", unclear=True)
    if code in TOKEN:
        return WrongToken(f"Slack refuses the token: {code}", after=30)
    return Refused(code, answer)


def _seconds(headers: Mapping[str, Any]) -> float:
    for name, value in headers.items():
        if name.lower() == "retry-after":
            text = value[0] if isinstance(value, list) else value
            return max(float(text), 0.0) if str(text).replace(".", "", 1).isdigit() else 1.0
    return 1.0
