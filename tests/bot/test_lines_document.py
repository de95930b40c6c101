"""docs/lines.md tells the truth: its examples print what it shows, and every filter, option and verb stands in it."""

import asyncio
import os
import re
import shlex
import sys
from pathlib import Path

import pytest
import yaml

from runbooks.compiling import LineRefused, Purpose, compiled
from runbooks.kubectl.performing import VERBS
from runbooks.kubectl.refusals import NEVER
from runbooks.lines.catalogue import CATALOGUE
from runbooks.model import Diagnostic, Mitigation
from sandbox.cluster.alone import serving, still_cluster
from tests.runbooks.database import Place, place
from tests.runbooks.purposes import DIAGNOSTIC, MITIGATION

__all__ = ["place"]
TEXT = (Path(__file__).parents[2] / "docs" / "lines.md").read_text("utf-8")
CONSOLE = re.search(r"```console\n(.*?)```", TEXT, re.DOTALL)
CELLS = re.compile(r"^\| (.+?) \| (.+?) \| (.+?) \|$", re.MULTILINE)


def _examples() -> list[tuple[str, str]]:
    """Each command of the console, and what it prints."""
    assert CONSOLE
    parts = CONSOLE[1].split("$ muster ")[1:]
    return [(command, shown) for part in parts for command, _, shown in [part.partition("\n")]]


@pytest.mark.parametrize(("command", "shown"), _examples())
async def test_an_example_prints_what_is_shown(command: str, shown: str, tmp_path: Path) -> None:
    line, _, asked = command.partition("; echo")
    async with serving(still_cluster()) as (_, kubeconfig):
        environment = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "KUBECONFIG": kubeconfig}
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot", *shlex.split(line), env=environment, stdout=-1, stderr=-1
        )
        out, err = await process.communicate()
    printed = f"{err.decode()}{out.decode()}{process.returncode if asked else ''}"
    assert re.sub(r"\d+d\b", "AGE", printed).strip() == re.sub(r"\d+d\b", "AGE", shown).strip()


def test_every_filter_and_each_of_its_options_is_told() -> None:
    rows = {name: options for name, options, *_ in re.findall(r"^\| `(\w+)` \| (.+?) \| .+ \|$", TEXT, re.MULTILINE)}
    for name, known in CATALOGUE.items():
        told = rows[name].replace("`", "").split()
        assert set(known.options.split()) <= set(told), name
        assert f"`{known.example}`" in TEXT.replace("\\|", "|"), name


def test_every_verb_of_kubectl_is_told_or_told_to_be_refused() -> None:
    for verb in VERBS:
        first = verb.split()[0]
        wanted = verb if first in {"rollout", "set", "auth"} else first
        assert f"`{wanted}`" in TEXT or f"`{wanted} " in TEXT, verb
    unsaid = {"config", "plugin", "krew", "kustomize", "diff", "completion", "alpha", "explain", "convert"}
    for verb in set(NEVER) - unsaid:
        assert re.search(rf"`(?:kubectl )?{verb}\b", TEXT), verb


def test_the_runbooks_parts_of_the_document_can_be_read() -> None:
    parts = [yaml.safe_load(block) for block in re.findall(r"```yaml\n(.*?)```", TEXT, re.DOTALL)]
    steps = [step for part in parts for step in part.get("diagnostics", [])]
    steps += [{"id": "a", **part} for part in parts if {"tool", "promql"} & set(part)]
    fixes = [fix for part in parts for fix in part.get("mitigations", [])]
    assert (len(steps), len(fixes)) == (4, 1)
    for step in steps:
        one = Diagnostic.model_validate(step)
        kind = next(kind for kind in ("sql", "tool", "promql", "run") if getattr(one, kind))
        compiled(one.line, None, Purpose(programs=True, kind=kind, connection=one.connection))
    for fix in fixes:
        mended = Mitigation.model_validate(fix)
        compiled(mended.line, {"minutes": "10"}, Purpose(changing=True, kind="sql", connection=mended.connection))


def _mended() -> list[tuple[str, str]]:
    """The mended SQL of the table: what stands in its third column."""
    table = TEXT[TEXT.index("### Lines that do not run") :].split("## Tools")[0]
    found = [sql for *_, mended in CELLS.findall(table) for sql in re.findall(r"`([A-Z]+ [^`]+)`", mended)]
    return [(sql, "changes" if "terminate" in sql else "reads") for sql in found]


@pytest.mark.postgres
async def test_the_mended_sql_runs_on_a_real_database(place: Place) -> None:
    assert len(_mended()) > 10
    for sql, kind in _mended():
        ended = await (place.change(sql) if kind == "changes" else place.look(sql))
        if "pg_stat_statements" in sql:
            assert 'relation "pg_stat_statements" does not exist' in ended.stderr
        else:
            assert (ended.exit_code, ended.stderr) == (0, ""), sql


@pytest.mark.parametrize(
    ("line", "purpose"),
    [
        ("kubectl edit deployment/a", MITIGATION),
        ("kubectl run test --rm -it --image=curlimages/curl -- curl x", MITIGATION),
        ("kubectl port-forward svc/a 8080", DIAGNOSTIC),
        ("kubectl apply -f -", MITIGATION),
        ("kubectl get pods --as=admin", DIAGNOSTIC),
        ("kubectl get secret a -o yaml", DIAGNOSTIC),
        ("kubectl exec a -- rm -rf /tmp/*", MITIGATION),
        ("kubectl get pods; id", DIAGNOSTIC),
        ("curl -k https://a/", DIAGNOSTIC),
        ("cd tests/e2e && npx playwright test", DIAGNOSTIC),
    ],
)
def test_what_is_told_to_be_refused_is_refused(line: str, purpose: Purpose) -> None:
    with pytest.raises(LineRefused):
        compiled(line, None, purpose)
