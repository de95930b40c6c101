"""The programs that `kubectl exec` finds in a container: small functions over what the service's machine holds."""

import itertools
import re
from collections.abc import Callable, Mapping
from dataclasses import replace

from sandbox.cluster import disks, psql, shell
from sandbox.cluster.calling import Call, Ran, missing
from sandbox.cluster.curling import curl
from sandbox.database.answers import Session


def run(call: Call) -> Ran:
    """Run a program; 127 when the container has none of this name."""
    program = PROGRAMS.get(call.words[0].rpartition("/")[2])
    return program(call) if program is not None else missing(call.words[0])


def _psql(call: Call) -> Ran:
    database = call.machine.database
    if database is None:
        return missing("psql")
    return Ran(*psql.psql(call.words[1:], call.typed, Session(database, call.now)))


def redis_cli(call: Call) -> Ran:
    if not call.machine.redis:
        return missing("redis-cli")
    wanted = [word for word in call.words[1:] if not word.startswith("-")]
    wanted = wanted[1:] if "-h" in call.words and wanted else wanted
    word = wanted[0].lower() if wanted else ""
    known = {"ping": "PONG\n", "flushdb": "OK\n", "flushall": "OK\n", "dbsize": "(integer) 18204\n"}
    known["info"] = "# Clients\r\nconnected_clients:14\r\n# Memory\r\nused_memory_human:212.40M\r\n"
    return Ran(known.get(word, f"(error) ERR unknown command '{word}'\n"))


FDB = """\
Using cluster file `/etc/foundationdb/fdb.cluster'.

Configuration:
  Redundancy mode        - double
  Storage engine         - ssd-2
  Coordinators           - 3

Cluster:
  FoundationDB processes - 9
  Zones                  - 3
  Machines               - 9
  Fault Tolerance        - 1 zone

Data:
  Replication health     - {health}
  Sum of key-value sizes - 1.204 GB
"""
MOVING = "Healthy (Repartitioning)"
LIMITED = "\nPerformance limited by process: Storage server performance (storage queue).\n  Read rate - 41 Hz\n"


def fdbcli(call: Call) -> Ran:
    if not call.machine.foundationdb:
        return missing("fdbcli")
    if "status" not in call.words[-1]:
        return Ran("", f"ERROR: Unknown command `{call.words[-1]}'. Try `help'?\n", 1)
    slow = call.machine.slow_storage
    return Ran(FDB.format(health=MOVING if slow else "Healthy") + (LIMITED if slow else ""))


def environment(call: Call) -> dict[str, str]:
    """Give the variables of the pod's first container."""
    meta, container = call.pod["metadata"], call.pod["spec"]["containers"][0]
    found = {"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOSTNAME": meta["name"]}
    found |= {one["name"]: one["value"] for one in container.get("env") or [] if "value" in one}
    return found | {"KUBERNETES_SERVICE_HOST": "10.96.0.1", "KUBERNETES_SERVICE_PORT": "443", "HOME": "/"}


def env(call: Call) -> Ran:
    """Print the environment, or run a program with some more (`env NAME=value psql …`)."""
    program = list(itertools.dropwhile(lambda word: re.match(r"\w+=", word), call.words[1:]))
    if program:
        return run(replace(call, words=program))
    return Ran("".join(f"{key}={value}\n" for key, value in environment(call).items()))


def python(call: Call) -> Ran:
    """Show the connection pool of a new process, which has none out; no more of Python is here."""
    if "pool.status()" not in " ".join(call.words):
        return Ran("", "python: the sandbox runs nothing of Python but engine.pool.status()\n", 1)
    pool = "Pool size: 5  Connections in pool: 0 Current Overflow: -5"
    return Ran(f"{pool} Current Checked out connections: 0\n")


BACKUPS = ("latest-backup", "old-backup")


def backup_tool(call: Call) -> Ran:
    """List the backups, or restore one of them."""
    words = list(call.words)
    if "restore" not in words:
        days = zip(BACKUPS, (20, 13), ("12Gi", "11Gi"), strict=True)
        return Ran("".join(f"{name} 2026-11-{day}T02:00:00Z production {size}\n" for name, day, size in days))
    wanted = words[words.index("--backup-id") + 1] if "--backup-id" in words[:-1] else ""
    if wanted not in BACKUPS:
        return Ran("", f"error: there is no backup '{wanted}'\n", 1)
    return Ran(f"restoring backup '{wanted}'\nrestored 48213 rows\n", "warning: 2 rows skipped\n")


PROGRAMS: Mapping[str, Callable[[Call], Ran]] = {
    "curl": curl, "psql": _psql, "redis-cli": redis_cli, "fdbcli": fdbcli, "df": disks.df, "iostat": disks.iostat,
    "rm": disks.rm, "find": disks.find, "ls": disks.ls, "du": disks.du, "cat": disks.cat, "env": env,
    "bash": lambda call: shell.shell(call, run, environment(call)),
    "sh": lambda call: shell.shell(call, run, environment(call)),
    "python": python, "backup_tool": backup_tool, "echo": lambda call: Ran(" ".join(call.words[1:]) + "\n"),
    "hostname": lambda call: Ran(f"{call.pod['metadata']['name']}\n"),
    "true": lambda _: Ran(), "false": lambda _: Ran(code=1),
}  # fmt: skip
