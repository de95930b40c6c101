"""What describe says about Services, Ingresses and the addresses behind them."""

from typing import Any

from runbooks.kubectl.container_text import Lines
from runbooks.kubectl.described import annotated, labelled, named
from runbooks.kubectl.running import Denied, Run, segment

Thing = dict[str, Any]
SHOWN = 3


async def service_lines(run: Run, one: Thing) -> Lines:
    spec = one.get("spec") or {}
    selector = ",".join(f"{key}={value}" for key, value in sorted((spec.get("selector") or {}).items()))
    lines = [*named(one), f"Selector:\t{selector or '<none>'}", f"Type:\t{spec.get('type', '')}"]
    lines += [f"IP Family Policy:\t{spec['ipFamilyPolicy']}"] if spec.get("ipFamilyPolicy") else []
    lines.append(f"IP Families:\t{_joined(spec.get('ipFamilies'))}")
    lines += [f"IP:\t{spec.get('clusterIP', '')}", f"IPs:\t{_joined(spec.get('clusterIPs'))}"]
    lines += [f"External IPs:\t{_joined(spec['externalIPs'])}"] if spec.get("externalIPs") else []
    lines += [f"Desired LoadBalancer IP:\t{spec['loadBalancerIP']}"] if spec.get("loadBalancerIP") else []
    lines += [f"External Name:\t{spec['externalName']}"] if spec.get("externalName") else []
    if balanced := _balanced(one):
        lines.append(f"LoadBalancer Ingress:\t{balanced}")
    slices = await _slices(run, one["metadata"].get("namespace", ""), one["metadata"]["name"])
    for port in spec.get("ports") or []:
        lines += _port(port, slices)
    return lines + _policies(spec)


def _policies(spec: Thing) -> Lines:
    lines = [f"Session Affinity:\t{spec.get('sessionAffinity', '')}"]
    for title, key in (
        ("External Traffic Policy", "externalTrafficPolicy"),
        ("Internal Traffic Policy", "internalTrafficPolicy"),
        ("Traffic Distribution", "trafficDistribution"),
        ("HealthCheck NodePort", "healthCheckNodePort"),
    ):
        lines += [f"{title}:\t{spec[key]}"] if spec.get(key) else []
    ranges = spec.get("loadBalancerSourceRanges")
    return lines + ([f"LoadBalancer Source Ranges:\t{_joined(ranges)}"] if ranges else [])


def _joined(listed: list[str] | None) -> str:
    return ",".join(listed or []) or "<none>"


def _balanced(one: Thing) -> str:
    found = ((one.get("status") or {}).get("loadBalancer") or {}).get("ingress") or []
    each = [one.get("ip") or one.get("hostname", "") for one in found]
    modes = [f" ({one['ipMode']})" if one.get("ipMode") else "" for one in found]
    return ", ".join(address + mode for address, mode in zip(each, modes, strict=True))


def _port(port: Thing, slices: list[Thing] | str) -> Lines:
    name, protocol = port.get("name") or "<unset>", port.get("protocol", "TCP")
    lines = [f"Port:\t{name}\t{port['port']}/{protocol}", f"TargetPort:\t{port.get('targetPort')}/{protocol}"]
    lines += [f"NodePort:\t{name}\t{port['nodePort']}/{protocol}"] if port.get("nodePort") else []
    return [*lines, f"Endpoints:\t{addresses(slices, port.get('name', ''))}"]


async def _slices(run: Run, namespace: str, service: str) -> list[Thing] | str:
    """The EndpointSlices of a service; why they cannot be read, where they cannot."""
    path = f"/apis/discovery.k8s.io/v1/namespaces/{segment(namespace)}/endpointslices"
    try:
        found = await run.read_list(path, [("labelSelector", f"kubernetes.io/service-name={service}")])
    except Denied as error:
        return f"<error: {error.message}>"
    return list(found.get("items") or [])


def addresses(slices: list[Thing] | str, name: str) -> str:
    """`10.0.0.1:80,…`: the ready ones, three at most, then how many more."""
    if isinstance(slices, str):
        return slices
    if not slices:
        return "<none>"
    shown: list[str] = []
    ready, more = 0, False
    for one in slices:
        for port in [port for port in one.get("ports") or [] if (port.get("name") or "") == name]:
            for endpoint in one.get("endpoints") or []:
                more = more or len(shown) == SHOWN
                if (endpoint.get("conditions") or {}).get("ready") is False:
                    continue
                ready += 1
                shown += [] if more else [_address(endpoint["addresses"][0], port.get("port"))]
    return ",".join(shown) + (f" + {ready - SHOWN} more..." if more else "")


def _address(address: str, port: Any) -> str:
    return f"[{address}]:{port}" if ":" in address else f"{address}:{port}"


async def ingress_lines(run: Run, one: Thing) -> Lines:
    metadata, spec = one["metadata"], one.get("spec") or {}
    lines = [f"Name:\t{metadata['name']}", *labelled("Labels", metadata.get("labels"))]
    lines += [f"Namespace:\t{metadata.get('namespace', '')}", f"Address:\t{_balanced(one)}"]
    lines.append(f"Ingress Class:\t{spec.get('ingressClassName') or '<none>'}")
    default = spec.get("defaultBackend")
    lines.append(f"Default backend:\t{await _backend(run, metadata, default) if default else '<default>'}")
    if tls := spec.get("tls"):
        lines += ["TLS:", *(f"  {_tls(each)}" for each in tls)]
    lines += ["Rules:", "  Host\tPath\tBackends", "  ----\t----\t--------"]
    rules = [rule for rule in spec.get("rules") or [] if rule.get("http")]
    for rule in rules:
        lines.append(f"  {rule.get('host') or '*'}\t")
        for path in rule["http"].get("paths") or []:
            told = await _backend(run, metadata, path.get("backend") or {})
            lines.append(f"    \t{path.get('path', '')} \t{told}")
    if not rules:
        lines.append("  *\t*\t" + (await _backend(run, metadata, default) if default else "<default>"))
    return lines + annotated("Annotations", metadata.get("annotations"))


def _tls(one: Thing) -> str:
    hosts = ",".join(one.get("hosts") or [])
    return f"{one['secretName']} terminates {hosts}" if one.get("secretName") else f"SNI routes {hosts}"


async def _backend(run: Run, metadata: Thing, backend: Thing) -> str:
    """`web:80 (10.0.0.1:8080)`, or which resource."""
    if resource := backend.get("resource"):
        return f"APIGroup: {resource.get('apiGroup')}, Kind: {resource.get('kind')}, Name: {resource.get('name')}"
    service = backend.get("service") or {}
    port = service.get("port") or {}
    name, namespace = service.get("name", ""), metadata.get("namespace", "")
    written = f"{name}:{port.get('name') or port.get('number', '')}"
    try:
        found = await run.read(f"/api/v1/namespaces/{segment(namespace)}/services/{segment(name)}")
    except Denied as error:
        return f"{written} (<error: {error.message}>)"
    ports = (found.get("spec") or {}).get("ports") or []
    same = [
        one.get("name", "")
        for one in ports
        if port.get("name", "") == one.get("name") or port.get("number") == one["port"]
    ]
    return f"{written} ({addresses(await _slices(run, namespace, name), same[0] if same else '')})"


async def endpoints_lines(_: Run, one: Thing) -> Lines:
    lines = [*named(one), "Subsets:"]
    for subset in one.get("subsets") or []:
        for title, key in (("Addresses", "addresses"), ("NotReadyAddresses", "notReadyAddresses")):
            lines.append(f"  {title}:\t{_joined([each['ip'] for each in subset.get(key) or []])}")
        if ports := subset.get("ports"):
            lines += ["  Ports:", "    Name\tPort\tProtocol", "    ----\t----\t--------"]
            lines += [
                f"    {port.get('name') or '<unset>'}\t{port.get('port')}\t{port.get('protocol')}" for port in ports
            ]
        lines.append("")
    return lines


async def slice_lines(_: Run, one: Thing) -> Lines:
    lines = [*named(one), f"AddressType:\t{one.get('addressType', '')}"]
    if ports := one.get("ports"):
        lines += ["Ports:", "  Name\tPort\tProtocol", "  ----\t----\t--------"]
        lines += [f"  {port.get('name') or '<unset>'}\t{port.get('port')}\t{port.get('protocol')}" for port in ports]
    else:
        lines.append("Ports: <unset>")
    endpoints = one.get("endpoints") or []
    lines.append("Endpoints:" if endpoints else "Endpoints: <none>")
    for each in endpoints:
        ready, target = (each.get("conditions") or {}).get("ready"), each.get("targetRef")
        lines += [f"  - Addresses:\t{','.join(each.get('addresses') or [])}", "    Conditions:"]
        lines.append(f"      Ready:\t{'<unset>' if ready is None else str(ready).lower()}")
        lines.append(f"    Hostname:\t{each.get('hostname') or '<unset>'}")
        lines += [f"    TargetRef:\t{target['kind']}/{target['name']}"] if target else []
        lines.append(f"    NodeName:\t{each.get('nodeName') or '<unset>'}")
        lines.append(f"    Zone:\t{each.get('zone') or '<unset>'}")
    return lines
