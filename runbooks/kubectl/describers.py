"""Which words describe has for which kind."""

from collections.abc import Awaitable, Callable
from typing import Any

from runbooks.kubectl.describe_access import binding_lines, class_lines, policy_lines, role_lines
from runbooks.kubectl.describe_network import endpoints_lines, ingress_lines, service_lines, slice_lines
from runbooks.kubectl.describe_node import node_lines
from runbooks.kubectl.describe_pod import pod_lines
from runbooks.kubectl.describe_rest import other_lines
from runbooks.kubectl.describe_scaling import autoscaler_lines, budget_lines, cron_job_lines
from runbooks.kubectl.describe_settings import (
    account_lines,
    config_lines,
    limits_lines,
    namespace_lines,
    quota_lines,
    secret_lines,
)
from runbooks.kubectl.describe_storage import claim_lines, volume_lines
from runbooks.kubectl.describe_workloads import (
    daemon_set_lines,
    deployment_lines,
    job_lines,
    replica_set_lines,
    stateful_set_lines,
)
from runbooks.kubectl.running import Run

Describer = Callable[[Run, dict[str, Any]], Awaitable[list[str]]]
Kind = tuple[str, str]
_DESCRIBERS: dict[Kind, Describer] = {
    ("", "configmaps"): config_lines,
    ("", "endpoints"): endpoints_lines,
    ("", "limitranges"): limits_lines,
    ("", "namespaces"): namespace_lines,
    ("", "nodes"): node_lines,
    ("", "persistentvolumeclaims"): claim_lines,
    ("", "persistentvolumes"): volume_lines,
    ("", "pods"): pod_lines,
    ("", "resourcequotas"): quota_lines,
    ("", "secrets"): secret_lines,
    ("", "serviceaccounts"): account_lines,
    ("", "services"): service_lines,
    ("apps", "daemonsets"): daemon_set_lines,
    ("apps", "deployments"): deployment_lines,
    ("apps", "replicasets"): replica_set_lines,
    ("apps", "statefulsets"): stateful_set_lines,
    ("autoscaling", "horizontalpodautoscalers"): autoscaler_lines,
    ("batch", "cronjobs"): cron_job_lines,
    ("batch", "jobs"): job_lines,
    ("discovery.k8s.io", "endpointslices"): slice_lines,
    ("networking.k8s.io", "ingresses"): ingress_lines,
    ("networking.k8s.io", "networkpolicies"): policy_lines,
    ("policy", "poddisruptionbudgets"): budget_lines,
    ("rbac.authorization.k8s.io", "clusterrolebindings"): binding_lines,
    ("rbac.authorization.k8s.io", "clusterroles"): role_lines,
    ("rbac.authorization.k8s.io", "rolebindings"): binding_lines,
    ("rbac.authorization.k8s.io", "roles"): role_lines,
    ("storage.k8s.io", "storageclasses"): class_lines,
}
EVENTLESS = {
    *(("", kind) for kind in ("limitranges", "namespaces", "resourcequotas", "secrets")),
    *(
        ("rbac.authorization.k8s.io", f"{scope}{kind}")
        for scope in ("", "cluster")
        for kind in ("roles", "rolebindings")
    ),
    ("networking.k8s.io", "networkpolicies"),
}


def describer_of(kind: Kind) -> Describer:
    return _DESCRIBERS.get(kind, other_lines)
