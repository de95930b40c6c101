"""What goes wrong, with real processes: killed, unanswered, misconfigured, alone in a broken world; it happens once."""

import asyncio
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from tests.scenarios.person import Person, person, text_of
from tests.scenarios.slow_slack import slow_slack
from tests.scenarios.started import Bot, Company, bot, kill, sandbox, serve

INCIDENTS = "C0INCIDENTS"
QUIET = ("--no-prometheus",)
DECLARING = ("conversations.create", "conversations.invite", "chat.postMessage", "pins.add")
TOLD = "Each output is in the thread"


async def fault(company: Company, method: str, status: int | str, **more: Any) -> None:
    answer = await company.control("faults", {"method": method, "status": status, **more})
    assert answer["ok"], answer


async def calls_of(company: Company, method: str) -> list[dict[str, Any]]:
    return [call for call in await company.control("calls") if call["method"] == method]


async def until_called(company: Company, *methods: str, times: int = 1) -> None:
    """Wait until each method was called that often: Slack's own log is the only one to ask."""
    async with asyncio.timeout(30):
        for method in methods:
            while len(await calls_of(company, method)) < times:  # noqa: ASYNC110 - another process has no event
                await asyncio.sleep(0.01)


async def declare(alex: Person, title: str) -> None:
    await alex.say(INCIDENTS, f"/incident declare SEV-2 inferadb {title}")


async def whole(alex: Person, title: str) -> dict[str, Any]:
    """Wait until an incident has all that declaring gives it, and see that it has it once."""
    slug = title.lower().replace(" ", "-")

    async def look() -> dict[str, Any] | None:
        named = [one for one in (await alex.state())["channels"] if one["name"].endswith(slug)]
        return named[0] if named and named[0]["is_member"] and named[0]["pins"] and named[0]["topic"] else None

    channel = dict(await alex.until(f"all of {title}", look))
    await alex.sees(INCIDENTS, title)
    await alex.sees(channel["id"], TOLD)
    assert len(channel["pins"]) == 1, channel
    assert [one["ts"] for one in await cards(alex, channel["id"])] == channel["pins"]
    assert len([one for one in await alex.messages(INCIDENTS) if title in text_of(one)]) == 1
    named = [one["name"] for one in (await alex.state())["channels"] if slug in one["name"]]
    assert len(named) == 1, named
    return channel


async def examined(alex: Person, channel: str) -> dict[str, Any]:
    """Wait for the summary of a diagnosis that has ended."""

    async def look() -> dict[str, Any] | None:
        said = [one for one in await alex.messages(channel) if TOLD in text_of(one) and " done" not in one["text"]]
        return said[0] if said else None

    return dict(await alex.until("the summary", look))


async def cards(alex: Person, channel: str) -> list[dict[str, Any]]:
    return [one for one in await alex.messages(channel) if '"post_update"' in text_of(one)]


@pytest.mark.parametrize("status", ["hang", 0, "lost"])
async def test_killed_in_the_middle_of_declaring_and_started_again_everything_is_there_once(
    status: int | str, tmp_path: Path
) -> None:
    titles = ["Checkout fails", "Search fails", "Login fails", "Billing fails"]
    async with sandbox(*QUIET) as company, person(company.page) as alex:
        async with bot(company, tmp_path) as running:
            for method in DECLARING:
                await fault(company, method, status)
            await asyncio.gather(*(declare(alex, title) for title in titles))
            await until_called(company, *DECLARING)
            await kill(running)
        async with bot(company, tmp_path):
            for title in titles:
                await whole(alex, title)


async def test_a_slack_that_stumbles_delays_what_it_stumbles_over_and_nothing_else(tmp_path: Path) -> None:
    async with sandbox(*QUIET) as company, person(company.page) as alex, bot(company, tmp_path) as running:
        await fault(company, "conversations.create", 500)
        await fault(company, "conversations.invite", 0)
        await fault(company, "chat.postMessage", 429, retry_after=1)
        await fault(company, "pins.add", "hang")
        await declare(alex, "Checkout fails")
        channel = await alex.enters("incident-1")
        await alex.sees(channel["id"], TOLD)
        await alex.sees(INCIDENTS, "Checkout fails")
        assert len(await cards(alex, channel["id"])) == 1
        posts = [(one["arguments"]["channel"], one["at"]) for one in await calls_of(company, "chat.postMessage")]
        again = next(at for to, at in posts[1:] if to == posts[0][0])
        assert again - posts[0][1] >= 1, "Retry-After is honoured"
        await kill(running)  # it would give the pin that hangs a moment, and then leave it to its successor


WRONG = {
    "a wrong bot token": ({"SLACK_BOT_TOKEN": "xoxb-wrong"}, "SLACK_BOT_TOKEN: Slack refuses the token: invalid_auth"),
    "a wrong app token": ({"SLACK_APP_TOKEN": "xapp-wrong"}, "SLACK_APP_TOKEN: Slack refuses the token: invalid_auth"),
    "no such folder": ({"DATABASE_URL": "sqlite:////nowhere/x.db"}, "DATABASE_URL does not work: unable to open"),
    "a broken muster.yaml": ({"MUSTER_CONFIG": "{}/muster.yaml"}, "/muster.yaml:2: clusters.prod.contxt: there is no"),
    "a broken runbook": ({"RUNBOOKS_DIR": "{}/runbooks"}, "/runbooks/payments.yaml:5: "),
    "a database in use": ({"DATABASE_URL": "sqlite:///{}/muster.db"}, "DATABASE_URL: another Muster (process "),
}
RUNBOOK = """service: payments
severities:
  - key: SEV-1
    respond_within: 15m
    update_every: soon
"""


async def refused(company: Company, folder: Path, env: Mapping[str, str]) -> list[str]:
    """Start a bot that must not start; return what it says."""
    own = {"DATABASE_URL": f"sqlite:///{folder}/of-{'-'.join(env)}.db"}
    given = own | {name: value.replace("{}", str(folder)) for name, value in env.items()}
    process = await serve(company, folder, asyncio.subprocess.PIPE, **given)
    async with asyncio.timeout(60):
        out, told = await process.communicate()
    assert (process.returncode, out) == (2, b""), told
    return told.decode().splitlines()


async def test_what_is_set_wrong_is_one_line_and_exit_code_2(tmp_path: Path) -> None:
    (tmp_path / "muster.yaml").write_text("clusters:\n  prod: {contxt: prod}\n")
    (tmp_path / "runbooks").mkdir()
    (tmp_path / "runbooks" / "payments.yaml").write_text(RUNBOOK)
    async with sandbox(*QUIET) as company, bot(company, tmp_path):
        said = await asyncio.gather(*(refused(company, tmp_path, env) for env, _ in WRONG.values()))
    for what, lines, (_, expected) in zip(WRONG, said, WRONG.values(), strict=True):
        assert len(lines) == 1, (what, lines)
        assert lines[0].startswith("muster: "), (what, lines)
        assert expected in lines[0], (what, lines)
        assert "xoxb" not in lines[0]
        assert "xapp" not in lines[0]


KUBECONFIG = {
    "apiVersion": "v1",
    "kind": "Config",
    "clusters": [{"name": "prod", "cluster": {"server": "http://127.0.0.1:1"}}],
    "users": [{"name": "prod", "user": {}}],
    "contexts": [{"name": "prod", "context": {"cluster": "prod", "user": "prod"}}],
    "current-context": "prod",
}


async def test_without_cluster_and_prometheus_each_step_says_so_and_the_incident_goes_on(tmp_path: Path) -> None:
    (tmp_path / "kubeconfig").write_text(json.dumps(KUBECONFIG))
    nothing = {"KUBECONFIG": str(tmp_path / "kubeconfig"), "PROMETHEUS_URL": "http://127.0.0.1:1"}
    async with sandbox(*QUIET) as company, bot(company, tmp_path, **nothing), person(company.page) as alex:
        await declare(alex, "Checkout fails")
        channel = await whole(alex, "Checkout fails")
        summary = await examined(alex, channel["id"])
        await alex.sees(channel["id"], "127.0.0.1", "Prometheus", thread=summary["ts"])
        thread = [text_of(one) for one in await alex.messages(channel["id"], summary["ts"])]
        assert any("The connection to the server 127.0.0.1:1 was refused" in text for text in thread), thread
        assert any("Prometheus" in text and "127.0.0.1" in text for text in thread), thread
        assert "✅" not in text_of(summary)
        assert "Traceback" not in "".join(thread)
        await alex.say(channel["id"], "/incident update Monitoring We look by hand")
        await alex.sees(channel["id"], "We look by hand")
        await alex.say(channel["id"], "/incident resolve The network was down")
        await alex.sees(channel["id"], "Resolved by <@U0ALEX>")


async def on_database(url: str, statement: str) -> list[Any]:
    """Let time pass (move what is due, end a lease), or look."""
    engine = create_async_engine(url)
    async with engine.begin() as connection:
        done = await connection.execute(text(statement))
        rows = list(done) if done.returns_rows else []
    await engine.dispose()
    return rows


async def holder(url: str, *bots: Bot) -> Bot:
    """Return the replica that is at work on what Slack does not answer."""
    claims = await on_database(url, "SELECT claimed_by FROM effect WHERE state = 'claimed'")
    return next(one for one in bots if any(f":{one.process.pid}:" in name for (name,) in claims))


@pytest.mark.postgres
async def test_two_replicas_tell_everything_once_even_when_one_is_killed(postgres_url: str, tmp_path: Path) -> None:
    env = {"DATABASE_URL": postgres_url}
    async with (
        sandbox(*QUIET) as company,
        bot(company, tmp_path, **env) as one,
        bot(company, tmp_path, **env) as other,
        person(company.page) as alex,
    ):
        await declare(alex, "Checkout fails")
        channel = await whole(alex, "Checkout fails")
        await on_database(postgres_url, "UPDATE due SET due_at = now() WHERE kind = 'remind'")
        await alex.sees(channel["id"], "update", "Snooze")
        await fault(company, "conversations.create", "hang")
        await declare(alex, "Search fails")
        await until_called(company, "conversations.create", times=2)
        await kill(await holder(postgres_url, one, other))
        await on_database(postgres_url, "UPDATE effect SET lease_until = now() WHERE state = 'claimed'")
        await whole(alex, "Search fails")
        reminders = [one for one in await alex.messages(channel["id"]) if "Snooze" in text_of(one)]
        assert len(reminders) == 1
        wanted = await on_database(postgres_url, "SELECT count(*) FROM effect WHERE key LIKE 'incident/1/remind%'")
        assert wanted == [(1,)]


async def test_with_slacks_rate_limits_a_declare_and_its_diagnosis_arrive_whole(tmp_path: Path) -> None:
    async with sandbox(*QUIET, "--rate-limits") as company, bot(company, tmp_path), person(company.page) as alex:
        await declare(alex, "Checkout fails")
        channel = await whole(alex, "Checkout fails")
        summary = await examined(alex, channel["id"])
        await alex.say(channel["id"], "/incident update Monitoring It gets better")
        await alex.sees(channel["id"], "It gets better")

        async def all_of_them() -> bool:
            return len(await outputs(alex, channel["id"], summary["ts"])) == 8

        await alex.until("every output", all_of_them)
        said = [one["text"] for one in await outputs(alex, channel["id"], summary["ts"])]
        assert len(said) == len(set(said))


async def outputs(alex: Person, channel: str, thread: str) -> list[dict[str, Any]]:
    return [one for one in await alex.messages(channel, thread) if one["ts"] != thread]


async def test_declaring_takes_two_round_trips_to_a_slack_that_is_far_away(tmp_path: Path) -> None:
    async with (
        sandbox(*QUIET) as company,
        slow_slack(company.env["SLACK_API_URL"]) as slack,
        bot(company, tmp_path, SLACK_API_URL=slack.url),
        person(company.page) as alex,
    ):
        await slack.answered("users.list")  # a person whom Muster does not know yet costs a round trip more
        await alex.say(INCIDENTS, "/incident list")
        await alex.sees(INCIDENTS, "No incident is open")
        slack.forget()
        await declare(alex, "Checkout fails")
        channel = await alex.enters("incident-1")
        await alex.sees(channel["id"], "Acknowledge")
        await whole(alex, "Checkout fails")
        assert slack.waves({"conversations.invite", "chat.postMessage"}) <= 2
