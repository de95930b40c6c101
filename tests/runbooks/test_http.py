"""A request is answered as curl answers, and only addresses of the runbook are asked."""
# ruff: noqa: E501  # one row of a table is one line

import asyncio
import gzip
import shlex
from pathlib import Path

import pytest
from aiohttp import web

from runbooks.curl.reading import Curl, curl
from runbooks.curl.sending import BODY_LIMIT
from runbooks.http import allowed, proxied, send, service_of
from runbooks.kubectl import Cluster
from runbooks.kubectl.proxying import kept_back
from runbooks.model import Target
from runbooks.outputs import Printed
from tests.runbooks.examples import answering, runbook, served
from tests.runbooks.kubectl.replay import kubeconfig

TARGET = Target(namespace="shop", services=("orders",))


async def sent(request: Curl) -> Printed:
    return await send(request, cluster=None, target=None, timeout=5)


async def test_the_body_is_printed() -> None:
    async with served(answering("hello\n")) as url:
        assert await sent(Curl(f"{url}/x")) == Printed("hello\n")


async def test_head_prints_the_headers_alone() -> None:
    async with served(answering("hello", Colour="blue")) as url:
        said = (await sent(Curl(f"{url}/", "HEAD", show_headers=True, show_body=False))).stdout
    assert said.startswith("HTTP/1.1 200 OK\r\n")
    assert "Colour: blue\r\n" in said
    assert said.endswith("\r\n\r\n")
    assert "hello" not in said


async def test_an_error_page_is_printed_and_with_f_is_exit_code_22() -> None:
    async with served(answering("gone", 404)) as url:
        assert await sent(Curl(url)) == Printed("gone")
        failed = await sent(Curl(url, fail=True))
    assert failed == Printed("", "curl: (22) The requested URL returned error: 404\n", 22)


async def test_headers_method_and_body_arrive() -> None:
    seen: list[tuple[str, str, str]] = []

    async def handler(request: web.Request) -> web.Response:
        seen.append((request.method, request.headers["X-A"], await request.text()))
        return web.Response(text="ok")

    async with served(handler) as url:
        await sent(Curl(url, "POST", (("X-A", "1"),), "body"))
    assert seen == [("POST", "1", "body")]


async def test_write_out_comes_after_the_body() -> None:
    async with served(answering("hello")) as url:
        printed = await sent(Curl(url, show_body=False, write_out="%{http_code} %{size_download}\\n"))
    assert printed.stdout == "200 5\n"


async def test_a_redirect_is_followed_on_request_and_never_to_another_host() -> None:
    async def handler(request: web.Request) -> web.Response:
        places = {
            "/a": "/b",
            "/out": "http://localhost:1/",
            "/loop": "/loop",
            "/port": str(request.url.with_port(9)),
            "/file": "file:///etc/passwd",
        }
        if request.path in places:
            return web.Response(status=302, headers={"Location": places[request.path]}, text="moved")
        return web.Response(text="here")

    async with served(handler) as url:
        assert (await sent(Curl(f"{url}/a"))).stdout == "moved"
        assert (await sent(Curl(f"{url}/a", follow=True))).stdout == "here"
        assert (await sent(Curl(f"{url}/out", follow=True))).stderr.startswith(
            "curl: (47) The answer leads to another host"
        )
        assert (await sent(Curl(f"{url}/port", follow=True))).stderr.startswith(
            "curl: (47) The answer leads to another port"
        )
        assert (await sent(Curl(f"{url}/file", follow=True))).exit_code == 47
        assert (await sent(Curl(f"{url}/loop", follow=True))).exit_code == 47


async def test_a_server_that_hangs_is_a_timeout() -> None:
    async def handler(_request: web.Request) -> web.Response:
        await asyncio.Event().wait()
        return web.Response()

    async with served(handler) as url:
        printed = await sent(Curl(url, max_time=0.05))
    words = "curl: (28) Operation timed out after 50 milliseconds with 0 bytes received\n"
    instead = "It did not answer in time: ask again, or look at what runs there."
    assert printed == Printed("", words, 28, (instead,))


async def test_a_server_that_is_down_is_exit_code_7() -> None:
    async with served(answering("")) as url:
        pass
    printed = await sent(Curl(url))
    assert printed.exit_code == 7
    assert printed.stderr.startswith("curl: (7) Failed to connect to 127.0.0.1 port ")


async def test_a_connection_that_breaks_is_curls_error() -> None:
    async def handler(request: web.Request) -> web.Response:
        assert request.transport is not None
        request.transport.abort()
        return web.Response()

    async with served(handler) as url:
        printed = await sent(Curl(url))
    assert printed.exit_code in {52, 56}


async def test_an_endless_answer_is_cut() -> None:
    async with served(answering("x" * (9 * 1024 * 1024))) as url:
        printed = await sent(Curl(url))
    assert len(printed.stdout) == 8 * 1024 * 1024
    assert "longer than 8 MiB" in printed.notes[0]


async def test_what_unpacks_to_much_is_cut_as_well() -> None:
    async def bomb(_request: web.Request) -> web.Response:
        packed = gzip.compress(bytes(64 * 1024 * 1024))
        return web.Response(body=packed, headers={"Content-Encoding": "gzip"})

    async with served(bomb) as url:
        unpacked = await sent(Curl(url, compressed=True))
        packed = await sent(Curl(url))
    assert len(unpacked.stdout) == 8 * 1024 * 1024
    assert unpacked.notes
    assert len(packed.stdout) < 1024 * 1024


async def test_s_hides_errors_and_a_note_tells_them() -> None:
    async with served(answering("")) as url:
        pass
    printed = await sent(Curl(url, mute=True, write_out="%{http_code}"))
    assert (printed.stdout, printed.stderr, printed.exit_code) == ("000", "", 7)
    assert "(7) Failed to connect" in printed.notes[0]
    assert "is it up" in printed.notes[1]


@pytest.mark.parametrize(
    ("url", "may"),
    [
        ("http://inferadb:8080/metrics", True),
        ("http://INFERADB:8080/metrics", True),
        ("http://inferadb:8080/admin", False),
        ("http://inferadb:9090/metrics", False),
        ("https://inferadb:8080/metrics", False),
        ("http://inferadb:8080/metrics?a=b", False),
        ("http://169.254.169.254/latest/meta-data", False),
        ("http://inferadb:8080@evil.example/metrics", False),
    ],
)
def test_only_addresses_that_stand_in_the_runbook_are_allowed(url: str, may: bool) -> None:
    assert allowed(url, runbook()) is may
    assert not allowed(url, None)


@pytest.mark.parametrize(
    ("url", "service"),
    [
        ("http://orders:8080/x", ("shop", "orders")),
        ("http://orders.shop/x", ("shop", "orders")),
        ("http://orders.shop.svc.cluster.local/x", ("shop", "orders")),
        ("http://orders.other/x", None),
        ("http://orders.example.com/x", None),
        ("http://payments/x", None),
    ],
)
def test_a_bare_host_is_a_service_of_the_runbooks_namespace(url: str, service: tuple[str, str] | None) -> None:
    assert service_of(url, TARGET) == service
    assert service_of(url, None) is None


@pytest.mark.parametrize(
    ("url", "path", "query"),
    [
        ("http://orders:8080/metrics", "/api/v1/namespaces/shop/services/orders:8080/proxy/metrics", []),
        ("http://orders/", "/api/v1/namespaces/shop/services/orders:80/proxy/", []),
        ("http://orders/a/../../../secrets/./b/..", "/api/v1/namespaces/shop/services/orders:80/proxy/secrets/", []),
        ("http://orders/%2e%2e/%2E%2E/secrets", "/api/v1/namespaces/shop/services/orders:80/proxy/secrets", []),
        ("http://orders/api/queues/%2F/a%2fb%252e", "/api/v1/namespaces/shop/services/orders:80/proxy/api/queues/%2F/a%2Fb%252e", []),
        ("http://orders/a?x=..%2F..", "/api/v1/namespaces/shop/services/orders:80/proxy/a", [("x", "../..")]),
        ("https://orders/a%20b?c=d&e=", "/api/v1/namespaces/shop/services/https:orders:443/proxy/a%20b", [("c", "d"), ("e", "")]),
    ],
)  # fmt: skip
def test_a_service_is_asked_through_the_api_server(url: str, path: str, query: list[tuple[str, str]]) -> None:
    assert proxied(url, "shop", "orders") == (path, query)


async def test_a_service_gets_the_headers_and_the_body_of_the_line_and_the_api_server_only_its_own_login(
    tmp_path: Path,
) -> None:
    seen: list[tuple[str, str, dict[str, str], str]] = []

    async def handler(request: web.Request) -> web.Response:
        seen.append((request.method, request.path_qs, dict(request.headers), await request.text()))
        return web.Response(text="well\n", status=201, headers={"X-B": "2"})

    line = (
        "curl -si -X POST -H 'Content-Type: application/json' -H 'X-A: 1' -H 'Authorization: Bearer theirs'"
        " -H 'Impersonate-User: admin' -d '{\"a\": 1}' 'http://orders:8080/check?b=c%20d'"
    )
    async with served(handler) as url:
        cluster = await Cluster.open(kubeconfig=kubeconfig(tmp_path, url))
        said = await send(curl(shlex.split(line)), cluster=cluster, target=TARGET, timeout=5)
        await cluster.close()
    (method, path, headers, body) = seen[0]
    assert (method, path) == ("POST", "/api/v1/namespaces/shop/services/orders:8080/proxy/check?b=c%20d")
    assert body == '{"a": 1}'
    assert (headers["Content-Type"], headers["X-A"]) == ("application/json", "1")
    assert headers["Authorization"] == "Bearer a-token"
    assert "Impersonate-User" not in headers
    assert said.stdout.startswith("HTTP/1.1 201 Created\r\n")
    assert said.stdout.endswith("\r\n\r\nwell\n")
    assert said.notes == (
        "The API server takes `Authorization` for itself: it was not sent.",
        "The API server takes `Impersonate-User` for itself: it was not sent.",
    )


def test_a_header_may_not_make_two_requests_of_one() -> None:
    taken = ("Content-Length", "Transfer-Encoding", "TE", "Expect", "Host", "X-Remote-User", "Proxy-Authorization")
    harmless = ("Tenant", "Test-Id", "Hostname-X", "Connection-Id", "Upgrade-Insecure-Requests", "X-A")
    assert kept_back([(name, "1") for name in (*taken, *harmless)]) == list(taken)


async def test_a_long_answer_of_a_service_is_cut(tmp_path: Path) -> None:
    async with served(answering("x" * (BODY_LIMIT + 9))) as url:
        cluster = await Cluster.open(kubeconfig=kubeconfig(tmp_path, url))
        said = await send(Curl("http://orders/"), cluster=cluster, target=TARGET, timeout=30)
        await cluster.close()
    assert len(said.stdout) == BODY_LIMIT
    assert "longer than 8 MiB" in said.notes[0]
