"""What a line would ask of which API, without asking."""

from runbooks.kubectl.words import Command

ASKS = {
    "get": ("GET the objects as the server's own table (or as they are, for -o)",),
    "describe": ("GET the objects and what belongs to them", "GET their events"),
    "logs": ("GET the pods", "GET the log of each container"),
    "events": ("GET events",),
    "top pod": ("GET the pods of metrics.k8s.io",),
    "top node": ("GET the nodes of metrics.k8s.io", "GET nodes, for their size"),
    "rollout history": ("GET the workload", "GET its ReplicaSets or ControllerRevisions"),
    "rollout status": ("GET the workload, and watch it until the rollout is done",),
    "rollout undo": ("GET the workload and its revisions", "PATCH its pod template back to the earlier revision"),
    "rollout restart": ("GET the workload", "PATCH kubectl.kubernetes.io/restartedAt into its pod template"),
    "rollout pause": ("GET the deployment", "PATCH spec.paused"),
    "rollout resume": ("GET the deployment", "PATCH spec.paused away"),
    "scale": ("GET the object", "PATCH its /scale"),
    "set image": ("GET the object", "PATCH the images of its pod template"),
    "set env": ("GET the object", "PATCH the environment of its pod template"),
    "set resources": ("GET the object", "PATCH limits and requests of its pod template"),
    "set serviceaccount": ("GET the object", "PATCH the account of its pod template"),
    "set selector": ("GET the service", "PATCH its selector"),
    "patch": ("GET the object", "PATCH it with exactly this patch"),
    "label": ("GET the object", "PATCH its labels"),
    "annotate": ("GET the object", "PATCH its annotations"),
    "delete": ("DELETE the object, and wait until it is gone",),
    "exec": ("GET the pod", "run a program in its container"),
    "apply": ("GET each object of the manifests", "POST it, or PATCH what differs"),
    "create": ("POST each object of the manifests",),
    "create configmap": ("POST a ConfigMap",),
    "create job": ("GET the CronJob it is made of, where one is named", "POST a Job"),
    "create namespace": ("POST a Namespace",),
    "create deployment": ("POST a Deployment",),
    "cordon": ("GET the nodes", "PATCH spec.unschedulable"),
    "uncordon": ("GET the nodes", "PATCH spec.unschedulable away"),
    "drain": ("GET the nodes", "PATCH spec.unschedulable", "GET their pods", "POST an Eviction for each"),
    "taint": ("GET the nodes", "PATCH spec.taints"),
    "wait": ("GET the objects, and watch them until they are as wanted",),
    "cluster-info": ("GET the services of kube-system",),
    "version": ("GET /version",),
    "auth can-i": ("POST a SelfSubjectAccessReview (it changes nothing)",),
    "auth whoami": ("POST a SelfSubjectReview (it changes nothing)",),
    "api-resources": ("GET the API's lists of types",),
    "api-versions": ("GET the API's lists of types",),
}


def explain(command: Command) -> tuple[str, ...]:
    """One sentence for each kind of request, and where."""
    place = "all namespaces" if command.flag("all-namespaces") else command.namespace or "the context's own namespace"
    which = " ".join(command.arguments) or "everything asked for"
    lines = [*ASKS.get(command.verb, ()), f"for: {which}", f"in: {place}"]
    if labels := command.flag("selector"):
        lines.append(f"only with labels: {labels}")
    lines.append("this changes the cluster" if command.changes else "this only reads")
    return tuple(lines)
