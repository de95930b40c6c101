"""What is printed is what curl prints: recorded here, and asked of the real program where there is one."""

import asyncio
import gzip
import re
import shlex
import shutil

import pytest
from aiohttp import web

from runbooks.curl.reading import curl
from runbooks.http import send
from runbooks.outputs import Printed
from tests.runbooks.examples import served

HEAD = "HTTP/1.1 200 OK\r\nServer: S\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: 6\r\n\r\n"
MOVED = (
    "HTTP/1.1 302 Found\r\nLocation: /hello\r\nServer: S\r\nContent-Type: text/plain; charset=utf-8\r\n"
    "Content-Length: 6\r\n\r\n"
)
FORM = "application/x-www-form-urlencoded"


async def site(request: web.Request) -> web.Response:
    headers = {"Server": "S"}
    if request.path == "/echo":
        kind, query = request.headers.get("Content-Type", "-"), request.rel_url.raw_query_string
        said = f"{request.method} {query} {kind} {await request.text()}\n"
        return web.Response(text=said, headers=headers)
    if request.path == "/accepted":
        return web.Response(text=f"{request.headers.get('Accept')} {request.headers.get('Cookie')}\n", headers=headers)
    if request.path == "/elsewhere":
        return web.Response(status=302, text="moved\n", headers={"Location": "/echo", **headers})
    if request.path == "/drop" and request.transport:
        request.transport.abort()
    if request.path == "/gzip":
        return web.Response(body=gzip.compress(b"packed\n"), headers={**headers, "Content-Encoding": "gzip"})
    if request.path in {"/moved", "/loop"}:
        where = {"Location": "/hello" if request.path == "/moved" else "/loop"}
        return web.Response(status=302, text="moved\n", headers={**where, **headers})
    status = {"/missing": 404, "/broken": 503, "/empty": 204}.get(request.path, 200)
    return web.Response(status=status, text="" if status == 204 else "hello\n", headers=headers)


CASES = [
    ("-sS {url}/hello", "hello\n", 0, ""),
    ("-sS -i {url}/hello", HEAD + "hello\n", 0, ""),
    ("-sS -I {url}/hello", HEAD, 0, ""),
    ("-sSI {url}/missing", HEAD.replace("200 OK", "404 Not Found"), 0, ""),
    ("-sS {url}/missing", "hello\n", 0, ""),
    ("-sS -f {url}/missing", "", 22, "curl: (22) The requested URL returned error: 404\n"),
    ("-s -f {url}/broken", "", 22, ""),
    ("-sS --fail-with-body {url}/broken", "hello\n", 22, "curl: (22) The requested URL returned error: 503\n"),
    ("-sS -f -w '%{{http_code}}' {url}/missing", "404", 22, "curl: (22) The requested URL returned error: 404\n"),
    (
        "-s -o /dev/null -w '%{{http_code}} %{{size_download}} %{{content_type}}\\n' {url}/hello",
        "200 6 text/plain; charset=utf-8\n",
        0,
        "",
    ),
    (
        "-s -w '|%{{num_redirects}}|%{{redirect_url}}|%{{method}}|%{{scheme}}|%{{http_version}}' {url}/moved",
        "moved\n|0|{url}/hello|GET|HTTP|1.1",
        0,
        "",
    ),
    ("-s -w '%%%{{exitcode}}\\t%header{{server}}' {url}/hello", "hello\n%0\tS", 0, ""),
    ("-sS {url}/moved", "moved\n", 0, ""),
    ("-sSL {url}/moved", "hello\n", 0, ""),
    ("-sSL -i {url}/moved", MOVED + HEAD + "hello\n", 0, ""),
    ("-sSL -w '%{{num_redirects}}' {url}/moved", "hello\n1", 0, ""),
    ("-sSL --max-redirs 3 -o /dev/null {url}/loop", "", 47, "curl: (47) Maximum (3) redirects followed\n"),
    ("-sS {url}/empty", "", 0, ""),
    ("-sS -d a=1 -d b=2 {url}/echo", f"POST  {FORM} a=1&b=2\n", 0, ""),
    ("-sS --data-urlencode 'q=x y&z' {url}/echo", f"POST  {FORM} q=x+y%26z\n", 0, ""),
    ("-sS -G -d a=1 --data-urlencode 'q=x y' '{url}/echo?z=0'", "GET z=0&a=1&q=x+y - \n", 0, ""),
    ("-sS --json '{{\"a\":1}}' {url}/echo", 'POST  application/json {{"a":1}}\n', 0, ""),
    ("-sS -X PUT -H 'Content-Type: text/x' -d x {url}/echo", "PUT  text/x x\n", 0, ""),
    ("-sS -X DELETE {url}/echo", "DELETE  - \n", 0, ""),
    ("-sS -d 'a\nb' {url}/echo", f"POST  {FORM} a\nb\n", 0, ""),
    ("-sSL -d a=1 {url}/elsewhere", "GET  - \n", 0, ""),
    ("-sSL -X POST -d a=1 {url}/elsewhere", "POST  - \n", 0, ""),
    ("-sS -H 'Accept:' {url}/accepted", "None None\n", 0, ""),
    ("-sS -D - {url}/hello", HEAD + "hello\n", 0, ""),
    ("-sS -D - -o /dev/null {url}/hello", HEAD, 0, ""),
    ("-sS -i -o /dev/null {url}/hello", "", 0, ""),
    ("-sS -q --retry 2 --retry-connrefused {url}/hello", "hello\n", 0, ""),
    (r"-sS -o /dev/null -w 'a\tb\\n\x' {url}/hello", "a\tb\\\\n\\x", 0, ""),
    ("-sS --compressed {url}/gzip", "packed\n", 0, ""),
    ("-sS {url}/drop", "", 52, "curl: (52) Empty reply from server\n"),
    ("-s {url}/drop", "", 52, ""),
    (
        "-sS http://127.0.0.1:1/",
        "",
        7,
        "curl: (7) Failed to connect to 127.0.0.1 port 1 after N ms: Couldn't connect to server\n",
    ),
    ("-s -o /dev/null -w '%{{http_code}}' http://127.0.0.1:1/", "000", 7, ""),
    ("-sS https://127.0.0.1:{port}/", "", 35, "curl: (35) "),
]


def plain(text: str) -> str:
    return re.sub(r"Date: [^\r]*\r\n", "", re.sub(r"after \d+ ms", "after N ms", text))


async def really(program: str, words: list[str]) -> Printed:
    done = await asyncio.create_subprocess_exec(
        program, "-q", *words, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE, env={}
    )
    stdout, stderr = await done.communicate()
    return Printed(stdout.decode(), stderr.decode(), done.returncode or 0)


@pytest.mark.parametrize(("line", "stdout", "code", "stderr"), CASES)
async def test_curl_prints_the_same(line: str, stdout: str, code: int, stderr: str) -> None:
    async with served(site) as url:
        words = shlex.split(line.format(url=url, port=url.rpartition(":")[2]))
        program = shutil.which("curl")
        answers = [await send(curl(["curl", *words]), cluster=None, target=None, timeout=10)]
        answers += [await really(program, words)] if program else []
        for said in answers:
            assert (plain(said.stdout), said.exit_code) == (stdout.format(url=url), code)
            assert plain(said.stderr).startswith(stderr)
            assert bool(said.stderr) is bool(stderr)
