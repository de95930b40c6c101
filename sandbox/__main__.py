"""`python -m sandbox`: start the pretend company, play it with the bot (`demo`), or break and heal a running one."""

import argparse
import asyncio
import contextlib
import json
import os
import signal
import sys
import tempfile
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from sandbox.prometheus import free_port
from sandbox.stories import STORIES

if TYPE_CHECKING:
    from sandbox.serving import ServedCompany

THEIRS = ("SLACK_", "MUSTER_", "KUBECONFIG", "PROMETHEUS_URL", "DATABASE_URL", "RUNBOOKS_DIR", "HTTP_", "LOG_FORMAT")
ASK_SECONDS = 30.0


def main(words: Sequence[str] | None = None) -> int:
    """Read the command line and do it."""
    found = _parser().parse_args(words)
    act: str = found.act or "serve"
    if act == "stories":
        for story in STORIES:
            _say(f"{story.service} {story.name}: {story.about}")
        return 0
    if act in {"break", "heal", "reset"}:
        return _ask(act, found)
    with contextlib.suppress(KeyboardInterrupt):
        return asyncio.run(_run(found, demo=act == "demo"))
    return 0


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m sandbox", description=__doc__)
    acts = parser.add_subparsers(dest="act", metavar="ACT")
    for name, about in (("serve", "start it (the default)"), ("demo", "start it with Muster connected")):
        _starting(acts.add_parser(name, help=about))
    _starting(parser)
    acts.add_parser("stories", help="list what can go wrong")
    broken = acts.add_parser("break", help="begin a story in the running company")
    broken.add_argument("service")
    broken.add_argument("story")
    healed = acts.add_parser("heal", help="end every story of the running company")
    healed.add_argument("service", nargs="?")
    for one in (broken, healed, acts.add_parser("reset", help="begin anew")):
        one.add_argument("--url", help="of the running company (else MUSTER_SANDBOX_URL, else the latest started)")
    return parser


def _starting(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--port", type=int, default=argparse.SUPPRESS, help="of the page (default: a free one)")
    parser.add_argument("--json", action="store_true", default=argparse.SUPPRESS, help="print one line for programs")
    parser.add_argument("--slack-mode", choices=("socket", "http"), default=argparse.SUPPRESS)
    parser.add_argument("--events-url", default=argparse.SUPPRESS, help="where HTTP mode delivers")
    parser.add_argument("--no-prometheus", action="store_true", default=argparse.SUPPRESS)
    parser.add_argument(
        "--rate-limits", action="store_true", default=argparse.SUPPRESS, help="answer 429 as Slack does"
    )


def _note() -> Path:
    """Name the file that says where the latest company of this user runs."""
    return Path(tempfile.gettempdir()) / f"muster-sandbox-{os.getuid()}.url"


async def _run(found: argparse.Namespace, *, demo: bool) -> int:
    """Start, say where, and stay until told to stop."""
    from sandbox.serving import Options, ServedCompany  # noqa: PLC0415  # the other acts need none of it and start at once

    mode, url = getattr(found, "slack_mode", "socket"), getattr(found, "events_url", "")
    if mode == "http" and not url:
        sys.stderr.write(
            "error: --slack-mode http needs --events-url, for example http://127.0.0.1:8080/slack/events\n"
        )
        return 2
    options = Options(
        getattr(found, "port", 0), mode, url, not getattr(found, "no_prometheus", False),
        getattr(found, "rate_limits", False),
    )  # fmt: skip
    for name in [name for name in os.environ if name.startswith(THEIRS) or name.lower().endswith("_proxy")]:
        del os.environ[name]
    stop = asyncio.Event()
    for one in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(one, stop.set)
    company = ServedCompany(options)
    try:
        await company.start()
    except OSError as problem:
        sys.stderr.write(f"error: the sandbox cannot start: {problem}\n")
        return 1
    try:
        await asyncio.to_thread(_note().write_text, company.page, "utf-8")
        if demo:
            return await _demo(company.env(), company.page, company.prometheus.trouble, stop)
        _tell(company, machine=getattr(found, "json", False))
        await stop.wait()
        return 0
    finally:
        await company.stop()


def _tell(company: "ServedCompany", *, machine: bool) -> None:
    env, page, trouble = company.env(), company.page, company.prometheus.trouble
    if machine:
        _say(json.dumps({"env": env, "page": page, "connections": company.connections}))
        return
    _say("A pretend company: Slack, a cluster, its metrics. Connect Muster with:")
    for name, value in env.items():
        _say(f"  export {name}={value}")
    for name, address in company.connections.items():
        _say(f"  {name}: {address}")
    if trouble:
        _say(trouble)
    _say("Break something:  python -m sandbox break inferadb bad-deploy")
    _say(f"Open {page}")


async def _demo(env: Mapping[str, str], page: str, trouble: str, stop: asyncio.Event) -> int:
    """Start the bot beside the company, and say where to look once it listens; both end together."""
    folder, port = Path(env["MUSTER_CONFIG"]).parent, free_port()
    own = {"DATABASE_URL": f"sqlite+aiosqlite:///{folder / 'muster.db'}", "HTTP_HOST": "127.0.0.1"}
    words = (sys.executable, "-m", "bot", "serve")
    bot = await asyncio.create_subprocess_exec(*words, env={**os.environ, **env, **own, "HTTP_PORT": str(port)})
    ended = asyncio.create_task(bot.wait())
    stopped = asyncio.create_task(stop.wait())
    greeting = asyncio.create_task(_greet(page, trouble, f"http://127.0.0.1:{port}/readyz"))
    await asyncio.wait({ended, stopped}, return_when=asyncio.FIRST_COMPLETED)
    for task in (greeting, stopped):
        task.cancel()
    if bot.returncode is None:
        bot.terminate()
        await asyncio.wait({ended}, timeout=10)
    if bot.returncode is None:
        bot.kill()
    code = await ended
    return 0 if stop.is_set() else code


async def _greet(page: str, trouble: str, ready: str) -> None:
    """Say where to look, as the last line, once the bot is connected."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    while not await asyncio.to_thread(_is_ready, opener, ready):  # noqa: ASYNC110  # another process: no event to await
        await asyncio.sleep(0.2)
    if trouble:
        _say(trouble)
    _say(f"Type /incident declare in #incidents. Break something on the page.\nOpen {page}")


def _is_ready(opener: urllib.request.OpenerDirector, url: str) -> bool:
    try:
        with opener.open(url, timeout=2):
            return True
    except OSError:
        return False


def _ask(act: str, found: argparse.Namespace) -> int:
    """Ask the running company to do something."""
    url = found.url or os.environ.get("MUSTER_SANDBOX_URL") or (_note().read_text("utf-8") if _note().is_file() else "")
    if not url.startswith(("http://127.0.0.1:", "http://localhost:")):
        sys.stderr.write("error: no sandbox is running here. Start one: make demo, or python -m sandbox\n")
        return 1
    body = {"service": getattr(found, "service", None), "story": getattr(found, "story", None)}
    data = json.dumps({key: value for key, value in body.items() if value}).encode()
    request = urllib.request.Request(f"{url.rstrip('/')}/sandbox/{act}", data, {"Content-Type": "application/json"})
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(request, timeout=ASK_SECONDS) as answer:
            _say(_sentence(act, json.load(answer)))
            return 0
    except urllib.error.HTTPError as refused:
        sys.stderr.write(f"error: {json.load(refused).get('error', refused.reason)}\n")
    except OSError as problem:
        sys.stderr.write(f"error: the sandbox at {url} does not answer ({problem}). Is it still running?\n")
    return 1


def _sentence(act: str, answer: Mapping[str, object]) -> str:
    if act == "break":
        return str(answer["about"])
    if act == "heal":
        healed = answer["healed"]
        return f"Healing: {', '.join(healed)}" if isinstance(healed, list) and healed else "Nothing was broken."
    return "Everything is as on the first day."


if __name__ == "__main__":
    sys.exit(main())
