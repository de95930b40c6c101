"""The kinds this cluster serves; discovery, routing and printing all read this one table."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

ALL_VERBS = ("create", "delete", "get", "list", "patch", "update", "watch")
CHANGED = ("get", "patch", "update")


@dataclass(frozen=True)
class Subresource:
    name: str
    kind: str
    verbs: tuple[str, ...] = CHANGED
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


SERVED = """
v1
  ComponentStatus componentstatuses cluster read =cs
  ConfigMap configmaps =cm
  Endpoints endpoints =ep
  Event events =ev
  LimitRange limitranges =limits
  Namespace namespaces cluster =ns /status
  Node nodes cluster =no /status
  PersistentVolumeClaim persistentvolumeclaims =pvc /status
  PersistentVolume persistentvolumes cluster =pv /status
  Pod pods all =po /eviction /exec /log /status
  ReplicationController replicationcontrollers all =rc /scale /status
  ResourceQuota resourcequotas =quota /status
  Secret secrets
  ServiceAccount serviceaccounts =sa /token
  Service services all =svc /proxy /status
apps/v1
  ControllerRevision controllerrevisions
  DaemonSet daemonsets all =ds /status
  Deployment deployments all =deploy /scale /status
  ReplicaSet replicasets all =rs /scale /status
  StatefulSet statefulsets all =sts /scale /status
authentication.k8s.io/v1
  SelfSubjectReview selfsubjectreviews cluster create
authorization.k8s.io/v1
  SelfSubjectAccessReview selfsubjectaccessreviews cluster create
  SelfSubjectRulesReview selfsubjectrulesreviews cluster create
autoscaling/v2
  HorizontalPodAutoscaler horizontalpodautoscalers all =hpa /status
batch/v1
  CronJob cronjobs all =cj /status
  Job jobs all /status
networking.k8s.io/v1
  Ingress ingresses =ing /status
  NetworkPolicy networkpolicies =netpol
policy/v1
  PodDisruptionBudget poddisruptionbudgets =pdb /status
rbac.authorization.k8s.io/v1
  ClusterRoleBinding clusterrolebindings cluster
  ClusterRole clusterroles cluster
  RoleBinding rolebindings
  Role roles
storage.k8s.io/v1
  StorageClass storageclasses cluster =sc
coordination.k8s.io/v1
  Lease leases
discovery.k8s.io/v1
  EndpointSlice endpointslices
dr.example.com/v1
  Backup backups dr =bk /status
metrics.k8s.io/v1beta1
  NodeMetrics nodes cluster read
  PodMetrics pods read
"""
"""The groups in the order of a real server. Each line: kind, plural, then what is not
usual: `cluster` scope, verbs, categories, `=short` names, `/parts`."""

VERBS: Mapping[str, tuple[str, ...]] = {
    "read": ("get", "list"),
    "create": ("create",),
}
PARTS: Mapping[str, Subresource] = {
    "eviction": Subresource("eviction", "Eviction", ("create",), "policy", "v1"),
    "exec": Subresource("exec", "PodExecOptions", ("create", "get")),
    "log": Subresource("log", "Pod", ("get",)),
    "proxy": Subresource("proxy", "ServiceProxyOptions", ("create", "delete", "get", "patch", "update")),
    "scale": Subresource("scale", "Scale", CHANGED, "autoscaling", "v1"),
    "token": Subresource("token", "TokenRequest", ("create",), "authentication.k8s.io", "v1"),
}


def _read(table: str) -> Iterator[Kind]:
    group = version = ""
    for line in filter(None, table.splitlines()):
        if not line.startswith(" "):
            group, _, version = line.rpartition("/")
            continue
        name, plural, *words = line.split()
        marked = {mark: tuple(word[1:] for word in words if word[0] == mark) for mark in "=/"}
        parts = tuple(PARTS.get(part) or Subresource(part, name) for part in marked["/"])
        verbs = next((VERBS[word] for word in words if word in VERBS), ALL_VERBS)
        categories = tuple(word for word in words if word in {"all", "dr"})
        yield Kind(group, version, name, plural, "cluster" not in words, marked["="], categories, verbs, parts)


KINDS: tuple[Kind, ...] = tuple(_read(SERVED))


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
SERVICE_ACCOUNTS = kind_of("serviceaccounts")
ENDPOINT_SLICES = kind_of("endpointslices", "discovery.k8s.io")
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
COMPONENT_STATUSES = kind_of("componentstatuses")
ROLES = kind_of("roles", "rbac.authorization.k8s.io")
CLUSTER_ROLES = kind_of("clusterroles", "rbac.authorization.k8s.io")
ROLE_BINDINGS = kind_of("rolebindings", "rbac.authorization.k8s.io")
CLUSTER_ROLE_BINDINGS = kind_of("clusterrolebindings", "rbac.authorization.k8s.io")
