"""The doctor says in plain sentences what works, and what to do about the rest."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from bot import doctor, rights
from bot.doctor.workspace import SCOPES, clock, scopes
from runbooks.kubectl.access import Right
from runbooks.rights import Need
from sandbox.cluster.alone import serving, still_cluster
from tests.bot.test_wiring import ROOT, settings, slack

__all__ = ["slack"]


@pytest.fixture(autouse=True)
def _kubeconfig(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No test here may see a real cluster."""
    monkeypatch.setenv("KUBECONFIG", str(tmp_path / "none"))


async def examined(slack: Any, folder: Path, **more: Any) -> tuple[int, list[str]]:
    lines: list[str] = []
    code = await doctor.examine(settings(slack, folder, **more), lines.append)
    return code, lines


def lines_with(lines: list[str], words: str) -> list[str]:
    return [line for line in lines if words in line]


def test_the_scopes_are_those_of_the_manifest():
    manifest = yaml.safe_load((ROOT / "manifest.yaml").read_text())
    assert set(manifest["oauth_config"]["scopes"]["bot"]) == SCOPES


async def test_what_works_is_said(slack, tmp_path: Path):
    _, lines = await examined(slack, tmp_path)
    assert "ok    The bot token works: muster in Sandbox." in lines
    assert "ok    The app has every scope it needs." in lines
    assert "ok    The clock agrees with Slack's." in lines
    assert "ok    The app token opens Socket Mode." in lines
    assert "ok    The channels that runbooks announce in are there: #incidents, #incidents-critical." in lines
    assert "ok    The database answers (sqlite)." in lines


async def test_a_cluster_and_a_prometheus_that_are_not_there_are_bad(slack, tmp_path: Path):
    code, lines = await examined(slack, tmp_path, prometheus_url="http://127.0.0.1:1")
    assert code == 1
    assert lines_with(lines, "bad   inferadb: the cluster does not answer")
    assert [line for line in lines if line.startswith("bad   inferadb: ") and "127.0.0.1:1" in line]
    assert lines[-1].startswith("Something is wrong")


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"slack_bot_token": ""}, "bad   SLACK_BOT_TOKEN is not set"),
        ({"slack_bot_token": "xoxb-wrong"}, "bad   Slack refuses the token: invalid_auth."),
        ({"slack_app_token": "xapp-wrong"}, "bad   The app token does not open Socket Mode"),
        ({"slack_api_url": "http://127.0.0.1:1/"}, "bad   Slack cannot be reached"),
        ({"database_url": "mysql://x"}, "bad   DATABASE_URL names mysql"),
        ({"database_url": "sqlite:////nowhere/x.db"}, "bad   DATABASE_URL does not work"),
        ({"database_url": "postgresql://x@127.0.0.1:1/x"}, "bad   The database does not answer."),
        ({"muster_config": Path("/nowhere")}, "bad   MUSTER_CONFIG: /nowhere cannot be read"),
        ({"slack_app_token": "", "slack_signing_secret": "s"}, "note  HTTP mode"),
    ],
)
async def test_what_is_wrong_is_said_with_what_to_do(slack, tmp_path: Path, more: dict[str, Any], says: str):
    _, lines = await examined(slack, tmp_path, **more)
    (line,) = lines_with(lines, says)
    assert "xoxb-wrong" not in line
    assert line.endswith(".") or "muster.yaml" in line or "MUSTER_CONFIG" in line


@pytest.mark.parametrize(
    ("about", "says"),
    [
        ({"name": "other"}, "bad   Muster sees no #incidents, so nothing is announced there. Create it, or, if it is"),
        ({"is_archived": True}, "bad   #incidents is archived, so nothing is announced there. Unarchive it, or name"),
        ({"is_private": True, "members": []}, "bad   Muster sees no #incidents, so nothing is announced there."),
        ({"members": []}, "note  Muster is not in #incidents. It joins when it first announces there."),
    ],
)
async def test_a_channel_that_incidents_cannot_be_announced_in_is_told(
    slack, tmp_path: Path, about: dict[str, Any], says: str
):
    for name, value in about.items():
        setattr(slack[0].channels["C0INCIDENTS"], name, value)
    _, lines = await examined(slack, tmp_path)
    assert lines_with(lines, says)


async def test_people_who_are_not_there_are_bad(slack, tmp_path: Path):
    people = {
        "a": "U0ALEX",
        "b": "U0NOBODY",
        "c": "ghost@example.com",
        "d": "S0NOBODY",
        "e": "U0GONE",
        "on-call": "S0ONCALL",
    }
    path = tmp_path / "muster.yaml"
    path.write_text(yaml.safe_dump({"people": people}))
    _, lines = await examined(slack, tmp_path, muster_config=path)
    said = [line for line in lines if "bad   people." in line]
    assert len(said) == 4
    assert all(any(f"people.{name}:" in line for line in said) for name in "bcde")


async def test_a_clock_that_is_off_is_bad():
    assert clock("Mon, 01 Jan 2024 00:00:00 GMT").level == "bad"
    assert clock(None).level == "note"
    assert scopes("chat:write").level == "bad"


@pytest.mark.parametrize(
    ("account", "says"),
    [
        (
            "prod",
            [
                "ok    inferadb: its diagnostics may do all they need in the cluster (",
                "ok    inferadb: its mitigations may do all they need in the cluster (",
                "note  ml-platform: its lines for the cluster secondary are a person's to run. Name it under",
            ],
        ),
        (
            "prod-reader",
            [
                "bad   inferadb: its diagnostics: `health-ready` and 2 more may not create or get pods/exec. Add to",
                "note  inferadb: its mitigations: `rollback` and 4 more may not patch deployments of inferadb. Add to",
                "note  inferadb: its mitigations: 2 more rules are missing: `muster lint --rights` writes them all.",
            ],
        ),
        (
            "prod-nobody",
            [
                "bad   inferadb: its diagnostics may do nothing in the cluster. Apply what `muster lint --rights`",
                "note  inferadb: its mitigations may do nothing in the cluster.",
            ],
        ),
    ],
)
async def test_what_the_account_may_not_do_is_said(slack, tmp_path: Path, account: str, says: list[str]):
    path = tmp_path / "muster.yaml"
    path.write_text(yaml.safe_dump({"clusters": {"prod": {"context": account}}}))
    async with serving(still_cluster()) as (_, kubeconfig):
        _, lines = await examined(slack, tmp_path, kubeconfig=kubeconfig, muster_config=path)
    for beginning in says:
        assert [line for line in lines if line.startswith(beginning)], lines


SECOND = """service: shop
kubernetes: {namespace: shop, workload: deployment/shop}
severities: [{key: SEV-1}]
diagnostics:
  - {id: widgets, run: kubectl get widgets}
mitigations:
  - {id: restart-there, run: kubectl rollout restart deployment/shop, cluster: west}
"""


async def test_every_cluster_of_a_runbook_is_asked_and_a_type_it_does_not_have_is_told(slack, tmp_path: Path):
    (books := tmp_path / "books").mkdir()
    (books / "shop.yaml").write_text(SECOND)
    path = tmp_path / "muster.yaml"
    path.write_text(yaml.safe_dump({"clusters": {"prod": {"context": "prod"}, "west": {"context": "prod-nobody"}}}))
    async with serving(still_cluster()) as (_, kubeconfig):
        _, lines = await examined(slack, tmp_path, kubeconfig=kubeconfig, muster_config=path, runbooks_dir=books)
    assert "note  shop: its diagnostics: the cluster has no widgets, so `widgets` finds nothing." in lines
    assert lines_with(lines, "note  shop, cluster west: its mitigations may do nothing in the cluster.")


async def test_a_cluster_that_does_not_answer_hides_no_other(slack, tmp_path: Path):
    (books := tmp_path / "books").mkdir()
    (books / "shop.yaml").write_text(SECOND)
    path = tmp_path / "muster.yaml"
    path.write_text(yaml.safe_dump({"clusters": {"prod": {"context": "nowhere"}, "west": {"context": "prod"}}}))
    async with serving(still_cluster()) as (_, kubeconfig):
        _, lines = await examined(slack, tmp_path, kubeconfig=kubeconfig, muster_config=path, runbooks_dir=books)
    assert lines_with(lines, "bad   shop: the cluster does not answer")
    assert lines_with(lines, "ok    shop, cluster west: its mitigations may do all they need")


def test_what_most_steps_miss_is_told_first_and_verbs_share_a_rule():
    wide, narrow = Right("list", "", "pods", namespace="a"), Right("get", "", "pods", namespace="a")
    other = Right("list", "metrics.k8s.io", "nodes")
    quota = Right("list", "", "resourcequotas", namespace="a")
    needs = [Need(quota, ("one", "two", "three")), Need(other, ("nodes",)), Need(wide, ("pods", "wide"))]
    pods, nodes, quotas = rights.sentences([*needs, Need(narrow, ("pods",))])
    assert pods == (
        "`pods` and 1 more may not get or list pods. Add to the Role of namespace a: "
        '{apiGroups: [""], resources: ["pods"], verbs: ["get", "list"]}.'
    )
    assert nodes == (
        "`nodes` may not list nodes.metrics.k8s.io. Add to the ClusterRole: "
        '{apiGroups: ["metrics.k8s.io"], resources: ["nodes"], verbs: ["list"]}.'
    )
    assert quotas.startswith("`one` and 2 more can say less, without the right to list resourcequotas. Add to")
