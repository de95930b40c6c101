"""A cluster with a still clock, and a client of its API server."""

import json
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Any

import aiohttp
import pytest

from sandbox.cluster.alone import serving, still_cluster
from sandbox.cluster.cluster import Cluster

NS = "/api/v1/namespaces/inferadb"
APPS = "/apis/apps/v1/namespaces/inferadb"
TABLE = "application/json;as=Table;v=v1;g=meta.k8s.io,application/json"
MERGE, STRATEGIC, JSON_PATCH = (f"application/{kind}patch+json" for kind in ("merge-", "strategic-merge-", "json-"))


@dataclass(frozen=True)
class Answer:
    status: int
    text: str
    headers: Mapping[str, str]

    @property
    def json(self) -> Any:
        return json.loads(self.text)


class Api:
    """Asks the API server as one identity."""

    def __init__(self, session: aiohttp.ClientSession, url: str) -> None:
        self.session, self.url = session, url

    async def __call__(
        self, method: str, path: str, body: Any = None, *, token: str | None = "sandbox-admin", **headers: str
    ) -> Answer:
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if token is not None:
            sent["Authorization"] = f"Bearer {token}"
        data = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
        if data is not None:
            sent.setdefault("Content-Type", "application/json")
        async with self.session.request(method, self.url + path, data=data, headers=sent) as answer:
            return Answer(answer.status, await answer.text(), answer.headers)

    async def get(self, path: str, **headers: str) -> Any:
        answer = await self("GET", path, **headers)
        assert answer.status == 200, answer.text
        return answer.json

    async def patch(self, path: str, body: Any, kind: str = MERGE) -> Answer:
        return await self("PATCH", path, body, Content_Type=kind)


@pytest.fixture
def cluster() -> Cluster:
    return still_cluster()


@pytest.fixture
async def api(cluster: Cluster) -> AsyncIterator[Api]:
    async with serving(cluster) as (url, _), aiohttp.ClientSession() as session:
        yield Api(session, url)
