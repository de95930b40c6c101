"""What describe says about volumes and who asks for them."""

from typing import Any

from runbooks.kubectl.container_text import VOLUMES, Lines
from runbooks.kubectl.described import annotated, conditions, labelled
from runbooks.kubectl.jsonpath import go_value
from runbooks.kubectl.pods import name_of
from runbooks.kubectl.running import Denied, Run, segment
from runbooks.kubectl.times import age

Thing = dict[str, Any]
MODES = {"ReadWriteOnce": "RWO", "ReadOnlyMany": "ROX", "ReadWriteMany": "RWX", "ReadWriteOncePod": "RWOP"}
CLASS = "volume.beta.kubernetes.io/storage-class"


def _class(one: Thing) -> str:
    return str(
        (one["metadata"].get("annotations") or {}).get(CLASS) or (one.get("spec") or {}).get("storageClassName", "")
    )


def _status(run: Run, one: Thing) -> str:
    gone = one["metadata"].get("deletionTimestamp")
    return f"Terminating (lasts {age(gone, run.now)})" if gone else str((one.get("status") or {}).get("phase", ""))


def _modes(listed: list[str] | None) -> str:
    return ",".join(MODES[mode] for mode in MODES if mode in (listed or []))


def _finalizers(one: Thing) -> str:
    return go_value(one["metadata"].get("finalizers") or [])


async def claim_lines(run: Run, one: Thing) -> Lines:
    metadata, spec, status = one["metadata"], one.get("spec") or {}, one.get("status") or {}
    lines = [f"Name:\t{name_of(one)}", f"Namespace:\t{metadata.get('namespace', '')}", f"StorageClass:\t{_class(one)}"]
    lines += [f"Status:\t{_status(run, one)}", f"Volume:\t{spec.get('volumeName', '')}"]
    lines += labelled("Labels", metadata.get("labels")) + annotated("Annotations", metadata.get("annotations"))
    bound = bool(spec.get("volumeName"))
    lines.append(f"Finalizers:\t{_finalizers(one)}")
    lines.append(f"Capacity:\t{(status.get('capacity') or {}).get('storage', '0') if bound else ''}")
    lines.append(f"Access Modes:\t{_modes(status.get('accessModes')) if bound else ''}")
    lines += [f"VolumeMode:\t{spec['volumeMode']}"] if spec.get("volumeMode") else []
    if source := spec.get("dataSource"):
        lines += ["DataSource:", f"  APIGroup:\t{source.get('apiGroup', '')}"]
        lines += [f"  Kind:\t{source.get('kind')}", f"  Name:\t{source.get('name')}"]
    lines += await _used_by(run, one)
    return lines + conditions(status, ("Type", "Status", "LastTransitionTime", "Reason", "Message"))


async def _used_by(run: Run, one: Thing) -> Lines:
    path = f"/api/v1/namespaces/{segment(one['metadata'].get('namespace', ''))}/pods"
    try:
        pods = (await run.read_list(path, [("limit", "500")])).get("items") or []
    except Denied as error:
        return [f"Used By:\t<error: {error.message}>"]
    users = [name_of(pod) for pod in pods if name_of(one) in _claims(pod)] or ["<none>"]
    return [f"Used By:\t{users[0]}", *(f"\t{user}" for user in users[1:])]


def _claims(pod: Thing) -> set[str]:
    volumes = (pod.get("spec") or {}).get("volumes") or []
    claimed = {(each.get("persistentVolumeClaim") or {}).get("claimName", "") for each in volumes}
    return claimed | {f"{name_of(pod)}-{each['name']}" for each in volumes if "ephemeral" in each}


async def volume_lines(run: Run, one: Thing) -> Lines:
    metadata, spec, status = one["metadata"], one.get("spec") or {}, one.get("status") or {}
    claim = spec.get("claimRef") or {}
    lines = [f"Name:\t{name_of(one)}", *labelled("Labels", metadata.get("labels"))]
    lines += annotated("Annotations", metadata.get("annotations"))
    lines += [f"Finalizers:\t{_finalizers(one)}", f"StorageClass:\t{_class(one)}", f"Status:\t{_status(run, one)}"]
    lines.append(f"Claim:\t{claim['namespace']}/{claim['name']}" if claim else "Claim:\t")
    lines.append(f"Reclaim Policy:\t{spec.get('persistentVolumeReclaimPolicy', '')}")
    lines.append(f"Access Modes:\t{_modes(spec.get('accessModes'))}")
    lines += [f"VolumeMode:\t{spec['volumeMode']}"] if spec.get("volumeMode") else []
    lines.append(f"Capacity:\t{(spec.get('capacity') or {}).get('storage', '')}")
    lines += [*_affinity(spec), f"Message:\t{status.get('message', '')}", "Source:"]
    kind = next((key for key in spec if key in VOLUMES), "")
    told = VOLUMES[kind](spec[kind] or {}) if kind else _other(spec)
    return lines + [f"    {line}" for line in told]


def _affinity(spec: Thing) -> Lines:
    required = (spec.get("nodeAffinity") or {}).get("required") or {}
    terms = required.get("nodeSelectorTerms") or []
    if not terms:
        return ["Node Affinity:\t<none>"]
    lines = ["Node Affinity:", "  Required Terms:"]
    for at, term in enumerate(terms):
        each = [_term(one) for one in term.get("matchExpressions") or []]
        lines += [f"    Term {at}:\t{each[0] if each else ''}", *(f"      \t{one}" for one in each[1:])]
    return lines


def _term(one: Thing) -> str:
    values = ", ".join(one.get("values") or [])
    return f"{one.get('key')} {str(one.get('operator', '')).lower()}" + (f" [{values}]" if values else "")


def _other(spec: Thing) -> Lines:
    """A kind of volume with no words of its own, such as csi."""
    kind = next((key for key, value in spec.items() if isinstance(value, dict) and key not in PLACES), "<unknown>")
    shown = spec.get(kind) or {}
    return [
        f"Type:\t{kind}",
        *(f"{key[:1].upper()}{key[1:]}:\t{value}" for key, value in shown.items() if isinstance(value, str)),
    ]


PLACES = {"capacity", "claimRef", "nodeAffinity"}
