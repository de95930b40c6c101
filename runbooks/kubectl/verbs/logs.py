"""`kubectl logs`: of a pod, of the pod kubectl picks for a workload, or of all pods of a selector."""

import asyncio
import re
from dataclasses import dataclass
from typing import Any

from runbooks.kubectl.choosing import container_of, pods_of
from runbooks.kubectl.pods import (
    containers,
    ephemeral_containers,
    init_containers,
    logging_order,
    name_of,
    trouble,
)
from runbooks.kubectl.running import Denied, Run, segment
from runbooks.kubectl.targets import UNNAMED, Target, check_form, fetch, items, resource
from runbooks.kubectl.words import Failed

KEPT = 8 * 1024 * 1024
HELP = "See 'kubectl logs -h' for help and examples\n"
USAGE = (
    "error: expected 'logs [-f] [-p] (POD | TYPE/NAME) [-c CONTAINER]'.\n"
    "POD or TYPE/NAME is a required argument for the logs command\nSee 'kubectl logs -h' for help and examples\n"
)
TWO_TIMES = "error: at most one of `sinceTime` or `sinceSeconds` may be specified\n"


@dataclass(frozen=True)
class _Source:
    pod: str
    namespace: str
    container: str


async def logs(run: Run) -> None:
    arguments, flag = run.command.arguments, run.command.flag
    if (not arguments and not flag("selector")) or len(arguments) > 2:
        raise Failed(USAGE)
    if arguments and flag("selector"):
        raise Failed(f"error: only a selector (-l) or a POD name is allowed\n{HELP}")
    if len(arguments) > 1 and flag("container"):
        raise Failed("error: only one of -c or an inline [CONTAINER] arg is allowed\n")
    if flag("follow"):
        run.note("following a log never ends: these are the lines up to now")
    chosen = flag("container") or (arguments[1] if len(arguments) > 1 else "")
    _check(run, chosen)
    picked = await _pods(run)
    sources = [source for pod in picked for source in _sources(run, pod, chosen)]
    await _print(run, sources)


def _check(run: Run, chosen: str) -> None:
    """What kubectl finds wrong before it asks anybody, in its order."""
    flag = run.command.flag
    if flag("since") and flag("since-time"):
        raise Failed(TWO_TIMES)
    if problem := _bad_time(str(flag("since-time") or "")):
        raise Failed(f"error: {problem}\n")
    if flag("limit-bytes") is not None and flag("limit-bytes") < 0:
        raise Failed("error: --limit-bytes must be greater than 0\n")
    if flag("tail") < -1:
        raise Failed("error: --tail must be greater than or equal to -1\n")
    if flag("since") is not None and flag("since") < 0:
        raise Failed("error: --since must be greater than 0\n")
    if flag("all-containers") and chosen:
        raise Failed(f"error: --all-containers=true should not be specified with container name {chosen}\n")


def _bad_time(text: str) -> str:
    """Go's words for a time that is none of RFC 3339."""
    layout = "2006-01-02T15:04:05Z07:00"
    if not text or re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)", text):
        return ""
    at, rest = 0, layout
    for piece in re.findall(r"\d+|\D", "2006-01-02T15:04:05"):
        part = text[at : at + len(piece)]
        if not (part.isdigit() if piece.isdigit() else part == piece) or len(part) < len(piece):
            break
        at, rest = at + len(piece), rest[len(piece) :]
    wanted = re.match(r"\d+|Z07:00|\D", rest)
    return f'parsing time "{text}" as "{layout}": cannot parse "{text[at:]}" as "{wanted[0] if wanted else rest}"'


async def _pods(run: Run) -> list[dict[str, Any]]:
    """The pods the line means."""
    if run.command.flag("selector"):
        found = await _selected(run)
        if not found:
            run.warn(f"No resources found in {run.namespace} namespace.")
        elif run.command.flag("tail") == -1 and not _tailed(run):
            run.note("with -l and without --tail, kubectl shows the last 10 lines of each container only")
        return found
    if not run.command.arguments[0]:
        raise Failed(UNNAMED)
    kind, slash, name = run.command.arguments[0].partition("/")
    check_form(run.command.arguments[:1])
    target = Target(await resource(run, kind if slash else "pods"), name if slash else kind)
    try:
        one = (items(await fetch(run, target), target.resource))[0]
    except Denied as error:
        if error.code == 404:
            raise Failed(
                f'error: error from server (NotFound): {error.message} in namespace "{run.namespace}"\n'
            ) from error
        raise
    return [one] if one.get("kind") == "Pod" else await _of_workload(run, one)


async def _selected(run: Run) -> list[dict[str, Any]]:
    target = Target(await resource(run, "pods"))
    return items(await fetch(run, target), target.resource)


async def _of_workload(run: Run, one: dict[str, Any]) -> list[dict[str, Any]]:
    found = await pods_of(run, one, "get the logs from")
    if run.command.flag("all-pods"):
        return found
    ordered = logging_order(found)
    if len(found) > 1:
        run.warn(f"Found {len(found)} pods, using pod/{name_of(ordered[0])}")
    _note_sick(run, ordered)
    return ordered[:1]


def _note_sick(run: Run, ordered: list[dict[str, Any]]) -> None:
    """kubectl picks the healthiest pod; an incident is about the others."""
    for pod in ordered[1:]:
        if reason := trouble(pod):
            run.note(
                f"kubectl picked the healthiest pod; {name_of(pod)} is in {reason}: "
                f"see `kubectl logs {name_of(pod)} --previous -n {run.namespace}`"
            )
            return


def _sources(run: Run, pod: dict[str, Any], chosen: str) -> list[_Source]:
    """The containers of one pod whose logs are asked for."""
    name, namespace = name_of(pod), pod["metadata"].get("namespace") or run.namespace
    every = [*init_containers(pod), *containers(pod), *ephemeral_containers(pod)]
    if run.command.flag("all-containers"):
        return [_Source(name, namespace, one) for one in every]
    quiet = bool(run.command.flag("all-pods"))
    return [_Source(name, namespace, container_of(run, pod, chosen, quiet=quiet))]


def _tailed(run: Run) -> bool:
    return any(word.startswith("--tail") for word in run.command.words)


def _query(run: Run, source: _Source) -> list[tuple[str, str]]:
    flag = run.command.flag
    tail = flag("tail")
    if tail == -1 and flag("selector") and not _tailed(run):
        tail = 10
    asked = [
        ("container", source.container),
        ("limitBytes", str(flag("limit-bytes")) if flag("limit-bytes") else ""),
        ("previous", "true" if flag("previous") else ""),
        ("sinceSeconds", str(round(flag("since"))) if flag("since") else ""),
        ("sinceTime", flag("since-time") or ""),
        ("tailLines", str(tail) if tail >= 0 else ""),
        ("timestamps", "true" if flag("timestamps") else ""),
    ]
    return [(key, value) for key, value in asked if value]


async def _print(run: Run, sources: list[_Source]) -> None:
    """Read side by side, print in order; one that cannot be read does not hide the others. One alone is passed on."""
    if run.sink is not None and len(sources) == 1 and not _prefixes(run):
        await run.pass_text(_path(sources[0]), _query(run, sources[0]), run.sink)
        return
    texts = await asyncio.gather(*(_text(run, source) for source in sources), return_exceptions=True)
    for source, text in zip(sources, texts, strict=True):
        if isinstance(text, Denied):
            run.fail(text.words)
        elif isinstance(text, BaseException):
            raise text
        else:
            run.out.append(_prefixed(run, source, text))


async def _text(run: Run, source: _Source) -> str:
    return await run.read_text(_path(source), _query(run, source), tail=KEPT)


def _path(source: _Source) -> str:
    return f"/api/v1/namespaces/{segment(source.namespace)}/pods/{segment(source.pod)}/log"


def _prefixes(run: Run) -> bool:
    return bool(run.command.flag("prefix") or run.command.flag("all-pods"))


def _prefixed(run: Run, source: _Source, text: str) -> str:
    if not _prefixes(run):
        return text
    lines = re.findall(r"[^\n]*\n|[^\n]+", text)  # no others end a line of a log
    return "".join(f"[pod/{source.pod}/{source.container}] {line}" for line in lines)
