"""How the page's files are served: right types, a strict policy, nothing but its own files."""

from collections.abc import AsyncIterator

import aiohttp
import pytest

from sandbox.page.serving import HERE, TYPES
from sandbox.slack import Workspace
from tests.sandbox.page.conftest import served


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with served(Workspace(), []) as url, aiohttp.ClientSession(url) as made:
        yield made


@pytest.mark.parametrize(
    ("path", "content_type"),
    [
        ("/", "text/html"),
        ("/page/main.js", "text/javascript"),
        ("/page/colors.css", "text/css"),
        ("/page/icons.svg", "image/svg+xml"),
        ("/favicon.ico", "image/svg+xml"),
    ],
)
async def test_each_file_has_its_content_type(session: aiohttp.ClientSession, path: str, content_type: str) -> None:
    async with session.get(path) as answer:
        assert answer.status == 200
        assert (answer.content_type, answer.charset) == (content_type, "utf-8")
        assert answer.headers["X-Content-Type-Options"] == "nosniff"


async def test_the_policy_allows_only_what_comes_from_here(session: aiohttp.ClientSession) -> None:
    async with session.get("/") as answer:
        policy = dict(rule.split(" ", 1) for rule in answer.headers["Content-Security-Policy"].split("; "))
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == policy["connect-src"] == "'self'"
    assert "unsafe" not in "".join(policy.values())


@pytest.mark.parametrize("name", ["serving.py", "..%2Fserving.py", "%2e%2e%2f__init__.py", "nothing.js", "__pycache__"])
async def test_no_other_file_is_served(session: aiohttp.ClientSession, name: str) -> None:
    async with session.get(f"/page/{name}") as answer:
        assert answer.status == 404


async def test_every_file_the_document_names_exists(session: aiohttp.ClientSession) -> None:
    async with session.get("/") as answer:
        document = await answer.text()
    named = {part.split('"')[0].split("#")[0] for part in document.split('"/page/')[1:]}
    assert named <= {path.name for path in HERE.iterdir() if path.suffix in TYPES}


def test_no_script_reads_text_as_html() -> None:
    for path in HERE.glob("*.js"):
        text = path.read_text()
        for door in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "DOMParser"):
            assert door not in text, f"{path.name} uses {door}"


def test_every_icon_that_is_asked_for_is_drawn() -> None:
    import re

    drawn = set(re.findall(r'<symbol id="(\w+)"', (HERE / "icons.svg").read_text()))
    asked = {name for path in HERE.glob("*.js") for name in re.findall(r'\bicon\("(\w+)"\)', path.read_text())}
    assert asked <= drawn
