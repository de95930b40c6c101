"""kubectl's flags, verb by verb, and how its flag library (pflag) reads them."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from runbooks.kubectl.words import Usage


@dataclass(frozen=True)
class Flag:
    """One flag: its kind says how its text is read."""

    name: str
    kind: str
    short: str = ""
    bare: str = ""

    @property
    def alone(self) -> str:
        """The value it has when written without one; empty when it needs one."""
        return "true" if self.kind == "bool" else self.bare


# name[/short][=value when bare]:kind
EVERYWHERE = "namespace/n:str request-timeout:str warnings-as-errors:bool match-server-version:bool v/v:int"
OUTPUT = "output/o:str allow-missing-template-keys:bool template:str show-managed-fields:bool"
PICK = "selector/l:str field-selector:str"
NAMED = "filename/f:list recursive/R:bool"
DRY = "dry-run=unchanged:str field-manager:str"
MAKE = f"{OUTPUT} {DRY} validate:str save-config:bool"
WATCH = "watch/w:bool"
ROLLOUT = f"{OUTPUT} selector/l:str field-manager:str"
SET = f"{OUTPUT} {DRY} selector/l:str all:bool local:bool recursive/R:bool"
META = f"{OUTPUT} {DRY} {PICK} all:bool all-namespaces/A:bool list:bool overwrite:bool resource-version:str"
VERBS = {
    "get": f"{OUTPUT} {PICK} {NAMED} all-namespaces/A:bool chunk-size:int ignore-not-found:bool label-columns/L:list"
    f" no-headers:bool output-watch-events:bool raw:str server-print:bool show-kind:bool show-labels:bool sort-by:str"
    f" subresource:str watch-only:bool {WATCH}",
    "describe": f"{NAMED} selector/l:str all-namespaces/A:bool chunk-size:int show-events:bool",
    "logs": "selector/l:str all-containers:bool all-pods:bool container/c:str follow/f:bool ignore-errors:bool"
    " limit-bytes:int max-log-requests:int pod-running-timeout:duration prefix:bool previous/p:bool since:duration"
    " since-time:str tail:int timestamps:bool insecure-skip-tls-verify-backend:bool",
    "events": f"{OUTPUT} all-namespaces/A:bool chunk-size:int for:str no-headers:bool types:list {WATCH}",
    "top pod": f"{PICK} all-namespaces/A:bool containers:bool no-headers:bool sort-by:str sum:bool"
    " use-protocol-buffers:bool",
    "top node": "selector/l:str no-headers:bool show-capacity:bool sort-by:str use-protocol-buffers:bool",
    "rollout history": f"{OUTPUT} selector/l:str revision:int",
    "rollout status": "selector/l:str revision:int timeout:duration watch/w:bool",
    "rollout undo": f"{OUTPUT} selector/l:str to-revision:int dry-run=unchanged:str",
    "rollout restart": ROLLOUT,
    "rollout pause": ROLLOUT,
    "rollout resume": ROLLOUT,
    "scale": f"{OUTPUT} {DRY} selector/l:str all:bool current-replicas:int replicas:int resource-version:str"
    " timeout:duration",
    "set image": SET,
    "set env": f"{SET} containers/c:str env/e:array from:str keys:list list:bool overwrite:bool prefix:str"
    " resolve:bool",
    "set resources": f"{SET} containers/c:str limits:str requests:str",
    "set serviceaccount": SET,
    "set selector": f"{SET} resource-version:str",
    "patch": f"{OUTPUT} {DRY} local:bool patch/p:str type:str subresource:str",
    "label": META,
    "annotate": META,
    "delete": f"output/o:str {PICK} {NAMED} all:bool all-namespaces/A:bool cascade=background:str dry-run=unchanged:str"
    " force:bool grace-period:int ignore-not-found:bool now:bool timeout:duration wait:bool raw:str interactive/i:bool",
    "apply": f"{OUTPUT} {DRY} selector/l:str filename/f:list kustomize/k:str overwrite:bool prune:bool force:bool"
    " save-config:bool server-side:bool force-conflicts:bool recursive/R:bool wait:bool timeout:duration"
    " grace-period:int validate:str",
    "create": f"{OUTPUT} {DRY} filename/f:list recursive/R:bool validate:str save-config:bool",
    "create configmap": f"{MAKE} append-hash:bool from-literal:array",
    "create job": f"{MAKE} image:str from:str",
    "create namespace": MAKE,
    "create deployment": f"{MAKE} image:list replicas/r:int port:int",
    "cordon": "selector/l:str dry-run=unchanged:str",
    "uncordon": "selector/l:str dry-run=unchanged:str",
    "drain": "selector/l:str pod-selector:str dry-run=unchanged:str force:bool ignore-daemonsets:bool"
    " delete-emptydir-data:bool grace-period:int timeout:duration chunk-size:int"
    " disable-eviction:bool skip-wait-for-delete-timeout:int",
    "taint": f"{OUTPUT} {DRY} selector/l:str all:bool overwrite:bool validate:str",
    "wait": f"{OUTPUT} {PICK} all-namespaces/A:bool all:bool for:str timeout:duration",
    "cluster-info": "",
    "version": "client:bool output/o:str",
    "auth can-i": "all-namespaces/A:bool list:bool no-headers:bool quiet/q:bool subresource:str",
    "auth whoami": OUTPUT,
    "api-resources": "api-group:str cached:bool categories:list namespaced:bool no-headers:bool output/o:str"
    " sort-by:str verbs:list",
    "api-versions": "",
    "exec": "container/c:str stdin/i:bool tty/t:bool quiet/q:bool pod-running-timeout:duration",
}
WITH_PROGRAM = {"exec", "create job", "create deployment"}
"""Verbs whose words after `--` are a program's own."""
DEFAULTS: dict[str, dict[str, Any]] = {
    "get": {"chunk-size": 500, "server-print": True},
    "events": {"chunk-size": 500},
    "logs": {"tail": -1, "max-log-requests": 5},
    "describe": {"chunk-size": 500},
    "rollout status": {"watch": True, "timeout": 0.0, "revision": 0},
    "scale": {"current-replicas": -1, "timeout": 0.0},
    "set env": {"containers": "*", "overwrite": True},
    "set resources": {"containers": "*"},
    "create deployment": {"replicas": 1},
    "patch": {"type": "strategic"},
    "drain": {"grace-period": -1, "timeout": 0.0},
    "wait": {"timeout": 30.0},
    "delete": {"wait": True, "grace-period": -1, "cascade": "background", "timeout": 0.0},
}


@cache
def flags_of(verb: str) -> dict[str, Flag]:
    """Every flag this verb takes, by long name and by `-x`."""
    found: dict[str, Flag] = {}
    for spec in f"{EVERYWHERE} {VERBS.get(verb, '')} help/h:bool".split():
        names, kind = spec.rsplit(":", 1)
        names, _, bare = names.partition("=")
        name, _, short = names.partition("/")
        flag = Flag(name, kind, short, bare)
        found[f"--{name}"] = flag
        if short:
            found[f"-{short}"] = flag
    return found


@dataclass
class _Reading:
    verb: str
    rest: list[str]
    values: dict[str, Any]
    arguments: list[str]

    def problem(self, text: str) -> Usage:
        return Usage(f"error: {text}\nSee 'kubectl {self.verb} --help' for usage.\n")

    def keep(self, flag: Flag, text: str, written: str) -> None:
        try:
            value = READERS[flag.kind](text)
        except ValueError as error:
            raise self.problem(f'invalid argument "{text}" for "{written}" flag: {error}') from None
        if flag.kind in {"list", "array"}:
            value = [*self.values.get(flag.name, []), *value]
        self.values[flag.name] = value


def read_flags(verb: str, words: Sequence[str]) -> tuple[dict[str, Any], list[str], list[str]]:
    """Flags, arguments and what follows `--`, as pflag reads them; Usage where it would not."""
    reading = _Reading(verb, list(words), {}, [])
    while reading.rest:
        word = reading.rest.pop(0)
        if word == "--":
            break
        if word.startswith("--"):
            _long(reading, word)
        elif word.startswith("-") and word != "-":
            _short(reading, word)
        else:
            reading.arguments.append(word)
            if verb == "exec" and len(reading.arguments) > 1:
                break
    return {**DEFAULTS.get(verb, {}), **reading.values}, reading.arguments, reading.rest


def _long(reading: _Reading, word: str) -> None:
    name, equals, text = word.partition("=")
    name = name.replace("_", "-")
    flag = flags_of(reading.verb).get(name)
    if flag is None:
        bad = "bad flag syntax" if len(name) < 3 or name[2] == "-" else "unknown flag"
        raise reading.problem(f"{bad}: {name}" if bad == "unknown flag" else f"{bad}: {word}")
    if equals:
        reading.keep(flag, text, _written(flag))
    elif flag.alone:
        reading.keep(flag, flag.alone, _written(flag))
    elif reading.rest:
        reading.keep(flag, reading.rest.pop(0), _written(flag))
    else:
        raise reading.problem(f"flag needs an argument: {name}")


def _short(reading: _Reading, word: str) -> None:
    letters = word[1:]
    while letters:
        letter, letters = letters[0], letters[1:]
        flag = flags_of(reading.verb).get(f"-{letter}")
        if flag is None:
            raise reading.problem(f"unknown shorthand flag: '{letter}' in -{letter}{letters}")
        if letters.startswith("=") and len(letters) > 1:
            reading.keep(flag, letters[1:], _written(flag))
            return
        if flag.alone:
            reading.keep(flag, flag.alone, _written(flag))
            continue
        if not letters and not reading.rest:
            raise reading.problem(f"flag needs an argument: '{letter}' in -{letter}")
        reading.keep(flag, letters or reading.rest.pop(0), _written(flag))
        return


def _written(flag: Flag) -> str:
    return f"-{flag.short}, --{flag.name}" if flag.short else f"--{flag.name}"


def _bool(text: str) -> bool:
    if text in {"1", "t", "T", "true", "TRUE", "True"}:
        return True
    if text in {"0", "f", "F", "false", "FALSE", "False"}:
        return False
    raise ValueError(f'strconv.ParseBool: parsing "{text}": invalid syntax')


def _int(text: str) -> int:
    if not re.fullmatch(r"[+-]?[0-9]{1,30}", text):
        raise ValueError(f'strconv.ParseInt: parsing "{text}": invalid syntax')
    if not -(2**63) <= int(text) < 2**63:
        raise ValueError(f'strconv.ParseInt: parsing "{text}": value out of range')
    return int(text)


_UNITS = {"ns": 1e-9, "us": 1e-6, "µs": 1e-6, "ms": 1e-3, "s": 1.0, "m": 60.0, "h": 3600.0}


def duration(text: str) -> float:
    """Seconds of a Go duration (`1h30m`, `10s`, `0`)."""
    body = text.lstrip("+-")
    if body == "0":
        return 0.0
    parts = re.findall(r"([0-9]+(?:\.[0-9]*)?|\.[0-9]+)([a-zµ]*)", body)
    if not parts or "".join(number + unit for number, unit in parts) != body or len(text) - len(body) > 1:
        raise ValueError(f'time: invalid duration "{text}"')
    for _, unit in parts:
        if not unit:
            raise ValueError(f'time: missing unit in duration "{text}"')
        if unit not in _UNITS:
            raise ValueError(f'time: unknown unit "{unit}" in duration "{text}"')
    seconds = sum(float(number) * _UNITS[unit] for number, unit in parts)
    return -seconds if text.startswith("-") else seconds


READERS: dict[str, Callable[[str], Any]] = {
    "str": str,
    "bool": _bool,
    "int": _int,
    "duration": duration,
    "list": lambda text: text.split(",") if text else [],
    "array": lambda text: [text],
}
