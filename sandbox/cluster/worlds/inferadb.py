"""InferaDB: six pods over a FoundationDB and a Redis, with three revisions behind them, in `inferadb`."""

from sandbox.cluster.cluster import Cluster
from sandbox.cluster.defaults import filled
from sandbox.cluster.kinds import CONFIG_MAPS, DEPLOYMENTS, DISRUPTION_BUDGETS
from sandbox.cluster.machines import Machine
from sandbox.cluster.objects import Object
from sandbox.cluster.programs import Chatter, Program
from sandbox.cluster.worlds.making import DAY, REGISTRY, World, container, meta, service, set_image, workload

NAMESPACE, NAME, IMAGE = "inferadb", "inferadb", f"{REGISTRY}/inferadb/inferadb"
REVISIONS: tuple[tuple[float, str, str], ...] = (
    (9 * DAY, "1.4.0", "Deploy 1.4.0 (CI #1182)"),
    (4 * DAY, "1.4.1", "Deploy 1.4.1: tuple cache per tenant (CI #1207)"),
    (1 * DAY + 7000, "1.4.2", "Deploy 1.4.2: fewer FoundationDB retries (CI #1231)"),
)
CONFIGURATION = """\
auth:
  enabled: true
  jwks_url: https://auth.example.com/.well-known/jwks.json
cache:
  enabled: true
  ttl_seconds: 300
"""
OPENING = (
    "INFO inferadb::server: starting inferadb version={version} workers=8",
    "INFO inferadb::config: configuration loaded path=/etc/inferadb/config.yaml",
    "INFO inferadb::storage: connected to FoundationDB cluster=fdb-prod coordinators=3",
    "INFO inferadb::cache: tuple cache ready capacity=262144",
    "INFO inferadb::server: listening addr=0.0.0.0:8080",
)


def opening(version: str) -> tuple[str, ...]:
    """Give the lines with which a version starts."""
    return tuple(f" {line.format(version=version)}" for line in OPENING)


def world(chatter: Chatter) -> World:
    """Give what is there of InferaDB before its first release; what it says in between follows how the service is."""
    kind, front = service((NAMESPACE, NAME), NAME, "10.96.29.234", (8080, 8080))
    front["spec"]["ports"][0]["name"] = "http"
    configuration = {"config.yaml": CONFIGURATION, "RUST_LOG": "info"}
    budget = {"minAvailable": 4, "selector": {"matchLabels": {"app": NAME}}}
    return World(
        NAMESPACE, NAME, (),
        [
            (CONFIG_MAPS, {"metadata": meta("inferadb-config", NAMESPACE, NAME), "data": configuration}),
            (kind, front), (DISRUPTION_BUDGETS, {"metadata": meta(NAME, NAMESPACE), "spec": budget}),
        ],
        {
            f"{IMAGE}:{version}".replace(".", r"\."): Program(opening=opening(version), chatter=chatter)
            for _, version, _ in REVISIONS
        },
        Machine(redis=True, foundationdb=True),
    )  # fmt: skip


def release(cluster: Cluster, version: str, cause: str) -> None:
    """Do what the company's CI does: make the Deployment, or set its image and change-cause."""
    if cluster.store.get(DEPLOYMENTS, NAMESPACE, NAME) is None:
        cluster.store.create(DEPLOYMENTS, filled(DEPLOYMENTS, _deployment(version, cause)))
    else:
        set_image(cluster, NAMESPACE, NAME, f"{IMAGE}:{version}", cause, version=version)


def _deployment(version: str, cause: str) -> Object:
    probe = {"httpGet": {"path": "/health/ready", "port": 8080, "scheme": "HTTP"}, "timeoutSeconds": 1}
    probe |= {"periodSeconds": 2, "successThreshold": 1, "failureThreshold": 3}
    settings = {"RUST_LOG": "info", "INFERA__AUTH__ENABLED": "true", "INFERA__CACHE__ENABLED": "true"}
    one = container(
        NAME, f"{IMAGE}:{version}", limits=("2", "1Gi"), requests=("500m", "512Mi"), readinessProbe=probe,
        ports=[{"name": "http", "containerPort": 8080}],
        env=[{"name": name, "value": value} for name, value in settings.items()],
    )  # fmt: skip
    _, made = workload((NAMESPACE, NAME), NAME, 6, one)
    made["spec"]["minReadySeconds"] = 5
    made["spec"]["template"]["metadata"]["labels"]["version"] = version
    made["metadata"]["annotations"] = {"kubernetes.io/change-cause": cause}
    return made
