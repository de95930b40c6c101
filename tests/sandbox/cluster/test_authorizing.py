"""Roles and their bindings are objects of the cluster, and they decide what a token may do."""

from typing import Any

import pytest

from tests.sandbox.cluster.conftest import APPS, NS, Api

RBAC = "/apis/rbac.authorization.k8s.io/v1"
REVIEWS = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews"
SCALING = {"apiGroups": ["apps"], "resources": ["deployments/scale"], "verbs": ["get", "patch"]}


async def token_of(api: Api, name: str) -> str:
    await api("POST", f"{NS}/serviceaccounts", {"metadata": {"name": name}})
    answer = await api("POST", f"{NS}/serviceaccounts/{name}/token", {"spec": {"expirationSeconds": 600}})
    assert answer.status == 201
    return str(answer.json["status"]["token"])


async def bind(api: Api, account: str, rule: dict[str, Any], where: str = f"{RBAC}/namespaces/inferadb") -> None:
    role, binding = ("roles", "rolebindings") if "/namespaces/" in where else ("clusterroles", "clusterrolebindings")
    kind = "Role" if role == "roles" else "ClusterRole"
    made = await api("POST", f"{where}/{role}", {"metadata": {"name": "fixer"}, "rules": [rule]})
    subjects = [{"kind": "ServiceAccount", "name": account, "namespace": "inferadb"}]
    reference = {"apiGroup": "rbac.authorization.k8s.io", "kind": kind, "name": "fixer"}
    body = {"metadata": {"name": "fixer"}, "subjects": subjects, "roleRef": reference}
    assert (made.status, (await api("POST", f"{where}/{binding}", body)).status) == (201, 201)


async def allowed(api: Api, token: str, **wanted: str) -> Any:
    answer = await api("POST", REVIEWS, {"spec": {"resourceAttributes": wanted}}, token=token)
    return answer.json["status"]


async def test_a_new_account_may_nothing_until_a_role_is_bound_to_it(api: Api) -> None:
    token = await token_of(api, "bot")
    before = await api("GET", f"{APPS}/deployments/inferadb/scale", token=token)
    assert before.json["message"] == (
        'deployments.apps "inferadb" is forbidden: User "system:serviceaccount:inferadb:bot" cannot get resource '
        '"deployments/scale" in API group "apps" in the namespace "inferadb"'
    )
    await bind(api, "bot", SCALING)
    assert (await api("GET", f"{APPS}/deployments/inferadb/scale", token=token)).status == 200
    assert (await api("GET", f"{APPS}/deployments/inferadb", token=token)).status == 403
    elsewhere = await api("GET", "/apis/apps/v1/namespaces/default/deployments/inferadb/scale", token=token)
    assert elsewhere.status == 403


async def test_a_review_says_which_binding_allows_it(api: Api) -> None:
    token = await token_of(api, "bot")
    await bind(api, "bot", SCALING)
    wish = {"verb": "patch", "group": "apps", "resource": "deployments", "subresource": "scale"}
    assert await allowed(api, token, namespace="inferadb", **wish) == {
        "allowed": True,
        "reason": 'RBAC: allowed by RoleBinding "fixer/inferadb" of Role "fixer" to ServiceAccount "bot/inferadb"',
    }
    assert await allowed(api, token, namespace="default", **wish) == {"allowed": False}
    assert await allowed(api, "sandbox-admin", verb="*", resource="*") == {"allowed": True}


@pytest.mark.parametrize(
    ("rule", "name", "may"),
    [
        ({"apiGroups": ["*"], "resources": ["*"], "verbs": ["*"]}, "web", True),
        ({"apiGroups": [""], "resources": ["pods"], "verbs": ["delete"], "resourceNames": ["web"]}, "web", True),
        ({"apiGroups": [""], "resources": ["pods"], "verbs": ["delete"], "resourceNames": ["web"]}, "db", False),
        ({"apiGroups": ["apps"], "resources": ["pods"], "verbs": ["delete"]}, "web", False),
        ({"apiGroups": [""], "resources": ["pods/log"], "verbs": ["delete"]}, "web", False),
    ],
)
async def test_a_rule_holds_for_its_verbs_groups_resources_and_names(
    api: Api, rule: dict[str, Any], name: str, may: bool
) -> None:
    token = await token_of(api, "bot")
    await bind(api, "bot", rule, RBAC)
    found = await allowed(api, token, namespace="default", verb="delete", resource="pods", name=name)
    assert found["allowed"] is may


async def test_the_rules_of_a_namespace_are_listed(api: Api) -> None:
    token = await token_of(api, "bot")
    await bind(api, "bot", SCALING)
    path = "/apis/authorization.k8s.io/v1/selfsubjectrulesreviews"
    here = (await api("POST", path, {"spec": {"namespace": "inferadb"}}, token=token)).json["status"]["resourceRules"]
    there = (await api("POST", path, {"spec": {"namespace": "default"}}, token=token)).json["status"]["resourceRules"]
    assert [rule for rule in here if rule not in there] == [SCALING]


async def test_a_token_lives_at_least_ten_minutes(api: Api) -> None:
    await api("POST", f"{NS}/serviceaccounts", {"metadata": {"name": "bot"}})
    path = f"{NS}/serviceaccounts/bot/token"
    assert (await api("POST", path, {"spec": {"expirationSeconds": 5}})).status == 400
    assert (await api("POST", path.replace("bot", "nosuch"), {"spec": {}})).status == 404


async def test_a_watch_of_one_object_needs_the_right_to_that_one_alone(api: Api) -> None:
    token = await token_of(api, "bot")
    rule = {"apiGroups": ["apps"], "resources": ["deployments"], "verbs": ["list"], "resourceNames": ["inferadb"]}
    await bind(api, "bot", rule)
    listed = f"{APPS}/deployments"
    assert (await api("GET", f"{listed}?fieldSelector=metadata.name=inferadb", token=token)).status == 200
    assert (await api("GET", f"{listed}?fieldSelector=metadata.name=other", token=token)).status == 403
    assert (await api("GET", listed, token=token)).status == 403


async def test_a_namespace_may_be_read_by_a_role_in_it(api: Api) -> None:
    token = await token_of(api, "bot")
    denied = await api("GET", NS, token=token)
    assert denied.json["message"].endswith('resource "namespaces" in API group "" in the namespace "inferadb"')
    await bind(api, "bot", {"apiGroups": [""], "resources": ["namespaces"], "verbs": ["get"]})
    assert (await api("GET", NS, token=token)).status == 200
    assert (await api("GET", "/api/v1/namespaces/default", token=token)).status == 403
