"""Types that nearly every cluster serves, known by name: enough to say which right a line needs, without asking."""

from runbooks.kubectl.built_in import BUILT_IN, listed
from runbooks.kubectl.discovery import Resource, Types

_MORE = {
    ("", "v1"): "limitranges/limitrange/LimitRange/limits podtemplates/podtemplate/PodTemplate/"
    " replicationcontrollers/replicationcontroller/ReplicationController/rc"
    " resourcequotas/resourcequota/ResourceQuota/quota -componentstatuses/componentstatus/ComponentStatus/cs",
    ("apps", "v1"): "controllerrevisions/controllerrevision/ControllerRevision/",
    ("autoscaling", "v2"): "horizontalpodautoscalers/horizontalpodautoscaler/HorizontalPodAutoscaler/hpa",
    ("coordination.k8s.io", "v1"): "leases/lease/Lease/",
    ("discovery.k8s.io", "v1"): "endpointslices/endpointslice/EndpointSlice/",
    ("networking.k8s.io", "v1"): "ingresses/ingress/Ingress/ing networkpolicies/networkpolicy/NetworkPolicy/netpol"
    " -ingressclasses/ingressclass/IngressClass/",
    ("policy", "v1"): "poddisruptionbudgets/poddisruptionbudget/PodDisruptionBudget/pdb",
    ("rbac.authorization.k8s.io", "v1"): "roles/role/Role/ rolebindings/rolebinding/RoleBinding/"
    " -clusterroles/clusterrole/ClusterRole/ -clusterrolebindings/clusterrolebinding/ClusterRoleBinding/",
    ("scheduling.k8s.io", "v1"): "-priorityclasses/priorityclass/PriorityClass/pc",
    ("storage.k8s.io", "v1"): "-storageclasses/storageclass/StorageClass/sc"
    " -volumeattachments/volumeattachment/VolumeAttachment/",
    ("apiextensions.k8s.io", "v1"): "-customresourcedefinitions/customresourcedefinition/CustomResourceDefinition/crd",
}
WELL_KNOWN = Types((*BUILT_IN.resources, *listed(_MORE)))
ALL = (
    "pods", "replicationcontrollers", "services", "daemonsets", "deployments", "replicasets", "statefulsets",
    "horizontalpodautoscalers", "cronjobs", "jobs",
)  # fmt: skip


def types_named(word: str) -> tuple[Resource, ...]:
    """The types a word of a line means; one that is not known here has no version, and a guessed plural."""
    if word.lower() == "all":
        return tuple(type_of(one) for one in ALL)
    return (type_of(word),)


def type_of(word: str) -> Resource:
    """The type of a word; an unknown one may be of any group that the word does not name."""
    found = WELL_KNOWN.named(word)
    if found is not None:
        return found
    name, _, group = word.lower().partition(".")
    return Resource(group or "*", "", plural(name), name, word, namespaced=True)


def type_of_manifest(api_version: str, kind: str) -> Resource:
    """The type of an object in a manifest, which names its group."""
    group = api_version.rpartition("/")[0]
    known = (one for one in WELL_KNOWN.resources if (one.kind, one.group) == (kind, group))
    name = kind.lower()
    return next(known, Resource(group, "", plural(name), name, f"{name}.{group}" if group else name, namespaced=True))


def plural(name: str) -> str:
    """The plural that most authors of types choose."""
    if name.endswith(("ss", "x", "ch", "sh")):
        return f"{name}es"
    if name.endswith("y") and name[-2:-1] not in {*"aeiou"}:
        return f"{name[:-1]}ies"
    return name if name.endswith("s") else f"{name}s"
