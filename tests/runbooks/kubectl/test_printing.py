"""How kubectl lays things out."""

from datetime import UTC, datetime
from fractions import Fraction

import pytest
import yaml
from aiohttp import web
from hypothesis import given, settings
from hypothesis import strategies as st

from runbooks.kubectl import Cluster, go_yaml, parse, run
from runbooks.kubectl.gosort import go_sorted
from runbooks.kubectl.objects_text import as_yaml
from runbooks.kubectl.quantity import BadQuantity, canonical, quantity, total
from runbooks.kubectl.sorting import compared
from runbooks.kubectl.strategic import strategic_patch
from runbooks.kubectl.tables import cell, columns
from runbooks.kubectl.tabwriter import aligned
from runbooks.kubectl.times import human
from runbooks.redaction import MASK
from tests.runbooks.kubectl.conftest import Server

AGES = [(5, "5s"), (119, "119s"), (120, "2m"), (125, "2m5s"), (3600, "60m"), (10800, "3h"), (12000, "3h20m"),
        (86400, "24h"), (200000, "2d7h"), (864000, "10d"), (-5, "<invalid>"), (86400 * 800, "2y70d")]  # fmt: skip


@pytest.mark.parametrize(("seconds", "text"), AGES)
def test_an_age_is_as_long_as_people_need_it(seconds: int, text: str) -> None:
    assert human(seconds) == text


def test_columns_are_as_wide_as_their_longest_cell() -> None:
    assert columns([["NAME", "A", "B"], ["long-name", "1", "x"]]) == "NAME        A     B\nlong-name   1     x\n"


def test_a_cell_shows_its_first_line_and_no_escape() -> None:
    assert cell("one\ntwo") == "one..."
    assert cell("\x1b[31mred") == "^[[31mred"
    assert cell(None) == ""


def test_columns_of_a_description_end_where_their_block_ends() -> None:
    assert aligned("a\tb\nlong\tc\n\nx\ty\n") == "a     b\nlong  c\n\nx  y\n"


@pytest.mark.parametrize("text", ["true", "yes", "n", "null", "1", "1.5", "2026-01-01", "0x1", "1e3", "~", "", "12:30"])
def test_yaml_quotes_what_would_not_come_back_as_text(text: str) -> None:
    written = as_yaml({"a": text})
    assert '"' in written
    assert yaml.safe_load(written) == go_yaml.document(written) == {"a": text}


@settings(max_examples=200)
@given(st.dictionaries(st.text(max_size=5), st.text(max_size=40) | st.integers() | st.booleans(), max_size=4))
def test_yaml_comes_back_as_it_was(document: dict[str, object]) -> None:
    assert yaml.safe_load(as_yaml(document)) == document
    assert go_yaml.document(as_yaml(document)) == document


@pytest.mark.parametrize(
    ("text", "amount"), [("500m", Fraction(1, 2)), ("1Gi", Fraction(2**30)), ("2e3", Fraction(2000))]
)
def test_quantities_are_exact(text: str, amount: Fraction) -> None:
    assert quantity(text) == amount


def test_quantities_are_written_as_the_server_writes_them() -> None:
    assert canonical("8000m") == "8"
    assert canonical("1024Mi") == "1Gi"
    assert canonical("0.5") == "500m"
    assert total(["512Mi", "1Gi"]) == "1536Mi"
    assert total([]) == "0"


@pytest.mark.parametrize("text", ["abc", "1Xi", "", "1 Gi", "--1", "1e999"])
def test_what_is_no_quantity_is_told(text: str) -> None:
    with pytest.raises(BadQuantity):
        quantity(text)


def test_names_sort_letter_by_letter_and_amounts_by_size() -> None:
    assert compared("web-10", "web-9") < 0  # as kubectl does, whatever one might wish
    assert compared("900Mi", "1Gi") < 0
    assert compared(None, "a") < 0
    assert compared("b", "a") > 0


@settings(max_examples=100)
@given(st.lists(st.integers(0, 20), max_size=300))
def test_the_sort_sorts(numbers: list[int]) -> None:
    assert go_sorted(numbers, lambda one, two: one < two) == sorted(numbers)


def test_a_patch_of_named_containers_names_what_changed() -> None:
    before = {"containers": [{"name": "a", "image": "x:1", "env": [{"name": "K", "value": "1"}]}, {"name": "b"}]}
    after = {"containers": [{"name": "a", "image": "x:2", "env": []}, {"name": "b"}]}
    patch = strategic_patch(before, after)
    assert patch["$setElementOrder/containers"] == [{"name": "a"}, {"name": "b"}]
    assert patch["containers"][0]["image"] == "x:2"
    assert patch["containers"][0]["env"] == [{"$patch": "delete", "name": "K"}]
    assert strategic_patch(before, before) == {}


VALUES = (
    'jsonpath={.spec.containers[0].env[?(@.name=="DB_PASSWORD")].value}',
    'jsonpath={range .spec.containers[*].env[*]}{.name}{"\\t"}{.value}{"\\n"}{end}',
    "jsonpath={.spec.containers[0].args[1]}",
    "jsonpath={.metadata.annotations.example\\.com/api-token}",
    "jsonpath-as-json={.spec.containers[*].env[*].value}",
    "custom-columns=NAME:.metadata.name,VALUE:.spec.containers[*].env[*].value",
    "go-template={{range .spec.containers}}{{range .env}}{{.value}} {{end}}{{end}}",
)


@pytest.mark.parametrize("output", VALUES)
async def test_a_template_prints_no_secret_without_its_name(server: Server, cluster: Cluster, output: str) -> None:
    env = [{"name": "DB_PASSWORD", "value": "correct-horse"}, {"name": "MODE", "value": "fast"}]
    app = {"name": "app", "image": "a:1", "env": env, "args": ["--password", "correct-horse", "--verbose"]}
    metadata = {"name": "web", "annotations": {"example.com/api-token": "correct-horse"}}
    pod = {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": {"containers": [app]}}
    server.answer = lambda _: web.json_response(pod)
    told = await run(parse(["get", "pod", "web", "-o", output]), cluster, now=datetime(2026, 11, 21, tzinfo=UTC))
    assert "correct-horse" not in told.stdout + told.stderr
    assert MASK in told.stdout
    assert ("fast" in told.stdout) == ("env[*]" in output or "range" in output)


async def test_a_template_prints_what_only_names_a_secret(server: Server, cluster: Cluster) -> None:
    env = [{"name": "DB_PASSWORD", "valueFrom": {"secretKeyRef": {"key": "password", "name": "db"}}}]
    app = {"name": "app", "env": env, "args": ["--password", "--verbose"], "command": []}
    spec = {"containers": [app], "volumes": [{"name": "tls", "secret": {"secretName": "web-tls"}}]}
    server.answer = lambda _: web.json_response({"kind": "Pod", "metadata": {"name": "web"}, "spec": spec})
    output = "jsonpath={.spec.containers[0].env} {.spec.containers[0].args[1]} {.spec.volumes[0].secret.secretName}"
    told = await run(parse(["get", "pod", "web", "-o", output]), cluster, now=datetime(2026, 11, 21, tzinfo=UTC))
    assert told.stdout.endswith('"secretKeyRef":{"key":"password","name":"db"}}}] --verbose web-tls')
