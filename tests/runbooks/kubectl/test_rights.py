"""Which rights a line needs is told from its words, verb by verb, as RBAC sees the requests."""

import shlex
from pathlib import Path

import pytest

from runbooks.kubectl import parse
from runbooks.kubectl.access import Right, of_request, rule
from runbooks.kubectl.meant import CHOSEN
from runbooks.kubectl.performing import VERBS
from runbooks.kubectl.rights import NEEDS, rights_of
from runbooks.kubectl.well_known import plural

MANIFEST = "apiVersion: batch/v1\nkind: Job\nmetadata: {name: mend}\n---\n"
MANIFEST += "apiVersion: stable.example.com/v1\nkind: Proxy\nmetadata: {name: p, namespace: b}\n"
LINES = [
    ("get pods", ["list pods @a"]),
    ("get pods -A", ["list pods @*"]),
    ("get pod web-1 -n b", ["get pods of web-1 @b", "get namespaces of b @b"]),
    ("get deploy,svc", ["list deployments @a", "list services @a"]),
    ("get deployment/web node/n1", ["get deployments of web @a", "get namespaces of a @a", "get nodes of n1 @*"]),
    ("get nodes", ["list nodes @*"]),
    ("get hpa -n default web", ["get horizontalpodautoscalers of web @default"]),
    ("get pod web-1 --subresource=resize -n default", ["get pods/resize of web-1 @default"]),
    ("get backups latest", ["get backups of latest @a ?", "get namespaces of a @a"]),
    ("get backup.dr.example.com", ["list backups.dr.example.com @a ?"]),
    ("get --raw /readyz?verbose", []),
    ("get --raw /metrics", ["get /metrics @*"]),
    ("get --raw /apis/metrics.k8s.io/v1beta1/nodes", ["list nodes.metrics.k8s.io @*"]),
    ("get --raw /api/v1/namespaces/b/pods/w/log", ["get pods/log of w @b"]),
    ("describe pods -l app=web", ["list pods @a", "list events @a"]),
    ("describe pod web-1 -n default", ["get pods of web-1 @default", "list pods @default", "list events @default"]),
    (
        "describe deploy -n default",
        ["list deployments @default", "list replicasets @default", "list events @default"],
    ),
    ("describe svc --show-events=false", ["list services @a", "list endpointslices.discovery.k8s.io @a"]),
    (
        "describe nodes",
        ["list nodes @*", "get leases.coordination.k8s.io @kube-node-lease", "list pods @*", "list events @*"],
    ),
    ("logs -l app=web", ["list pods @a", "get pods/log @a"]),
    ("logs web-1 -n default", ["get pods of web-1 @default", "get pods/log of web-1 @default"]),
    ("logs deploy/web -n default", ["get deployments of web @default", "list pods @default", "get pods/log @default"]),
    ("events --for pod/x", ["list events @a"]),
    ("top pods", ["list pods.metrics.k8s.io @a", "list pods @a"]),
    ("top node n1", ["get nodes.metrics.k8s.io of n1 @*", "get nodes of n1 @*"]),
    ("rollout history deploy/web -n default", ["get deployments of web @default", "list replicasets @default"]),
    ("rollout history sts -n default", ["list statefulsets @default", "list controllerrevisions @default"]),
    ("rollout status deploy/web -n default", ["get deployments of web @default", "watch deployments of web @default"]),
    (
        "rollout undo deploy/web -n default",
        ["get deployments of web @default", "list replicasets @default", "patch deployments of web @default",
         "watch deployments of web @default"],
    ),
    (
        "rollout restart ds/agent -n default",
        ["get daemonsets of agent @default", "patch daemonsets of agent @default",
         "watch daemonsets of agent @default"],
    ),
    (
        "scale sts/db --replicas=3 -n default",
        ["get statefulsets of db @default", "patch statefulsets/scale of db @default",
         "list horizontalpodautoscalers @default", "list resourcequotas @default",
         "watch statefulsets of db @default"],
    ),
    (
        "set env deploy/web A=b --from=configmap/c -n default",
        ["get deployments of web @default", "patch deployments of web @default",
         "watch deployments of web @default", "get configmaps of c @default"],
    ),
    ("set env deploy/web --list -n default", ["get deployments of web @default"]),
    (
        "set serviceaccount deploy/web robot -n default",
        ["get deployments of web @default", "patch deployments of web @default", "watch deployments of web @default"],
    ),
    (
        "patch configmap c -n default -p '{}'",
        ["get configmaps of c @default", "patch configmaps of c @default"],
    ),
    (
        "patch pvc data --subresource=status -n default -p '{}'",
        ["get persistentvolumeclaims/status of data @default", "patch persistentvolumeclaims/status of data @default"],
    ),
    ("label pod web-1 app- -n default", ["get pods of web-1 @default", "patch pods of web-1 @default"]),
    ("label pods -l a=b x=y", ["list pods @a", "patch pods @a"]),
    ("annotate service web a=b -n default", ["get services of web @default", "patch services of web @default"]),
    (
        "delete pod web-1 -n default",
        ["get pods of web-1 @default", "delete pods of web-1 @default", "watch pods of web-1 @default"],
    ),
    (f"delete pod {CHOSEN} --wait=false -n default", ["get pods @default", "delete pods @default"]),
    (
        "exec db-0 -n default -- psql",
        ["get pods of db-0 @default", "get pods/exec of db-0 @default", "create pods/exec of db-0 @default"],
    ),
    (
        "exec deploy/web -n default -- ls",
        ["get deployments of web @default", "list pods @default", "get pods/exec @default",
         "create pods/exec @default"],
    ),
    (
        "apply -f mend.yaml -n default",
        ["get jobs of mend @default", "get proxies.stable.example.com of p @b ?", "get namespaces of b @b",
         "patch jobs of mend @default", "patch proxies.stable.example.com of p @b ?", "create jobs @default",
         "delete jobs of mend @default", "watch jobs of mend @default", "create proxies.stable.example.com @b ?",
         "delete proxies.stable.example.com of p @b ?", "watch proxies.stable.example.com of p @b ?"],
    ),
    (
        "create job again --from=cronjob/backup -n default",
        ["get cronjobs of backup @default", "create jobs @default", "get jobs of again @default",
         "delete jobs of again @default", "watch jobs of again @default"],
    ),
    ("create namespace shop", ["create namespaces @*"]),
    ("cordon n1", ["get nodes of n1 @*", "patch nodes of n1 @*"]),
    (
        "drain n1 --ignore-daemonsets",
        ["get nodes of n1 @*", "patch nodes of n1 @*", "list pods @*", "get pods @*", "watch pods @*",
         "create pods/eviction @*", "get daemonsets @*"],
    ),
    ("wait pod/web-1 --for=condition=Ready -n default", ["get pods of web-1 @default", "watch pods of web-1 @default"]),
    ("cluster-info", ["list services @kube-system"]),
    ("auth can-i delete pods", []),
    ("auth whoami", []),
    ("version", []),
    ("api-resources", []),
]  # fmt: skip


def told(right: Right) -> str:
    return f"{right} @{right.namespace or '*'}" + (" ?" if right.word else "")


@pytest.mark.parametrize(("line", "needs"), LINES, ids=[line for line, _ in LINES])
def test_a_line_needs_what_it_asks_and_no_more(line: str, needs: list[str], tmp_path: Path) -> None:
    (tmp_path / "mend.yaml").write_text(MANIFEST)
    found = rights_of(parse(shlex.split(line)), namespace="a", folder=tmp_path)
    assert [told(right) for right in found] == needs


def test_every_verb_tells_what_it_needs_or_asks_what_everybody_may() -> None:
    public = {"version", "api-resources", "api-versions", "auth can-i", "auth whoami"}
    assert set(NEEDS) == set(VERBS) - public


@pytest.mark.parametrize(
    ("method", "path", "right"),
    [
        ("GET", "/api/v1/namespaces/a/services/http:web:80/proxy/x/y?z=1", "get services/proxy of http:web:80 @a"),
        ("POST", "/api/v1/namespaces/a/services/web:80/proxy/", "create services/proxy of web:80 @a"),
        ("DELETE", "/apis/apps/v1/namespaces/a/deployments", "deletecollection deployments @a"),
        ("GET", "/api/v1/namespaces/a", "get namespaces of a @a"),
        ("GET", "/api/v1/nodes/n1/proxy/stats", "get nodes/proxy of n1 @*"),
        ("HEAD", "/logs/", "head /logs @*"),
    ],
)
def test_a_path_is_read_as_the_server_reads_it(method: str, path: str, right: str) -> None:
    assert told(of_request(method, path)) == right


@pytest.mark.parametrize(
    ("right", "line"),
    [
        (Right("get", "", "pods", "log", namespace="a"), "kubectl auth can-i get pods --subresource=log -n a"),
        (Right("patch", "apps", "deployments", "", "web", "a"), "kubectl auth can-i patch deployments.apps/web -n a"),
        (Right("get", "*", "backups", "", "b", "a", "backup"), "kubectl auth can-i get backup/b -n a"),
        (Right("list", "", "nodes"), "kubectl auth can-i list nodes -A"),
        (Right("get", path="/metrics"), "kubectl auth can-i get /metrics -A"),
    ],
)
def test_a_right_is_asked_for_by_a_line_that_can_run(right: Right, line: str) -> None:
    assert right.line == line
    assert parse(shlex.split(line)[1:]).verb == "auth can-i"


def test_a_rule_holds_the_verbs_of_one_thing() -> None:
    one, two = Right("list", "", "pods", name="x", namespace="a"), Right("get", "", "pods", name="x", namespace="a")
    assert rule([one, two]) == '{apiGroups: [""], resources: ["pods"], resourceNames: ["x"], verbs: ["get", "list"]}'
    assert rule([Right("get", path="/metrics")]) == '{nonResourceURLs: ["/metrics"], verbs: ["get"]}'


@pytest.mark.parametrize(
    ("one", "many"),
    [("backup", "backups"), ("policy", "policies"), ("gateway", "gateways"), ("class", "classes"), ("pods", "pods")],
)
def test_the_plural_of_an_unknown_type_is_guessed_as_most_write_it(one: str, many: str) -> None:
    assert plural(one) == many
