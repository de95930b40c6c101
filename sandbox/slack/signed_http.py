"""Delivery over HTTP: a POST signed as Slack signs it (docs.slack.dev/authentication/verifying-requests-from-slack)."""

import hashlib
import hmac
import json
import time
from urllib.parse import urlencode

import aiohttp

from sandbox.slack.records import Json

RETRY_WORDS = {"timeout": "http_timeout", "dispatch_failed": "connection_failed"}


def signature(secret: str, stamp: str, body: bytes) -> str:
    signed = hmac.new(secret.encode(), f"v0:{stamp}:".encode() + body, hashlib.sha256)
    return f"v0={signed.hexdigest()}"


def encoded(kind: str, payload: Json) -> tuple[bytes, str]:
    """Return the body and its content type: events as JSON, commands as a form, interactions as a form field."""
    if kind == "events_api":
        return json.dumps(payload).encode(), "application/json"
    form = payload if kind == "slash_commands" else {"payload": json.dumps(payload)}
    return urlencode(form).encode(), "application/x-www-form-urlencoded"


async def post_signed(
    url: str, kind: str, payload: Json, signer: tuple[str, float], *, retry: tuple[int, str]
) -> tuple[str, Json]:
    """POST a payload signed with `signer` (secret, time limit); return "ok" and the answer, or why there is none."""
    secret, seconds = signer
    body, content_type = encoded(kind, payload)
    stamp = str(int(time.time()))
    headers = {"Content-Type": content_type, "User-Agent": "Slackbot 1.0 (+https://api.slack.com/robots)"}
    headers |= {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": signature(secret, stamp, body)}
    if retry[0]:
        headers |= {"X-Slack-Retry-Num": str(retry[0]), "X-Slack-Retry-Reason": RETRY_WORDS.get(retry[1], retry[1])}
    try:
        limit = aiohttp.ClientTimeout(total=seconds)
        async with (
            aiohttp.ClientSession(timeout=limit) as session,
            session.post(url, data=body, headers=headers) as got,
        ):
            return ("ok" if got.status == 200 else "http_error"), read_answer(await got.read())
    except TimeoutError:
        return "timeout", {}
    except aiohttp.ClientError:
        return "dispatch_failed", {}


def read_answer(body: bytes) -> Json:
    """Read an acknowledgement: JSON, or plain text as {"text": …}."""
    if not body:
        return {}
    try:
        answer = json.loads(body)
    except ValueError:
        return {"text": body.decode(errors="replace")}
    return answer if isinstance(answer, dict) else {"text": str(answer)}
