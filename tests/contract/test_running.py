"""What a cluster makes of a Deployment: pods, revisions, logs, and the way back."""

from typing import Any

from tests.contract.api import JSON_PATCH, Api, deployment, is_available

REVISION = "deployment.kubernetes.io/revision"


async def rolled_out(api: Api) -> Any:
    return await api.until(f"{api.apps}/deployments", "web", is_available)


async def sets(api: Api) -> dict[str, Any]:
    """Give the ReplicaSets of `web` by their revision."""
    found = (await api.get(f"{api.apps}/replicasets", labelSelector="app=web"))["items"]
    return {one["metadata"]["annotations"][REVISION]: one for one in found}


async def test_a_deployment_rolls_out_and_is_rolled_back(api: Api) -> None:
    path = f"{api.apps}/deployments/web"
    await api.create(f"{api.apps}/deployments", deployment(api.image, 2, COLOUR="blue"))
    first = await rolled_out(api)
    assert first["metadata"]["annotations"][REVISION] == "1"
    progress = next(one for one in first["status"]["conditions"] if one["type"] == "Progressing")
    assert (progress["status"], progress["reason"]) == ("True", "NewReplicaSetAvailable")
    value = "/spec/template/spec/containers/0/env/0/value"
    await api.patch(path, [{"op": "replace", "path": value, "value": "green"}], JSON_PATCH)
    second = await rolled_out(api)
    old = (await sets(api))["1"]
    assert (second["metadata"]["annotations"][REVISION], old["spec"]["replicas"]) == ("2", 0)
    template = old["spec"]["template"]
    del template["metadata"]["labels"]["pod-template-hash"]
    await api.patch(path, [{"op": "replace", "path": "/spec/template", "value": template}], JSON_PATCH)
    third = await rolled_out(api)
    again = (await sets(api))["3"]
    assert third["metadata"]["annotations"][REVISION] == "3"
    assert again["metadata"]["uid"] == old["metadata"]["uid"]
    assert set(await sets(api)) == {"2", "3"}


async def test_a_paused_deployment_keeps_its_pods_as_they_are(api: Api) -> None:
    body = deployment(api.image, 1, COLOUR="blue")
    body["spec"]["paused"] = True
    await api.create(f"{api.apps}/deployments", body)
    seen = await api.until(
        f"{api.apps}/deployments", "web", lambda one: one.get("status", {}).get("observedGeneration") == 1
    )
    assert not seen["status"].get("updatedReplicas")
    await api.patch(f"{api.apps}/deployments/web", {"spec": {"paused": None}})
    assert (await rolled_out(api))["status"]["availableReplicas"] == 1


async def test_logs_are_given_with_their_options(api: Api) -> None:
    await api.create(f"{api.apps}/deployments", deployment(api.image))
    await rolled_out(api)
    pod = (await api.get(f"{api.core}/pods", labelSelector="app=web"))["items"][0]["metadata"]["name"]
    path = f"{api.core}/pods/{pod}/log"
    whole = await api.ask("GET", path)
    assert (whole.status, "hello" in whole.text) == (200, True)
    assert (await api.ask("GET", path, tailLines="0")).text == ""
    assert len((await api.ask("GET", path, limitBytes="2")).text) == 2
    stamped = (await api.ask("GET", path, timestamps="true", tailLines="1")).text
    assert stamped[:2] == "20"
    assert "T" in stamped.partition(" ")[0]
    never = await api.ask("GET", path, previous="true")
    assert (never.status, never.json["reason"]) == (400, "BadRequest")
    assert f'previous terminated container "web" in pod "{pod}" not found' in never.json["message"]
    wrong = await api.ask("GET", path, container="nosuch")
    assert (wrong.status, wrong.json["message"]) == (400, f"container nosuch is not valid for pod {pod}")
    assert (await api.ask("GET", f"{api.core}/pods/nosuch/log")).status == 404


async def test_pods_go_with_the_deployment_that_owned_them(api: Api) -> None:
    await api.create(f"{api.apps}/deployments", deployment(api.image))
    await rolled_out(api)
    pods = (await api.get(f"{api.core}/pods", labelSelector="app=web"))["items"]
    version = (await api.get(f"{api.core}/pods"))["metadata"]["resourceVersion"]
    gone = await api.ask("DELETE", f"{api.apps}/deployments/web", {"propagationPolicy": "Background"})
    assert gone.status == 200
    async for kind, thing in api.changes(f"{api.core}/pods", resourceVersion=version):
        if kind == "DELETED":
            assert thing["metadata"]["name"] == pods[0]["metadata"]["name"]
            break
    assert (await api.ask("GET", f"{api.apps}/replicasets", labelSelector="app=web")).json["items"] == []
