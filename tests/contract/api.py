"""Ask an API server over plain HTTP through the official client, as one identity, in one namespace."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import aiohttp
from kubernetes.aio.client import ApiClient, Configuration
from kubernetes.aio.config import load_kube_config
from kubernetes.aio.dynamic import DynamicClient
from kubernetes.aio.dynamic.exceptions import DynamicApiError

TABLE = "application/json;as=Table;v=v1;g=meta.k8s.io,application/json"
PARTIAL = "application/json;as={};v=v1;g=meta.k8s.io,application/json"
MERGE, STRATEGIC, JSON_PATCH = (f"application/{kind}patch+json" for kind in ("merge-", "strategic-merge-", "json-"))
PATIENCE = 180
"""Seconds that a real cluster may take to pull an image and start a pod."""


@dataclass(frozen=True)
class Answer:
    status: int
    text: str
    headers: Mapping[str, str]

    @property
    def json(self) -> Any:
        return json.loads(self.text)


@dataclass(frozen=True)
class Api:
    client: ApiClient
    namespace: str
    image: str

    async def close(self) -> None:
        await self.client.close()  # type: ignore[no-untyped-call]  # the SDK is untyped

    @property
    def core(self) -> str:
        return f"/api/v1/namespaces/{self.namespace}"

    @property
    def apps(self) -> str:
        return f"/apis/apps/v1/namespaces/{self.namespace}"

    async def ask(
        self, method: str, path: str, body: Any = None, *, kind: str = "application/json",
        accept: str = "application/json", **query: str,
    ) -> Answer:  # fmt: skip
        """Send one request and give the whole answer, whatever its status."""
        try:
            response = await self._open(method, path, body, kind, accept, query)
        except DynamicApiError as refused:
            text = refused.body.decode() if isinstance(refused.body, bytes) else str(refused.body)
            return Answer(int(refused.status), text, dict(refused.headers or {}))
        return Answer(response.status, (await response.read()).decode(), response.headers)

    async def _open(
        self, method: str, path: str, body: Any, kind: str, accept: str, query: Mapping[str, str]
    ) -> aiohttp.ClientResponse:
        response: aiohttp.ClientResponse = await DynamicClient(self.client).request(  # type: ignore[no-untyped-call]  # the SDK is untyped
            method, path, body=body, query_params=list(query.items()), header_params={"Accept": accept},
            content_type=kind if body is not None else None, _request_timeout=PATIENCE + 30, serialize=False,
        )  # fmt: skip
        return response

    async def get(self, path: str, accept: str = "application/json", **query: str) -> Any:
        answer = await self.ask("GET", path, accept=accept, **query)
        assert answer.status == 200, answer.text
        return answer.json

    async def create(self, path: str, body: Mapping[str, Any], **query: str) -> Any:
        answer = await self.ask("POST", path, body, **query)
        assert answer.status == 201, answer.text
        return answer.json

    async def patch(self, path: str, body: Any, kind: str = MERGE, **query: str) -> Answer:
        return await self.ask("PATCH", path, body, kind=kind, **query)

    async def changes(self, path: str, **query: str) -> AsyncIterator[tuple[str, Any]]:
        """Watch a list: give what happens and to which object, until the server ends it."""
        wish = {"watch": "1", "timeoutSeconds": str(PATIENCE)} | query
        response = await self._open("GET", path, None, "", "application/json", wish)
        try:
            async for line in response.content:
                event = json.loads(line)
                yield event["type"], event["object"]
        finally:
            response.close()

    async def until(self, path: str, name: str, is_so: Callable[[Any], bool]) -> Any:
        """Wait until an object is as wished; it is watched, not asked again and again."""
        async with asyncio.timeout(PATIENCE):
            async for kind, thing in self.changes(path, fieldSelector=f"metadata.name={name}"):
                if kind in {"ADDED", "MODIFIED"} and is_so(thing):
                    return thing
        raise AssertionError(f"{path}/{name} never became what was waited for")

    async def account(self, name: str) -> "Api":
        """Make a ServiceAccount, and give what asks with its token."""
        await self.create(f"{self.core}/serviceaccounts", {"metadata": {"name": name}})
        wish = {"apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest", "spec": {"expirationSeconds": 600}}
        found = await self.create(f"{self.core}/serviceaccounts/{name}/token", wish)
        return self.bearing(found["status"]["token"])

    def bearing(self, token: str) -> "Api":
        """Ask the same server with another token; whoever gets this closes its client."""
        mine, configuration = self.client.configuration, Configuration()
        for word in ("host", "verify_ssl", "ssl_ca_cert", "ca_cert_data", "tls_server_name", "assert_hostname"):
            setattr(configuration, word, getattr(mine, word))
        configuration.api_key = {"BearerToken": f"Bearer {token}"}
        return replace(self, client=ApiClient(configuration=configuration))


async def api_of(kubeconfig: str, namespace: str, image: str) -> Api:
    """Read a kubeconfig, and ask nothing yet."""
    configuration = Configuration()
    await load_kube_config(  # type: ignore[no-untyped-call]  # the SDK is untyped
        config_file=kubeconfig, client_configuration=configuration
    )
    return Api(ApiClient(configuration=configuration), namespace, image)


def deployment(image: str, replicas: int = 1, **env: str) -> dict[str, Any]:
    """Give a Deployment `web` whose pods say hello and wait."""
    container = {
        "name": "web", "image": image, "command": ["sh", "-c", "echo hello; sleep 3600"],
        "env": [{"name": name, "value": value} for name, value in env.items()],
    }  # fmt: skip
    pod = {"containers": [container], "terminationGracePeriodSeconds": 1}
    template = {"metadata": {"labels": {"app": "web"}}, "spec": pod}
    spec = {"replicas": replicas, "selector": {"matchLabels": {"app": "web"}}, "template": template}
    return {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "web"}, "spec": spec}


def is_available(thing: Any) -> bool:
    """Say whether a Deployment has rolled out what it was last told."""
    status, wanted = thing.get("status", {}), thing["spec"]["replicas"]
    seen = status.get("observedGeneration") == thing["metadata"]["generation"]
    words = ("replicas", "updatedReplicas", "availableReplicas")
    return seen and all(status.get(word, 0) == wanted for word in words)
