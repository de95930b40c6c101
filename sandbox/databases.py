"""Which database stands behind which `connection` of a runbook, and when it can be asked."""

from collections.abc import Callable, Mapping
from pathlib import Path

from sandbox.application import Application
from sandbox.cluster.kinds import PODS
from sandbox.cluster.objects import is_ready, name_of
from sandbox.database.wire import Place

PASSWORD = "sandbox"
STARTING = "the database system is starting up"


def places(applications: Callable[[], Mapping[str, Application]]) -> dict[str, Place]:
    """Give a place for each service that has a database; a reset puts other applications there."""

    def place(service: str) -> Place:
        return Place(
            lambda: applications()[service].machine.database, lambda: trouble(applications()[service]), PASSWORD
        )

    return {name: place(name) for name, one in applications().items() if one.machine.database is not None}


def trouble(application: Application) -> str:
    """Say why a service's database cannot be asked: the pod that it runs in is not ready."""
    wanted, here = application.profile.database_pod, application.profile.namespace
    pods = [pod for pod in application.cluster.store.all(PODS, here) if name_of(pod).startswith(wanted)]
    return STARTING if wanted and not any(is_ready(pod) for pod in pods) else ""


def written(folder: Path, addresses: Mapping[str, str]) -> dict[str, str]:
    """Write a file for each address; gives the files by the connections' names."""
    found = {}
    for name, address in addresses.items():
        path = folder / f"{name}.dsn"
        path.touch(0o600)
        path.write_text(f"{address}\n", "utf-8")
        found[name] = str(path)
    return found


def address(service: str, port: int) -> str:
    """Give what stands in a DSN file."""
    return f"postgresql://muster:{PASSWORD}@127.0.0.1:{port}/{service}"
