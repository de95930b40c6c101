"""The wire to Prometheus: prometheus-api-client, its answers bounded, their warnings kept, its errors as sentences."""

import ast
import json
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import requests
from prometheus_api_client import PrometheusConnect
from prometheus_api_client.exceptions import PrometheusApiClientException
from requests.exceptions import ReadTimeout, RequestException
from urllib3 import Retry

from runbooks.promql import PromqlFailed, shown_url

LARGEST = 8 * 1024 * 1024
"""How much of an answer is read: the series of a thousand pods over a day, or forty thousand numbers."""
_CHUNK = 64 * 1024


@dataclass(frozen=True)
class _Answer:
    """What the client looks at. It would take the result out and drop the warnings, so it is handed the whole."""

    status_code: int
    content: bytes

    def json(self) -> dict[str, Any]:
        return {"data": {"result": json.loads(self.content)}}


class _Session(requests.Session):
    """Reads no more of an answer than it may be long, and no longer than it may take."""

    def request(self, **asked: Any) -> _Answer:  # type: ignore[override]  # the client names all that it gives
        until, content = time.monotonic() + asked["timeout"], bytearray()
        with super().request(**asked, stream=True) as response:
            for chunk in response.iter_content(_CHUNK):
                content += chunk
                if len(content) > LARGEST:
                    raise PromqlFailed(
                        f"Prometheus answers with more than {LARGEST >> 20} MiB: too many series."
                        " Add a label, or a sum or topk around the query."
                    )
                if time.monotonic() > until:
                    raise ReadTimeout
        return _Answer(response.status_code, bytes(content))


class Wire:
    """One Prometheus, asked from any thread."""

    def __init__(self, url: str, headers: Mapping[str, str]) -> None:
        self._url = url
        self._client: Any = PrometheusConnect(
            url.rstrip("/"), headers=dict(headers), retry=Retry(0, read=False), session=_Session()
        )

    def ask(self, method: str, arguments: Mapping[str, Any]) -> tuple[Any, tuple[str, ...]]:
        """Return the result, and what Prometheus warns of. Raises PromqlFailed."""
        try:
            answer = getattr(self._client, method)(**arguments)
            return answer["data"]["result"], tuple(map(str, answer.get("warnings", ())))
        except PrometheusApiClientException as error:
            raise PromqlFailed(_refused(str(error))) from error
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise PromqlFailed(f"What answers at {shown_url(self._url)} is not Prometheus.") from error
        except RequestException as error:
            raise PromqlFailed(_unreachable(type(error).__name__, self._url, arguments["timeout"])) from error


def _unreachable(kind: str, url: str, timeout: float) -> str:
    if "Timeout" in kind:
        return f"Prometheus at {shown_url(url)} did not answer within {timeout:g} s. Ask for less, or try again."
    if kind == "SSLError":
        return (
            f"The certificate of Prometheus at {shown_url(url)} cannot be trusted. Look at its address in muster.yaml."
        )
    return f"Prometheus at {shown_url(url)} cannot be reached. Is it up, and is its address right?"


def _refused(text: str) -> str:
    """Take Prometheus's own words out of `HTTP Status Code 400 (b'{"status":"error","error":"…"}')`."""
    status = re.search(r"Status Code (\d+)", text)
    if words := _own_words(text):
        return f"Prometheus refuses the query: {words}"
    if status and status[1] in {"401", "403"}:
        return f"Prometheus does not let Muster in (HTTP {status[1]}). Look at its headers_file in muster.yaml."
    return f"Prometheus answered with HTTP {status[1] if status else 'trouble'}. Try again, or look at its own log."


def _own_words(text: str) -> str:
    """The client puts the body into its error as a bytes literal."""
    body = re.search(r"""\((b(?:'.*'|".*"))\)$""", text, re.DOTALL)
    try:
        said = json.loads(ast.literal_eval(body[1])) if body else None
    except (ValueError, SyntaxError):
        return ""
    return str(said.get("error", "")) if isinstance(said, dict) else ""
