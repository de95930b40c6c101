"""The pretend Slack alone on a free port, for tests."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web

from sandbox.slack.serving import routes
from sandbox.slack.workspace import Workspace

LARGEST_BODY = 64 * 1024 * 1024


@asynccontextmanager
async def serving(workspace: Workspace) -> AsyncIterator[str]:
    """Serve a workspace on 127.0.0.1 and give its address, `http://127.0.0.1:PORT/`; SLACK_API_URL is it + `api/`."""
    application = web.Application(client_max_size=LARGEST_BODY)
    address = "http://127.0.0.1/"
    application.add_routes(routes(workspace, base_url=lambda: address))
    runner = web.AppRunner(application, shutdown_timeout=1.0)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    address = f"http://127.0.0.1:{runner.addresses[0][1]}/"
    try:
        yield address
    finally:
        await workspace.close()
        await runner.cleanup()
