"""The bot and its Slack: started, declared, assessed, acknowledged, as a user does it."""

import asyncio
import shlex
import shutil
import statistics
import sys
import tempfile
import time
from contextlib import AsyncExitStack
from pathlib import Path

from bench.measuring import line, program, resident, timed
from runbooks.reading import library
from tests.scenarios.person import Person, person
from tests.scenarios.slow_slack import slow_slack
from tests.scenarios.started import PLAIN, Bot, Company, bot, sandbox

AT_ONCE = 50
LATENCY = 0.2
ROUNDS = 4
PEOPLE = ("U0ALEX", "U0SAM", "U0PRIYA", "U0JO", "U0DANA")
CHANNEL = "C0INCIDENTS"


async def declaring(company: Company, folder: Path) -> None:
    """Declare with a Slack that is 200 ms away: how many of its round trips until one can begin to work?"""
    far_away = company.env["SLACK_API_URL"]
    async with (
        slow_slack(far_away, LATENCY) as slow,
        bot(company, folder, SLACK_API_URL=slow.url),
        person(company.page) as alex,
    ):
        await alex.say(CHANNEL, "/incident list")
        await alex.sees(CHANNEL, "No incident is open")
        slow.forget()  # who Alex is has been asked by now, as on any day but the first
        await alex.say(CHANNEL, "/incident declare SEV-2 inferadb Checkout errors above 5%")
        channel = str((await alex.enters("incident-"))["id"])
        await alex.sees(channel, "Acknowledge", "Resolve")
        await alex.sees(channel, "Each output is in the thread")
    waves = slow.waves(["conversations.invite", "chat.postMessage"])
    took = slow.took(["conversations.invite", "chat.postMessage"])
    line("Slack calls in turn until declarer and card", f"{waves}", "goal: at most 2")
    line(f"the same, Slack {LATENCY * 1000:.0f} ms away", f"{took * 1000:.0f} ms", f"{took / LATENCY:.1f} round trips")


async def acknowledging(everybody: list[Person]) -> None:
    """Have 50 people ask at once, beside as many plain requests to the pretend Slack itself."""
    asked: list[float] = []
    plain: list[float] = []
    for _ in range(ROUNDS):
        who = [everybody[number % len(everybody)] for number in range(AT_ONCE)]
        asked += await asyncio.gather(*(timed(one.say(CHANNEL, "/incident list")) for one in who))
        plain += await asyncio.gather(*(timed(one.state()) for one in who))
    p50, p99 = statistics.median(asked), statistics.quantiles(asked, n=100)[98]
    yard = statistics.median(plain)
    line(
        f"acknowledged, {AT_ONCE} people at once, p50",
        f"{p50 * 1000:.0f} ms",
        f"{p50 / yard:.1f}× a plain request to the same Slack",
    )
    line(
        f"acknowledged, {AT_ONCE} people at once, p99",
        f"{p99 * 1000:.0f} ms",
        f"{3000 / (p99 * 1000):.0f}× faster than Slack's three seconds",
    )


async def assessing(company: Company, alex: Person) -> None:
    """From declaring to the whole summary, beside the same kubectl lines run one after another."""
    began = time.perf_counter()
    await alex.say(CHANNEL, "/incident declare SEV-2 inferadb Checkout errors above 5%")
    channel = str((await alex.enters("incident-"))["id"])
    await alex.sees(channel, "Each output is in the thread")
    took = time.perf_counter() - began
    steps = [step for step in library()["inferadb"].diagnostics if step.phase == "assess"]
    lines = [shlex.split(step.run.partition("|")[0]) for step in steps if step.run and step.run.startswith("kubectl ")]
    beside = ""
    if kubectl := shutil.which("kubectl"):
        env = PLAIN | {"KUBECONFIG": company.env["KUBECONFIG"]}
        alone = sum([await program(kubectl, "--context=kubectl", *words[1:], env=env) for words in lines])
        beside = f"its {len(lines)} kubectl lines alone, by kubectl, in turn: {alone * 1000:.0f} ms"
    line(f"declared to assessed, {len(steps)} steps", f"{took * 1000:.0f} ms", beside)


async def starting(company: Company, folder: Path) -> None:
    """Start the bot three times, beside a Python that only imports what it needs."""

    took = statistics.median([await started_only(company, folder) for _ in range(3)])
    bare = statistics.median(
        [
            await program(sys.executable, "-c", "import slack_bolt.async_app, kubernetes.aio, sqlmodel, aiohttp")
            for _ in range(3)
        ]
    )
    line(
        "start to ready",
        f"{took * 1000:.0f} ms",
        f"{took / bare:.1f}× importing its libraries alone ({bare * 1000:.0f} ms)",
    )
    helped = statistics.median([await program(sys.executable, "-m", "bot", "--help") for _ in range(3)])
    line("muster --help", f"{helped * 1000:.0f} ms")


async def started_only(company: Company, folder: Path) -> float:
    began = time.perf_counter()
    async with bot(company, Path(tempfile.mkdtemp(dir=folder))):
        return time.perf_counter() - began


async def measure() -> None:
    """Print what people wait for in Slack."""
    folder = Path(tempfile.mkdtemp(prefix="muster-bench-"))
    try:
        async with AsyncExitStack() as stack:
            company = await stack.enter_async_context(sandbox())
            await starting(company, folder)
            await declaring(company, Path(tempfile.mkdtemp(dir=folder)))
            await company.control("reset", {})
            running: Bot = await stack.enter_async_context(bot(company, folder))
            line("resident memory, just started", f"{resident(running.process.pid):.0f} MiB")
            everybody = [await stack.enter_async_context(person(company.page, one)) for one in PEOPLE]
            await assessing(company, everybody[0])
            await acknowledging(everybody)
            line("resident memory, after all that", f"{resident(running.process.pid):.0f} MiB")
    finally:
        shutil.rmtree(folder)
