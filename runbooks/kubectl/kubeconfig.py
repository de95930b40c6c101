"""Whose cluster, and as whom: a kubeconfig file, or the account of the pod that Muster runs in."""

import os
from pathlib import Path

import yaml
from kubernetes.aio.client import Configuration
from kubernetes.aio.config import ConfigException, load_incluster_config, load_kube_config
from kubernetes.aio.config.kube_config import KUBE_CONFIG_DEFAULT_LOCATION

from runbooks.kubectl.unreachable import Unreachable


async def configure(configuration: Configuration, kubeconfig: str | None, context: str | None) -> str:
    """Fill in the configuration, and tell its namespace. Unreachable where none can be used."""
    default = _default_file()
    try:
        if kubeconfig is None and default is None:
            load_incluster_config(client_configuration=configuration)  # type: ignore[no-untyped-call]  # untyped SDK
            return _own_namespace()
        loader = await load_kube_config(  # type: ignore[no-untyped-call]  # the SDK is untyped
            config_file=kubeconfig or default,
            context=context,
            client_configuration=configuration,
            persist_config=False,
        )
    except (ConfigException, OSError, ValueError, yaml.YAMLError) as error:
        raise Unreachable(f"error: the kubeconfig cannot be used: {' '.join(str(error).split())}") from error
    user = getattr(loader, "_user", None)
    program = user.safe_get("exec") if user else None
    if program and not configuration.api_key and not configuration.cert_file:
        # The SDK only logs it, and would ask as nobody.
        raise Unreachable(f"Unable to connect to the server: getting credentials: exec: {program['command']} failed")
    return str((loader.current_context.get("context") or {}).get("namespace") or "default")


def _default_file() -> str | None:
    """The kubeconfig kubectl would read; None in a pod that has none, where the pod's own account counts."""
    default = Path(KUBE_CONFIG_DEFAULT_LOCATION.split(os.pathsep)[0]).expanduser()
    return str(default) if default.exists() or "KUBERNETES_SERVICE_HOST" not in os.environ else None


def _own_namespace() -> str:
    place = Path("/var/run/secrets/kubernetes.io/serviceaccount/namespace")
    return place.read_text(encoding="utf-8").strip() if place.exists() else "default"
