"""Serve the page's files: each with its content type, none of them able to load anything from elsewhere."""

from pathlib import Path
from typing import Final

from aiohttp import web

HERE: Final = Path(__file__).parent
TYPES: Final = {".html": "text/html", ".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}
POLICY: Final = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data: blob:",
        "connect-src 'self'",
        "form-action 'none'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    )
)
HEADERS: Final = {
    "Content-Security-Policy": POLICY,
    "Cache-Control": "no-cache",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
}


def routes() -> list[web.RouteDef]:
    """Return the page's routes: the document at `/`, its parts under `/page/`."""
    return [web.get("/", document), web.get("/favicon.ico", icon), web.get("/page/{file}", part)]


async def document(_: web.Request) -> web.StreamResponse:
    return answer(HERE / "index.html")


async def icon(_: web.Request) -> web.StreamResponse:
    return answer(HERE / "icon.svg")


async def part(request: web.Request) -> web.StreamResponse:
    """Answer with one of the page's own files; any other name does not exist."""
    path = parts().get(request.match_info["file"])
    if path is None:
        raise web.HTTPNotFound(text="The page has no such file.", headers=HEADERS)
    return answer(path)


def parts() -> dict[str, Path]:
    """Name every file that may be served: what lies here and has a type of TYPES (never a path a client made up)."""
    return {path.name: path for path in HERE.iterdir() if path.suffix in TYPES}


def answer(path: Path) -> web.FileResponse:
    return web.FileResponse(path, headers=HEADERS | {"Content-Type": f"{TYPES[path.suffix]}; charset=utf-8"})
