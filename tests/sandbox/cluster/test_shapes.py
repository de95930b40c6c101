"""An object whose fields are of other types is refused, and none that is taken stops the cluster."""

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

from sandbox.cluster import faults, writing
from sandbox.cluster.alone import START
from sandbox.cluster.asking import Asked, Target
from sandbox.cluster.clock import Clock
from sandbox.cluster.cluster import Cluster
from sandbox.cluster.kinds import BACKUPS, DISRUPTION_BUDGETS, KINDS, PODS, Kind
from sandbox.cluster.objects import Object, copied, name_of, namespace_of
from sandbox.cluster.worlds import company_cluster
from tests.sandbox.cluster.conftest import APPS, MERGE, NS, Api

CHANGED = [one for one in KINDS if "update" in one.verbs]
MAIN = f"{APPS}/deployments/inferadb"


@pytest.mark.parametrize(
    ("path", "body", "field"),
    [
        (f"{NS}/services/inferadb", {"spec": {"ports": 7}}, "number into Go struct field Service.spec.ports"),
        (MAIN, {"spec": {"replicas": "x"}}, "string into Go struct field Deployment.spec.replicas"),
        (MAIN, {"spec": {"replicas": True}}, "bool into Go struct field Deployment.spec.replicas"),
        (MAIN, {"metadata": {"labels": {"a": 5}}}, "number into Go struct field Deployment.metadata.labels"),
        (MAIN, {"spec": {"template": {"spec": {"containers": "x"}}}}, "string into Go struct field Deployment.spec"),
        (MAIN, {"spec": {"template": {"spec": {"containers": ["x"]}}}}, "string into Go struct field Deployment.spec"),
    ],
)  # fmt: skip
async def test_a_field_of_another_type_is_a_bad_request_that_names_it(
    api: Api, path: str, body: Object, field: str
) -> None:
    refused = await api.patch(path, body, MERGE)
    assert refused.status == 400
    assert f"json: cannot unmarshal {field}" in refused.json["message"]


async def test_an_ingress_names_the_port_of_its_service_in_an_object(api: Api) -> None:
    behind = {"service": {"name": "inferadb", "port": {"number": 8080}}}
    ingress = {"apiVersion": "networking.k8s.io/v1", "kind": "Ingress", "metadata": {"name": "maintenance"}}
    path = "/apis/networking.k8s.io/v1/namespaces/inferadb/ingresses"
    made = await api("POST", path, {**ingress, "spec": {"defaultBackend": behind}})
    assert made.status == 201


async def test_a_service_needs_ports_and_a_claim_a_size(api: Api) -> None:
    refused = await api.patch(f"{NS}/services/inferadb", {"spec": {"ports": [{"name": "x"}]}}, MERGE)
    assert refused.status == 422
    assert "spec.ports[0].port" in refused.json["message"]


async def test_a_budget_in_percent_is_worked_out(api: Api, cluster: Cluster) -> None:
    spec = {"minAvailable": "50%", "selector": {"matchLabels": {"app": "inferadb"}}}
    wanted: Object = {"metadata": {"name": "half"}, "spec": spec}
    path = "/apis/policy/v1/namespaces/inferadb/poddisruptionbudgets"
    assert (await api("POST", path, wanted)).status == 201
    cluster.advance(2)
    assert cluster.store.need(DISRUPTION_BUDGETS, "inferadb", "half")["status"]["desiredHealthy"] == 3
    wanted["metadata"]["name"], wanted["spec"]["minAvailable"] = "odd", "many"
    assert (await api("POST", path, wanted)).status == 422


async def test_a_deployment_takes_in_what_one_before_it_left_behind(api: Api, cluster: Cluster) -> None:
    deployment = await api.get(MAIN)
    before = {name_of(pod) for pod in cluster.store.all(PODS, "inferadb")}
    assert (await api("DELETE", f"{MAIN}?propagationPolicy=Orphan")).status == 200
    cluster.advance(2)
    deployment["metadata"] = {"name": "inferadb", "labels": deployment["metadata"]["labels"]}
    made = await api("POST", f"{APPS}/deployments", deployment)
    assert made.status == 201, made.text
    cluster.advance(5)
    assert (await api.get(MAIN))["status"]["readyReplicas"] == 6
    assert {name_of(pod) for pod in cluster.store.all(PODS, "inferadb")} == before


async def test_a_limit_range_lists_its_limits(api: Api) -> None:
    limit = {"type": "Container", "default": {"memory": "512Mi"}}
    body = {"metadata": {"name": "usual"}, "spec": {"limits": [limit]}}
    assert (await api("POST", f"{NS}/limitranges", body)).status == 201


def places(thing: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Give every place in an object; of a list the first."""
    inside = thing.items() if isinstance(thing, dict) else enumerate(thing[:1]) if isinstance(thing, list) else ()
    for key, value in inside:
        yield (*path, key)
        yield from places(value, (*path, key))


def changed_at(thing: Object, place: tuple[Any, ...], value: Any) -> Object:
    changed = copied(thing)
    inner: Any = changed
    for key in place[:-1]:
        inner = inner[key]
    inner[place[-1]] = value
    if isinstance(changed.get("metadata"), dict):
        changed["metadata"].pop("resourceVersion", None)
    return changed


def sent(cluster: Cluster, kind: Kind, thing: Object, place: tuple[Any, ...], value: Any) -> int:
    """Put a value in one place, and give the status of the answer; all else is as it was."""
    target = Target(kind, namespace_of(thing), name_of(thing))
    body = json.dumps(changed_at(thing, place, value)).encode()
    json_ = {"Content-Type": "application/json"}
    try:
        writing.update(Asked("PUT", target, {}, json_, body, cluster.identities["sandbox-admin"]), cluster.store)
    except faults.Fault as refused:
        return refused.code
    return 200


@pytest.mark.parametrize("value", [7, "x", {}, [{}], None], ids=str)
def test_whatever_is_put_wherever_the_cluster_goes_on(value: Any) -> None:
    cluster = company_cluster(Clock(START, speed=0))
    first = [(kind, found[0]) for kind in CHANGED if (found := cluster.store.all(kind))]
    assert BACKUPS in [kind for kind, _ in first]
    codes: Counter[int] = Counter()
    for kind, thing in first:
        for place in places({key: part for key, part in thing.items() if key != "status"}):
            code = sent(cluster, kind, thing, place, value)
            codes[code] += 1
            if code == 200:
                cluster.advance(0.3)
    assert codes.keys() <= {200, 400, 404, 409, 422}
    assert codes[200] > 20
    assert codes[400] > 20 or value is None
