"""Programs that look at a container's disk: `df`, `du`, `ls`, `find`, `rm`, `cat`, `iostat`."""

import fnmatch
import itertools
from collections.abc import Sequence

from sandbox.cluster.calling import Call, Ran
from sandbox.cluster.machines import Disk

DEVICE = "/dev/nvme1n1"
KEPT = ("/var/lib", "/etc", "/bin", "/usr")
ROOT = ("bin", "etc", "tmp", "usr", "var")


def files(call: Call) -> dict[str, float]:
    """Give the files that may be removed, with their sizes in GiB."""
    return call.machine.disk.files if call.machine.disk is not None else {}


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
    share = f"{-(-disk.used * 100 // disk.size):.0f}%"
    return DEVICE, f"{disk.size:.0f}G", _size(disk.used), free, share, disk.path


def _size(gib: float) -> str:
    return f"{gib:.0f}G" if gib >= 9.95 else f"{gib:.1f}G" if gib >= 1 else f"{gib * 1024:.0f}M"


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
    device = DEVICE.rpartition("/")[2] if disk else "nvme0n1"
    shown = {"waits": waits, "written": written, "device": device, "idle": 94.59 - waits}
    count = min(numbers[1] if len(numbers) > 1 else 1, 60)
    return Ran("".join(IOSTAT.format(user=4.11 + 0.1 * at, tps=12 + 10 * at, **shown) for at in range(count)))


def _given(call: Call) -> list[str]:
    return [word for word in call.words[1:] if not word.startswith("-")]


def _flags(call: Call) -> set[str]:
    return set("".join(word[1:] for word in call.words[1:] if word.startswith("-") and not word.startswith("--")))


def _under(path: str, folder: str) -> bool:
    return path.startswith(folder.rstrip("/") + "/")


def rm(call: Call) -> Ran:
    """Remove files, and with `-r` folders; what the service lives on is not this user's to remove."""
    found, flags, errors = files(call), _flags(call), ""
    for path in _given(call):
        below = [one for one in found if _under(one, path)]
        if path == "/" or path.startswith(KEPT):
            errors += f"rm: cannot remove '{path}': Permission denied\n"
        elif path in found:
            del found[path]
        elif below and not flags & {"r", "R"}:
            errors += f"rm: cannot remove '{path}': Is a directory\n"
        elif not below and "f" not in flags:
            errors += f"rm: cannot remove '{path}': No such file or directory\n"
        for one in below if flags & {"r", "R"} else ():
            del found[one]
    return Ran("", errors, int(bool(errors)))


def find(call: Call) -> Ran:
    """Find files by `-name` and `-path`, with `-o` between them; `-delete` removes them."""
    words = list(call.words[1:])
    paths = list(itertools.takewhile(lambda word: not word.startswith(("-", "(")), words))
    tests = [(words[at], words[at + 1]) for at in range(len(words) - 1) if words[at] in {"-name", "-path"}]
    found = [
        one
        for one in files(call)
        if (not paths or any(one == path or _under(one, path) for path in paths))
        and _fits(one, tests, either="-o" in words)
    ]
    if "-delete" not in words:
        return Ran("".join(f"{one}\n" for one in found))
    for one in found:
        del files(call)[one]
    return Ran()


def _fits(path: str, tests: Sequence[tuple[str, str]], *, either: bool) -> bool:
    results = [
        fnmatch.fnmatchcase(path if test == "-path" else path.rpartition("/")[2], pattern) for test, pattern in tests
    ]
    return (any(results) if either else all(results)) if results else True


def du(call: Call) -> Ran:
    """Print how much is in each folder or file."""
    found, disk, out = files(call), call.machine.disk, ""
    for path in _given(call) or ["."]:
        size = sum(gib for one, gib in found.items() if one == path or _under(one, path))
        size += disk.data if disk is not None and (disk.path == path or _under(disk.path, path)) else 0.0
        out += f"{_size(size) if size else '4.0K'}\t{path}\n"
    return Ran(out)


def ls(call: Call) -> Ran:
    """List a folder: what may be removed in it, and at the top the usual ones."""
    paths, found = _given(call) or ["/"], files(call)
    path = paths[0].rstrip("/") or "/"
    names = {one[len(path.rstrip("/")) + 1 :].partition("/")[0] for one in found if _under(one, path)}
    if path in {"/", "."}:
        names |= {"base", "global", "pg_wal"} if call.machine.database else set(ROOT)
    if path in found:
        return Ran(f"{path}\n")
    if not names and path not in {"/tmp", "/var", "/var/log", "/etc"}:
        return Ran("", f"ls: cannot access '{paths[0]}': No such file or directory\n", 2)
    return Ran("".join(f"{name}\n" for name in sorted(names)))


def cat(call: Call) -> Ran:
    """Print files that ConfigMaps put there, or what is typed."""
    out, errors = "", ""
    for path in _given(call):
        text = call.read(path)
        out += text or ""
        errors += f"cat: {path}: No such file or directory\n" if text is None else ""
    return Ran(out, errors, int(bool(errors))) if _given(call) else Ran(call.typed)
