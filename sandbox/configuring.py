"""What Muster is told of the pretend company: a kubeconfig and a muster.yaml."""

from collections.abc import Mapping
from pathlib import Path

import yaml

from sandbox.cluster.alone import kubeconfig, written

PEOPLE = {
    "on-call": "S0ONCALL", "secondary-on-call": "U0SAM", "backend-on-call": "U0DANA", "platform-lead": "U0SAM",
    "on-call-manager": "U0PRIYA", "engineering-manager": "U0PRIYA", "dba": "U0DANA", "support-lead": "U0JO",
    "customer-success": "U0JO", "product-manager": "U0JO", "cto": "U0PRIYA", "security-team": "S0PLATFORM",
    "legal": "U0PRIYA", "alice.johnson": "U0SAM", "bob.smith": "U0PRIYA", "carol.davis": "U0PRIYA",
}  # fmt: skip
"""Who the runbooks' names are in the pretend Slack, which has fewer people than the five services."""


def configured(folder: Path, api: str, prometheus: str, connections: Mapping[str, str]) -> dict[str, str]:
    """Write the kubeconfig and muster.yaml; gives the variables that name them."""
    config = {
        "people": PEOPLE,
        "clusters": {"prod": {"context": "prod"}},
        "prometheus": {"prod": {"url": prometheus}},
        "connections": {name: {"dsn_file": path} for name, path in connections.items()},
        "permissions": {"approver": ["U0SAM", "U0PRIYA"], "admin": ["U0PRIYA"]},
    }
    path = folder / "muster.yaml"
    path.write_text(yaml.safe_dump(config), "utf-8")
    return {"KUBECONFIG": written(kubeconfig(api), str(folder)), "MUSTER_CONFIG": str(path)}
