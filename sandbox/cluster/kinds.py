"""The kinds this cluster serves; discovery, routing and printing all read this one table."""

from collections.abc import Sequence
from dataclasses import dataclass

ALL_VERBS = ("create", "delete", "deletecollection", "get", "list", "patch", "update", "watch")
READ = ("get", "list")


@dataclass(frozen=True)
class Subresource:
    name: str
    kind: str
    verbs: tuple[str, ...] = ("get", "patch", "update")
    group: str = ""
    version: str = ""


@dataclass(frozen=True)
class Kind:
    group: str
    version: str
    name: str
    plural: str
    namespaced: bool = True
    short: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    verbs: tuple[str, ...] = ALL_VERBS
    subresources: tuple[Subresource, ...] = ()

    @property
    def resource(self) -> str:
        """Say `deployments.apps`, `pods`."""
        return f"{self.plural}.{self.group}" if self.group else self.plural

    @property
    def api_version(self) -> str:
        return f"{self.group}/{self.version}" if self.group else self.version

    @property
    def base(self) -> str:
        return f"/apis/{self.api_version}" if self.group else f"/api/{self.version}"

    @property
    def singular(self) -> str:
        """Say `deployment`; what metrics-server serves has none."""
        return "" if self.group == "metrics.k8s.io" else self.name.lower()

    def subresource(self, name: str) -> Subresource | None:
        return next((sub for sub in self.subresources if sub.name == name), None)


STATUS = "status"
SCALE = Subresource("scale", "Scale", group="autoscaling", version="v1")


def _with_status(kind: str, *more: Subresource) -> tuple[Subresource, ...]:
    return tuple(sorted((*more, Subresource(STATUS, kind)), key=lambda sub: sub.name))


_POD = _with_status(
    "Pod",
    Subresource("log", "Pod", ("get",)),
    Subresource("eviction", "Eviction", ("create",), "policy", "v1"),
    Subresource("exec", "PodExecOptions", ("create", "get")),
)
_PROXY = Subresource("proxy", "ServiceProxyOptions", ("create", "delete", "get", "patch", "update"))
_ALL = ("all",)

KINDS: tuple[Kind, ...] = (
    Kind("", "v1", "ConfigMap", "configmaps", short=("cm",)),
    Kind("", "v1", "Endpoints", "endpoints", short=("ep",)),
    Kind("", "v1", "Event", "events", short=("ev",)),
    Kind("", "v1", "LimitRange", "limitranges", short=("limits",)),
    Kind(
        "",
        "v1",
        "Namespace",
        "namespaces",
        namespaced=False,
        short=("ns",),
        verbs=tuple(verb for verb in ALL_VERBS if verb != "deletecollection"),
        subresources=_with_status("Namespace"),
    ),
    Kind("", "v1", "Node", "nodes", namespaced=False, short=("no",), subresources=_with_status("Node")),
    Kind(
        "",
        "v1",
        "PersistentVolumeClaim",
        "persistentvolumeclaims",
        short=("pvc",),
        subresources=_with_status("PersistentVolumeClaim"),
    ),
    Kind("", "v1", "PersistentVolume", "persistentvolumes", namespaced=False, short=("pv",)),
    Kind("", "v1", "Pod", "pods", short=("po",), categories=_ALL, subresources=_POD),
    Kind(
        "",
        "v1",
        "ReplicationController",
        "replicationcontrollers",
        short=("rc",),
        categories=_ALL,
        subresources=_with_status("ReplicationController", SCALE),
    ),
    Kind("", "v1", "ResourceQuota", "resourcequotas", short=("quota",)),
    Kind("", "v1", "Secret", "secrets"),
    Kind("", "v1", "ServiceAccount", "serviceaccounts", short=("sa",)),
    Kind(
        "", "v1", "Service", "services", short=("svc",), categories=_ALL, subresources=_with_status("Service", _PROXY)
    ),
    Kind("apps", "v1", "ControllerRevision", "controllerrevisions"),
    Kind(
        "apps", "v1", "DaemonSet", "daemonsets", short=("ds",), categories=_ALL, subresources=_with_status("DaemonSet")
    ),
    Kind(
        "apps",
        "v1",
        "Deployment",
        "deployments",
        short=("deploy",),
        categories=_ALL,
        subresources=_with_status("Deployment", SCALE),
    ),
    Kind(
        "apps",
        "v1",
        "ReplicaSet",
        "replicasets",
        short=("rs",),
        categories=_ALL,
        subresources=_with_status("ReplicaSet", SCALE),
    ),
    Kind(
        "apps",
        "v1",
        "StatefulSet",
        "statefulsets",
        short=("sts",),
        categories=_ALL,
        subresources=_with_status("StatefulSet", SCALE),
    ),
    Kind(
        "autoscaling",
        "v2",
        "HorizontalPodAutoscaler",
        "horizontalpodautoscalers",
        short=("hpa",),
        categories=_ALL,
        subresources=_with_status("HorizontalPodAutoscaler"),
    ),
    Kind("batch", "v1", "CronJob", "cronjobs", short=("cj",), categories=_ALL, subresources=_with_status("CronJob")),
    Kind("batch", "v1", "Job", "jobs", categories=_ALL, subresources=_with_status("Job")),
    Kind("dr.example.com", "v1", "Backup", "backups"),
    Kind("coordination.k8s.io", "v1", "Lease", "leases"),
    Kind("discovery.k8s.io", "v1", "EndpointSlice", "endpointslices"),
    Kind("networking.k8s.io", "v1", "Ingress", "ingresses", short=("ing",)),
    Kind("networking.k8s.io", "v1", "NetworkPolicy", "networkpolicies", short=("netpol",)),
    Kind(
        "policy",
        "v1",
        "PodDisruptionBudget",
        "poddisruptionbudgets",
        short=("pdb",),
        subresources=_with_status("PodDisruptionBudget"),
    ),
    Kind("storage.k8s.io", "v1", "StorageClass", "storageclasses", namespaced=False, short=("sc",)),
    Kind("authentication.k8s.io", "v1", "SelfSubjectReview", "selfsubjectreviews", namespaced=False, verbs=("create",)),
    Kind(
        "authorization.k8s.io",
        "v1",
        "SelfSubjectAccessReview",
        "selfsubjectaccessreviews",
        namespaced=False,
        verbs=("create",),
    ),
    Kind(
        "authorization.k8s.io",
        "v1",
        "SelfSubjectRulesReview",
        "selfsubjectrulesreviews",
        namespaced=False,
        verbs=("create",),
    ),
    Kind("metrics.k8s.io", "v1beta1", "NodeMetrics", "nodes", namespaced=False, verbs=READ),
    Kind("metrics.k8s.io", "v1beta1", "PodMetrics", "pods", verbs=READ),
)


def kind_of(plural: str, group: str = "", kinds: Sequence[Kind] = KINDS) -> Kind:
    """Find a kind by its plural and group; KeyError when this cluster has none."""
    for kind in kinds:
        if kind.plural == plural and kind.group == group:
            return kind
    raise KeyError(f"{plural}.{group}")


PODS = kind_of("pods")
NODES = kind_of("nodes")
SERVICES = kind_of("services")
ENDPOINTS = kind_of("endpoints")
CONFIG_MAPS = kind_of("configmaps")
NAMESPACES = kind_of("namespaces")
EVENTS = kind_of("events")
DEPLOYMENTS = kind_of("deployments", "apps")
REPLICA_SETS = kind_of("replicasets", "apps")
STATEFUL_SETS = kind_of("statefulsets", "apps")
DAEMON_SETS = kind_of("daemonsets", "apps")
CONTROLLER_REVISIONS = kind_of("controllerrevisions", "apps")
CLAIMS = kind_of("persistentvolumeclaims")
INGRESSES = kind_of("ingresses", "networking.k8s.io")
NETWORK_POLICIES = kind_of("networkpolicies", "networking.k8s.io")
BACKUPS = kind_of("backups", "dr.example.com")
JOBS = kind_of("jobs", "batch")
LEASES = kind_of("leases", "coordination.k8s.io")
DISRUPTION_BUDGETS = kind_of("poddisruptionbudgets", "policy")
