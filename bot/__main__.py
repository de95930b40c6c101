"""The `muster` command: serve, run, lint, doctor, export. Each loads what it needs, and no more."""

import argparse
import asyncio
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from bot.errors import SettingsError

ABOUT = "Muster runs an incident from the first word to the postmortem, in Slack."


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; what is wrong with the settings is one line on stderr and exit code 2."""
    given = parser().parse_args(arguments)
    command: Callable[[argparse.Namespace], int] = given.do
    try:
        return command(given)
    except SettingsError as error:
        print(f"muster: {error}", file=sys.stderr)  # noqa: T201 - a command's answer
        return 2
    except KeyboardInterrupt:
        return 130


def parser() -> argparse.ArgumentParser:
    """Describe the commands."""
    top = argparse.ArgumentParser(prog="muster", description=ABOUT)
    top.set_defaults(do=serve)
    commands = top.add_subparsers(title="commands", metavar="COMMAND")
    _command(commands, "serve", serve, "start the bot (the default)")
    _add_run(_command(commands, "run", run, "run one command line exactly as an incident would"))
    lint_parser = _command(commands, "lint", lint, "say what a careful reviewer would of runbooks")
    lint_parser.add_argument("files", nargs="*", type=Path, metavar="FILE", help="runbooks; none: all that serve reads")
    lint_parser.add_argument("--schema", action="store_true", help="print the JSON Schema of a runbook, for editors")
    lint_parser.add_argument("--rights", action="store_true", help="print the roles that their lines need, as YAML")
    lint_parser.add_argument("--cluster", default="", help="with --rights: a runbook's other cluster, not its own")
    _command(commands, "doctor", doctor, "try tokens, scopes, clusters, Prometheus, the database and the clock")
    _add_export(_command(commands, "export", export, "write an incident's postmortem or all that is recorded of it"))
    return top


def _command(
    commands: "argparse._SubParsersAction[argparse.ArgumentParser]",
    name: str,
    do: Callable[[argparse.Namespace], int],
    about: str,
) -> argparse.ArgumentParser:
    added = commands.add_parser(name, help=about, description=about[0].upper() + about[1:] + ".")
    added.set_defaults(do=do)
    return added


def _add_run(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("line", metavar="LINE", help="the line, in quotes: 'kubectl get pods | grep Crash'")
    parser.add_argument("--context", help="a context of the kubeconfig")
    parser.add_argument("--service", help="the runbook whose cluster, namespace and Prometheus are meant")
    parser.add_argument("--kubeconfig", help="a kubeconfig; else KUBECONFIG, else in-cluster")
    how = parser.add_mutually_exclusive_group()
    how.add_argument("--explain", action="store_true", help="print what would be asked of which API")
    how.add_argument(
        "--preview", action="store_true", help="print the dry run's diff of a changing line; change nothing"
    )
    how.add_argument("--apply", action="store_true", help="really run a changing line")


def _add_export(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("incident", metavar="INC-7", help="which incident")
    parser.add_argument("--format", choices=["md", "json"], default="md", help="the postmortem, or every record")


def serve(_given: argparse.Namespace) -> int:
    """Start the bot."""
    from bot import logs, starting  # noqa: PLC0415 - Slack and Kubernetes take a second to import
    from bot.settings import read_settings  # noqa: PLC0415 - what --help need not wait for

    settings = read_settings()
    logs.set_up(settings.log_format)
    settings.require_slack()
    asyncio.run(starting.serve(settings))
    return 0


def run(given: argparse.Namespace) -> int:
    """Run one line; its errors are the program's own words, so libraries keep theirs to themselves."""
    from bot import lines_cli, logs  # noqa: PLC0415 - what --help need not wait for

    logs.set_up(level=40)
    return lines_cli.run_line_command(given)


def lint(given: argparse.Namespace) -> int:
    """Lint runbooks."""
    from bot import lines_cli  # noqa: PLC0415 - what --help need not wait for

    return lines_cli.lint_command(given)


def doctor(_given: argparse.Namespace) -> int:
    """Examine everything Muster depends on."""
    from bot import doctor as examination  # noqa: PLC0415 - what --help need not wait for
    from bot import logs  # noqa: PLC0415 - what --help need not wait for
    from bot.settings import read_settings  # noqa: PLC0415 - what --help need not wait for

    logs.set_up(level=40)
    return asyncio.run(examination.examine(read_settings(), print))


def export(given: argparse.Namespace) -> int:
    """Write an incident down."""
    from bot import exporting, logs  # noqa: PLC0415 - what --help need not wait for
    from bot.settings import read_settings  # noqa: PLC0415 - what --help need not wait for

    logs.set_up(level=40)
    return asyncio.run(exporting.export(read_settings(), given.incident, given.format))


if __name__ == "__main__":
    sys.exit(main())
