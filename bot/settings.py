"""Every environment variable and every key of `muster.yaml`, typed; what is wrong is said in one line."""

import re
from collections.abc import Mapping, Sequence
from datetime import date, time
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, available_timezones

import yaml
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.errors import SettingsError
from bot.ids import is_id

SLACK = "https://slack.com/api/"
ADDRESS = re.compile(r"[^@\s<>|]+@[^@\s<>|]+\.[^@\s<>|]+")
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class Settings(BaseSettings):
    """What Muster reads from its environment; an empty variable counts as unset."""

    model_config = SettingsConfigDict(env_ignore_empty=True, extra="ignore", frozen=True, hide_input_in_errors=True)

    slack_bot_token: SecretStr = Field(SecretStr(""), description="Bot token, xoxb-…")
    slack_app_token: SecretStr = Field(SecretStr(""), description="App token, xapp-…: Socket Mode when set")
    slack_signing_secret: SecretStr = Field(SecretStr(""), description="HTTP mode when there is no app token")
    slack_api_url: str = Field(SLACK, description="Where Slack's Web API is")
    database_url: SecretStr = Field(SecretStr("sqlite+aiosqlite:///muster.db"), description="SQLite or PostgreSQL")
    http_host: str = Field("0.0.0.0", description="Address to listen on")  # noqa: S104 - a container's port
    http_port: int = Field(8080, ge=0, le=65535, description="Port of /healthz, /readyz, /metrics, /slack/events")
    kubeconfig: str | None = Field(None, description="The clusters' kubeconfig; else in-cluster")
    prometheus_url: str | None = Field(None, description="The Prometheus named prod, unless muster.yaml names it")
    runbooks_dir: Path | None = Field(None, description="Runbooks that add to the library, or replace by service")
    muster_config: Path | None = Field(None, description="Path of muster.yaml")
    log_format: Literal["console", "json"] = Field("console", description="console or json")

    @property
    def socket_mode(self) -> bool:
        """Whether Slack's payloads come over Socket Mode instead of HTTP."""
        return bool(self.slack_app_token.get_secret_value())

    def require_slack(self) -> None:
        """Refuse to go on without the tokens that the mode needs."""
        _require_token("SLACK_BOT_TOKEN", self.slack_bot_token, "xoxb-", "the app's page, OAuth & Permissions")
        if self.socket_mode:
            _require_token("SLACK_APP_TOKEN", self.slack_app_token, "xapp-", "the app's page, Basic Information")
        elif not self.slack_signing_secret.get_secret_value():
            raise SettingsError("neither SLACK_APP_TOKEN (Socket Mode) nor SLACK_SIGNING_SECRET (HTTP mode) is set")


def _require_token(name: str, token: SecretStr, begins: str, where: str) -> None:
    value = token.get_secret_value()
    if not value:
        raise SettingsError(f"{name} is not set; it begins with {begins} and stands on {where}")
    if not value.startswith(begins) or not value.isascii() or any(char.isspace() for char in value):
        raise SettingsError(f"{name} is not such a token: it begins with {begins} and stands on {where}")


def read_settings() -> Settings:
    """Read the environment."""
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors()[0]
        raise SettingsError(f"{str(first['loc'][0]).upper()}: {first['msg']}") from None


def _person(value: str) -> str:
    if not (is_id(value) or ADDRESS.fullmatch(value)):
        raise ValueError("give a user id (U…), a user group id (S…) or an e-mail address")
    return value


def _zone(value: str) -> str:
    if value not in available_timezones():
        raise ValueError(f"there is no time zone {value!r}; write it like Europe/Berlin")
    return value


def _days(value: str) -> str:
    for part in value.split(","):
        if not all(day.strip() in DAYS for day in part.split("-")) or part.count("-") > 1:
            raise ValueError("write days like mon-fri or mon,wed,sat")
    return value


Person = Annotated[str, AfterValidator(_person)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class ClusterAt(_Part):
    """How to reach a cluster: a context, a kubeconfig (relative to muster.yaml), or neither: in-cluster."""

    context: str | None = None
    kubeconfig: Path | None = None


class PrometheusAt(_Part):
    """Where a Prometheus is, and the file with the headers it wants (`Name: value` lines)."""

    url: str
    headers_file: Path | None = None


class Connection(_Part):
    """A database for sql steps; its address stands in a file."""

    dsn_file: Path


class Tool(_Part):
    """A program that runbooks may run, the file with its environment (`NAME=value` lines), and where it works."""

    path: Path
    env_file: Path | None = None
    folder: Path | None = None


class Permissions(_Part):
    """Who may do what; a list that is absent means everybody but guests (approvers and admins: see the docs)."""

    responder: tuple[Person, ...] | None = None
    approver: tuple[Person, ...] | None = None
    admin: tuple[Person, ...] | None = None


class BusinessHours(_Part):
    """When people are at work."""

    zone: Annotated[str, AfterValidator(_zone)] = "UTC"
    days: Annotated[str, AfterValidator(_days)] = "mon-fri"
    start: time = Field(time(9), alias="from")
    end: time = Field(time(17), alias="to")
    holidays: tuple[date, ...] = ()

    @property
    def timezone(self) -> ZoneInfo:
        """The zone, to compute with."""
        return ZoneInfo(self.zone)


class MusterConfig(_Part):
    """`muster.yaml`: everything in it is optional."""

    people: dict[str, Person] = {}
    clusters: dict[str, ClusterAt] = {}
    prometheus: dict[str, PrometheusAt] = {}
    connections: dict[str, Connection] = {}
    tools: dict[str, Tool] = {}
    permissions: Permissions = Permissions()
    business_hours: BusinessHours | None = None


class People:
    """The runbooks' names for people, and who they are in Slack."""

    def __init__(self, people: Mapping[str, str]) -> None:
        self._people = dict(people)

    def resolve(self, name: str) -> str | None:
        """Return a user, a user group or an e-mail address; an id or an address stands for itself."""
        if known := self._people.get(name):
            return known
        return name if is_id(name) or ADDRESS.fullmatch(name) else None


def read_config(path: Path | None) -> MusterConfig:
    """Read muster.yaml; paths in it are relative to its folder."""
    if path is None:
        return MusterConfig()
    try:
        text = path.read_text(encoding="utf-8")
        document = yaml.compose(text, Loader=yaml.SafeLoader)
        values = yaml.safe_load(text)
    except OSError as error:
        raise SettingsError(f"MUSTER_CONFIG: {path} cannot be read ({error.strerror})") from None
    except UnicodeDecodeError:
        raise SettingsError(f"MUSTER_CONFIG: {path} is not UTF-8 text") from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f":{mark.line + 1}" if mark else ""
        raise SettingsError(f"{path}{line}: not YAML: {getattr(error, 'problem', None) or error}") from None
    try:
        return _rooted(MusterConfig.model_validate({} if values is None else values), path.parent)
    except ValidationError as error:
        first = error.errors()[0]
        where = [part for part in first["loc"] if isinstance(part, str | int)]
        key = ".".join(str(part) for part in where) or "the file"
        raise SettingsError(f"{path}:{_line(document, where)}: {key}: {_said(first)}") from None


def _said(error: Any) -> str:
    if error["type"] == "extra_forbidden":
        return "there is no such key; muster.yaml.example shows every one"
    return str(error["msg"]).removeprefix("Value error, ")


def _line(node: yaml.Node | None, where: Sequence[str | int]) -> int:
    """Return the line of the innermost node that a key's path reaches."""
    line = node.start_mark.line + 1 if node else 1
    for part in where:
        if isinstance(node, yaml.MappingNode):
            found = [(key, value) for key, value in node.value if key.value == str(part)]
            if not found:
                return line
            line, node = found[0][0].start_mark.line + 1, found[0][1]
        elif isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
            node = node.value[part]
            line = node.start_mark.line + 1
    return line


def _rooted(config: MusterConfig, folder: Path) -> MusterConfig:
    """Make each file's path relative to the folder of muster.yaml."""

    def at(part: _Part) -> dict[str, Path]:
        return {name: folder / value for name, value in part if isinstance(value, Path)}

    def each(parts: Mapping[str, Any]) -> dict[str, Any]:
        return {name: part.model_copy(update=at(part)) for name, part in parts.items()}

    names = ("clusters", "prometheus", "connections", "tools")
    return config.model_copy(update={name: each(getattr(config, name)) for name in names})
