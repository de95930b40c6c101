"""A small runbook for tests, and servers on 127.0.0.1 that answer as the world does."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web

from runbooks.model import Runbook

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def values(**more: Any) -> dict[str, Any]:
    """The runbook as it stands in YAML."""
    return {
        "service": "orders",
        "kubernetes": {"namespace": "inferadb", "services": ["inferadb"]},
        "severities": [{"key": "SEV-1"}, {"key": "SEV-2", "suggest_when": ["error_ratio > 0.05"]}],
        "diagnostics": [
            {"id": "pods", "phase": "assess", "run": "kubectl get pods -l app=inferadb", "find": ["not-ready"]},
            {"id": "error_ratio", "promql": "errors / requests", "unit": "ratio", "bad_when": "> 0.01"},
            {"id": "metrics", "run": "curl http://inferadb:8080/metrics | head -1"},
        ],
        "mitigations": [
            {
                "id": "scale-up",
                "run": "kubectl scale deployment/inferadb --replicas={replicas}",
                "inputs": {"replicas": {"type": "integer", "default": 10, "min": 1, "max": 50}},
                "verify": ["pods"],
            },
            {"id": "rollback", "run": "kubectl rollout undo deployment/inferadb", "verify": ["pods"]},
            {"id": "call", "manual": "Call the provider"},
        ],
    } | more


def runbook(**more: Any) -> Runbook:
    """The runbook, with some keys replaced."""
    return Runbook.model_validate(values(**more))


@asynccontextmanager
async def served(handler: Handler) -> AsyncIterator[str]:
    """Answer every request with a handler; gives the server's URL."""
    application = web.Application()
    application.router.add_route("*", "/{path:.*}", handler)
    async with served_app(application) as url:
        yield url


@asynccontextmanager
async def served_app(application: web.Application) -> AsyncIterator[str]:
    """Serve an application; gives its URL."""
    runner = web.AppRunner(application, shutdown_timeout=0.1)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


def answering(body: str, status: int = 200, **headers: str) -> Handler:
    """A handler that always says the same."""

    async def handler(_request: web.Request) -> web.Response:
        return web.Response(text=body, status=status, headers=headers)

    return handler
