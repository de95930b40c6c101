"""`muster run 'LINE'` and `muster lint [FILE…]`: a runbook's lines at a terminal, with neither Slack nor database."""

import asyncio
import json
import logging
import sys
from argparse import Namespace
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from bot.errors import SettingsError
from bot.settings import ClusterAt, Settings, read_config, read_settings

if TYPE_CHECKING:
    from runbooks.model import Runbook
    from runbooks.running import Connections, Output, Runner

REFUSED = 2
_FAILED = 1


def run_line_command(args: Namespace) -> int:
    """Run one line as an incident would; exit as kubectl, or the last filter, would. A refused line exits with 2."""
    # Imported here: Kubernetes' client takes half a second, which --help need not wait for.
    from bot import logs  # noqa: PLC0415  # see above
    from runbooks.running import LineRefused, Usage  # noqa: PLC0415  # see above

    logs.set_up(level=logging.ERROR)
    settings = read_settings()
    runbook = _runbook(args.service, settings)
    try:
        return asyncio.run(_run(args, settings, runbook))
    except LineRefused as refused:
        _tell(f"muster: {refused}")
        return REFUSED
    except Usage as error:
        _tell(error.stderr.rstrip("\n"))
        return error.exit_code
    except BrokenPipeError:
        # Who reads has seen enough, as with `| head`; nothing more may be written, not even at exit.
        sys.stdout = None  # how CPython is told that there is no standard output
        return 128 + 13


def lint_command(args: Namespace) -> int:
    """Say what is wrong with runbooks, and what a reviewer would say; exit with 1 when one cannot be used."""
    from runbooks.linting import lint as remarks_on  # noqa: PLC0415  # see run_line_command
    from runbooks.reading import folder_files, own_files, schema  # noqa: PLC0415  # see run_line_command

    if args.schema:
        _say(json.dumps(schema(), indent=2, ensure_ascii=False) + "\n")
        return 0
    if args.rights:
        return _print_rights(args.files, args.cluster)
    if args.cluster:
        raise SettingsError("--cluster: it tells where rights are needed; add --rights")
    files: list[Path] = []
    for file in args.files or _all_runbooks():
        files += folder_files(file) if file.is_dir() else [file]
    remarks = remarks_on(files if args.files else [*own_files(), *files])
    for remark in remarks:
        _say(f"{remark}\n")
    errors = sum(remark.error for remark in remarks)
    if not remarks:
        _say("Nothing to say: every runbook can be used.\n")
    return _FAILED if errors else 0


def _print_rights(files: Sequence[Path], cluster: str) -> int:
    """Print the roles that the lines of runbooks need, for `kubectl apply -f -`; without files, of all known."""
    from runbooks.reading import RunbookError, library, read_runbook  # noqa: PLC0415  # see run_line_command
    from runbooks.roles import roles  # noqa: PLC0415  # see run_line_command

    try:
        known = () if files else library(read_settings().runbooks_dir).values()
        found = [*known, *(read_runbook(file) for file in files)]
    except RunbookError as error:
        _tell(str(error))
        return _FAILED
    _say("---\n".join(roles(one, cluster) for one in found))
    return 0


def _all_runbooks() -> Sequence[Path]:
    """The folder of RUNBOOKS_DIR, besides the library."""
    folder = read_settings().runbooks_dir
    if folder is not None and not folder.is_dir():
        raise SettingsError(f"RUNBOOKS_DIR: there is no folder {folder}")
    return [folder] if folder else []


def _runbook(service: str | None, settings: Settings) -> "Runbook | None":
    from runbooks.reading import RunbookError, library  # noqa: PLC0415  # see run_line_command

    if service is None:
        return None
    try:
        known = library(settings.runbooks_dir)
    except RunbookError as error:
        raise SettingsError(str(error)) from error
    if service not in known:
        raise SettingsError(f"--service: there is no runbook for {service}; there are {', '.join(sorted(known))}")
    return known[service]


def _connections(args: Namespace, settings: Settings, runbook: "Runbook | None") -> "Connections":
    """The settings' places; what --kubeconfig and --context name is the cluster that is meant."""
    from bot.connecting import connections  # noqa: PLC0415  # see run_line_command

    config = read_config(settings.muster_config)
    if args.context or args.kubeconfig:
        name = runbook.kubernetes.cluster if runbook and runbook.kubernetes else "prod"
        place = ClusterAt(context=args.context, kubeconfig=args.kubeconfig)
        config = config.model_copy(update={"clusters": {name: place}})
    return connections(settings, config)


async def _run(args: Namespace, settings: Settings, runbook: "Runbook | None") -> int:
    from runbooks.running import Runner  # noqa: PLC0415  # see run_line_command

    async with _connections(args, settings, runbook) as places:
        runner = Runner(places)
        if args.explain:
            _say("".join(f"{line}\n" for line in runner.explain(args.line, runbook)))
            return 0
        if args.preview:
            return await _preview(args.line, runbook, runner)
        if args.apply:
            return _print(await runner.apply_line(args.line, runbook))
        return _print(await runner.run_typed(args.line, runbook))


async def _preview(line: str, runbook: "Runbook | None", runner: "Runner") -> int:
    """Print the dry run's diff; of what cannot be tried, what would be sent."""
    seen = await runner.preview_line(line, runbook)
    _say(seen.diff or "".join(f"{one.rstrip()}\n" for one in seen.sends))
    for warning in seen.warnings:
        _tell(f"Warning: {warning}")
    if seen.refused:
        _tell(seen.refused)
        return _FAILED
    return 0


def _print(output: "Output") -> int:
    """Print standard output unchanged; our own notes only to a person, or when something is missing."""
    if output.manual:
        _tell(f"muster: {output.manual}")
        return REFUSED
    _say(output.text)
    if output.errors:
        sys.stderr.write(output.errors)
    if output.left_out or sys.stderr.isatty():
        for note in output.notes:
            _tell(f"muster: {note}")
    if output.saved and sys.stderr.isatty():
        _tell(f"muster: In an incident this is kept as {output.saved.name}.")
    return output.exit_code


def _say(text: str) -> None:
    sys.stdout.write(text)
    sys.stdout.flush()


def _tell(text: str) -> None:
    sys.stderr.write(f"{text}\n")
