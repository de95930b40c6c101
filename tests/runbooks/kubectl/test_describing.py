"""Descriptions where they are not kubectl's: Secrets without what they hold, kinds without words of their own."""

import json
from typing import Any

import pytest

from runbooks.kubectl import parse, run
from runbooks.kubectl.describe_network import addresses
from runbooks.kubectl.describe_rest import titled
from runbooks.kubectl.describe_scaling import autoscaler_lines
from runbooks.kubectl.describe_settings import without_data
from tests.runbooks.kubectl.conftest import Recorded
from tests.runbooks.kubectl.replay import clock

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_nothing_a_secret_holds_leaves_the_description(recorded: Recorded) -> None:
    recording = recorded.play("X-desc-30")
    result = await run(parse(recording["argv"]), recorded.cluster, now=clock(recording))
    assert result.objects[0]["sizes"] == {"password": 12, "username": 4}
    assert "data" not in result.objects[0]


async def test_what_repeats_a_secrets_data_goes_with_it() -> None:
    applied = {"kubectl.kubernetes.io/last-applied-configuration": '{"data":{"key":"c2VjcmV0"}}'}
    secret = {"kind": "Secret", "metadata": {"name": "x", "annotations": applied}, "data": {"key": "c2VjcmV0"}}
    assert "c2VjcmV0" not in json.dumps(without_data(secret))
    assert without_data({"metadata": {"name": "x"}, "data": {"key": "no base64!"}})["sizes"]["key"] < 10


@pytest.mark.parametrize(
    ("key", "title"),
    [
        ("startedAt", "Started At"),
        ("apiVersion", "API Version"),
        ("uid", "UID"),
        ("f:x", "f:x"),
        ("my-key", "My - Key"),
    ],
)
async def test_fields_are_titled_as_kubectl_titles_them(key: str, title: str) -> None:
    assert titled(key) == title


def endpoint(address: str, *, ready: bool | None = True) -> dict[str, Any]:
    return {"addresses": [address], "conditions": {} if ready is None else {"ready": ready}}


async def test_only_ready_addresses_are_listed_and_more_than_three_are_counted() -> None:
    ports = [{"name": "http", "port": 80}, {"name": "other", "port": 1}]
    four = [endpoint("10.0.0.1"), endpoint("fd00::1", ready=None), endpoint("10.0.0.9", ready=False)]
    four += [endpoint("10.0.0.3"), endpoint("10.0.0.4")]
    assert addresses([{"ports": ports, "endpoints": four}], "http") == (
        "10.0.0.1:80,[fd00::1]:80,10.0.0.3:80 + 1 more..."
    )
    assert addresses([], "http") == "<none>"
    assert addresses("<error: no>", "") == "<error: no>"


async def test_every_kind_of_metric_of_an_autoscaler_is_told() -> None:
    metrics = [
        {"type": "Pods", "pods": {"metric": {"name": "rps"}, "target": {"averageValue": "10"}}},
        {"type": "External", "external": {"metric": {"name": "queue"}, "target": {"value": "5"}}},
        {"type": "Resource", "resource": {"name": "cpu", "target": {"averageValue": "100m"}}},
        {"type": "Resource", "resource": {"name": "memory", "target": {"averageUtilization": 80}}},
    ]
    behavior = {"scaleDown": {"stabilizationWindowSeconds": 60, "policies": [{"type": "Pods", "value": 1}]}}
    spec = {"metrics": metrics, "scaleTargetRef": {"kind": "Deployment", "name": "x"}, "behavior": behavior}
    nobody: Any = None
    told = await autoscaler_lines(nobody, {"metadata": {"name": "x"}, "spec": spec})
    assert '  "rps" on pods:\t<unknown> / 10' in told
    assert '  "queue" (target value):\t<unknown> / 5' in told
    assert "  resource cpu on pods:\t<unknown> / 100m" in told
    assert "  resource memory on pods  (as a percentage of request):\t<unknown> / 80%" in told
    assert "    Stabilization Window: 60 seconds" in told
