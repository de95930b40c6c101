"""What a runbook can look at and do: diagnostics, and mitigations with their inputs."""

from datetime import timedelta
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from runbooks.parts.durations import Duration
from runbooks.parts.part import Expression, Line, Named, Part, Text

Phase = Literal["assess", "investigate", "verify"]
Risk = Literal["low", "medium", "high"]
LOOKING = ("run", "promql", "http", "sql", "tool", "manual")
DOING = ("run", "http", "sql", "tool", "manual")


class Runnable(Named):
    """A line of one kind, or what a person does."""

    run: Line | None = None
    http: Line | None = None
    """An address or a curl line; a mitigation's may change something: `curl -X POST …`."""
    sql: Line | None = None
    tool: Line | None = None
    """A program that muster.yaml allows; where it does not, a person runs it."""
    manual: Line | None = None
    connection: str = ""
    """For `sql` and psql lines: a name of `connections` in muster.yaml."""
    cluster: str = ""
    """Where it is not the service's own: a name of `clusters` in muster.yaml."""


class Diagnostic(Runnable):
    """One thing to look at: one of the keys in LOOKING; `foreach` repeats `run` for each `{item}`."""

    phase: Phase = "investigate"
    promql: Line | None = None
    foreach: Line | None = None
    """A line whose output names the items, one a line."""
    find: tuple[str, ...] = ()
    unit: str = ""
    bad_when: str = ""
    timeout: Duration = timedelta(seconds=15)
    save_as: Text = ""
    """Keep the whole output as evidence under this name, `{date}` and `{time}` filled in."""
    otherwise: Text = ""
    """What to say when it fails."""
    harmless: bool = False
    """What looks like a change and is none, such as a query that is sent by POST, or a `grep` for `DELETE FROM`."""
    help: Text = ""

    @property
    def line(self) -> str:
        """What a person would type."""
        if self.promql:
            return f"promql {' '.join(self.promql.split())}"
        if self.http:
            return self.http if self.http.startswith("curl") else f"curl -sS {self.http}"
        return self.run or self.sql or self.tool or self.manual or ""

    @property
    def automatic(self) -> bool:
        """Whether Muster runs it, or a person does."""
        return self.manual is None


class Input(Part):
    """What a person chooses for a mitigation; the value becomes part of one word of its line."""

    type: Literal["integer", "number", "name", "text", "choice"] = "text"
    default: int | float | str | None = None
    min: float | None = None
    max: float | None = None
    choices: tuple[str, ...] = ()
    choices_from: Line | None = None
    """A reading line whose output names the choices, one a line: `kubectl get pods -n shop -o name`."""
    pattern: Expression = ""
    """A regular expression that the whole value must match."""
    label: Text = ""
    help: Text = ""


class Mitigation(Runnable):
    """One thing to do: one of the keys in DOING."""

    about: Text = ""
    inputs: dict[Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$")], Input] = Field(default_factory=dict)
    risk: Risk = "medium"
    approval: bool | None = None
    """Whether a second person has to agree; unsaid, a high risk needs one."""
    verify: tuple[str, ...] = ()
    """Ids of diagnostics that show whether it helped."""
    then: tuple[str, ...] = ()
    """Ids of mitigations that usually follow."""
    timeout: Duration = timedelta(minutes=5)
    """How long its rollout is followed."""

    @property
    def line(self) -> str:
        """The line as it stands in the runbook, with `{input}`s."""
        return self.run or self.http or self.sql or self.tool or self.manual or ""

    @property
    def approved(self) -> bool:
        """Whether a second person has to agree."""
        return self.risk == "high" if self.approval is None else self.approval
