"""Run a Command against a cluster: kubectl's standard output, standard error and exit code."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from pathlib import Path

from runbooks.kubectl.connection import Cluster
from runbooks.kubectl.flags import duration
from runbooks.kubectl.parsing import CHANGING
from runbooks.kubectl.printing import PLAIN_FORMATS, check_format
from runbooks.kubectl.quantity import BadQuantity
from runbooks.kubectl.read_ahead import ahead_of
from runbooks.kubectl.running import Denied, Run
from runbooks.kubectl.sink import Sink
from runbooks.kubectl.unreachable import Unreachable
from runbooks.kubectl.verbs.apply import apply, create
from runbooks.kubectl.verbs.auth import can_i, whoami
from runbooks.kubectl.verbs.create_flags import create_configmap, create_deployment, create_job, create_namespace
from runbooks.kubectl.verbs.delete import delete
from runbooks.kubectl.verbs.describe import describe
from runbooks.kubectl.verbs.drain import drain
from runbooks.kubectl.verbs.events import events
from runbooks.kubectl.verbs.exec import exec_
from runbooks.kubectl.verbs.get import get
from runbooks.kubectl.verbs.label import annotate, label
from runbooks.kubectl.verbs.logs import logs
from runbooks.kubectl.verbs.nodes import cordon, uncordon
from runbooks.kubectl.verbs.patch import patch
from runbooks.kubectl.verbs.rollout_history import rollout_history
from runbooks.kubectl.verbs.rollout_restart import rollout_pause, rollout_restart, rollout_resume
from runbooks.kubectl.verbs.rollout_status import rollout_status
from runbooks.kubectl.verbs.rollout_undo import rollout_undo
from runbooks.kubectl.verbs.scale import scale
from runbooks.kubectl.verbs.server import api_resources, api_versions, cluster_info, version
from runbooks.kubectl.verbs.set_env import set_env
from runbooks.kubectl.verbs.set_pods import set_image, set_resources
from runbooks.kubectl.verbs.set_rest import set_selector, set_serviceaccount
from runbooks.kubectl.verbs.taint import taint
from runbooks.kubectl.verbs.top import top_nodes, top_pods
from runbooks.kubectl.verbs.wait import wait
from runbooks.kubectl.words import Command, Failed, Result

Verb = Callable[[Run], Awaitable[None]]
VERBS: dict[str, Verb] = {
    "annotate": annotate,
    "api-resources": api_resources,
    "api-versions": api_versions,
    "apply": apply,
    "auth can-i": can_i,
    "auth whoami": whoami,
    "cluster-info": cluster_info,
    "cordon": cordon,
    "create": create,
    "create configmap": create_configmap,
    "create deployment": create_deployment,
    "create job": create_job,
    "create namespace": create_namespace,
    "delete": delete,
    "describe": describe,
    "drain": drain,
    "events": events,
    "exec": exec_,
    "get": get,
    "label": label,
    "logs": logs,
    "patch": patch,
    "rollout history": rollout_history,
    "rollout pause": rollout_pause,
    "rollout restart": rollout_restart,
    "rollout resume": rollout_resume,
    "rollout status": rollout_status,
    "rollout undo": rollout_undo,
    "scale": scale,
    "set env": set_env,
    "set image": set_image,
    "set resources": set_resources,
    "set selector": set_selector,
    "set serviceaccount": set_serviceaccount,
    "taint": taint,
    "top node": top_nodes,
    "top pod": top_pods,
    "uncordon": uncordon,
    "version": version,
    "wait": wait,
}

SHORTEST = 0.001
BAD_TIMEOUT = (
    "error: Invalid timeout value. Timeout must be a single integer in seconds, or an integer followed by a"
    " corresponding time unit (e.g. 1s | 2m | 3h)\n"
)
TOGETHER = {
    "get",
    "describe",
    "rollout history",
    "rollout status",
    "rollout undo",
    "label",
    "annotate",
    "scale",
    "taint",
    "wait",
}


async def run(
    command: Command,
    cluster: Cluster,
    *,
    now: datetime,
    timeout: float = 30.0,
    folder: Path | None = None,
    whole: bool = False,
    uids: Mapping[str, str] | None = None,
    sink: Sink | None = None,
) -> Result:
    """Run it, reading or changing; the caller has decided that it may. Never raises for a broken world.

    `folder` is where the manifests of `apply -f` lie; `uids`, of a preview, are the only objects a delete may hit;
    `whole` lets a table bring the objects of its rows along, for whoever looks for findings. What can be had as it
    comes (one log, what a program prints) goes into the `sink`; when that wants no more, the command ends at once.
    """
    try:
        asked = request_timeout(command)
    except ValueError:
        return Result("", BAD_TIMEOUT, 1)
    if 0 < asked < SHORTEST:
        return Result("", "context deadline exceeded\n", 1)
    limit = min(timeout, asked or timeout)
    ahead = ahead_of(command, cluster, limit)
    going = Run(command, cluster, now, limit, folder=folder, whole=whole, ahead=ahead, uids=uids, sink=sink)
    if ahead is None:
        await _wanted(going)
    else:
        ahead.begin()
        try:
            await _wanted(going)
        finally:
            await ahead.end()
    return Result("".join(going.out), "".join(going.errors), going.exit_code, tuple(going.notes), tuple(going.objects))


async def _wanted(going: Run) -> None:
    """Let the verb do its work for as long as somebody takes what it prints."""
    if going.sink is None:
        await perform(going)
        return
    working = asyncio.create_task(perform(going))
    try:
        await asyncio.wait({working, going.sink.ended}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        working.cancel()
        await asyncio.wait({working})
    if not working.cancelled():
        working.result()


def request_timeout(command: Command) -> float:
    """The seconds of `--request-timeout` (`5`, `5s`); 0 for none. Raises ValueError for what is no time."""
    written = str(command.flag("request-timeout") or "0")
    return float(written) if written.isdigit() else max(0.0, duration(written))


async def perform(going: Run) -> None:
    """Let the verb do its work; how it ends stands in the run."""
    try:
        if going.command.verb not in VERBS:
            raise Failed(f"error: kubectl {going.command.verb} is not run here yet\n")
        if going.command.verb in CHANGING - {"delete"} and going.command.flag("output"):
            check_format(going, PLAIN_FORMATS)
        await VERBS[going.command.verb](going)
    except Failed as error:
        going.errors.append(error.stderr)
        going.exit_code = error.exit_code
    except Denied as error:
        going.fail(error.words)
    except BadQuantity as error:
        going.fail(f"error: {error}")
    except Unreachable as error:
        going.fail(str(error))
    _several(going)


def _several(going: Run) -> None:
    """Of several errors kubectl begins none with `error: `."""
    if len(going.failures) > 1 and going.command.verb in TOGETHER:
        for at in going.failures:
            going.errors[at] = going.errors[at].removeprefix("error: ")
