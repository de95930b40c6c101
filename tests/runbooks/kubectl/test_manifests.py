"""Manifests beside a runbook: which files, what is sent, and what stays as it is."""

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import pytest_asyncio

from runbooks.kubectl import Cluster, Failed, Result, go_yaml, parse, preview, run
from runbooks.kubectl.kustomizing import read_kustomization
from runbooks.kubectl.manifests import read_manifests
from runbooks.kubectl.merging import three_way
from tests.runbooks.kubectl.api import Api, serving

NOW = datetime(2026, 11, 21, tzinfo=UTC)
AT = "/api/v1/namespaces/x/configmaps/limits"
LIMITS = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: limits, namespace: x}\ndata:\n"


class Beside:
    """A folder beside a runbook, and a cluster."""

    def __init__(self, cluster: Cluster, api: Api, folder: Path) -> None:
        self.cluster, self.api, self.folder = cluster, api, folder

    def write(self, text: str, name: str = "limits.yaml") -> None:
        (self.folder / name).write_text(text, encoding="utf-8")

    async def kubectl(self, line: str) -> Result:
        return await run(parse(line.split()), self.cluster, now=NOW, folder=self.folder)


@pytest_asyncio.fixture
async def beside(tmp_path: Path) -> AsyncIterator[Beside]:
    folder = tmp_path / "runbooks"
    folder.mkdir()
    api = Api()
    async with serving(api, tmp_path) as cluster:
        yield Beside(cluster, api, folder)


async def test_applying_twice_creates_once_and_then_changes_nothing(beside: Beside) -> None:
    beside.write(LIMITS + "  day: 2026-11-21\n  rate: '10'\n")
    assert (await beside.kubectl("apply -f limits.yaml")).stdout == "configmap/limits created\n"
    assert beside.api.objects[AT]["data"] == {"day": "2026-11-21", "rate": "10"}
    assert (await beside.kubectl("apply -f limits.yaml")).stdout == "configmap/limits unchanged\n"
    assert len(beside.api.sent) == 1


async def test_what_the_file_no_longer_says_goes_and_what_others_added_stays(beside: Beside) -> None:
    beside.write(LIMITS + "  old: '1'\n  rate: '10'\n")
    await beside.kubectl("apply -f limits.yaml")
    beside.api.objects[AT]["data"]["others"] = "2"
    beside.api.objects[AT]["metadata"]["resourceVersion"] = "7"
    beside.write(LIMITS + "  rate: '20'\n")
    assert (await beside.kubectl("apply -f limits.yaml")).stdout == "configmap/limits configured\n"
    assert beside.api.objects[AT]["data"] == {"rate": "20", "others": "2"}
    assert beside.api.sent[-1].body["metadata"]["resourceVersion"] == "7"


async def test_a_preview_of_a_new_object_shows_it_and_how_to_remove_it(beside: Beside) -> None:
    beside.write(LIMITS + "  rate: '10'\n")
    command = parse(["apply", "-f", "limits.yaml"])
    told = await preview(command, beside.cluster, now=NOW, folder=beside.folder)
    assert '+  rate: "10"\n' in told.diff
    assert told.inverse is not None
    assert told.inverse.words == ("delete", "configmap/limits", "-n", "x")
    assert beside.api.objects == {}


async def test_a_manifest_of_another_namespace_is_not_applied(beside: Beside) -> None:
    beside.write(LIMITS + "  rate: '10'\n")
    result = await beside.kubectl("apply -f limits.yaml -n y")
    assert "does not match the namespace" in result.stderr
    assert not beside.api.sent


@pytest.mark.parametrize("line", ["delete -f limits.yaml", "get -f limits.yaml", "describe -f limits.yaml"])
async def test_a_manifest_without_a_name_means_no_object_and_never_all_of_its_type(beside: Beside, line: str) -> None:
    beside.write("apiVersion: v1\nkind: ConfigMap\nmetadata: {generateName: limits-, namespace: x}\n")
    beside.api.objects[AT] = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "limits", "namespace": "x"}}
    told = await beside.kubectl(line)
    assert (told.stdout, told.stderr) == ("", "error: resource name may not be empty\n")
    assert list(beside.api.objects) == [AT]


async def test_applying_needs_a_name(beside: Beside) -> None:
    beside.write("apiVersion: v1\nkind: ConfigMap\nmetadata: {generateName: limits-}\n")
    assert (await beside.kubectl("apply -f limits.yaml")).stderr == (
        "error: from limits-: cannot use generate name with apply\n"
    )


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("12:30", "12:30"), ("2026-11-21", "2026-11-21"), ("22:22:22.5", "22:22:22.5"), ("1.2.3", "1.2.3"), ("=", "="),
        ("10Mi", "10Mi"), ("n", False), ("Y", True), ("off", False), ("0777", 511), ("0o17", 15), ("0x1F", 31),
        ("1_000", 1000), ("-5", -5), ("1e3", 1000.0), (".5", 0.5), ("~", None), ("null", None), ("'n'", "n"),
    ],
)  # fmt: skip
def test_a_word_of_yaml_means_what_it_means_to_kubectl(written: str, value: object) -> None:
    assert go_yaml.document(f"a: {written}") == {"a": value}


async def test_creating_what_is_there_is_an_error(beside: Beside) -> None:
    beside.write(LIMITS + "  rate: '10'\n")
    beside.api.refusals["/api/v1/namespaces/x/configmaps"] = [(409, 'configmaps "limits" already exists')]
    result = await beside.kubectl("create -f limits.yaml")
    assert result.stderr == (
        'Error from server (Conflict): error when creating "limits.yaml": configmaps "limits" already exists\n'
    )


async def test_a_kind_the_cluster_does_not_know_is_told(beside: Beside) -> None:
    beside.write("apiVersion: example.org/v9\nkind: Gadget\nmetadata: {name: g}\n")
    assert (
        'no matches for kind "Gadget" in version "example.org/v9"'
        in (await beside.kubectl("apply -f limits.yaml")).stderr
    )


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("apiVersion: v1\nkind: Secret\nmetadata: {name: s}\n", "holds a Secret"),
        (
            "kind: List\napiVersion: v1\nitems:\n- {apiVersion: v1, kind: Secret, metadata: {name: s}}\n",
            "holds a Secret",
        ),
        ("a: [", "error converting YAML to JSON"),
        ("- a\n", "is no object"),
        ("kind: ConfigMap\nmetadata: {name: s}\n", "apiVersion not set"),
        ("!!python/object/apply:os.system ['true']\n", "error converting YAML to JSON"),
    ],
)
def test_a_file_that_is_no_manifest_is_told(tmp_path: Path, text: str, words: str) -> None:
    (tmp_path / "x.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(Failed) as told:
        read_manifests(tmp_path, ["x.yaml"])
    assert words in told.value.stderr


def test_only_files_beside_the_runbook_are_read(tmp_path: Path) -> None:
    folder = tmp_path / "runbooks"
    folder.mkdir()
    (tmp_path / "secret.yaml").write_text(LIMITS, encoding="utf-8")
    (folder / "link.yaml").symlink_to(tmp_path / "secret.yaml")
    for where, name in ((folder, "link.yaml"), (folder, "none.yaml"), (None, "link.yaml")):
        with pytest.raises(Failed, match="does not exist") as told:
            read_manifests(where, [name])
        assert told.value.stderr == f'error: the path "{name}" does not exist\n'


def test_a_folder_is_read_file_by_file(tmp_path: Path) -> None:
    for name in ("b.yaml", "a.json", "c.txt"):
        (tmp_path / name).write_text(json.dumps({"apiVersion": "v1", "kind": "X", "metadata": {"name": name}}))
    assert [one.file for one in read_manifests(tmp_path, ["."])] == ["./a.json", "./b.yaml"]


def test_a_kustomization_is_built_on_its_bases(tmp_path: Path) -> None:
    for name, text in {
        "base/limits.yaml": LIMITS + "  rate: '10'\n",
        "base/web.yaml": "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec: {containers: [{image: 'a:1'}]}\n",
        "base/kustomization.yaml": "resources: [limits.yaml, web.yaml]\ncommonAnnotations: {team: core}\n",
        "prod/kustomization.yaml": "resources: [../base]\nnamespace: prod\nimages: [{name: a, newTag: '2'}]\n",
    }.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    limits, web = (one.document for one in read_kustomization(tmp_path, "prod"))
    assert limits["metadata"] == {"name": "limits", "namespace": "prod", "annotations": {"team": "core"}}
    assert web["metadata"]["namespace"] == "prod"
    assert web["spec"]["containers"] == [{"image": "a:2"}]


@pytest.mark.parametrize(
    ("resources", "words"),
    [("[../prod]", "base of itself"), ("[../../elsewhere]", "does not lie beside"), ("[../../a.yaml]", "not exist")],
)
def test_a_base_lies_beside_the_runbook_and_is_another(tmp_path: Path, resources: str, words: str) -> None:
    for name in ("runbooks/prod/kustomization.yaml", "elsewhere/kustomization.yaml"):
        (tmp_path / name).parent.mkdir(parents=True)
        (tmp_path / name).write_text(f"resources: {resources}\n", encoding="utf-8")
    (tmp_path / "a.yaml").write_text(LIMITS, encoding="utf-8")
    with pytest.raises(Failed) as told:
        read_kustomization(tmp_path / "runbooks", "prod")
    assert words in told.value.stderr


def test_containers_are_merged_by_name() -> None:
    current = {"containers": [{"name": "app", "image": "1", "env": []}, {"name": "injected"}, {"name": "old"}]}
    wanted = {"containers": [{"name": "app", "image": "2"}]}
    original = {"containers": [{"name": "app", "image": "1"}, {"name": "old"}]}
    assert three_way(original, wanted, current) == {
        "containers": [{"name": "app", "image": "2", "env": []}, {"name": "injected"}]
    }
