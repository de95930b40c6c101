"""Types that every cluster serves alike, so that the first line of a process need not ask what there is."""

from collections.abc import Iterator, Mapping

from runbooks.kubectl.discovery import Resource, Types

# plural, singular, kind, short names; `-` before a plural: it lies in no namespace
_TYPES = {
    ("", "v1"): "configmaps/configmap/ConfigMap/cm endpoints/endpoints/Endpoints/ep events/event/Event/ev"
    " -namespaces/namespace/Namespace/ns -nodes/node/Node/no"
    " persistentvolumeclaims/persistentvolumeclaim/PersistentVolumeClaim/pvc"
    " -persistentvolumes/persistentvolume/PersistentVolume/pv pods/pod/Pod/po secrets/secret/Secret/"
    " serviceaccounts/serviceaccount/ServiceAccount/sa services/service/Service/svc",
    ("apps", "v1"): "daemonsets/daemonset/DaemonSet/ds deployments/deployment/Deployment/deploy"
    " replicasets/replicaset/ReplicaSet/rs statefulsets/statefulset/StatefulSet/sts",
    ("batch", "v1"): "cronjobs/cronjob/CronJob/cj jobs/job/Job/",
}


def _resource(group: str, version: str, written: str) -> Resource:
    plural, singular, kind, short = written.lstrip("-").split("/")
    namespaced = not written.startswith("-")
    return Resource(group, version, plural, singular, kind, namespaced, (), (short,) if short else ())


def listed(types: Mapping[tuple[str, str], str]) -> Iterator[Resource]:
    """Read such a list of types."""
    return (_resource(*place, written) for place, some in types.items() for written in some.split())


BUILT_IN = Types(tuple(listed(_TYPES)))
