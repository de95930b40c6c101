"""The settings' clusters and Prometheus servers are named as runbooks ask for them."""

from pathlib import Path

import pytest

from bot.connecting import connections, headers
from bot.errors import SettingsError
from bot.settings import Settings, read_config
from runbooks.connections import NotConnected
from runbooks.model import Runbook, Severity


def runbook(**more: str) -> Runbook:
    return Runbook(service="x", severities=(Severity(key="SEV-1"),), **more)


def test_prometheus_url_is_the_one_named_prod(tmp_path: Path):
    named = connections(Settings(prometheus_url="http://p:9090"), read_config(None))
    assert named.prometheus(runbook())
    with pytest.raises(NotConnected, match="eu"):
        named.prometheus(runbook(prometheus="eu"))


def test_muster_yaml_names_its_own(tmp_path: Path):
    path = tmp_path / "muster.yaml"
    path.write_text("prometheus: {eu: {url: 'http://eu:9090', headers_file: h}}\nclusters: {prod: {kubeconfig: k}}\n")
    (tmp_path / "h").write_text("# who we are\n\nX-Scope-OrgID: tenant: one\n")
    assert connections(Settings(prometheus_url=None), read_config(path)).prometheus(runbook(prometheus="eu"))
    assert headers(tmp_path / "h") == {"X-Scope-OrgID": "tenant: one"}


async def test_databases_and_tools_of_muster_yaml_are_found_beside_it(tmp_path: Path):
    path = tmp_path / "muster.yaml"
    path.write_text(
        "connections: {orders-db: {dsn_file: orders.dsn}}\n"
        "tools: {probe: {path: /bin/pwd, env_file: probe.env, folder: work}}\n"
    )
    (tmp_path / "work").mkdir()
    (tmp_path / "probe.env").write_text("REGION=eu\n")
    named = connections(Settings(), read_config(path))
    assert named.database("orders-db").name == "orders-db"
    with pytest.raises(NotConnected, match="it knows orders-db"):
        named.database("carts-db")
    assert not named.tools.allows("helm")
    assert (await named.tools.run(["probe"], timeout=20)).stdout == f"{tmp_path / 'work'}\n"
    assert named.tools.explain(["probe"])[-1] == "with only these variables: PATH, HOME, LANG, REGION"


@pytest.mark.parametrize(("text", "says"), [("nonsense", r"h:1 is no `Name: value` line"), (None, "cannot be read")])
def test_a_broken_file_of_headers_is_said_without_its_content(tmp_path: Path, text: str | None, says: str):
    path = tmp_path / "h"
    if text is not None:
        path.write_text(text)
    with pytest.raises(SettingsError, match=says) as refused:
        headers(path)
    assert "nonsense" not in str(refused.value)
