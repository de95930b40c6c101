"""Whatever words a line has: it is refused, it is a usage error, or exactly these words are asked of the API."""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import pytest_asyncio
from aiohttp import web
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from runbooks.kubectl import Cluster, Refused, Result, Usage, parse, preview, run
from runbooks.kubectl.flags import VERBS, flags_of
from tests.runbooks.kubectl.api import Api, serving

pytestmark = pytest.mark.asyncio(loop_scope="module")
NOW = datetime(2026, 11, 21, tzinfo=UTC)
SECRET = "c3VwZXItc2VjcmV0"
REVIEWS = ("/apis/authorization.k8s.io/", "/apis/authentication.k8s.io/")
NAMES = (
    "web-1", "deploy/web", "pod/web-1", "nosuch", "cm/limits", "node/n1", "svc,pods", "all", "secrets", "a/b/c", "",
)  # fmt: skip
TYPES = ("pods", "po", "deploy", "deployments.apps", "cm", "nodes", "svc", "pods.v1.", "widgets", "sts,ds", "secret")
VALUES = (
    "x", "-1", "5", "1s", "a=b", "a-", "app in (a", "{.items[*].metadata.name}", "json", "yaml", "wide", "name", "=",
    "jsonpath={.a", "custom-columns=A:.b", '{"spec":{"replicas":2}}', "$(reboot)", "--token=x", "../x", "\x00", "é",
)  # fmt: skip
FLAGS = sorted({name for verb in VERBS for name in flags_of(verb)} | {"--", "-", "---", "--kubeconfig", "--as=root"})


class Seen(Api):
    """Remembers every request, whoever sent it; Secrets there hold something."""

    requests: list[tuple[str, str, dict[str, str]]]

    async def serve(self, request: web.Request) -> web.StreamResponse:
        self.requests.append((request.method, request.path, dict(request.headers)))
        return await super().serve(request)


def thing(kind: str, name: str, **more: object) -> dict[str, object]:
    metadata = {"name": name, "namespace": "x", "uid": name, "resourceVersion": "7"}
    return {"apiVersion": "v1", "kind": kind, "metadata": metadata, **more}


def things() -> dict[str, dict[str, object]]:
    spec = {"containers": [{"name": "app", "env": [{"name": "A", "value": "b"}]}], "nodeName": "n1"}
    return {
        "/api/v1/namespaces/x/pods/web-1": thing("Pod", "web-1", spec=spec, status={"phase": "Running"}),
        "/api/v1/namespaces/x/secrets/db": thing("Secret", "db", data={"password": SECRET}),
        "/api/v1/namespaces/x/configmaps/limits": thing("ConfigMap", "limits", data={"a": "1"}),
        "/api/v1/nodes/n1": thing("Node", "n1", spec={}, status={}),
    }


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def server(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[tuple[Seen, Cluster]]:
    api = Seen(things())
    api.requests = []
    folder: Path = tmp_path_factory.mktemp("safety")
    async with serving(api, folder) as cluster:
        yield api, cluster


words = st.lists(
    st.one_of(st.sampled_from(NAMES), st.sampled_from(TYPES), st.sampled_from(VALUES), st.sampled_from(FLAGS)),
    max_size=6,
)
odd = st.lists(st.text(max_size=12), max_size=5)


async def told(argv: list[str], cluster: Cluster) -> tuple[Result, bool] | None:
    """What running it gave and whether it may change something; None when it was not run."""
    try:
        command = parse(argv)
    except (Refused, Usage):
        return None
    assert command.words == tuple(argv)
    async with asyncio.timeout(20):
        return await run(command, cluster, now=NOW, timeout=0.2), command.changes


@settings(max_examples=250, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from(sorted(VERBS)), st.one_of(words, odd))
async def test_no_line_crashes_hangs_or_does_more_than_it_says(
    server: tuple[Seen, Cluster], verb: str, more: list[str]
) -> None:
    api, cluster = server
    api.objects, api.requests = things(), []
    ran = await told([*verb.split(), *more], cluster)
    methods = {(method, path) for method, path, _ in api.requests}
    if ran is None:
        assert not methods
        return
    result, changes = ran
    assert SECRET not in result.stdout + result.stderr + json.dumps(result.objects)
    writes = {path for method, path in methods if method != "GET" and not path.startswith(REVIEWS)}
    assert changes or not writes
    for _, _, headers in api.requests:
        assert headers["Authorization"] == "Bearer a-token"
        assert not [name for name in headers if name.lower().startswith("impersonate")]


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from(sorted(VERBS)), words)
async def test_a_preview_of_any_line_leaves_everything_as_it_is(
    server: tuple[Seen, Cluster], verb: str, more: list[str]
) -> None:
    api, cluster = server
    api.objects = things()
    try:
        command = parse([*verb.split(), *more])
    except (Refused, Usage):
        return
    if not command.changes or command.runs_programs:
        return
    async with asyncio.timeout(20):
        seen = await preview(command, cluster, now=NOW, timeout=0.2)
    assert api.objects == things()
    assert seen.inverse is not None


LOOKS = (
    "-o go-template={{.}}", "--template={{.items}}", "-o template --template={{range.items}}{{.data}}{{end}}",
    "-o json", "-o yaml", "-o jsonpath={..data}", "-o custom-columns=A:.data", "-o jsonpath-as-json={.items}",
    "--sort-by=.data",
)  # fmt: skip


@pytest.mark.parametrize("look", ["", *LOOKS, "-o wide", "-o name", "--show-labels", "-L a"])
@pytest.mark.parametrize("which", ["secrets", "secret/db", "secret db", "pods,secrets", "secrets.v1.", "all"])
async def test_what_a_secret_holds_is_never_told_in_any_form(
    server: tuple[Seen, Cluster], which: str, look: str
) -> None:
    api, cluster = server
    api.objects = things()
    ran = await told(["get", *which.split(), "-n", "x", *look.split()], cluster)
    assert ran is None or SECRET not in ran[0].stdout + ran[0].stderr + json.dumps(ran[0].objects)
    described = await told(["describe", *which.split(), "-n", "x"], cluster)
    assert described is None or SECRET not in described[0].stdout + json.dumps(described[0].objects)


REFUSED = [
    ("edit deploy/web", "patch"),
    ("attach web-1", "logs"),
    ("proxy", "proxy"),
    ("port-forward web-1 80", "http step"),
    ("cp web-1:/x y", "stay"),
    ("debug web-1", "terminal"),
    ("run x --image=y", "http step"),
    ("get pods --kubeconfig=x", "muster.yaml"),
    ("get pods --as=root", "muster.yaml"),
    ("get pods --as-group root", "muster.yaml"),
    ("get pods --token=x", "muster.yaml"),
    ("get pods --server=http://x", "muster.yaml"),
    ("get pods --insecure-skip-tls-verify", "muster.yaml"),
    ("apply -f -", "file beside the runbook"),
    ("apply -f https://example.com/x.yaml", "file beside the runbook"),
    ("get secret db -o yaml", "describe secret"),
    ("get secret db -o jsonpath={.data}", "describe secret"),
    ("get --raw /api/v1/namespaces/x/secrets/db", "--raw"),
    ("get --raw /api/v1/namespaces/x/pods/web/exec?command=id", "--raw"),
    ("get --raw /api/v1/namespaces/x/pods/web/portforward", "--raw"),
    ("get --raw /api/v1/pods?watch=1", "--raw"),
    ("set env deploy/web --from=secret/db", "describe secret"),
    ("cluster-info dump", "kubectl logs"),
    ("create secret generic x", "read"),
    ("create token x", "read"),
]


@pytest.mark.parametrize(("line", "nearest"), REFUSED)
async def test_what_is_refused_says_why_and_what_works(line: str, nearest: str) -> None:
    with pytest.raises(Refused) as refused:
        parse(line.split())
    assert nearest in f"{refused.value.reason} {refused.value.instead}"
