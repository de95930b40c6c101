"""Containers and volumes, as describe and rollout history show them."""

from collections.abc import Callable
from typing import Any

from runbooks.kubectl.jsonpath import go_value
from runbooks.kubectl.times import rfc1123

Lines = list[str]
Part = dict[str, Any]


def containers(title: str, listed: list[Part] | None, statuses: list[Part], pod: Part | None, space: str = "") -> Lines:
    """A section of containers; in a pod template they stand one blank further right."""
    by_name = {one["name"]: one for one in statuses}
    lines = [f"{space}{title}:" if listed else f"{space}{title}: <none>"]
    for one in listed or []:
        lines.append(f"  {' ' if space else ''}{one['name']}:")
        lines += [f"    {line}" for line in _container(one, by_name.get(one["name"]), pod)]
    return lines


def _container(one: Part, status: Part | None, pod: Part | None) -> Lines:
    lines = [f"Container ID:\t{status.get('containerID', '')}"] if status is not None else []
    lines.append(f"Image:\t{one.get('image', '')}")
    lines += [f"Image ID:\t{status.get('imageID', '')}"] if status is not None else []
    lines += [_ports(one, "Port", "containerPort"), _ports(one, "Host Port", "hostPort")]
    lines += _command("Command", one.get("command")) + _command("Args", one.get("args"))
    lines += _state(status) if status is not None else []
    lines += _sizes(one.get("resources") or {})
    lines += [f"{title}:\t{_probe(one[key])}" for title, key in PROBES if one.get(key)]
    return lines + _env_from(one) + _env(one, pod) + _mounts(one)


PROBES = (("Liveness", "livenessProbe"), ("Readiness", "readinessProbe"), ("Startup", "startupProbe"))


def _ports(one: Part, title: str, key: str) -> str:
    each = []
    for port in one.get("ports") or []:
        name = f" ({port['name']})" if port.get("name") else ""
        each.append(f"{port.get(key, 0)}/{port.get('protocol', 'TCP')}{name}")
    return f"{title}{'s' if len(each) > 1 else ''}:\t{', '.join(each) or '<none>'}"


def _command(title: str, words: list[str] | None) -> Lines:
    return [f"{title}:", *(f"  {line}" for word in words for line in word.split("\n"))] if words else []


def _state(status: Part) -> Lines:
    lines = _status("State", status.get("state") or {})
    last = status.get("lastState") or {}
    lines += _status("Last State", last) if last.get("terminated") else []
    return [*lines, f"Ready:\t{bool(status.get('ready'))}", f"Restart Count:\t{status.get('restartCount', 0)}"]


def _status(title: str, state: Part) -> Lines:
    if "running" in state:
        return [f"{title}:\tRunning", f"  Started:\t{rfc1123((state['running'] or {}).get('startedAt'))}"]
    if "terminated" not in state:
        reason = (state.get("waiting") or {}).get("reason")
        return [f"{title}:\tWaiting", *([f"  Reason:\t{reason}"] if reason else [])]
    ended = state["terminated"] or {}
    lines = [f"{title}:\tTerminated"]
    lines += [f"  Reason:\t{ended['reason']}"] if ended.get("reason") else []
    lines += [f"  Message:\t{ended['message']}"] if ended.get("message") else []
    lines.append(f"  Exit Code:\t{ended.get('exitCode', 0)}")
    lines += [f"  Signal:\t{ended['signal']}"] if ended.get("signal") else []
    return [
        *lines,
        f"  Started:\t{rfc1123(ended.get('startedAt'))}",
        f"  Finished:\t{rfc1123(ended.get('finishedAt'))}",
    ]


def _sizes(resources: Part) -> Lines:
    lines: Lines = []
    for title in ("Limits", "Requests"):
        each = resources.get(title.lower()) or {}
        lines += [f"{title}:", *(f"  {name}:\t{each[name]}" for name in sorted(each))] if each else []
    return lines


def _probe(probe: Part) -> str:
    timing = (
        f"delay={probe.get('initialDelaySeconds', 0)}s timeout={probe.get('timeoutSeconds', 0)}s"
        f" period={probe.get('periodSeconds', 0)}s #success={probe.get('successThreshold', 0)}"
        f" #failure={probe.get('failureThreshold', 0)}"
    )
    if exec_ := probe.get("exec"):
        return f"exec {go_value(exec_.get('command') or [])} {timing}"
    if http := probe.get("httpGet"):
        place = f"{http.get('scheme', 'HTTP').lower()}://{http.get('host', '')}:{http.get('port', '')}"
        path = http.get("path", "")
        return f"http-get {place}{path if path.startswith('/') or not path else '/' + path} {timing}"
    if tcp := probe.get("tcpSocket"):
        return f"tcp-socket {tcp.get('host', '')}:{tcp.get('port', '')} {timing}"
    if grpc := probe.get("grpc"):
        return f"grpc <pod>:{grpc.get('port')} {grpc.get('service') or ''} {timing}"
    return f"unknown {timing}"


def _env_from(one: Part) -> Lines:
    lines: Lines = []
    for source in one.get("envFrom") or []:
        kind, key = ("ConfigMap", "configMapRef") if "configMapRef" in source else ("Secret", "secretRef")
        ref = source.get(key) or {}
        prefix = f" with prefix '{source['prefix']}'" if source.get("prefix") else ""
        lines.append(f"  {ref.get('name', '')}\t{kind}{prefix}\tOptional: {str(bool(ref.get('optional'))).lower()}")
    return ["Environment Variables from:", *lines] if lines else []


def _env(one: Part, pod: Part | None) -> Lines:
    listed = one.get("env") or []
    if not listed:
        return ["Environment:\t<none>"]
    lines = ["Environment:"]
    for variable in listed:
        if "valueFrom" in variable:
            lines.append(f"  {variable['name']}:\t{_value_from(variable['valueFrom'] or {}, one, pod)}")
            continue
        first, *others = str(variable.get("value", "")).split("\n")
        lines += [f"  {variable['name']}:\t{first}", *(f"  \t{other}" for other in others)]
    return lines


def _value_from(source: Part, one: Part, pod: Part | None) -> str:
    if ref := source.get("fieldRef"):
        return f"{_field(ref.get('fieldPath', ''), pod)} ({ref.get('apiVersion', 'v1')}:{ref.get('fieldPath', '')})"
    if ref := source.get("resourceFieldRef"):
        kind, _, name = str(ref.get("resource", "")).partition(".")
        return f"{((one.get('resources') or {}).get(kind) or {}).get(name, '0')} ({ref.get('resource', '')})"
    for key, words in (("secretKeyRef", "in secret"), ("configMapKeyRef", "of config map")):
        if ref := source.get(key):
            optional = str(bool(ref.get("optional"))).lower()
            return f"<set to the key '{ref.get('key')}' {words} '{ref.get('name')}'>\tOptional: {optional}"
    return ""


def _field(path: str, pod: Part | None) -> str:
    """What a downward field is in this pod; empty in a template."""
    if pod is None:
        return ""
    if path.startswith(("metadata.labels['", "metadata.annotations['")):
        kind, key = path.removeprefix("metadata.").removesuffix("']").split("['", 1)
        return str((pod["metadata"].get(kind) or {}).get(key, ""))
    value: Any = pod
    for part in path.split("."):
        value = value.get(part) if isinstance(value, dict) else None
    return "" if value is None else str(value)


def _mounts(one: Part) -> Lines:
    listed = sorted(one.get("volumeMounts") or [], key=lambda mount: str(mount.get("mountPath", "")))
    lines = ["Mounts:" if listed else "Mounts:\t<none>"]
    for mount in listed:
        flags = ["ro" if mount.get("readOnly") else "rw"]
        flags += [f'path="{mount["subPath"]}"'] if mount.get("subPath") else []
        lines.append(f"  {mount['mountPath']} from {mount['name']} ({','.join(flags)})")
    return lines


def volumes(listed: list[Part] | None, space: str = "") -> Lines:
    """The `Volumes:` section."""
    if not listed:
        return [f"{space}Volumes:\t<none>"]
    lines = [f"{space}Volumes:"]
    for one in listed:
        lines.append(f"  {' ' if space else ''}{one['name']}:")
        kind = next((key for key in one if key in VOLUMES), "")
        told = VOLUMES[kind](one.get(kind) or {}) if kind else ["Type:\t<unknown>"]
        lines += [f"    {line}" for line in told]
    return lines


def _optional(part: Part) -> str:
    return f"Optional:\t{str(bool(part.get('optional'))).lower()}"


def _projected(part: Part) -> Lines:
    lines = ["Type:\tProjected (a volume that contains injected data from multiple sources)"]
    for source in part.get("sources") or []:
        if secret := source.get("secret"):
            lines += [f"SecretName:\t{secret.get('name', '')}", _optional(secret)]
        elif "downwardAPI" in source:
            lines.append("DownwardAPI:\ttrue")
        elif config := source.get("configMap"):
            lines += [f"ConfigMapName:\t{config.get('name', '')}", _optional(config)]
        elif token := source.get("serviceAccountToken"):
            lines.append(f"TokenExpirationSeconds:\t{token.get('expirationSeconds', 0)}")
    return lines


VOLUMES: dict[str, Callable[[Part], Lines]] = {
    "hostPath": lambda one: [
        "Type:\tHostPath (bare host directory volume)",
        f"Path:\t{one.get('path', '')}",
        f"HostPathType:\t{one.get('type', '')}",
    ],
    "emptyDir": lambda one: [
        "Type:\tEmptyDir (a temporary directory that shares a pod's lifetime)",
        f"Medium:\t{one.get('medium', '')}",
        f"SizeLimit:\t{one.get('sizeLimit', '<unset>')}",
    ],
    "configMap": lambda one: [
        "Type:\tConfigMap (a volume populated by a ConfigMap)",
        f"Name:\t{one.get('name', '')}",
        _optional(one),
    ],
    "secret": lambda one: [
        "Type:\tSecret (a volume populated by a Secret)",
        f"SecretName:\t{one.get('secretName', '')}",
        _optional(one),
    ],
    "persistentVolumeClaim": lambda one: [
        "Type:\tPersistentVolumeClaim (a reference to a PersistentVolumeClaim in the same namespace)",
        f"ClaimName:\t{one.get('claimName', '')}",
        f"ReadOnly:\t{str(bool(one.get('readOnly'))).lower()}",
    ],
    "projected": _projected,
}
