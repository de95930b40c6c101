"""What printed text tells: errors in logs, full disks, failed logins, what has expired, checks that fail."""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from runbooks.outputs import Output
from runbooks.signs.finding import Around, Finding, Level, Remedy
from runbooks.signs.memory import bytes_of, next_limit

Finder = Callable[[Output, Around], Iterator[Finding]]
FEW = 2
"""So many errors are in every log; a fatal one counts alone."""
_FULL, _VERY_FULL = 90, 97
_LARGER = 1.25
_LOGINS = 5
_VARYING = re.compile(
    r"\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b|\b[0-9a-f]{8,}\b|\b\d[\d.:TZ+-]*\d\b|\b\d+\b|\b0x[0-9a-f]+\b"
    r"|(?<=tenant=)\w+|(?<=user=)\S+|(?<=customer=)\w+",
    re.IGNORECASE,
)
_ERRORS = re.compile(r"error|fatal|panic|exception|critical", re.IGNORECASE)
_FATAL = re.compile(r"fatal|panic|critical", re.IGNORECASE)
_NONE = re.compile(
    r"\b(?:no|without|0|zero) (?:\w+ )?errors?\b|^\w*errors?\w*(?:\{.*\})? 0$"
    r"|\b\w*err(?:or)?s?\w*(?: rate| ratio| count)?[\"']?\s*[=:]\s*[\"']?"
    r"(?:0(?:\.0+)?(?![.\d])|nil\b|null\b|none\b|false\b|<nil>|\[\]|[\"'](?:\s|,|\}|$))",
    re.IGNORECASE,
)
"""`errors=0`, `"error": null`, `without errors`, `errors_total{code="500"} 0`: no error at all."""
_ALL_IS_WELL = re.compile(
    r"^\W*(?:INFO|DEBUG|TRACE|NOTICE)(?=[\s\]:|),])|\b(?:level|lvl|severity)[\"']?\s*[=:]\s*[\"']?(?:info|debug|trace|notice)\b"
    r"|^(?:(?!error|fatal|panic|exception|critical|warn).){0,60}?"
    r"(?:\b(?-i:INFO|DEBUG|TRACE|NOTICE)(?=[\s\]:|),])|\[(?:info|debug|trace|notice)\])"
    r"|^(?-i:I)\d{4} |HTTP/[\d.]+\" [123]\d\d ",
    re.IGNORECASE,
)
"""The first level of a line is none of trouble (Log4j, Python, klog, nginx), or a request was answered well."""
_PREFIX = re.compile(r"^(?:\[pod/\S+\]\s*)?(?:[\[(]?(?:\d{4}[-/]\d\d[-/]\d\d|\d\d:\d\d:\d\d)[\d\-T:.,Z+/ ]*[\])]?\s*)?")
_DF = re.compile(r"^(\S+)\s+(\S+)\s+(\S+)\s+(\S+)\s+(\d{1,3})%\s+(/\S*)\s*$", re.MULTILINE)
_BLOCKS = re.compile(r"\b(\d+)([KM]?)-blocks\b")
_OF_FILES = re.compile(r"\bInodes\b|\bIUse%")
"""The header of `df -i`: files are counted there, not bytes."""
_KERNELS = ("/proc", "/sys", "/dev")
_SEALED = ("/dev/loop", "/dev/sr")
"""Images that are always full: nothing is written to them."""
_NO_SPACE = re.compile(r"no space left on device|disk quota exceeded|os error 28", re.IGNORECASE)
_FAILED_LOGIN = re.compile(
    r"login failed|failed login|failed password|invalid password|authentication fail|bad credentials|login failure",
    re.IGNORECASE,
)
_ADDRESS = re.compile(r"\b(?:\d{1,3}\.){3}\d{1,3}\b")
_EXPIRED = re.compile(
    r"(?<!cache )(?<!session )\b(?:key|certificate|cert|x509|jwks|tls)\b(?:(?!\bnot\b|\bnever\b).){0,40}\bexpired\b",
    re.IGNORECASE,
)
_UNTIL = re.compile(r"(?:notAfter=|expire date:|expires?:)\s*([A-Z][a-z]{2}\s+\d+ [\d:]{8} \d{4} GMT)", re.IGNORECASE)
_STATUS = re.compile(r"^HTTP/[\d.]+ ([45]\d\d)(.*)$", re.MULTILINE)
_UNWELL = re.compile(
    r'"status"\s*:\s*"(not[ _-]?ready|unhealthy|down|degraded|error|fail\w*|unavailable|red|critical)"'
    r'|"((?:healthy|ready|ok|alive)"\s*:\s*false)\b',
    re.IGNORECASE,
)
_ASKS = re.compile(r"curl\b|kubectl exec\b.*\s(?:curl|wget|redis-cli|psql|fdbcli)\b")
_DOWN = re.compile(
    r"^.*(?:\bdatabase is unavailable\b|\bconnection refused\b|\bcould not connect\b|\bno route to host\b"
    r"|\bperformance limited by\b"
    r"|(?<!\b0 )(?<!\bno )(?<!\bnone )\bunhealthy\b(?![\"']?\s*[=:]\s*(?:0\b|\[\]|false|null|none))"
    r"|^(?:\(error\) )?(?-i:NOAUTH|LOADING|MISCONF|MASTERDOWN|CLUSTERDOWN|ERR) ).*$",
    re.IGNORECASE | re.MULTILINE,
)
"""The last are what Redis answers in the place of PONG."""
_WHY = re.compile(r'"(?:error|reason|message|detail)"\s*:\s*"((?:[^"\\]|\\.)+)"')


@dataclass(frozen=True)
class Disk:
    """A line of `df`; `used` is in percent."""

    device: str
    size: str
    free: str
    used: int
    mount: str


_NO_DISK = Disk("", "", "", 0, "")


def error_lines(text: str) -> list[tuple[str, int]]:
    """Count lines that look like errors; those that differ in numbers alone are the same. The most frequent first."""
    first: dict[str, str] = {}
    counts: Counter[str] = Counter()
    for line in text.splitlines():
        if not _ERRORS.search(line):
            continue
        said = _PREFIX.sub("", line).strip()
        if not _ALL_IS_WELL.search(said) and _ERRORS.search(_NONE.sub("", said)):
            same = _VARYING.sub("#", said)
            first.setdefault(same, said[:160])
            counts[same] += 1
    return [(first[same], count) for same, count in counts.most_common()]


def log_errors(output: Output, around: Around) -> Iterator[Finding]:
    """Find errors in a log, the most frequent one told; one or two are in every log."""
    counted = error_lines(output.text)
    total = sum(count for _, count in counted)
    if not total or (total <= FEW and not any(_FATAL.search(said) for said, _ in counted)):
        return
    most, times = counted[0]
    fatal = next((said for said, _ in counted[1:] if _FATAL.search(said)), "")
    said = f"{total} error line{'s' if total > 1 else ''}: " + (f"{times} × {most}" if times > 1 else most)
    yield Finding("warning", "", said + (f"; also {fatal}" if fatal else ""))


def disks(text: str) -> list[Disk]:
    """Return what `df` prints of disks to which something is written; sizes as with `-h`."""
    block = _BLOCKS.search(text)
    unit = int(block[1]) * {"": 1, "K": 2**10, "M": 2**20}[block[2]] if block else 0
    found = [
        Disk(device, _size(size, unit), _size(free, unit), int(used), mount)
        for device, size, _, free, used, mount in _DF.findall(text)
    ]
    return [one for one in found if not (one.device.startswith(_SEALED) or one.mount.startswith(_KERNELS))]


def _size(written: str, unit: int) -> str:
    return f"{int(written) * unit / 2**30:.3g}G" if unit and written.isdigit() else written


def disk_full(output: Output, around: Around) -> Iterator[Finding]:
    """Find disks that are nearly full, in what `df` prints, or a log that says so."""
    fullest: dict[str, Disk] = {}
    for one in disks(output.text):
        if one.used >= _FULL and one.used > fullest.get(one.device, _NO_DISK).used:
            fullest[one.device] = one
    files = bool(_OF_FILES.search(output.text))
    for one in fullest.values():
        level: Level = "bad" if one.used >= _VERY_FULL else "warning"
        said = f"{one.mount} is {one.used} % full ({one.free} of {one.size} {'inodes ' if files else ''}left)"
        yield Finding(level, one.mount, said, remedies=_space("" if files else one.size))
    if not fullest and (lines := sum(bool(_NO_SPACE.search(line)) for line in output.text.splitlines())):
        times = f" ({lines} times)" if lines > 1 else ""
        yield Finding("bad", "", f"No space left on device, the log says{times}", remedies=_space(""))


def _space(size: str) -> tuple[Remedy, ...]:
    """A volume is larger than the file system in it, so what is larger than that may be what it is."""
    amount = bytes_of(f"{size}i" if size[-1:] in {"K", "M", "G", "T"} else size)
    grown = {"storage": next_limit(f"{amount * _LARGER:.0f}")} if amount else {}
    return Remedy("clean-disk"), Remedy("grow-volume", values=grown)


def failed_logins(output: Output, around: Around) -> Iterator[Finding]:
    """Find many failed logins, with the address most of them come from."""
    lines = [line for line in output.text.splitlines() if _FAILED_LOGIN.search(line)]
    if len(lines) < _LOGINS:
        return
    addresses = Counter(found[0] for line in lines if (found := _ADDRESS.search(line)))
    worst = addresses.most_common(1)
    source = f", {worst[0][1]} of them from {worst[0][0]}" if worst else ""
    block = (Remedy("block", values={"address": worst[0][0]}),) if worst else ()
    yield Finding("bad", worst[0][0] if worst else "", f"{len(lines)} failed logins{source}", remedies=block)


def expired(output: Output, around: Around) -> Iterator[Finding]:
    """Find keys and certificates that have expired, or will within a week."""
    said = [line for line in (output.text + output.errors).splitlines() if _EXPIRED.search(line)]
    if said:
        times = f" ({len(said)} times)" if len(said) > 1 else ""
        yield Finding("bad", "", f"A key or certificate has expired{times}: {_core(said[0], 'expired')}")
    for text in dict.fromkeys(_UNTIL.findall(output.text)):
        until = _moment(text)
        if until is None:
            continue
        if until <= around.now:
            yield Finding("bad", "", f"The certificate expired on {until:%d %b %Y, %H:%M} UTC")
        elif until - around.now < timedelta(days=7):
            yield Finding("warning", "", f"The certificate expires on {until:%d %b %Y, %H:%M} UTC")


def _moment(text: str) -> datetime | None:
    """Read `Nov 20 12:00:00 2026 GMT`."""
    try:
        return datetime.strptime(" ".join(text.split()), "%b %d %H:%M:%S %Y GMT").replace(tzinfo=UTC)
    except ValueError:
        return None


def _core(line: str, word: str) -> str:
    """Keep what a log line says in quotes, where that holds the word; else the line without its time."""
    quoted = (text for text in re.findall(r'"([^"]{5,})"', line) if word in text.lower())
    return next(quoted, _PREFIX.sub("", line).strip())[:140]


def failing(output: Output, around: Around) -> Iterator[Finding]:
    """Find an address or a health check that answers with an error, or not at all."""
    if output.otherwise:
        yield Finding("bad", "", output.otherwise)
        return
    if found := _STATUS.search(output.text):
        yield Finding("bad" if found[1] >= "500" else "warning", "", f"It answers {found[1]}{found[2].rstrip()}")
        return
    unwell = [found[1] or found[2].replace('"', "") for found in _UNWELL.finditer(output.text)]
    why = _WHY.search(output.text)
    if unwell:
        of = f"{len(unwell)} answers say" if len(unwell) > 1 else "It says"
        yield Finding("bad", "", f"{of} “{unwell[0]}”{f': {why[1][:120]}' if why else ''}")
    elif down := _DOWN.search(output.text):
        yield Finding("bad", "", down[0].strip()[:200])
    elif output.exit_code not in {0, 1} or (output.exit_code and output.errors.strip()):
        lines = (line.strip() for line in (*output.errors.splitlines(), *output.text.splitlines()) if line.strip())
        first = next(lines, "nothing is said of it")
        said = first if output.errors.strip() else f"It ended with exit code {output.exit_code}: {first}"
        yield Finding("bad", "", said[:200])
    elif not (output.text.strip() or output.errors.strip() or output.objects) and _ASKS.match(output.line):
        yield Finding("bad", "", "Nothing came back")


FINDERS: dict[str, Finder] = {
    "log-errors": log_errors,
    "disk-full": disk_full,
    "failed-logins": failed_logins,
    "expired": expired,
    "failing": failing,
}
