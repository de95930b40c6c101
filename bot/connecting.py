"""The settings' clusters, Prometheus servers, databases and tools, as runbooks ask for them."""

from pathlib import Path

from bot.errors import SettingsError
from bot.settings import MusterConfig, PrometheusAt, Settings
from runbooks.connections import ClusterPlace, Connections, PrometheusPlace, ToolPlace


def connections(settings: Settings, config: MusterConfig) -> Connections:
    """Name every place; nothing is opened before somebody asks for it."""
    clusters = {
        name: ClusterPlace(str(at.kubeconfig) if at.kubeconfig else settings.kubeconfig, at.context)
        for name, at in config.clusters.items()
    }
    prometheus = {name: _prometheus(at) for name, at in config.prometheus.items()}
    if settings.prometheus_url:
        prometheus.setdefault("prod", PrometheusPlace(settings.prometheus_url))
    return Connections(
        clusters,
        prometheus,
        default=ClusterPlace(settings.kubeconfig),
        databases={name: at.dsn_file for name, at in config.connections.items()},
        tools={name: ToolPlace(at.path, at.env_file, at.folder) for name, at in config.tools.items()},
    )


def _prometheus(at: PrometheusAt) -> PrometheusPlace:
    return PrometheusPlace(at.url, headers(at.headers_file) if at.headers_file else {})


def headers(path: Path) -> dict[str, str]:
    """Read `Name: value` lines; empty ones and comments are nothing."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"prometheus.headers_file: {path} cannot be read ({type(error).__name__})") from None
    found: dict[str, str] = {}
    for number, line in enumerate(lines, 1):
        if line.strip() and not line.lstrip().startswith("#"):
            name, colon, value = line.partition(":")
            if not colon or not name.strip():
                raise SettingsError(f"prometheus.headers_file: {path}:{number} is no `Name: value` line")
            found[name.strip()] = value.strip()
    return found
