"""`kubectl exec`: run a program in a container; nobody can type into it."""

import asyncio
import json
from typing import Any

from runbooks.kubectl.choosing import container_of, pods_of
from runbooks.kubectl.pods import name_of, running_order
from runbooks.kubectl.running import Denied, Run, segment
from runbooks.kubectl.sockets import KEPT, STDERR, STDOUT, Heard, NotUpgraded, run_program
from runbooks.kubectl.targets import Target, fetch, items, resource
from runbooks.kubectl.words import Failed

HELP = "See 'kubectl exec -h' for help and examples\n"
UNNAMED = "error: pod, type/name or --filename must be specified\n"
OLD_FORM = f"error: exec [POD] [COMMAND] is not supported anymore. Use exec [POD] -- [COMMAND] instead\n{HELP}"
LATE = 124
NO_SHELL = "no shell stands between: `{}` reaches the program as it is written; run `sh -c '…'` where a shell is meant"


async def exec_(run: Run) -> None:
    _check(run)
    until = asyncio.get_running_loop().time() + run.timeout
    pod = await _pod(run)
    phase = (pod.get("status") or {}).get("phase")
    if phase in {"Succeeded", "Failed"}:
        raise Failed(f"error: cannot exec into a container in a completed pod; current phase is {phase}\n")
    flag = run.command.flag
    container = container_of(run, pod, str(flag("container") or ""), quiet=bool(flag("quiet")))
    path = f"/api/v1/namespaces/{segment(pod['metadata'].get('namespace') or run.namespace)}/pods"
    query = [*(("command", word) for word in run.command.program), ("container", container)]
    query += [("stderr", "true"), ("stdout", "true")]
    path = f"{path}/{segment(name_of(pod))}/exec"
    run.sent += [f"GET {path} (in container {container})", json.dumps(list(run.command.program)) + "\n"]
    if not run.dry_run:
        await _run(run, path, query, until - asyncio.get_running_loop().time())


def _check(run: Run) -> None:
    arguments, program, flag = run.command.arguments, run.command.program, run.command.flag
    if not any(arguments):
        raise Failed(UNNAMED)
    if len(arguments) > 1:
        raise Failed(OLD_FORM)
    if not program:
        raise Failed("error: you must specify at least one command for the container\n")
    if flag("stdin") or flag("tty"):
        run.note("nobody can type into it here: -i and -t were left out")
    if odd := next((word for word in program[1:] if word.startswith("/") and "*" in word), ""):
        run.note(NO_SHELL.format(odd))


async def _pod(run: Run) -> dict[str, Any]:
    kind, slash, name = run.command.arguments[0].partition("/")
    target = Target(await resource(run, kind if slash else "pods"), name if slash else kind)
    try:
        one = items(await fetch(run, target), target.resource)[0]
    except Denied as error:
        raise Failed(f"{error.words}\n") from error
    return one if one.get("kind") == "Pod" else running_order(await pods_of(run, one, "attach to"))[0]


async def _run(run: Run, path: str, query: list[tuple[str, str]], left: float) -> None:
    heard = Heard()
    try:
        await run_program(run.cluster, path, query, heard, timeout=max(left, 0.01), sink=run.sink)
    except NotUpgraded as error:
        run.fail(f"error: unable to upgrade connection: {await _why(run, path, query, error)}")
        return
    finally:
        run.out.append(heard.text(STDOUT))
        run.errors += filter(None, [heard.text(STDERR)])
    _end(run, heard)


async def _why(run: Run, path: str, query: list[tuple[str, str]], error: NotUpgraded) -> str:
    """What the server says to kubectl's second try, a POST: without an upgrade it can start nothing."""
    text = error.text
    if error.status == 403:
        answer = await run.cluster.ask("POST", path, query, timeout=run.timeout)
        text = answer.text if answer.status == 403 else text
    try:
        return str(json.loads(text)["message"])
    except (ValueError, KeyError, TypeError):
        return text.strip() or f"the server answered with {error.status}"


def _end(run: Run, heard: Heard) -> None:
    status = heard.status or {}
    if heard.too_long:
        run.fail(f"error: the program printed more than {KEPT // 1024 // 1024} MiB; it was left there")
    elif heard.too_late:
        run.fail(f"error: the program had not ended after {run.timeout:g} s; it may still be running there", LATE)
    elif heard.status is None:
        run.fail("error: the connection ended before the program did; it may still be running there")
    elif status.get("status") == "Success":
        return
    elif status.get("reason") == "NonZeroExitCode":
        _exit(run, status)
    else:
        run.fail(f"error: {status.get('message') or 'error stream protocol error: unknown error'}")


def _exit(run: Run, status: dict[str, Any]) -> None:
    causes = (status.get("details") or {}).get("causes") or []
    code = next((str(one.get("message")) for one in causes if one.get("reason") == "ExitCode"), "")
    if not code.isdecimal():
        run.fail("error: error stream protocol error: no ExitCode cause given")
    else:
        run.fail(f"command terminated with exit code {code}", int(code))
