"""The Active Inference lab: an API, a PostgreSQL as a StatefulSet and its backups, in `default`."""

from sandbox.cluster.kinds import BACKUPS
from sandbox.cluster.machines import Machine
from sandbox.cluster.objects import Object
from sandbox.cluster.programs import Chatter, Program
from sandbox.cluster.worlds.making import DAY, REGISTRY, Release, World, config, container, service, stateful, workload
from sandbox.database.state import Database

NAMESPACE, NAME, IMAGE = "default", "active-inference-api", f"{REGISTRY}/active-inference/api"
RELEASES = (
    Release(12 * DAY, f"{IMAGE}:3.1.0", "Release 3.1.0"),
    Release(2 * DAY, f"{IMAGE}:3.2.0", "Release 3.2.0: variational updates in batches"),
)
OPENING = (
    "INFO api: starting",
    "INFO api.db: pool of 10 connections to postgres ready",
    "INFO api: listening on :8000",
)


def world(chatter: Chatter, now: float) -> World:
    """Give the lab's part of the cluster."""
    env = [{"name": "LOG_LEVEL", "value": "info"}, {"name": "DATABASE_HOST", "value": "postgres"}]
    api = container("api", RELEASES[0].image, 8000, limits=("1", "1Gi"), requests=("250m", "512Mi"), env=env)
    postgres = container("postgres", "postgres:16.4", 5432, limits=("2", "4Gi"), requests=("500m", "1Gi"))
    return World(
        NAMESPACE, NAME, RELEASES,
        [
            config((NAMESPACE, "active-inference-config"), log_level="info"),
            workload((NAMESPACE, NAME), NAME, 3, api), stateful((NAMESPACE, "postgres"), 2, postgres),
            service((NAMESPACE, NAME), NAME, "10.96.88.4", (8000, 8000)),
            service((NAMESPACE, "postgres"), "postgres", "None", (5432, 5432)),
            (BACKUPS, _backup("latest-backup", "12Gi", "Completed")),
            (BACKUPS, _backup("old-backup", "11Gi", "Completed")),
        ],
        {
            f"{IMAGE}:3[.][0-9.]*": Program(opening=OPENING, chatter=chatter),
            "postgres:16.*": Program(ready_in=2.0, opening=("LOG:  database system is ready to accept connections",)),
            f"({REGISTRY}|registry[.]local)/backup:.*": Program(
                ready_in=0.5, dies_in=12.0, exit_code=0, opening=("restoring backup 'latest'", "restored 48213 rows")
            ),
        },
        Machine(Database.quiet(now)),
    )  # fmt: skip


def _backup(name: str, size: str, phase: str) -> Object:
    about = {"name": name, "namespace": NAMESPACE, "labels": {"db": "postgres"}}
    status = {"phase": phase, "startedAt": "2026-11-20T02:00:00Z"}
    return {"metadata": about, "spec": {"schedule": "0 2 * * *", "size": size}, "status": status}
