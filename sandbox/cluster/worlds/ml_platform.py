"""The ML platform: an inference API before a PostgreSQL and a Redis, and its gateway, in `ml-platform`."""

from sandbox.cluster.machines import Machine
from sandbox.cluster.programs import Chatter, Program
from sandbox.cluster.worlds.making import DAY, REGISTRY, Release, World, config, container, service, workload
from sandbox.database.state import Database

NAMESPACE, NAME, IMAGE = "ml-platform", "ml-inference-api", f"{REGISTRY}/ml-platform/inference-api"
RELEASES = (
    Release(12 * DAY, f"{IMAGE}:2.0.0", "set image api:2.0.0"),
    Release(6 * DAY, f"{IMAGE}:2.0.1", "set image api:2.0.1"),
    Release(2 * DAY, f"{IMAGE}:2.1.0", "set image api:2.1.0"),
)
OPENING = ("INFO uvicorn: started server process [1]", "INFO models: 42 active models loaded")


def world(chatter: Chatter, now: float) -> World:
    """Give the ML platform's part of the cluster."""
    api = container("api", RELEASES[0].image, 8000, limits=("2", "2Gi"), requests=("500m", "768Mi"))
    gateway = container("gateway", f"{REGISTRY}/ml-platform/gateway:1.2.0", 8080, requests=("50m", "64Mi"))
    envoy = container("envoy", f"{REGISTRY}/ml-platform/envoy:1.31", 15001)
    here = NAMESPACE
    kind, front = service((here, NAME), NAME, "10.96.162.128", (80, 8000), type="LoadBalancer")
    front |= {"status": {"loadBalancer": {"ingress": [{"ip": "203.0.113.10"}]}}}
    return World(
        here, NAME, RELEASES,
        [
            config((here, "app-config"), read_only="false", log_level="info"),
            workload((here, NAME), NAME, 4, api), workload((here, "ml-gateway"), "ml-gateway", 2, gateway, envoy),
            workload((here, "postgres"), "postgres", 1, container("postgres", "postgres:16.5", 5432)),
            workload((here, "redis"), "redis", 1, container("redis", "redis:7.4.0", 6379)),
            (kind, front), service((here, "postgres"), "postgres", "10.96.226.9", (5432, 5432)),
            service((here, "redis"), "redis", "10.96.108.21", (6379, 6379)),
        ],
        {
            f"{IMAGE}:2[.][01][.][01]": Program(opening=OPENING, chatter=chatter),
            f"{REGISTRY}/ml-platform/(gateway|envoy):.*": Program(ready_in=1.0, opening=("listening",)),
            "postgres:16.*": Program(ready_in=2.0, opening=("LOG:  database system is ready to accept connections",)),
            "redis:7.*": Program(ready_in=1.0, opening=("* Ready to accept connections tcp",)),
        },
        Machine(Database.quiet(now), redis=True),
    )  # fmt: skip
