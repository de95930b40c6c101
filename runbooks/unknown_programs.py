"""Programs that a line may begin with and that are not run as such: what to write instead."""

import re
from collections.abc import Sequence

from runbooks.lines.refusal import LineRefused
from runbooks.lines.writing import written

_TOOLS = {
    "helm", "aws", "gcloud", "az", "git", "docker", "npm", "npx", "node", "terraform", "ansible", "fdbcli", "redis-cli",
    "backup_tool", "locust", "python", "python3", "pytest", "k6", "vault", "consul", "argocd", "flux", "istioctl",
    "kustomize", "openssl", "make", "ab", "wrk", "hey", "doctl", "pg_dump", "pg_isready", "kcat", "etcdctl",
}  # fmt: skip
_SHORT_FOR_KUBECTL = {"k", "kc", "oc", "kubectl", "kubectl.exe", "kubecolor"}
_DATABASES = {"mysql", "mariadb", "mongo", "mongosh", "sqlite3", "cqlsh", "clickhouse-client"}
_HOST = {
    "ps", "df", "du", "free", "uptime", "dig", "nslookup", "host", "ping", "traceroute", "netstat", "ss", "journalctl",
    "systemctl", "ls", "iostat", "vmstat", "top", "htop", "lsof", "tcpdump", "dmesg", "nc", "ip", "mount", "service",
}  # fmt: skip
_FILES = {"cat", "grep", "head", "tail", "less", "zgrep", "awk", "sed", "find", "wc"}
_SHELLS = {"sh", "bash", "ash", "zsh", "dash"}
_WAITING = {
    *_SHELLS, "python", "python3", "node", "irb", "redis-cli", "fdbcli", "mongo", "mongosh", "mysql", "vi", "vim",
    "nano", "less", "more", "htop",
}  # fmt: skip
_NEAREST = {
    "wget": "Write `curl -s ADDRESS`.",
    "http": "Write `curl -s ADDRESS`.",
    "https": "Write `curl -s ADDRESS`.",
    "stern": "Write `kubectl logs -l app=NAME --prefix --tail=100`.",
    "kubectx": "Name the cluster in the runbook, under `kubernetes.cluster`.",
    "kubens": "Write `-n NAMESPACE` in each line.",
    "k9s": "Write what you look for there, like `kubectl get pods`.",
    "crictl": "On a node a person runs it; of a pod, `kubectl describe pod NAME` tells much of it.",
    "telnet": "In a container: `kubectl exec POD -- nc -zv HOST PORT`.",
    "promtool": "Write `promql QUERY`.",
    "echo": "Write a `manual:` step for what a person should read.",
    "sleep": "Nothing waits here but `kubectl wait` and `kubectl rollout status`.",
    "date": "Every output is kept with its time.",
    "jq": "It stands after a `|`, like `kubectl get pods -o json | jq …`.",
    "sort": "It stands after a `|`, like `kubectl get pods | sort`.",
    "cut": "It stands after a `|`, like `kubectl get pods | cut -c1-9`.",
}
_MANUAL = "In a runbook, write it as a `manual:` step."
_VERBS = {"get", "logs", "describe", "top", "rollout", "scale", "delete", "apply", "exec"}


def unknown(words: Sequence[str]) -> LineRefused:
    """Say what to do about a line whose program is none of those that run."""
    name = words[0].rpartition("/")[2]
    if name.lower() in _SHORT_FOR_KUBECTL:
        return LineRefused(
            f"`{words[0]}` is not a program that is known here by that name.",
            f"Write `{written(['kubectl', *words[1:]])}`.",
        )
    if name in _TOOLS or words[0].startswith("./"):
        return LineRefused(
            f"`{name}` is a program that is not run here as such.",
            "In a runbook, write it as `tool:`: it runs where muster.yaml names it, and is a person's elsewhere.",
        )
    if name in _DATABASES:
        return LineRefused(f"`{name}` would ask a database that is no PostgreSQL.", _MANUAL)
    if name in _VERBS and (name != "top" or {"pod", "pods", "node", "nodes"} & set(words)):
        return LineRefused(f"`{name}` alone is no program.", f"Write `kubectl {name} …`.")
    if name in _HOST | _FILES:
        return LineRefused(
            f"`{name}` looks at one machine, and the bot's is not the one you mean.",
            f"In a container it runs: `kubectl exec POD -- {written(words)}`. {_MANUAL}",
        )
    nearest = _NEAREST.get(name, "A line begins with kubectl, curl, psql or promql.")
    return LineRefused(f"`{name}` is not a program that is known here.", nearest)


def check_place(words: Sequence[str]) -> None:
    """Refuse a tool that is named by a path: muster.yaml says where it is."""
    name = words[0].removeprefix("./")
    if "/" in name:
        short = name.rpartition("/")[2]
        raise LineRefused(f"`{words[0]}` says where the program is.", f"Write `{short}`; muster.yaml says where it is.")
    if name in {"kubectl", "curl", "psql", "promql"}:
        raise LineRefused(f"`{name}` is no tool.", "Write the line as `run:`.")


def check_inside(program: Sequence[str]) -> None:
    """Refuse a program of a container that waits for somebody to type."""
    name = program[0].rpartition("/")[2] if program else ""
    asked = any(re.match(r"-\w*[cflV?]|--(?:com|fi|li|ver|he)", word) for word in program[1:])
    if (name in _WAITING and len(program) == 1) or (name == "psql" and not asked):
        raise LineRefused(
            f"`{' '.join(program)}` waits for somebody to type, and nobody can here.",
            "Give it what to run (`psql -c 'SELECT 1'`, `redis-cli ping`), or write it as a `manual:` step.",
        )
