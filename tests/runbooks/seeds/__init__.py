"""The 240 lines of five services' wikis, and what becomes of each: it runs, runs where allowed, or is a person's."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from runbooks.model import Runbook

HERE = Path(__file__).parent
CHANGES = {"kubectl-write"}
POD = {"pod": {"type": "name", "default": "web-0"}}
EACH = "kubectl get pods -l app=active-inference-api -o name"
NAMESPACES = {
    "inferadb": "inferadb",
    "omendb": "omendb-prod",
    "ml-platform": "ml-platform",
    "active-inference": "default",
    "optimal-build": "optimal-build",
}


@dataclass(frozen=True)
class Row:
    """One line of a wiki."""

    id: str
    service: str
    kind: str
    command: str


def _rows() -> tuple[Row, ...]:
    lines = (HERE / "commands.tsv").read_text("utf-8").splitlines()[1:]
    return tuple(Row(*line.split("\t", 3)) for line in lines)


ROWS = _rows()

TOLD = {
    "policy": "whom to tell is the ladder's: a severity's `escalate`, `invite`, `also` and the channels",
    "message": "Muster tells it itself: the card, the announcement, updates and the resolution",
}

MANUAL = {
    "A25": "the log of nginx lies on a host, or leave it to the cluster's logging",
    "A37": "a shell to type into is a person's; what one looks for there can be a step of its own",
    "A40": "packets are captured on a node, with rights that no bot should have",
    "A45": "a psql to type into is a person's; each query can be an `sql:` step",
}

ACTIVE = "kubectl exec deployment/active-inference-api -- "
BACKEND = "kubectl exec deployment/optimal-build-backend -n optimal-build -- "
PSQL = "kubectl exec postgres-0 -- psql -U postgres -c "
LONG_RUNNING = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {} AND backend_type = 'client backend'"
    " AND pid <> pg_backend_pid();"
)
AUDIT = "SELECT * FROM audit_log WHERE created_at > now() - interval '24 hours' ORDER BY created_at DESC;"

MENDED: dict[str, dict[str, Any]] = {
    "I39": {"run": "kubectl label pod {pod} -n inferadb app-", "inputs": POD},
    "I40": {"run": "kubectl delete pod {pod} -n inferadb", "inputs": POD},
    "I46": {
        "http": "curl -X POST http://inferadb:8080/v1/check -H 'Content-Type: application/json' -d"
        ' \'{"tuple":{"object":"doc:1","relation":"viewer","subject":"user:alice"}}\'',
        "harmless": True,
    },
    "O17": {
        "run": "kubectl exec -n omendb-prod deployment/prod-omendb -- find /tmp /var/log/omendb -type f"
        " '(' -path '/tmp/*' -o -name '*.log.old' ')' -delete",
        "inputs": {},
    },
    "O24": {
        "tool": "backup_tool --data-dir /tmp --backup-dir /var/backups/omendb list --database production"
        " | head -n1 | awk '{print $1}'"
    },
    "O26": {
        "run": "kubectl exec -n omendb-prod job/restore-job -- backup_tool restore --backup-id {backup} --force",
        "inputs": {"backup": {"default": "latest-backup"}},
    },
    "O29": {
        "http": "curl -X POST http://load-balancer:3000/insert -H 'Content-Type: application/json'"
        ' -d \'{"timestamp": 1000000, "value": 42.0, "series_id": 1}\'',
        "inputs": {},
    },
    "O37": {"http": "curl -X POST http://load-balancer:3000/admin/rebuild-index", "inputs": {}},
    "O45": {
        "run": "kubectl scale deployment/prod-omendb --replicas={replicas} -n omendb-prod",
        "inputs": {"replicas": {"type": "integer", "default": 5, "min": 1, "max": 20}},
    },
    "O49": {"tool": "backup_tool restore --backup-id {backup} --force", "inputs": {"backup": {"default": "full-1"}}},
    "M21": {
        "run": "kubectl label pod {pod} health=degraded -n ml-platform",
        "inputs": POD,
    },
    "M25": {
        "tool": "aws rds restore-db-instance-to-point-in-time --source-db-instance-identifier ml-platform-prod"
        " --target-db-instance-identifier ml-platform-recovery --restore-time {time}",
        "inputs": {"time": {"default": "2026-11-21T12:00:00Z"}},
    },
    "M32": {
        "http": 'curl -w "%{http_code} in %{time_total} s, %{size_download} bytes\\n" -s -o /dev/null'
        " https://api.ml-platform.com/models"
    },
    "M45": {"sql": "VACUUM VERBOSE ANALYZE;", "inputs": {}},
    "M47": {
        "tool": "aws rds restore-db-instance-to-point-in-time --source-db-instance-identifier ml-platform-prod"
        " --target-db-instance-identifier ml-platform-recovery --restore-time {time}",
        "inputs": {"time": {"default": "2026-11-21T12:00:00Z"}},
    },
    "A03": {"foreach": EACH, "run": "kubectl describe {item}"},
    "A13": {
        "run": PSQL + '"SELECT query, calls, total_exec_time FROM pg_stat_statements'
        ' ORDER BY total_exec_time DESC LIMIT 10;"'
    },
    "A15": {
        "run": PSQL
        + '"'
        + LONG_RUNNING.format("state = 'active' AND query_start < now() - interval '5 minutes'")
        + '"',
        "inputs": {},
    },
    "A19": {"foreach": EACH, "run": "kubectl describe {item} | grep -A 10 Events"},
    "A20": {"foreach": EACH, "run": "kubectl get {item} -o jsonpath='{.spec.containers[*].resources}'"},
    "A31": {"tool": "locust -f tests/load/locustfile.py --users=10 --spawn-rate=1 -t 5m --headless"},
    "A35": {"foreach": EACH, "run": "kubectl describe {item}"},
    "A36": {"foreach": EACH, "run": "kubectl logs {item} --previous"},
    "A38": {"run": ACTIVE + "nslookup postgres"},
    "A39": {"http": "curl -v http://active-inference-api:8000/health"},
    "A41": {"run": ACTIVE + "top -b -n 1"},
    "A42": {"run": ACTIVE + "iostat 1 3"},
    "A43": {"run": ACTIVE + "netstat -tulpn"},
    "A44": {"run": ACTIVE + "df -h"},
    "A48": {"sql": f"EXPLAIN (ANALYZE, BUFFERS) {AUDIT}"},
    "B07": {"run": BACKEND + 'python -c "from app.core.database import engine; print(engine.pool.status())"'},
    "B17": {"tool": "npx playwright test specs/smoke.spec.ts"},
    "B27": {"sql": "SELECT pg_size_pretty(pg_database_size(current_database()));"},
    "B28": {
        "sql": LONG_RUNNING.format("now() - query_start > interval '10 minutes' AND state <> 'idle'"),
        "inputs": {},
    },
    "B29": {
        "sql": LONG_RUNNING.format("state = 'idle' AND state_change < now() - interval '30 minutes'"),
        "inputs": {},
    },
    "B30": {
        "sql": "SELECT relname, seq_scan, coalesce(idx_scan, 0) AS idx_scan FROM pg_stat_user_tables"
        " WHERE seq_scan > 1000 AND coalesce(idx_scan, 0) < 100;"
    },
    "B35": {"run": BACKEND + "redis-cli FLUSHDB", "inputs": {}},
    "B37": {
        "sql": "COPY (SELECT * FROM compliance_audit_logs WHERE created_at > now() - interval '24 hours')"
        " TO STDOUT CSV HEADER;",
        "save_as": "audit-{date}.csv",
    },
    "B38": {"run": "kubectl apply -f block-attacker.yaml", "inputs": {}},
}
"""What stands in a runbook in the place of such a line; with `inputs` it is a mitigation."""

MANIFESTS = {
    "restore-job.yaml": ("batch/v1", "Job", "restore-from-backup", "default"),
    "infra/kubernetes/maintenance-ingress.yaml": ("networking.k8s.io/v1", "Ingress", "maintenance", "optimal-build"),
    "infra/kubernetes/emergency-rate-limit.yaml": ("v1", "ConfigMap", "rate-limit", "optimal-build"),
    "block-attacker.yaml": ("networking.k8s.io/v1", "NetworkPolicy", "block-attacker", "optimal-build"),
    "infra/deployments/cloud/aws/manifests/prod-secondary/config.yaml": ("v1", "ConfigMap", "region", "ml-platform"),
}
KUSTOMIZATION = "infra/deployments/cloud/aws/manifests/prod-secondary/kustomization.yaml"
SPECS = {
    "Job": {"template": {"spec": {"restartPolicy": "Never", "containers": [{"name": "restore", "image": "backup:1"}]}}},
    "Ingress": {"defaultBackend": {"service": {"name": "maintenance", "port": {"number": 80}}}},
    "NetworkPolicy": {"podSelector": {}, "policyTypes": ["Ingress"], "ingress": [{}]},
}


def part(row: Row) -> dict[str, Any]:
    """Return the row as it stands in a runbook: the keys of a diagnostic, or with `inputs` those of a mitigation."""
    return _asking(row, MENDED[row.id]) if row.id in MENDED else as_written(row)


def as_written(row: Row) -> dict[str, Any]:
    """Return the row as its wiki has it, nothing mended."""
    command = row.command.replace(" ⏎ ", "\n")
    key = row.kind if row.kind in {"promql", "sql", "tool"} else "run"
    key = "run" if command.startswith(("PGPASSWORD", "psql")) else key
    return _asking(row, {key: command, **({"inputs": {}} if row.kind in CHANGES else {})})


def _asking(row: Row, said: dict[str, Any]) -> dict[str, Any]:
    asked = "connection" if "sql" in said or str(said.get("run", "")).startswith(("PGPASSWORD", "psql")) else ""
    return {"id": row.id, **said, **({asked: "orders-db"} if asked else {})}


def runbook(row: Row, one: dict[str, Any] | None = None, **kubernetes: Any) -> dict[str, Any]:
    """Return a runbook with nothing but this row, as it stands in one or as it is given."""
    one = one or part(row)
    target = {"namespace": NAMESPACES[row.service], **kubernetes}
    return {
        "service": row.service,
        "severities": [{"key": "SEV-1"}],
        "kubernetes": target,
        "mitigations" if "inputs" in one else "diagnostics": [one],
    }


def state(row: Row) -> str:
    """Say which of the states a row is in: told, runs, runs where allowed, manual."""
    if row.kind in TOLD:
        return "told"
    if row.id in MANUAL:
        return "manual"
    return "runs where allowed" if "tool" in part(row) or row.kind == "host" else "runs"


__all__ = ["MANIFESTS", "MANUAL", "MENDED", "ROWS", "TOLD", "Row", "Runbook", "as_written", "part", "runbook", "state"]
