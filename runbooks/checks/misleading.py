"""Lines that run, and would still mislead somebody at night."""

import re
from collections.abc import Iterator

from runbooks import promql_reading
from runbooks.compiling import Compiled
from runbooks.kubectl.words import Command
from runbooks.postgres import statements

_OLD = {
    "componentstatuses": "ask `kubectl get --raw '/readyz?verbose'`",
    "componentstatus": "ask `kubectl get --raw '/readyz?verbose'`",
    "cs": "ask `kubectl get --raw '/readyz?verbose'`",
    "endpoints": "ask `kubectl get endpointslices`",
    "ep": "ask `kubectl get endpointslices`",
    "podsecuritypolicies": "it is gone since Kubernetes 1.25",
    "psp": "it is gone since Kubernetes 1.25",
}
_OLD_VERSIONS = ("v1beta1.", "v2beta1.", "v2beta2.", "extensions")
_READS_LITTLE = {"head", "tail", "wc"}
_COUNTS = re.compile(r"\b(?:count|sum|max|min|avg|exists|pg_size_pretty|pg_database_size)\s*\(", re.IGNORECASE)
_BOUNDED = re.compile(r"\b(?:limit|where|fetch\s+first)\b", re.IGNORECASE)
_CHANGES = re.compile(
    r"(?<![\w.-])rm\s+\S+|-delete\b|\s(?:delete|terminate)-[a-z]\S*|--replicas=0\b|\b(?i:flushdb|flushall)\b"
    r"|\b(?:kubectl|helm|gcloud|az)\s.*?\b(?:delete|drain|uninstall)\s+\S+"
    r"|\b(?i:delete\s+from|insert\s+into|update\s+\S+\s+set|truncate)\s+\S+"
    r"|\b(?i:(?:drop|alter)\s+(?:table|database|schema|index|user|role|view|keyspace|system))\b"
    r"|(?<![\w-])(?i:kill\s+(?:-(?!0\b|l\b|L\b)\S+|\d+|\$\S+)|(?:pkill|killall)\s+\S+)"
    r"|\bcurl\b.*?\s(?:-\w*X[ =]?|--request[ =])['\"]?(?!GET|HEAD)[A-Za-z]+"
)
"""What changes something, as far as the words of some program tell: a net for slips, and no fence."""


def changing(ready: Compiled) -> str:
    """Return what a program's words in a container, or a tool's, would change; no psql, which only reads there."""
    words = ready.pipeline.words if ready.tool else ready.command.program if ready.command else ()
    psql = ready.command is not None and any(word.rpartition("/")[2] == "psql" for word in words)
    found = None if psql or (words and words[0].endswith("grep")) else _CHANGES.search(" ".join(words))
    return found[0].strip() if found else ""


def misleading(ready: Compiled) -> Iterator[str]:
    """Say what a line hides, or asks too much of."""
    if ready.promql:
        yield from promql_reading.warnings(ready.promql)
    if ready.psql is not None:
        yield from (said for script in ready.psql.scripts for said in _statements(script))
    if ready.command is None:
        return
    yield from _selecting(ready.command)
    yield from _logs(ready.command, ready)
    yield from _filters(ready)
    yield from _old(ready.command)


def _selecting(command: Command) -> Iterator[str]:
    if "status.phase!=Running" in str(command.flag("field-selector") or ""):
        yield "a pod that crash-loops still counts as Running, so this misses it (say so in `help`)"


def _logs(command: Command, ready: Compiled) -> Iterator[str]:
    if command.verb != "logs" or _has(command.words, "--tail"):
        return
    if command.flag("selector"):
        yield "`logs -l` gives ten lines of each pod; write --tail=-1 to read them all, or --tail=10 if ten are meant"
    elif not (_has(command.words, "--since", "--since-time", "--limit-bytes") or _cut(ready)):
        yield "it reads the whole log since the container began; write --tail=200 or --since=1h"


def _cut(ready: Compiled) -> bool:
    return any(words[0] in _READS_LITTLE for words in ready.pipeline.piped)


def _filters(ready: Compiled) -> Iterator[str]:
    for words in ready.pipeline.piped:
        options = "".join(word[1:] for word in words[1:] if re.fullmatch(r"-[a-zA-Z]+", word))
        if words[0] != "grep" or "v" not in options:
            continue
        if "Ready" in words and "w" not in options:
            yield "`grep -v Ready` hides NotReady, too; write `grep -vw Ready`"
        if "Running" in words:
            yield "`grep -v Running` hides pods that run and are not ready, and shows finished Jobs (say so in `help`)"


def _old(command: Command) -> Iterator[str]:
    for kind in command.arguments[:1] if command.verb in {"get", "describe"} else ():
        for one in kind.split("/")[0].lower().split(","):
            if one in _OLD:
                yield f"{one} is deprecated; {_OLD[one]}"
            elif any(old in one for old in _OLD_VERSIONS):
                yield f"{one} names an old version of the API; leave the version out"


def _statements(script: str) -> Iterator[str]:
    for one in statements.statements(script):
        whole = one.verb == "select" and "from" in one.words
        if whole and not _BOUNDED.search(one.text) and not _COUNTS.search(one.text):
            yield "it reads a whole table; add WHERE or LIMIT"


def _has(words: tuple[str, ...], *flags: str) -> bool:
    return any(word == flag or word.startswith(f"{flag}=") for word in words for flag in flags)
