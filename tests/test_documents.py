"""The documents tell what is true: their examples load, and every key and setting stands in them."""

import re
import shlex
from pathlib import Path

import pytest
from pydantic import BaseModel

from bot.settings import MusterConfig, Settings
from runbooks import model
from runbooks.checks.references import FINDINGS
from runbooks.compiling import TYPED, compiled
from runbooks.linting import lint
from runbooks.model import EVENTS, TEMPLATE_VALUES
from runbooks.reading import read_runbook
from tests.library import library
from tests.runbooks.purposes import MITIGATION

ROOT = Path(__file__).parents[1]
RUNBOOKS = (ROOT / "docs" / "runbooks.md").read_text()
PARTS = [part for part in vars(model).values() if isinstance(part, type) and issubclass(part, model.Part)]


def examples(path: Path) -> list[str]:
    return re.findall(r"```yaml\n(service:.*?)```", path.read_text(), re.DOTALL)


@pytest.mark.parametrize("name", ["README.md", "docs/runbooks.md"])
def test_the_runbooks_of_the_documents_can_be_used(name: str, tmp_path: Path) -> None:
    found = examples(ROOT / name)
    assert found, f"{name} shows no runbook"
    for text in found:
        file = tmp_path / "example.yaml"
        file.write_text(text)
        assert read_runbook(file).service == "checkout"


def walk() -> list[str]:
    """The pieces that `In ten minutes` puts below each other: YAML, and what the linter says in between."""
    told = RUNBOOKS.partition("## In ten minutes")[2].partition("## A whole one")[0]
    return re.findall(r"```(?:yaml)?\n(.*?)```", told, re.DOTALL)


def test_a_runbook_is_written_in_ten_minutes_as_it_is_told(tmp_path: Path) -> None:
    file = tmp_path / "checkout.yaml"
    pieces = walk()
    assert len(pieces) == 7
    whole = ""
    for piece in pieces[:-1]:
        if piece.startswith("checkout.yaml:"):
            assert [str(one).replace(str(file), file.name) for one in lint([file])] == piece.splitlines()[:1]
            continue
        whole += piece
        file.write_text(whole)
        assert [one for one in lint([file]) if one.error] == []
    assert [str(one) for one in lint([file])] == []
    assert len(read_runbook(file).of_phase("assess")) == 3


@pytest.mark.parametrize("line", [one for one in walk()[-1].splitlines() if one.startswith("muster run")])
def test_the_lines_to_try_it_with_can_be_read(line: str) -> None:
    words = shlex.split(line)
    tried = next(word for word in words if word.startswith("kubectl"))
    assert compiled(tried, purpose=MITIGATION if "--explain" in words else TYPED)


def test_the_whole_example_is_one_that_a_reviewer_has_nothing_to_say_of(tmp_path: Path) -> None:
    file = tmp_path / "checkout.yaml"
    file.write_text(max(examples(ROOT / "docs" / "runbooks.md"), key=len))
    assert [str(one) for one in lint([file])] == []


@pytest.mark.parametrize(("service", "book"), library().items(), ids=library())
def test_what_a_runbook_of_the_library_asks_of_the_configuration_is_told(service: str, book: model.Runbook) -> None:
    (row,) = (line for line in RUNBOOKS.splitlines() if line.startswith(f"| `{service}` |"))
    people, connections, tools = (set(re.findall(r"`([^`]+)`", cell)) for cell in row.split("|")[2:5])
    steps: list[model.Diagnostic | model.Mitigation] = [*book.diagnostics, *book.mitigations]
    named = {book.on_call, *(one.person for one in book.roles), *(one.person for one in book.contacts)}
    named |= {name for one in book.severities for name in one.invite}
    named |= {name for one in book.severities for level in book.levels(one.key) for name in level.notify}
    assert people == named - {""}
    assert connections == {one.connection for one in steps} - {""}
    assert tools == {one.tool.split()[0] for one in steps if one.tool}


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part.__name__)
def test_every_key_of_a_runbook_is_told(part: type[BaseModel]) -> None:
    for name, field in part.model_fields.items():
        key = field.alias or name
        assert re.search(rf"`{key}`|\b{key}:|\*\*`{key}`\*\*", RUNBOOKS), f"docs/runbooks.md does not tell `{key}`"


def test_every_value_of_a_template_and_every_finding_is_told() -> None:
    for word in (*TEMPLATE_VALUES, *FINDINGS, *EVENTS):
        assert f"`{word}`" in RUNBOOKS, word


def test_the_whole_example_shows_every_part_of_a_runbook() -> None:
    example = max(examples(ROOT / "docs" / "runbooks.md"), key=len)
    shown = set(re.findall(r"^([a-z_]+):", example, re.MULTILINE))
    assert set(model.Runbook.model_fields) - shown == {"prometheus"}


def test_every_setting_stands_in_its_example() -> None:
    env, config = (ROOT / ".env.example").read_text(), (ROOT / "muster.yaml.example").read_text()
    for name in Settings.model_fields:
        assert f"{name.upper()}=" in env, name
    for name in MusterConfig.model_fields:
        assert re.search(rf"^{name}:", config, re.MULTILINE), name


@pytest.mark.parametrize(
    "path", sorted(ROOT.glob("*.md")) + sorted(ROOT.glob("docs/**/*.md")), ids=lambda one: one.name
)
def test_links_between_documents_lead_somewhere(path: Path) -> None:
    for target in re.findall(r"\]\((?!https?:)([^)#]+)\)", path.read_text()):
        assert (path.parent / target).exists(), f"{path.name}: {target}"
