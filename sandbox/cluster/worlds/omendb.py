"""OmenDB: three replicas of a time series database over one volume, in `omendb-prod`."""

from sandbox.cluster.kinds import CLAIMS, JOBS
from sandbox.cluster.machines import Disk, Machine, littered
from sandbox.cluster.objects import Object
from sandbox.cluster.programs import Chatter, Program
from sandbox.cluster.worlds.making import DAY, REGISTRY, Release, World, config, container, meta, service, workload

NAMESPACE, NAME, IMAGE, CLAIM = "omendb-prod", "prod-omendb", f"{REGISTRY}/omendb/omendb", "omendb-data"
GOOD_BATCH = "25000"
RELEASES = (
    Release(12 * DAY, f"{IMAGE}:0.9.1", "set image omendb:0.9.1"),
    Release(6 * DAY, f"{IMAGE}:0.9.2", "set image omendb:0.9.2"),
    Release(2 * DAY, f"{IMAGE}:0.9.3", "set image omendb:0.9.3"),
)
OPENING = (
    " INFO omendb: starting",
    " INFO omendb::wal: recovered segments=14",
    " INFO omendb::http: listening port=3000",
)


def world(chatter: Chatter) -> World:
    """Give OmenDB's part of the cluster."""
    volumes = [
        {"name": "data", "persistentVolumeClaim": {"claimName": CLAIM}},
        {"name": "cfg", "configMap": {"name": "omendb-config", "defaultMode": 420}},
    ]
    mounts = [{"name": "data", "mountPath": "/var/lib/omendb"}, {"name": "cfg", "mountPath": "/etc/omendb"}]
    main = container(
        "omendb", RELEASES[0].image, 3000, limits=("4", "8Gi"), requests=("500m", "2Gi"), volumeMounts=mounts,
        envFrom=[{"configMapRef": {"name": "omendb-config"}}],
    )  # fmt: skip
    balanced = {"status": {"loadBalancer": {"ingress": [{"ip": "203.0.113.20"}]}}}
    kind, balancer = service(
        (NAMESPACE, "load-balancer"),
        "omendb",
        "10.96.40.7",
        (80, 3000),
        (3000, 3000),
        (9090, 9090),
        type="LoadBalancer",
    )
    return World(
        NAMESPACE, NAME, RELEASES,
        [
            config((NAMESPACE, "omendb-config"), batch_size=GOOD_BATCH, log_level="info"),
            (CLAIMS, _claim()), workload((NAMESPACE, NAME), "omendb", 3, main, volumes=volumes),
            service((NAMESPACE, NAME), "omendb", "10.96.40.8", (3000, 3000), (9090, 9090)), (kind, balancer | balanced),
            (JOBS, _restore()),
        ],
        {
            f"{IMAGE}:.*": Program(opening=OPENING, chatter=chatter),
            f"{REGISTRY}/omendb/backup:.*": Program(ready_in=0.5, opening=("backup_tool: waiting for orders",)),
        },
        Machine(disk=Disk("/var/lib/omendb", CLAIM, size=100.0, data=61.0, files=littered(4.0))),
    )  # fmt: skip


def _claim() -> Object:
    spec = {
        "accessModes": ["ReadWriteMany"],
        "resources": {"requests": {"storage": "100Gi"}},
        "volumeMode": "Filesystem",
    }
    spec |= {"storageClassName": "fast", "volumeName": f"pv-{CLAIM}"}
    status = {"phase": "Bound", "accessModes": ["ReadWriteMany"], "capacity": {"storage": "100Gi"}}
    return {"metadata": meta(CLAIM, NAMESPACE, "omendb"), "spec": spec, "status": status}


def _restore() -> Object:
    spec = {"containers": [container("restore", f"{REGISTRY}/omendb/backup:1.0")], "restartPolicy": "Never"}
    template = {"metadata": {"labels": {"app": "omendb-restore"}}, "spec": spec}
    return {
        "metadata": meta("restore-job", NAMESPACE, "omendb-restore"),
        "spec": {"backoffLimit": 2, "template": template},
    }
