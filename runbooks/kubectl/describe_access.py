"""What describe says about roles, bindings, storage classes and network policies."""

from typing import Any

from runbooks.kubectl.container_text import Lines
from runbooks.kubectl.described import annotated, labelled, named
from runbooks.kubectl.rules import rule_rows
from runbooks.kubectl.running import Run
from runbooks.kubectl.times import parsed

Thing = dict[str, Any]
SIGNS = {"In": "in", "NotIn": "notin", "Exists": "", "DoesNotExist": "!"}


def _named(one: Thing) -> Lines:
    metadata = one["metadata"]
    lines = [f"Name:\t{metadata.get('name', '')}"]
    return [*lines, *labelled("Labels", metadata.get("labels")), *annotated("Annotations", metadata.get("annotations"))]


async def role_lines(_: Run, one: Thing) -> Lines:
    """Roles and ClusterRoles."""
    rows = [["Resources", "Non-Resource URLs", "Resource Names", "Verbs"]]
    rows += [["-" * len(title) for title in rows[0]], *rule_rows(one.get("rules") or [])]
    return [*_named(one), "PolicyRule:", *("  " + "\t".join(row) for row in rows)]


async def binding_lines(_: Run, one: Thing) -> Lines:
    """RoleBindings and ClusterRoleBindings."""
    role = one.get("roleRef") or {}
    rows = [["Kind", "Name", "Namespace"], ["----", "----", "---------"]]
    rows += [[str(each.get(key, "")) for key in ("kind", "name", "namespace")] for each in one.get("subjects") or []]
    lines = [*_named(one), "Role:", f"  Kind:\t{role.get('kind', '')}", f"  Name:\t{role.get('name', '')}", "Subjects:"]
    return lines + ["  " + "\t".join(row) for row in rows]


async def class_lines(_: Run, one: Thing) -> Lines:
    """StorageClasses."""
    known = one["metadata"].get("annotations") or {}
    default = any(known.get(f"storageclass.{part}kubernetes.io/is-default-class") == "true" for part in ("", "beta."))
    pairs = ",".join(f"{key}={known[key]}" for key in sorted(known)) or "<none>"
    given = ",".join(f"{key}={value}" for key, value in sorted((one.get("parameters") or {}).items())) or "<none>"
    expands = one.get("allowVolumeExpansion")
    lines = [f"Name:\t{one['metadata'].get('name', '')}", f"IsDefaultClass:\t{'Yes' if default else 'No'}"]
    lines += [f"Annotations:\t{pairs}", f"Provisioner:\t{one.get('provisioner', '')}", f"Parameters:\t{given}"]
    lines.append(f"AllowVolumeExpansion:\t{'<unset>' if expands is None else str(expands)}")
    options = one.get("mountOptions") or ["<none>"]
    lines += (
        ["MountOptions:\t<none>"] if options == ["<none>"] else ["MountOptions:", *(f"  {each}" for each in options)]
    )
    lines += [f"ReclaimPolicy:\t{one['reclaimPolicy']}"] if one.get("reclaimPolicy") else []
    return lines + ([f"VolumeBindingMode:\t{one['volumeBindingMode']}"] if one.get("volumeBindingMode") else [])


async def policy_lines(_: Run, one: Thing) -> Lines:
    """NetworkPolicies."""
    spec = one.get("spec") or {}
    lines = named(one, always=True)
    made = parsed(one["metadata"].get("creationTimestamp"))
    lines.insert(2, f"Created on:\t{made:%Y-%m-%d %H:%M:%S} +0000 UTC" if made else "Created on:\t<unset>")
    everybody = "<none> (Allowing the specific traffic to all pods in this namespace)"
    lines += ["Spec:", f"  PodSelector:     {_selector(spec.get('podSelector')) or everybody}"]
    types = spec.get("policyTypes") or ["Ingress"]
    for way, word, side in (("ingress", "From", "from"), ("egress", "To", "to")):
        if way.capitalize() in types:
            lines += [f"  Allowing {way} traffic:", *_allowed(spec.get(way), word, side)]
        else:
            lines.append(f"  Not affecting {way} traffic")
    return [*lines, f"  Policy Types: {', '.join(types)}"]


def _allowed(rules: list[Thing] | None, word: str, side: str) -> Lines:
    if not rules:
        direction = "ingress" if side == "from" else "egress"
        return [f"    <none> (Selected pods are isolated for {direction} connectivity)"]
    lines: Lines = []
    for at, rule in enumerate(rules):
        lines += ["    ----------"] if at else []
        ports = rule.get("ports") or []
        lines += [f"    To Port: {one.get('port', '<any>')}/{one.get('protocol', 'TCP')}" for one in ports]
        lines += [] if ports else ["    To Port: <any> (traffic allowed to all ports)"]
        peers = rule.get(side) or []
        lines += [] if peers else [f"    {word}: <any> (traffic not restricted by {_whence(side)})"]
        for peer in peers:
            lines += [f"    {word}:", *_peer(peer)]
    return lines


def _whence(side: str) -> str:
    return "source" if side == "from" else "destination"


def _peer(peer: Thing) -> Lines:
    lines = []
    for key, title in (("namespaceSelector", "NamespaceSelector"), ("podSelector", "PodSelector")):
        if key in peer:
            lines.append(f"      {title}: {_selector(peer[key]) or '<none>'}")
    if block := peer.get("ipBlock"):
        lines += [
            "      IPBlock:",
            f"        CIDR: {block.get('cidr', '')}",
            f"        Except: {', '.join(block.get('except') or [])}",
        ]
    return lines


def _selector(selector: Thing | None) -> str:
    """A label selector on one line."""
    selector = selector or {}
    parts = [f"{key}={value}" for key, value in sorted((selector.get("matchLabels") or {}).items())]
    for one in selector.get("matchExpressions") or []:
        key, sign = one.get("key", ""), SIGNS.get(one.get("operator", ""), one.get("operator", ""))
        if sign in {"", "!"}:
            parts.append(f"{sign}{key}")
        else:
            parts.append(f"{key} {sign} ({','.join(sorted(one.get('values') or []))})")
    return ",".join(parts)
