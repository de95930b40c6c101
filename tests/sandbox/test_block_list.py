"""Optimal Build's block list keeps the attacker out, and nobody else, once their address is put in."""

import json
import re
from types import SimpleNamespace
from typing import Any, cast

import jsonpatch
import pytest
import yaml

from runbooks.parts.placeholders import filled
from sandbox.cluster.cluster import Cluster
from sandbox.cluster.kinds import NETWORK_POLICIES
from sandbox.stories.security_incident import ATTACKER, is_blocked
from sandbox.stories.telling import Scene
from tests.library import library

BOOK = library()["optimal-build"]
ANYBODY = {"ipBlock": {"cidr": "0.0.0.0/0"}}


def policy(cluster: Cluster, spec: dict[str, Any]) -> bool:
    """Lay a policy over the namespace, and say whether the attacker is kept out."""
    about = {"name": "block-attacker", "namespace": "optimal-build"}
    cluster.store.create(NETWORK_POLICIES, {"metadata": about, "spec": {"podSelector": {}, **spec}})
    return is_blocked(cast("Scene", SimpleNamespace(cluster=cluster)))


@pytest.fixture
def cluster() -> Cluster:
    return Cluster()


def listed() -> dict[str, Any]:
    assert BOOK.folder is not None
    manifest = yaml.safe_load((BOOK.folder / "manifests" / "block-list.yaml").read_text("utf-8"))
    return dict(manifest["spec"])


def patched(address: str) -> dict[str, Any]:
    fix = BOOK.mitigation("block-attacker")
    assert fix is not None
    (patch,) = re.findall(r"-p '(.*)'", fix.line)
    return {**listed(), **json.loads(filled((patch,), {"attacker_ip": address})[0])["spec"]}


def test_the_list_blocks_nobody_as_it_is_laid(cluster: Cluster) -> None:
    assert not policy(cluster, listed())


def test_the_attackers_address_in_it_keeps_them_out(cluster: Cluster) -> None:
    assert policy(cluster, patched(ATTACKER))


def test_another_address_does_not(cluster: Cluster) -> None:
    assert not policy(cluster, patched("198.51.100.24"))


def test_other_pods_and_ipv6_are_let_in_before_and_after() -> None:
    changed = list(jsonpatch.make_patch(listed(), patched(ATTACKER)))
    assert [one["path"] for one in changed] == ["/ingress/0/from/0/ipBlock/except/0"]


@pytest.mark.parametrize("rule", [{}, {"from": [ANYBODY]}, {"from": [ANYBODY, {"namespaceSelector": {}}]}])
def test_a_policy_that_lets_everybody_in_keeps_nobody_out(cluster: Cluster, rule: dict[str, Any]) -> None:
    assert not policy(cluster, {"ingress": [rule]})
