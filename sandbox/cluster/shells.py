"""The programs that `kubectl exec` finds in a container: small functions over what the service's machine holds."""

import itertools
import re
import shlex
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sandbox.cluster.machines import Disk, Machine
from sandbox.cluster.psql import Complaint, answered

Asking = Callable[[str, str, str, bytes], tuple[int, bytes] | None]
"""Asks over HTTP from inside a pod: (method, host and port, path, body) -> (status, body); None when nobody listens."""


@dataclass(frozen=True)
class Ran:
    out: str = ""
    err: str = ""
    code: int = 0


@dataclass(frozen=True)
class Call:
    """One program to run: its words, where it runs, when, and how it asks others."""

    words: Sequence[str]
    machine: Machine
    pod: Mapping[str, Any]
    now: float
    ask: Asking
    typed: str = ""


def run(call: Call) -> Ran:
    """Run a program; 127 when the container has none of this name."""
    name = call.words[0].rpartition("/")[2]
    program = PROGRAMS.get(name)
    return program(call) if program is not None else _missing(call.words[0])


def _missing(name: str) -> Ran:
    return Ran("", f'exec: "{name}": executable file not found in $PATH\n', 127)


METER = (
    "  % Total    % Received % Xferd  Average Speed   Time    Time     Time  Current\n"
    "                                 Dload  Upload   Total   Spent    Left  Speed\n"
)
METERED = "100 {size:5d}  100 {size:5d}    0     0  {speed:5d}      0 --:--:-- --:--:-- --:--:-- {speed:5d}\n"
NOTHING = f"{METER}  0     0    0     0    0     0      0      0 --:--:-- --:--:-- --:--:--     0\n"
LONG = {
    "--silent": "s",
    "--fail": "f",
    "--head": "I",
    "--request": "X",
    "--data": "d",
    "--header": "H",
    "--output": "o",
}
VALUED = "XdHowm"


def curl(call: Call) -> Ran:
    """Ask one URL; `-f` fails on an error status, without `-s` the meter goes to stderr."""
    flags, host, path = _curl_words(call.words[1:])
    method = flags.get("X", "HEAD" if "I" in flags else "POST" if "d" in flags else "GET")
    answer = call.ask(method, host, path, flags.get("d", "").encode())
    nothing = "" if "s" in flags else NOTHING
    if answer is None:
        return Ran("", f"{nothing}curl: (7) Failed to connect to {host} after 0 ms: Couldn't connect to server\n", 7)
    status, body = answer
    if status >= 400 and "f" in flags:
        return Ran("", f"{nothing}curl: (22) The requested URL returned error: {status}\n", 22)
    size = len(body)
    meter = "" if "s" in flags else METER + METERED.format(size=size, speed=size * 80)
    if "I" in flags:
        return Ran(f"HTTP/1.1 {status}\r\nContent-Length: {size}\r\n\r\n", meter)
    return Ran("" if "o" in flags else body.decode(errors="replace"), meter)


def _curl_words(words: Sequence[str]) -> tuple[dict[str, str], str, str]:
    """Read curl's words: flags with their values, host and port, path."""
    flags: dict[str, str] = {}
    url, left = "", iter(words)
    for word in left:
        if not word.startswith("-"):
            url = word.rpartition("://")[2]
            continue
        for letter in LONG.get(word, "" if word.startswith("--") else word[1:]):
            flags[letter] = next(left, "") if letter in VALUED else ""
    host, _, path = url.partition("/")
    return flags, host, f"/{path}"


def psql(call: Call) -> Ran:
    database = call.machine.database
    if database is None:
        return _missing("psql")
    words = list(call.words)
    sql = words[words.index("-c") + 1] if "-c" in words[:-1] else call.typed
    try:
        return Ran(answered(sql, database, call.now) if sql.strip() else "")
    except Complaint as complaint:
        return Ran("", str(complaint), 1)


def redis_cli(call: Call) -> Ran:
    if not call.machine.redis:
        return _missing("redis-cli")
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
        return _missing("fdbcli")
    if "status" not in call.words[-1]:
        return Ran("", f"ERROR: Unknown command `{call.words[-1]}'. Try `help'?\n", 1)
    slow = call.machine.slow_storage
    return Ran(FDB.format(health=MOVING if slow else "Healthy") + (LIMITED if slow else ""))


def df(call: Call) -> Ran:
    """Print the mounted file systems (`-h` or not, in the same shape)."""
    rows = [("overlay", "98G", "41G", "53G", "44%", "/"), ("tmpfs", "64M", "0", "64M", "0%", "/dev")]
    if call.machine.disk is not None:
        rows.append(_volume(call.machine.disk))
    rows += [("/dev/nvme0n1p1", "98G", "41G", "53G", "44%", "/etc/hosts"), ("shm", "64M", "0", "64M", "0%", "/dev/shm")]
    lines = [f"{a:<14} {b:>5} {c:>5} {d:>5} {e:>4} {f}" for a, b, c, d, e, f in rows]
    return Ran("\n".join(["Filesystem      Size  Used Avail Use% Mounted on", *lines]) + "\n")


def _volume(disk: Disk) -> tuple[str, str, str, str, str, str]:
    left = disk.size - disk.used
    free = f"{left:.1f}G" if 0 < left < 10 else f"{left:.0f}G" if left else "0"
    used = f"{disk.used:.0f}G" if disk.used >= 9.95 else f"{disk.used:.1f}G"
    share = f"{-(-disk.used * 100 // disk.size):.0f}%"
    return disk.device, f"{disk.size:.0f}G", used, free, share, disk.path


IOSTAT = """\
avg-cpu:  %user   %nice %system %iowait  %steal   %idle
         {user:6.2f}    0.00    1.20  {waits:6.2f}    0.00  {idle:6.2f}

Device             tps    kB_read/s    kB_wrtn/s    kB_read    kB_wrtn
{device:<14}{tps:8.2f}        48.00 {written:12.2f}         48 {written:10.0f}

"""


def iostat(call: Call) -> Ran:
    """Print as many reports as wished (`iostat 1 3`)."""
    numbers = [int(word) for word in call.words[1:] if word.isdigit()]
    disk = call.machine.disk
    waits, written = (61.30, 0.0) if disk is not None and disk.is_full else (2.75, 512.0)
    device = disk.device.rpartition("/")[2] if disk else "nvme0n1"
    shown = {"waits": waits, "written": written, "device": device, "idle": 94.59 - waits}
    count = min(numbers[1] if len(numbers) > 1 else 1, 60)
    return Ran("".join(IOSTAT.format(user=4.11 + 0.1 * at, tps=12 + 10 * at, **shown) for at in range(count)))


def rm(call: Call) -> Ran:
    """Remove temporary files and old logs from the volume; nothing else here can be removed."""
    disk = call.machine.disk
    if disk is not None and any(re.match(r"/tmp/|/var/log/|.*\.log\.old$", word) for word in call.words[1:]):
        disk.junk = 0.0
    return Ran()


OLD = "".join(f"/var/log/omendb/omendb-202611{day:02}.log.old\n" for day in range(1, 15))


def find(call: Call) -> Ran:
    """Find what `rm` would remove, and with `-delete` remove it."""
    disk = call.machine.disk
    found = OLD if disk is not None and disk.junk and any("*.log.old" in word for word in call.words) else ""
    if "-delete" not in call.words:
        return Ran(found)
    if disk is not None and found:
        disk.junk = 0.0
    return Ran()


def ls(call: Call) -> Ran:
    paths = [word for word in call.words[1:] if not word.startswith("-")]
    if paths and paths[0] not in {"/", ".", "/tmp", "/var/log"}:
        return Ran("", f"ls: cannot access '{paths[0]}': No such file or directory\n", 2)
    return Ran("base\nglobal\npg_wal\n" if call.machine.database else "bin\netc\ntmp\nvar\n")


def env(call: Call) -> Ran:
    """Print the environment of the pod's first container, or run a program with some more (`env NAME=value psql …`)."""
    program = list(itertools.dropwhile(lambda word: re.match(r"\w+=", word), call.words[1:]))
    if program:
        return run(replace(call, words=program))
    meta, container = call.pod["metadata"], call.pod["spec"]["containers"][0]
    found = {"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOSTNAME": meta["name"]}
    found |= {one["name"]: one["value"] for one in container.get("env") or [] if "value" in one}
    found |= {"KUBERNETES_SERVICE_HOST": "10.96.0.1", "KUBERNETES_SERVICE_PORT": "443", "HOME": "/"}
    return Ran("".join(f"{key}={value}\n" for key, value in found.items()))


def python(call: Call) -> Ran:
    """Print the state of the connection pool, the one thing responders ask Python for."""
    if "pool.status()" not in " ".join(call.words):
        return Ran()
    database = call.machine.database
    out = call.machine.pool + 10 if database is not None and database.is_full else 0
    inside, over = max(0, 2 - out), out - call.machine.pool + (2 if not out else 0)
    shown = f"Pool size: {call.machine.pool}  Connections in pool: {inside} Current Overflow: {over}"
    return Ran(f"{shown} Current Checked out connections: {out}\n")


def backup_tool(call: Call) -> Ran:
    if "restore" in call.words:
        at = list(call.words).index("--backup-id") + 1 if "--backup-id" in call.words else 0
        return Ran(f"restoring backup '{call.words[at]}'\nrestored 48213 rows\n", "warning: 2 rows skipped\n")
    return Ran("latest-backup 2026-11-20T02:00:00Z production 12Gi\n")


def shell(call: Call) -> Ran:
    """Run the lines of `-c`, or of what is typed, one after the other; no more of a shell is here."""
    script = call.words[-1] if "-c" in call.words[:-1] else call.typed
    done = Ran()
    for words in filter(None, map(shlex.split, re.split(r"[;\n]|&&", script))):
        if words[0] == "exit":
            return replace(done, code=int(words[1]) if len(words) > 1 else done.code)
        one = run(replace(call, words=[word for word in words if word != ">&2"]))
        out, err = ("", one.out + one.err) if ">&2" in words else (one.out, one.err)
        done = Ran(done.out + out, done.err + err, one.code)
    return done


def echo(call: Call) -> Ran:
    return Ran(" ".join(call.words[1:]) + "\n")


PROGRAMS: Mapping[str, Callable[[Call], Ran]] = {
    "curl": curl, "psql": psql, "redis-cli": redis_cli, "fdbcli": fdbcli, "df": df, "iostat": iostat, "rm": rm,
    "find": find, "ls": ls, "env": env, "bash": shell, "sh": shell, "python": python,
    "backup_tool": backup_tool, "echo": echo, "cat": lambda call: Ran(call.typed),
    "hostname": lambda call: Ran(f"{call.pod['metadata']['name']}\n"),
    "true": lambda _: Ran(), "false": lambda _: Ran(code=1),
}  # fmt: skip
