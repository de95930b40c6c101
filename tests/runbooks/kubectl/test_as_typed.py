"""Lines as people type them at night, against kubectl's own answers."""

import shlex
from pathlib import Path

import pytest

from runbooks.kubectl import parse, run
from tests.runbooks.kubectl.api import Api, serving
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
    ("get pod, web", "", "must have a single resource and name"),
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
    async with serving(api, tmp_path) as cluster:
        told = await run(parse([*shlex.split(line), "-n", "x"]), cluster, now=NOW)
    assert told.stdout == out
    assert problem in told.stderr if problem else told.stderr == ""
    assert all(one.body == {"spec": {"selector": {"app": "x"}}} for one in api.sent)
