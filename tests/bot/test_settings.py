"""Settings are typed, compared with their examples, and wrong ones are said in one line."""

import os
import re
from datetime import date, time
from pathlib import Path

import pytest
import yaml
from pydantic import BaseModel

from bot.errors import SettingsError
from bot.settings import MusterConfig, People, Settings, read_config, read_settings

ROOT = Path(__file__).parents[2]
TOKENS = {"SLACK_BOT_TOKEN": "xoxb-1-2", "SLACK_APP_TOKEN": "xapp-1-2"}


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    return monkeypatch


def test_the_defaults_are_those_of_the_design(environment: pytest.MonkeyPatch):
    settings = read_settings()
    assert settings.slack_api_url == "https://slack.com/api/"
    assert settings.database_url.get_secret_value() == "sqlite+aiosqlite:///muster.db"
    assert (settings.http_host, settings.http_port, settings.log_format) == ("0.0.0.0", 8080, "console")
    assert not settings.socket_mode


def test_the_example_names_every_variable_and_no_other(environment: pytest.MonkeyPatch):
    lines = (ROOT / ".env.example").read_text().splitlines()
    example = dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))
    assert set(example) == {name.upper() for name in Settings.model_fields}
    for name, value in example.items():
        environment.setenv(name, value)
    shown = read_settings()
    for name in ("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN"):
        environment.delenv(name)
    unset = read_settings().model_dump()
    assert {**shown.model_dump(), "slack_bot_token": "", "slack_app_token": ""} == {
        **unset,
        "slack_bot_token": "",
        "slack_app_token": "",
    }


@pytest.mark.parametrize(
    ("variables", "says"),
    [
        ({}, "SLACK_BOT_TOKEN is not set"),
        ({"SLACK_BOT_TOKEN": ""}, "SLACK_BOT_TOKEN is not set"),
        ({"SLACK_BOT_TOKEN": "xapp-1"}, "SLACK_BOT_TOKEN is not such a token: it begins with xoxb-"),
        ({"SLACK_BOT_TOKEN": "xoxb-1\n2"}, "SLACK_BOT_TOKEN is not such a token"),
        ({"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xoxb-1"}, "SLACK_APP_TOKEN is not such a token"),
        ({"SLACK_BOT_TOKEN": "xoxb-1"}, "neither SLACK_APP_TOKEN"),
    ],
)
def test_a_missing_or_mixed_up_token_is_said_without_showing_it(
    environment: pytest.MonkeyPatch, variables: dict[str, str], says: str
):
    for name, value in variables.items():
        environment.setenv(name, value)
    with pytest.raises(SettingsError) as refused:
        read_settings().require_slack()
    assert str(refused.value).startswith(says)
    assert "\n" not in str(refused.value)
    assert not [value for value in variables.values() if value and value in str(refused.value)]


@pytest.mark.parametrize("more", [{}, {"SLACK_SIGNING_SECRET": "s"}])
def test_an_app_token_means_socket_mode(environment: pytest.MonkeyPatch, more: dict[str, str]):
    for name, value in {**TOKENS, **more}.items():
        environment.setenv(name, value)
    settings = read_settings()
    settings.require_slack()
    assert settings.socket_mode


def test_a_signing_secret_alone_means_http(environment: pytest.MonkeyPatch):
    environment.setenv("SLACK_BOT_TOKEN", "xoxb-1")
    environment.setenv("SLACK_SIGNING_SECRET", "s")
    settings = read_settings()
    settings.require_slack()
    assert not settings.socket_mode


@pytest.mark.parametrize(("name", "value"), [("HTTP_PORT", "eighty"), ("HTTP_PORT", "70000"), ("LOG_FORMAT", "xml")])
def test_a_wrong_variable_is_named(environment: pytest.MonkeyPatch, name: str, value: str):
    environment.setenv(name, value)
    with pytest.raises(SettingsError, match=f"^{name}: "):
        read_settings()


def test_a_token_is_not_in_what_settings_print(environment: pytest.MonkeyPatch):
    environment.setenv("SLACK_BOT_TOKEN", "xoxb-secret")
    environment.setenv("DATABASE_URL", "postgresql://me:secret@host/db")
    assert "secret" not in repr(read_settings()).replace("slack_signing_secret", "")


def keys(model: type[BaseModel]) -> set[str]:
    return {field.alias or name for name, field in model.model_fields.items()}


def test_the_example_of_muster_yaml_shows_every_key(tmp_path: Path):
    path = ROOT / "muster.yaml.example"
    config = read_config(path)
    shown = yaml.safe_load(path.read_text())
    assert set(shown) == keys(MusterConfig)
    for name in ("clusters", "prometheus", "connections", "tools"):
        parts = getattr(config, name).values()
        model = type(next(iter(parts)))
        assert {key for part in shown[name].values() for key in part} == keys(model)
    assert set(shown["permissions"]) == keys(type(config.permissions))
    assert set(shown["business_hours"]) == keys(type(config.business_hours))
    assert config.business_hours.holidays == (date(2026, 12, 25),)
    assert (config.business_hours.start, config.business_hours.end) == (time(9), time(17))
    assert config.clusters["eu"].kubeconfig == ROOT / "eu.yaml"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("people: {lead: nobody}", ":1: people.lead: give a user id"),
        ("people:\n  lead: U0123\n  dba: 7", ":3: people.dba: Input should be a valid string"),
        ("clusters:\n  prod:\n    contxt: x", ":3: clusters.prod.contxt: there is no such key"),
        ("colour: red", ":1: colour: there is no such key"),
        ("people: [", ":1: not YAML: "),
        ("- a\n- b", ":1: the file: "),
        ("business_hours: {zone: Berlin}", ":1: business_hours.zone: there is no time zone 'Berlin'"),
        ("business_hours: {days: monday}", ":1: business_hours.days: write days like mon-fri"),
        ("permissions:\n  responder:\n  - U0123\n  - everybody", ":4: permissions.responder.1: give a user id"),
        ("prometheus: {prod: {}}", ":1: prometheus.prod.url: Field required"),
    ],
)
def test_a_broken_muster_yaml_is_said_with_line_and_key(tmp_path: Path, text: str, says: str):
    path = tmp_path / "muster.yaml"
    path.write_text(text)
    with pytest.raises(SettingsError, match=re.escape(f"{path}{says}")) as refused:
        read_config(path)
    assert "\n" not in str(refused.value)


def test_a_missing_muster_yaml_is_said(tmp_path: Path):
    with pytest.raises(SettingsError, match=r"MUSTER_CONFIG: .*missing.yaml cannot be read"):
        read_config(tmp_path / "missing.yaml")
    (tmp_path / "binary").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(SettingsError, match="not UTF-8"):
        read_config(tmp_path / "binary")


def test_no_muster_yaml_and_an_empty_one_are_the_same(tmp_path: Path):
    (tmp_path / "muster.yaml").write_text("# nothing yet\n")
    assert read_config(tmp_path / "muster.yaml") == read_config(None) == MusterConfig()


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("dba", "dba@example.com"),
        ("U0123", "U0123"),
        ("S0ONCALL", "S0ONCALL"),
        ("a@b.example", "a@b.example"),
        ("x", None),
    ],
)
def test_a_name_is_somebody_in_slack(name: str, found: str | None):
    assert People({"dba": "dba@example.com"}).resolve(name) == found


def test_reading_settings_leaves_the_environment_alone(environment: pytest.MonkeyPatch):
    before = dict(os.environ)
    read_settings()
    assert dict(os.environ) == before
