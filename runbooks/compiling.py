"""A line made ready to run: which kind it is, its words, its filters, all checked before anything happens."""

from collections.abc import Mapping
from dataclasses import dataclass

from runbooks.curl import Curl, curl
from runbooks.kubectl.parsing import parse
from runbooks.kubectl.words import Command, Refused, Usage
from runbooks.lines.filtering import Filtered
from runbooks.lines.pipes import Pipeline, read
from runbooks.lines.refusal import LineRefused

_TOOLS = {"helm", "aws", "gcloud", "az", "git", "docker", "npm", "npx", "terraform", "ansible", "fdbcli", "redis-cli"}
_DATABASES = {"psql", "mysql", "mongo", "sqlite3"}
_HOST = {
    "ps",
    "df",
    "du",
    "free",
    "uptime",
    "dig",
    "nslookup",
    "ping",
    "netstat",
    "ss",
    "journalctl",
    "systemctl",
    "ls",
}
_MANUAL = "In a runbook, write it as a `manual:` step."


@dataclass(frozen=True)
class Compiled:
    """A line that can run: exactly one of `command`, `request` and `promql`."""

    pipeline: Pipeline
    command: Command | None = None
    request: Curl | None = None
    promql: str = ""

    def through(self, text: str, exit_code: int) -> Filtered:
        """Send the output through the line's filters."""
        return self.pipeline.through(text, exit_code)


def compiled(
    line: str, values: Mapping[str, str] | None = None, *, changing: bool = False, programs: bool = False
) -> Compiled:
    """Read a line, put `values` into its words, and check it. Raises LineRefused, and kubectl's Usage.

    A changing line is wanted for a mitigation and refused everywhere else; kubectl's `exec` runs where `programs` or
    `changing` says that the line stands in a runbook, and never when a person types it.
    """
    name, _, rest = line.strip().partition(" ")
    if name == "promql":
        return _promql(rest)
    read_ = read(line)
    if read_.foreach or read_.items:
        raise LineRefused("A loop is a step of its own.", "In a runbook, `foreach:` repeats a line for each `{item}`.")
    pipeline = read_.filled(values or {})
    if name == "kubectl":
        return Compiled(pipeline, command=_kubectl(pipeline, changing=changing, programs=programs))
    if name == "curl":
        return Compiled(pipeline, request=curl(pipeline.words))
    raise _unknown(pipeline.words[0])


def _promql(text: str) -> Compiled:
    expression = " ".join(text.split())
    if not expression:
        raise LineRefused("There is no PromQL after `promql`.", "Try `promql up`.")
    return Compiled(Pipeline(("promql", expression)), promql=expression)


def _kubectl(pipeline: Pipeline, *, changing: bool, programs: bool) -> Command:
    try:
        command = parse(pipeline.words[1:])
    except Refused as error:
        raise LineRefused(error.reason, error.instead) from error
    if command.runs_programs and not (programs or changing):
        raise LineRefused(
            "`kubectl exec` may do anything, and runs only as a step of a runbook.", "Add it there, or run it yourself."
        )
    if command.changes and not (changing or command.runs_programs):
        raise LineRefused(
            f"`kubectl {command.verb}` changes the cluster, and a typed or diagnostic line only reads.",
            "Use `/incident mitigate`, or add it to the runbook's mitigations.",
        )
    if changing and command.changes and pipeline.piped:
        raise LineRefused("A line that changes the cluster takes no pipes.", f"Write `{_bare(pipeline)}`.")
    return command


def _bare(pipeline: Pipeline) -> str:
    return " ".join(pipeline.words)


def _unknown(name: str) -> LineRefused:
    if name in _TOOLS:
        return LineRefused(f"`{name}` is a program that is not run here.", f"Run it at your own terminal. {_MANUAL}")
    if name in _DATABASES:
        return LineRefused(f"`{name}` would ask a database, and that comes later.", _MANUAL)
    if name in _HOST:
        return LineRefused(f"`{name}` looks at one machine, and the bot's is not the one you mean.", _MANUAL)
    if name in {"get", "logs", "describe", "top", "rollout"}:
        return LineRefused(f"`{name}` alone is no program.", f"Write `kubectl {name} …`.")
    return LineRefused(f"`{name}` is not a program that is known here.", "A line begins with kubectl, curl or promql.")


__all__ = ["Compiled", "LineRefused", "Usage", "compiled"]
