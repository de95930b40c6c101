"""`muster run` prints what kubectl would; `muster lint` what a reviewer would. Neither needs Slack or a database."""

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import jsonschema
import pytest
import yaml

from sandbox.cluster.alone import serving, still_cluster

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Ended:
    code: int
    out: str
    err: str


@dataclass(frozen=True)
class Terminal:
    """A terminal that knows nothing but a kubeconfig."""

    kubeconfig: str
    folder: Path

    async def muster(self, *words: str, **more: str) -> Ended:
        environment = {"PATH": os.environ["PATH"], "HOME": str(self.folder), "KUBECONFIG": self.kubeconfig, **more}
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot", *words, env=environment, stdout=-1, stderr=-1
        )
        out, err = await process.communicate()
        return Ended(process.returncode or 0, out.decode(), err.decode())


@pytest.fixture(name="terminal")
async def _terminal(tmp_path: Path) -> AsyncIterator[Terminal]:
    async with serving(still_cluster()) as (_, kubeconfig):
        yield Terminal(kubeconfig, tmp_path)


async def test_a_line_prints_its_standard_output_unchanged(terminal: Terminal) -> None:
    ended = await terminal.muster("run", "kubectl get deployments -n inferadb")
    assert ended == Ended(0, "NAME       READY   UP-TO-DATE   AVAILABLE   AGE\n" + ended.out.split("\n", 1)[1], "")
    assert ended.out.split("\n")[1].startswith("inferadb   6/6     6            6           ")


async def test_the_last_filters_exit_code_is_ours(terminal: Terminal) -> None:
    found, missing = await asyncio.gather(
        terminal.muster("run", "kubectl get pods | grep -c Running", "--service", "inferadb"),
        terminal.muster("run", "kubectl get pods -n inferadb | grep Nothing"),
    )
    assert found == Ended(0, "6\n", "")
    assert missing == Ended(1, "", "")


async def test_errors_are_kubectls_words_on_standard_error(terminal: Terminal) -> None:
    unknown, forbidden = await asyncio.gather(
        terminal.muster("run", "kubectl frobnicate"),
        terminal.muster("run", "kubectl get pods -n inferadb", "--context", "prod-nobody"),
    )
    assert unknown == Ended(1, "", 'error: unknown command "frobnicate" for "kubectl"\n')
    assert (forbidden.code, forbidden.out) == (1, "")
    assert forbidden.err.startswith("Error from server (Forbidden): pods is forbidden")
    assert forbidden.err.count("\n") == 1


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("kubectl delete pod x", "changes the cluster"),
        ("kubectl exec x -- sh", "only as a step of a runbook"),
        ("kubectl get pods; id", "Run `kubectl get pods`."),
        ("curl http://169.254.169.254/", "no service is named"),
        ("helm list", "not run here"),
    ],
)
async def test_what_a_person_may_not_type_is_refused_in_one_line(line: str, said: str, terminal: Terminal) -> None:
    ended = await terminal.muster("run", line)
    assert (ended.code, ended.out) == (2, "")
    assert said in ended.err
    assert ended.err.startswith("muster: ")
    assert ended.err.count("\n") == 1


async def test_a_preview_shows_the_diff_and_changes_nothing(terminal: Terminal) -> None:
    line = "kubectl scale deployment/inferadb --replicas=3 -n inferadb"
    ended = await terminal.muster("run", line, "--preview")
    after = await terminal.muster("run", "kubectl get deployment inferadb -n inferadb -o jsonpath={.spec.replicas}")
    assert ended.code == 0
    assert "-  replicas: 6\n+  replicas: 3\n" in ended.out
    assert after.out == "6"


async def test_apply_changes(terminal: Terminal) -> None:
    line = "kubectl scale deployment/inferadb --replicas=3 -n inferadb"
    ended = await terminal.muster("run", line, "--apply")
    after = await terminal.muster("run", "kubectl get deployment inferadb -n inferadb -o jsonpath={.spec.replicas}")
    assert ended == Ended(0, "deployment.apps/inferadb scaled\n", "")
    assert after.out == "3"


async def test_explain_asks_nothing(terminal: Terminal) -> None:
    ended = await terminal.muster("run", "kubectl get pods -n a | wc -l", "--explain", KUBECONFIG="/nonexistent")
    assert ended.code == 0
    assert "in: a\n" in ended.out
    assert ended.out.endswith("then, here: wc -l\n")


LIBRARY = "active-inference, inferadb, ml-platform, omendb, optimal-build"


async def test_a_tool_of_the_runbook_runs_where_muster_yaml_allows_it(terminal: Terminal) -> None:
    program, config = terminal.folder / "helm", terminal.folder / "muster.yaml"
    program.write_text(f"#!{sys.executable} -I\nimport sys\nprint('|'.join(sys.argv[1:]))\nsys.exit(3)\n", "utf-8")
    program.chmod(0o700)
    config.write_text("tools: {helm: {path: helm}}\n", "utf-8")
    line = "helm history checkout -n 'my shop'"
    text = f"service: checkout\nseverities: [{{key: P0}}]\ndiagnostics:\n- {{id: a, tool: {json.dumps(line)}}}\n"
    (terminal.folder / "checkout.yaml").write_text(text, "utf-8")
    books = {"RUNBOOKS_DIR": str(terminal.folder / "books")}
    (terminal.folder / "books").mkdir()
    (terminal.folder / "checkout.yaml").rename(terminal.folder / "books" / "checkout.yaml")
    allowed, elsewhere, other = await asyncio.gather(
        terminal.muster("run", line, "--service", "checkout", MUSTER_CONFIG=str(config), **books),
        terminal.muster("run", line, "--service", "checkout", **books),
        terminal.muster("run", "helm list", "--service", "checkout", MUSTER_CONFIG=str(config), **books),
    )
    assert allowed == Ended(3, "history|checkout|-n|my shop\n", "")
    assert (elsewhere.code, elsewhere.out) == (2, "")
    assert elsewhere.err.startswith("muster: `helm` does not run on this installation")
    assert (other.code, other.out) == (2, "")


async def test_what_cannot_be_tried_beforehand_is_shown_as_it_would_be_sent(terminal: Terminal) -> None:
    line = "curl -X POST -d a=b http://inferadb:8080/v1/check"
    ended = await terminal.muster("run", line, "--preview", "--service", "inferadb")
    assert ended.code == 0
    assert ended.out.startswith("POST http://inferadb:8080/v1/check\n")
    assert ended.err == "Warning: This cannot be tried beforehand: what it does is only known when it is done.\n"


async def test_a_database_that_is_not_there_is_said_without_its_address(terminal: Terminal) -> None:
    config, dsn = terminal.folder / "muster.yaml", terminal.folder / "orders.dsn"
    config.write_text("connections: {orders-db: {dsn_file: orders.dsn}}\n", "utf-8")
    dsn.write_text("postgresql://app:correcthorse@127.0.0.1:1/orders\n", "utf-8")
    line = "psql service=orders-db -c 'DELETE FROM carts'"
    refused, ended = await asyncio.gather(
        terminal.muster("run", line, MUSTER_CONFIG=str(config)),
        terminal.muster("run", line, "--apply", MUSTER_CONFIG=str(config)),
    )
    assert (refused.code, ended.code, ended.out) == (2, 2, "")
    assert "A diagnostic only reads" in refused.err
    assert ended.err.startswith("The database `orders-db` cannot be reached: ")
    assert "correcthorse" not in ended.err


async def test_an_unknown_service_names_those_there_are(terminal: Terminal) -> None:
    ended = await terminal.muster("run", "kubectl get pods", "--service", "nope")
    assert ended == Ended(2, "", f"muster: --service: there is no runbook for nope; there are {LIBRARY}\n")


async def test_a_kubeconfig_that_is_not_there_is_said_once(terminal: Terminal) -> None:
    ended = await terminal.muster("run", "kubectl get pods", "--kubeconfig", "/nonexistent")
    assert (ended.code, ended.out) == (1, "")
    assert "kubeconfig" in ended.err
    assert "Traceback" not in ended.err
    assert ended.err.count("\n") == 1


async def test_lint_has_nothing_to_say_of_the_library(terminal: Terminal) -> None:
    assert await terminal.muster("lint") == Ended(0, "Nothing to say: every runbook can be used.\n", "")


async def test_lint_names_file_line_key_and_mend(terminal: Terminal) -> None:
    broken = terminal.folder / "orders.yaml"
    broken.write_text("service: orders\nseverities:\n  - key: P0\n    update_evry: 1h\n", "utf-8")
    by_name, by_folder = await asyncio.gather(
        terminal.muster("lint", str(broken)), terminal.muster("lint", RUNBOOKS_DIR=str(terminal.folder))
    )
    assert by_name.code == by_folder.code == 1
    assert by_name.out == by_folder.out
    assert f"{broken}:4: error: severities[0].update_evry: there is no such key" in by_name.out


async def test_lint_prints_the_schema_that_editors_check_with(terminal: Terminal) -> None:
    ended = await terminal.muster("lint", "--schema")
    schema = json.loads(ended.out)
    library = yaml.safe_load((ROOT / "runbooks" / "library" / "inferadb.yaml").read_text())
    jsonschema.validate(library, schema)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(library | {"severity": []}, schema)


async def test_lint_prints_the_roles_of_a_file_and_of_all_that_serve_reads(terminal: Terminal) -> None:
    mine = terminal.folder / "shop.yaml"
    step = "{id: pods, run: kubectl get pods}"
    mine.write_text(f"service: shop\nkubernetes: {{namespace: s}}\nseverities: [{{key: A}}]\ndiagnostics: [{step}]\n")
    (broken := terminal.folder / "broken.txt").write_text("service: 1\n")
    one, every, none, odd = await asyncio.gather(
        terminal.muster("lint", "--rights", str(mine)),
        terminal.muster("lint", "--rights", RUNBOOKS_DIR=str(terminal.folder)),
        terminal.muster("lint", "--rights", str(broken)),
        terminal.muster("lint", "--cluster", "west", str(mine)),
    )
    assert (odd.code, odd.err) == (2, "muster: --cluster: it tells where rights are needed; add --rights\n")
    role, binding = [document for document in yaml.safe_load_all(one.out) if document]
    assert role["rules"] == [{"apiGroups": [""], "resources": ["pods"], "verbs": ["list"]}]
    assert (role["metadata"]["namespace"], binding["roleRef"]["name"]) == ("s", role["metadata"]["name"])
    names = {document["metadata"]["name"] for document in yaml.safe_load_all(every.out) if document}
    assert {"muster-shop-diagnose", "muster-omendb-mitigate"} <= names
    assert (none.code, none.out) == (1, "")
    assert str(broken) in none.err


async def test_lint_of_nothing_that_is_there_says_so(terminal: Terminal) -> None:
    missing, folder = await asyncio.gather(
        terminal.muster("lint", "/nonexistent.yaml"), terminal.muster("lint", RUNBOOKS_DIR="/nonexistent")
    )
    assert missing.code == 1
    assert "cannot be read" in missing.out
    assert folder == Ended(2, "", "muster: RUNBOOKS_DIR: there is no folder /nonexistent\n")
