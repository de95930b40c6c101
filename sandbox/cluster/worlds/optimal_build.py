"""Optimal Build: a backend and its worker in `optimal-build`, and the platform's tools in `monitoring`."""

from sandbox.cluster.kinds import DAEMON_SETS, INGRESSES
from sandbox.cluster.machines import Machine
from sandbox.cluster.objects import Object
from sandbox.cluster.programs import Chatter, Program
from sandbox.cluster.worlds.making import DAY, REGISTRY, Release, World, container, meta, service, workload
from sandbox.database.state import Database

NAMESPACE, NAME, IMAGE = "optimal-build", "optimal-build-backend", f"{REGISTRY}/optimal-build/backend"
TOOLS_IMAGE = f"{REGISTRY}/platform/monitoring-tools"
RELEASES = (
    Release(12 * DAY, f"{IMAGE}:5.0.0", "Deploy 5.0.0"),
    Release(6 * DAY, f"{IMAGE}:5.0.1", "Deploy 5.0.1"),
    Release(2 * DAY, f"{IMAGE}:5.1.0", "Deploy 5.1.0: rules for roof loads"),
)
OPENING = ("INFO app.main: starting", "INFO app.core.database: pool size=5", "INFO app.main: ready port=8080")


def world(chatter: Chatter, now: float) -> World:
    """Give Optimal Build's part of the cluster."""
    low: Object = {"priorityClassName": "best-effort-apps", "priority": -10}
    backend = container("backend", RELEASES[0].image, 8080, limits=("1", "1Gi"), requests=("250m", "256Mi"))
    worker = container(
        "worker", f"{REGISTRY}/optimal-build/worker:5.1.0", limits=("1", "512Mi"), requests=("100m", "256Mi")
    )
    return World(
        NAMESPACE, NAME, RELEASES,
        [
            workload((NAMESPACE, NAME), "optimal-build", 3, backend, **low),
            workload((NAMESPACE, "optimal-build-worker"), "optimal-build-worker", 1, worker),
            service((NAMESPACE, NAME), "optimal-build", "10.96.71.3", (80, 8080), type="NodePort"),
            (INGRESSES, _ingress()),
        ],
        {
            f"{IMAGE}:5[.][0-9.]*": Program(opening=OPENING, chatter=chatter),
            f"{REGISTRY}/optimal-build/worker:.*": Program(ready_in=2.0, opening=("INFO worker: waiting for jobs",)),
        },
        Machine(Database.quiet(now, idle=14, active=3), redis=True),
    )  # fmt: skip


def _ingress() -> Object:
    backend = {"service": {"name": NAME, "port": {"number": 80}}}
    rule = {
        "host": "optimal-build.example.com",
        "http": {"paths": [{"path": "/", "pathType": "Prefix", "backend": backend}]},
    }
    return {"metadata": meta(NAME, NAMESPACE, "optimal-build"), "spec": {"ingressClassName": "nginx", "rules": [rule]}}


def monitoring() -> World:
    """Give the namespace of the platform's own tools: a port of its node keeps them one to a node."""
    port = {"containerPort": 9411, "hostPort": 9411, "protocol": "TCP"}
    tools = container("tools", f"{TOOLS_IMAGE}:2.0", requests=("100m", "256Mi"), ports=[port])
    above: Object = {"priorityClassName": "platform-critical", "priority": 1_000_000}
    kind, made = workload(("monitoring", "monitoring-tools"), "monitoring-tools", 3, tools, **above)
    made["spec"]["strategy"] = {"type": "Recreate"}
    exporter = container("node-exporter", "quay.io/prometheus/node-exporter:v1.8.2", 9100, requests=("20m", "32Mi"))
    _, daemon = workload(("monitoring", "node-exporter"), "node-exporter", 1, exporter)
    del daemon["spec"]["replicas"]
    return World(
        "monitoring", "monitoring-tools", (),
        [(kind, made), (DAEMON_SETS, daemon)],
        {f"{TOOLS_IMAGE}:2.*": Program(ready_in=1.0), "quay.io/prometheus/.*": Program(ready_in=1.0)},
        Machine(),
    )  # fmt: skip
