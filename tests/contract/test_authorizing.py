"""What a token may do follows the Roles bound to its account, and a review tells beforehand."""

from typing import Any

from tests.contract.api import Api

REVIEWS = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews"


async def bind(api: Api, account: str) -> None:
    """Let an account of this namespace list pods and change one ConfigMap here."""
    rbac = f"/apis/rbac.authorization.k8s.io/v1/namespaces/{api.namespace}"
    rules = [
        {"apiGroups": [""], "resources": ["pods"], "verbs": ["get", "list"]},
        {"apiGroups": [""], "resources": ["configmaps"], "resourceNames": ["mine"], "verbs": ["patch"]},
    ]
    await api.create(f"{rbac}/roles", {"metadata": {"name": "looker"}, "rules": rules})
    role = {"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": "looker"}
    subjects = [{"kind": "ServiceAccount", "name": account, "namespace": api.namespace}]
    await api.create(f"{rbac}/rolebindings", {"metadata": {"name": "looker"}, "subjects": subjects, "roleRef": role})


async def may(api: Api, **wanted: str) -> bool:
    body = {"apiVersion": "authorization.k8s.io/v1", "kind": "SelfSubjectAccessReview"}
    found = await api.create(REVIEWS, body | {"spec": {"resourceAttributes": {"namespace": api.namespace} | wanted}})
    return bool(found["status"]["allowed"])


async def refusal(api: Api, method: str, path: str, body: Any = None) -> Any:
    kind = "application/merge-patch+json" if method == "PATCH" else "application/json"
    answer = await api.ask(method, path, body, kind=kind)
    assert answer.status == 403, answer.text
    return answer.json


async def test_an_account_may_what_its_role_says_and_no_more(api: Api) -> None:
    bot = await api.account("bot")
    try:
        told = await refusal(bot, "GET", f"{api.core}/pods")
        who = f"system:serviceaccount:{api.namespace}:bot"
        assert told["message"] == (
            f'pods is forbidden: User "{who}" cannot list resource "pods" in API group "" '
            f'in the namespace "{api.namespace}"'
        )
        assert (told["reason"], told["details"]) == ("Forbidden", {"kind": "pods"})
        await bind(api, "bot")
        await granted(api, bot)
        assert (await bot.get(f"{api.core}/pods"))["kind"] == "PodList"
        told = await refusal(bot, "PATCH", f"{api.core}/configmaps/other", {"data": {}})
        assert told["message"].startswith(f'configmaps "other" is forbidden: User "{who}" cannot patch resource')
        await refusal(bot, "GET", "/api/v1/nodes")
        await refusal(bot, "DELETE", f"{api.core}/pods/any")
    finally:
        await bot.close()


async def granted(api: Api, bot: Api) -> None:
    """Wait until the authorizer has seen the binding: it follows a watch, so any answer before may be the old one."""
    version = (await api.get(f"{api.core}/configmaps"))["metadata"]["resourceVersion"]
    for number in range(200):
        if await may(bot, verb="list", resource="pods"):
            return
        name = f"tick-{number}"
        await api.create(f"{api.core}/configmaps", {"metadata": {"name": name}})
        async for _ in api.changes(
            f"{api.core}/configmaps", resourceVersion=version, fieldSelector=f"metadata.name={name}"
        ):
            break
    raise AssertionError("the binding was never seen")


async def test_a_review_tells_beforehand(api: Api) -> None:
    bot = await api.account("bot")
    try:
        await bind(api, "bot")
        await granted(api, bot)
        assert await may(bot, verb="patch", resource="configmaps", name="mine")
        assert not await may(bot, verb="patch", resource="configmaps", name="other")
        assert not await may(bot, verb="patch", group="apps", resource="deployments", subresource="scale")
        assert not await may(bot, verb="list", resource="pods", namespace="kube-system")
        body = {"apiVersion": "authentication.k8s.io/v1", "kind": "SelfSubjectReview"}
        me = await bot.create("/apis/authentication.k8s.io/v1/selfsubjectreviews", body)
        assert me["status"]["userInfo"]["username"] == f"system:serviceaccount:{api.namespace}:bot"
    finally:
        await bot.close()
    assert await may(api, verb="delete", group="apps", resource="deployments")
