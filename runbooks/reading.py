"""YAML -> Runbook: every error names file, line, key, problem and mend."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib import resources
from pathlib import Path as File
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from runbooks.checks.checking import problems
from runbooks.checks.documents import Document, DocumentBroken, Path, document, dotted
from runbooks.checks.problem import Problem
from runbooks.checks.references import FINDINGS
from runbooks.checks.shapes import EITHER, told
from runbooks.checks.suggesting import suggestion
from runbooks.model import Runbook


@dataclass(eq=False)
class RunbookError(Exception):
    """One thing that is wrong with a runbook's file."""

    file: str
    line: int
    key: str
    problem: str
    mend: str = ""

    def __str__(self) -> str:
        key = f"{self.key}: " if self.key else ""
        mend = f" ({self.mend})" if self.mend else ""
        return " ".join(f"{self.file}:{self.line}: {key}{self.problem}{mend}".split())


@dataclass(frozen=True)
class Checked:
    """A file that was read: its runbook if its shape is right, its errors, and its text for the linter."""

    file: str
    document: Document
    runbook: Runbook | None = None
    errors: tuple[RunbookError, ...] = ()


def library(extra: File | None = None) -> dict[str, Runbook]:
    """Read Muster's own runbooks and a folder's, which replace those of the same service. Raises RunbookError."""
    runbooks = {runbook.service: runbook for runbook in map(read_runbook, own_files())}
    if extra is None:
        return runbooks
    if not extra.is_dir():
        raise RunbookError(str(extra), 1, "", "there is no such folder", "set RUNBOOKS_DIR to a folder of runbooks")
    found: dict[str, File] = {}
    for file in folder_files(extra):
        runbook = read_runbook(file)
        if runbook.service in found:
            other = found[runbook.service].name
            raise RunbookError(str(file), 1, "service", f"{other} is for `{runbook.service}`, too", "keep one of them")
        found[runbook.service] = file
        runbooks[runbook.service] = runbook
    return runbooks


def own_files() -> list[File]:
    """Return the files of the library that comes with Muster."""
    return folder_files(File(str(resources.files("runbooks") / "library")))


def folder_files(folder: File) -> list[File]:
    """Return the runbooks of a folder, in the order of their names."""
    return sorted(file for file in folder.iterdir() if file.suffix in {".yaml", ".yml"} and file.is_file())


def read_runbook(path: File) -> Runbook:
    """Read one file. Raises RunbookError for the first thing that is wrong."""
    checked = check_file(path)
    if checked.errors or checked.runbook is None:
        raise checked.errors[0]
    return checked.runbook.lying_in(path.parent)


def check_file(path: File) -> Checked:
    """Read one file, and gather everything that is wrong with it."""
    file = str(path)
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        wrong = RunbookError(file, 1, "", f"the file cannot be read: {error.strerror}", "check its name and rights")
        return Checked(file, Document(None), errors=(wrong,))
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        wrong = RunbookError(file, line, "", "there is a sign that is not UTF-8", "save the file as UTF-8")
        return Checked(file, Document(None), errors=(wrong,))
    return check_text(text, file)


def check_text(text: str, file: str) -> Checked:
    """Check a runbook's text; `file` is what to call it."""
    try:
        read = document(text)
    except DocumentBroken as error:
        broken = RunbookError(file, error.line, error.key, error.problem, error.mend)
        return Checked(file, Document(None), errors=(broken,))
    if not isinstance(read.value, dict):
        empty = RunbookError(file, 1, "", "this is no runbook", "begin with `service: name` and one severity")
        return Checked(file, read, errors=(empty,))
    try:
        runbook = Runbook.model_validate(read.value)
    except ValidationError as error:
        wrong = [_shape(path, one, read, file) for path, one in _each_once(error.errors(), read)]
        return Checked(file, read, errors=tuple(sorted(wrong, key=lambda one: one.line)))
    if File(file).is_file():
        runbook = runbook.lying_in(File(file).parent)
    placed = sorted(_placed(problems(runbook), read, file), key=lambda one: one.line)
    return Checked(file, read, runbook, tuple(placed))


def schema() -> dict[str, Any]:
    """Return the JSON Schema of a runbook, for editors."""
    written = Runbook.model_json_schema(by_alias=True)
    for part, key in (("Diagnostic", "find"), ("Scenario", "found")):
        written["$defs"][part]["properties"][key]["items"]["enum"] = list(FINDINGS)
    return {
        **written,
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Muster runbook",
    }


def _placed(found: Iterator[Problem], read: Document, file: str) -> Iterator[RunbookError]:
    for one in found:
        yield RunbookError(file, read.line(one.path), dotted(one.path), one.problem, one.mend)


def _each_once(details: Iterable[ErrorDetails], read: Document) -> Iterator[tuple[Path, ErrorDetails]]:
    """Leave out what is said twice: of a list whose items are all broken, and of each kind that a value may have."""
    either: set[Path] = set()
    for detail in details:
        path: Path = tuple(part for part in detail["loc"] if part != "[key]")
        if detail["type"] == "too_short" and detail["input"]:
            continue
        if path and path[-1] in {"str", "int", "float"} and path not in read.lines:
            path = path[:-1]
            if path in either:
                continue
            either.add(path)
            detail = {**detail, "type": EITHER}  # noqa: PLW2901  # the same, under one name
        yield path, detail


def _shape(path: Path, detail: ErrorDetails, read: Document, file: str) -> RunbookError:
    problem, mend = told(detail)
    if detail["type"] == "extra_forbidden":
        mend = suggestion(path, detail["input"])
    return RunbookError(file, read.line(path), dotted(path), problem, mend)
