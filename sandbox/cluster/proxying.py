"""`services/NAME[:PORT]/proxy/PATH`: the API server asks the application behind a Service."""

from aiohttp import web

from sandbox.cluster import faults
from sandbox.cluster.asking import Asked
from sandbox.cluster.cluster import Cluster
from sandbox.cluster.kinds import ENDPOINTS, SERVICES

READY_WAIT = "no endpoints available for service"


async def proxied(cluster: Cluster, request: web.Request, asked: Asked) -> web.Response:
    """Pass a request on to the simulated application; 503 when no pod is ready behind the Service."""
    target = asked.target
    scheme, name, port = _parts(target.name)
    service = cluster.store.need(SERVICES, target.namespace, name)
    known = {str(one["port"]) for one in service["spec"]["ports"]} | {
        one.get("name", "") for one in service["spec"]["ports"]
    }
    found = cluster.store.get(ENDPOINTS, target.namespace, name)
    ready = any(subset.get("addresses") for subset in (found or {}).get("subsets") or [])
    answer = cluster.proxied.get((target.namespace, name))
    if scheme not in {"", "http"} or (port and port not in known) or not ready or answer is None:
        shown = target.name
        raise faults.Fault(503, "ServiceUnavailable", f'{READY_WAIT} "{shown}"')
    path = "/" + target.rest
    if request.query_string:
        path = f"{path}?{request.query_string}"
    status, media, body = answer(request.method, path, asked.body)
    return web.Response(body=body, status=status, headers={"Content-Type": media})


def _parts(text: str) -> tuple[str, str, str]:
    """Split `[scheme:]name[:port]`."""
    words = text.split(":")
    if len(words) == 3:
        return words[0], words[1], words[2]
    return ("", words[0], words[1]) if len(words) == 2 else ("", words[0], "")
