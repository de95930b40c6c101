"""How payloads reach the app: over Socket Mode or signed HTTP, and what comes back within three seconds."""

from __future__ import annotations

import asyncio
import copy
import secrets
import time
from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from sandbox.slack.records import APP_ID, BOT_USER, TEAM_ID, Json
from sandbox.slack.signed_http import post_signed
from sandbox.slack.socket_mode import Sockets

if TYPE_CHECKING:
    from sandbox.slack.workspace import Workspace

KEPT_PAYLOADS = 20_000
Mode = Literal["socket", "http"]
Kind = Literal["events_api", "slash_commands", "interactive"]


@dataclass(frozen=True)
class Answered:
    """The app's answer: its body, or why there is none (`timeout`, `http_error`, `dispatch_failed`)."""

    ok: bool
    body: Json = field(default_factory=dict)
    reason: str = ""


class Delivery:
    """Delivers; `acknowledge_seconds` and `retries` (seconds before each retry of an event) are Slack's own.

    `log` has each payload's kind, mode, attempt, `at` (wall clock), seconds it `took` to be acknowledged, ok, reason.
    """

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self.mode: Mode = "socket"
        self.url = ""
        self.acknowledge_seconds = 3.0
        self.retries: tuple[float, ...] = (0.0, 60.0, 300.0)
        self.sockets = Sockets()
        self.log: deque[Json] = deque(maxlen=KEPT_PAYLOADS)

    async def ask(self, kind: Kind, payload: Json, *, attempt: int = 0, reason: str = "") -> Answered:
        """Deliver one payload once and wait for its acknowledgement."""
        entry: Json = {"kind": kind, "mode": self.mode, "attempt": attempt, "at": time.time(), "payload": payload}
        self.log.append(entry)
        started = time.perf_counter()
        if self.mode == "http":
            signer = (self._workspace.signing_secret, self.acknowledge_seconds)
            status, body = await post_signed(self.url, kind, payload, signer, retry=(attempt, reason))
        else:
            status, body = await self.sockets.send(kind, payload, self.acknowledge_seconds, retry=(attempt, reason))
        answered = Answered(status == "ok", body, "" if status == "ok" else status)
        entry |= {"took": time.perf_counter() - started, "ok": answered.ok, "reason": answered.reason}
        return answered

    async def again(self, times: int = 1) -> list[Answered]:
        """Deliver the last payload again, all at once, as Slack does when an acknowledgement is lost."""
        last = self.log[-1]
        copies = (self.ask(last["kind"], last["payload"], attempt=n, reason="timeout") for n in range(1, times + 1))
        return await asyncio.gather(*copies)

    def event(self, event: Json, event_time: int) -> None:
        """Deliver an event beside everything else, and again until it is acknowledged or the retries end."""
        outer: Json = {"token": self._workspace.verification_token, "team_id": TEAM_ID, "api_app_id": APP_ID}
        outer |= {"context_team_id": TEAM_ID, "context_enterprise_id": None, "type": "event_callback", "event": event}
        outer |= {"event_id": f"Ev{secrets.token_hex(5).upper()}", "event_time": event_time}
        installed = {"enterprise_id": None, "team_id": TEAM_ID, "user_id": BOT_USER, "is_bot": True}
        outer |= {"authorizations": [installed | {"is_enterprise_install": False}], "is_ext_shared_channel": False}
        self._workspace.spawn(self._insist(copy.deepcopy(outer)))

    async def _insist(self, payload: Json) -> None:
        answered = await self.ask("events_api", payload)
        for attempt, pause in enumerate(self.retries, start=1):
            if answered.ok:
                return
            await asyncio.sleep(pause)
            answered = await self.ask("events_api", payload, attempt=attempt, reason=answered.reason)

    async def verify_url(self) -> bool:
        """Ask the events URL to prove that it is the app's, as Slack does when it is entered."""
        challenge = secrets.token_hex(16)
        payload = {"token": self._workspace.verification_token, "challenge": challenge, "type": "url_verification"}
        signer = (self._workspace.signing_secret, self.acknowledge_seconds)
        status, body = await post_signed(self.url, "events_api", payload, signer, retry=(0, ""))
        return status == "ok" and challenge in {body.get("challenge"), body.get("text")}

    async def close(self) -> None:
        await self.sockets.close()
