"""Lines as people type them at night, against kubectl's own answers."""

import asyncio
import shlex
from pathlib import Path

import pytest
from aiohttp import web

from runbooks.kubectl import Cluster, parse, run
from tests.runbooks.kubectl.api import Api, refusal, serving
from tests.runbooks.kubectl.conftest import Server
from tests.runbooks.kubectl.test_every_change import DEPLOYMENT, deployment
from tests.runbooks.kubectl.test_manifests import NOW

SCALER = {"apiVersion": "autoscaling/v2", "kind": "HorizontalPodAutoscaler", "metadata": {"name": "h"}, "spec": {}}
LOGLESS = "*v2.HorizontalPodAutoscaler"
AS_TYPED = [
    ("get deploy web -o jsonpath --template={.kind}", "Deployment", ""),
    ("get deploy -o custom-columns --template=N:.metadata.name", "N\nweb\n", ""),
    ("get deploy web -o NAME", "deployment.apps/web\n", ""),
    ("get deploy,svc web -o name", "deployment.apps/web\nservice/web\n", ""),
    ("get deploy,hpa h web -o name", "deployment.apps/web\nhorizontalpodautoscaler.autoscaling/h\n", "not found"),
    ("label deploy/web a=b c", "", "all resources must be specified before label changes: c"),
    ("annotate deploy/web a=b c", "", "all resources must be specified before annotation changes: c"),
    ("set env deploy/web A=b c", "", "all resources must be specified before environment changes: deploy/web A=b c"),
    ("scale dploy --replicas=2", "", 'the server doesn\'t have a resource type "dploy"'),
    ("scale deploy --replicas=2", "", "resource(s) were provided, but no name was specified"),
    ("set resources deploy/web --limits=cpu=2,", "", "Invalid argument syntax , expected <resource>=<value>"),
    ("get pod, web", "", "must have a single resource and name"),
    ("get deploy/web, deploy/x", "", "may not have more than one slash"),
    ("get deploy,svc deploy/web", "", "may not have more than one slash"),
    ("get deploy -o 'jsonpaht={.items[\"x\"]}'", "", 'output format "jsonpaht={.items[\\"x\\"]}", allowed'),
    ("get --raw /version -o json", "", "--raw and --output are mutually exclusive"),
    ("get --raw /version pods", "", "arguments may not be passed when --raw is specified"),
    ("logs web app --all-containers", "", "--all-containers=true should not be specified with container name app"),
    ("logs hpa/h", "", f"cannot get the logs from {LOGLESS}: selector for {LOGLESS} not implemented"),
    ("set env hpa/h A=b", "", f"the object is not a pod or does not have a pod template: {LOGLESS}"),
    ("set selector svc/web app==x", "service/web selector updated\n", ""),
    ("auth can-i get pods --list", "", "list option must be specified with no arguments"),
]


@pytest.mark.parametrize(("line", "out", "problem"), AS_TYPED)
async def test_a_line_as_people_type_it_says_what_kubectl_says(
    tmp_path: Path, line: str, out: str, problem: str
) -> None:
    service = {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "web", "namespace": "x"}, "spec": {}}
    api = Api(
        {
            DEPLOYMENT: deployment(),
            "/api/v1/namespaces/x/services/web": service,
            "/apis/autoscaling/v2/namespaces/x/horizontalpodautoscalers/h": SCALER,
        }
    )
    async with serving(api, tmp_path) as opened:
        told = await run(parse([*shlex.split(line), "-n", "x"]), opened, now=NOW)
    assert told.stdout == out
    assert problem in told.stderr if problem else told.stderr == ""
    assert all(one.body == {"spec": {"selector": {"app": "x"}}} for one in api.sent)


async def test_a_progress_bar_stays_one_line_behind_its_prefix(server: Server, cluster: Cluster) -> None:
    pod = {"kind": "Pod", "metadata": {"name": "web", "namespace": "x"}, "spec": {"containers": [{"name": "app"}]}}
    server.answer = lambda request: (
        web.Response(text="10%\r20%\x0c\u2028done\n\nlast") if request.path.endswith("/log") else web.json_response(pod)
    )
    told = await run(parse(["logs", "web", "--prefix", "-n", "x"]), cluster, now=NOW)
    mark = "[pod/web/app] "
    assert told.stdout == f"{mark}10%\r20%\x0c\u2028done\n{mark}\n{mark}last"


async def test_what_is_missing_is_told_in_the_order_of_the_line(server: Server, cluster: Cluster) -> None:
    asked = asyncio.Event()

    async def missing(request: web.Request) -> web.Response:
        if request.path.endswith("/services/b"):
            asked.set()
        else:
            await asked.wait()
        return refusal(404, request.path.rpartition("/")[2])

    server.answer = missing
    told = await run(parse(["describe", "deploy/a", "svc/b"]), cluster, now=NOW)
    assert told.stderr == "Error from server (NotFound): a\nError from server (NotFound): b\n"
