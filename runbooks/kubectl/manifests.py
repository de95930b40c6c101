"""Manifests that lie beside a runbook: which files a line may name, and the objects in them."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

import yaml

from runbooks.kubectl import go_yaml
from runbooks.kubectl.words import Failed, Refused

SUFFIXES = {".yaml", ".yml", ".json"}
LARGEST = 1024 * 1024


@dataclass(frozen=True)
class Manifest:
    """One object, and the file it stands in, as the line names it."""

    file: str
    document: dict[str, Any]


def check_names(names: Sequence[str]) -> None:
    """Refuse standard input, addresses, and files that could lie elsewhere."""
    for name in names:
        if name == "-":
            raise Refused("There is no standard input here.", "Put the manifest into a file beside the runbook.")
        if re.match(r"[a-zA-Z][a-zA-Z0-9+.-]*://", name):
            raise Refused("A manifest from an address may change overnight.", "Put it into a file beside the runbook.")
        path = PurePosixPath(name)
        if path.is_absolute() or ".." in path.parts or name.startswith("~") or "\\" in name or "\0" in name:
            raise Refused(f"`{name}` may lie anywhere.", "Name a file beside the runbook, such as `restore-job.yaml`.")


def read_manifests(folder: Path | None, names: Sequence[str]) -> list[Manifest]:
    """Every object of the named files, in order. Failed, in kubectl's words, where one cannot be read."""
    check_names(names)
    if not names:
        raise Failed("error: must specify one of -f and -k\n")
    return [one for name in names for file, path in files_of(folder, name) for one in objects_of(file, path)]


def files_of(folder: Path | None, name: str) -> list[tuple[str, Path]]:
    """The files of one name, each as it is called; nothing outside the folder."""
    missing = Failed(f'error: the path "{name}" does not exist\n')
    if folder is None:
        raise missing
    root, path = folder.resolve(), (folder / name).resolve()
    if not path.is_relative_to(root) or not path.exists():
        raise missing
    if path.is_file():
        return [(name, path)]
    inside = sorted(one for one in path.iterdir() if one.suffix in SUFFIXES and one.resolve().is_relative_to(root))
    return [(f"{name.rstrip('/')}/{one.name}", one) for one in inside if one.is_file()]


def objects_of(file: str, path: Path) -> Iterator[Manifest]:
    """Every object of one file."""
    try:
        if path.stat().st_size > LARGEST:
            raise Failed(f'error: "{file}" is larger than {LARGEST // 1024} KiB\n')
        documents = go_yaml.documents(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise Failed(f'error: cannot read "{file}": {error}\n') from error
    except yaml.YAMLError as error:
        problem = getattr(error, "problem", None) or error
        raise Failed(f"error: error parsing {file}: error converting YAML to JSON: yaml: {problem}\n") from error
    for document in documents:
        yield from (Manifest(file, one) for one in _each(file, document))


def _each(file: str, document: Any) -> Iterator[dict[str, Any]]:
    if document is None:
        return
    if not isinstance(document, dict):
        raise Failed(f'error: error validating "{file}": the document is no object\n')
    if str(document.get("kind", "")).endswith("List") and isinstance(document.get("items"), list):
        for item in document["items"]:
            yield from _each(file, item)
        return
    for key in ("kind", "apiVersion"):
        if not isinstance(document.get(key), str):
            raise Failed(f'error: error validating "{file}": error validating data: {key} not set\n')
    if not isinstance(document.get("metadata"), dict):
        raise Failed(f"error: resource name may not be empty in {file}\n")
    if document["kind"] == "Secret":
        raise Failed(f'error: "{file}" holds a Secret, and Secrets are not written from here\n')
    yield document
