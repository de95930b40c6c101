"""Every line of the five wikis has its place in the library, word for word, or the reason why a word is missing."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from runbooks.model import Diagnostic, Mitigation, Runbook
from runbooks.parts.placeholders import filled
from runbooks.reading import own_files
from tests.library import library
from tests.runbooks.seeds import ROWS, Row

PLACES = Path(__file__).parent / "seeds" / "places.tsv"
BOOKS = library()
TOLD = {"policy", "message"}
DANGEROUS = re.compile(r"logs (?:.*\s)?(?:-l|--selector)")


@dataclass(frozen=True)
class Place:
    """Where a wiki's line stands: `diagnostics/pods`. Of a line that runs, `words` are those left out, and `why`; of
    one that tells people something, what is there to be read."""

    words: frozenset[str]
    where: str
    why: str


def places() -> dict[str, Place]:
    found = {}
    for line in PLACES.read_text("utf-8").splitlines()[1:]:
        id_, where, words, why = [*line.split("\t"), "", ""][:4]
        found[id_] = Place(frozenset(words.split()), where, why)
    return found


KNOWN = places()
RUN = [row for row in ROWS if row.kind not in TOLD]


def words(text: str) -> frozenset[str]:
    """The words of a line, without quotes, and without the terminal that `-it` wants."""
    found = re.findall(r"""[^\s'"|;()]+""", text.replace("⏎", " "))
    return frozenset(found) - {"-it", "-i", "-t", "\\", "promql"}


def step_of(row: Row) -> Diagnostic | Mitigation:
    part, _, id_ = KNOWN[row.id].where.partition("/")
    found: dict[str, Diagnostic | Mitigation] = {one.id: one for one in getattr(BOOKS[row.service], part)}
    return found[id_]


def line_of(step: Diagnostic | Mitigation) -> str:
    """The line with what is proposed for its inputs."""
    asked = step.inputs if isinstance(step, Mitigation) else {}
    proposed = {name: str(one.default) for name, one in asked.items() if one.default is not None}
    return filled((step.line,), proposed)[0]


def test_every_line_has_one_place() -> None:
    assert len(ROWS) == 240
    assert set(KNOWN) == {row.id for row in ROWS}


@pytest.mark.parametrize("row", RUN, ids=lambda row: row.id)
def test_a_line_stands_in_the_library_word_for_word_or_says_why_not(row: Row) -> None:
    place = KNOWN[row.id]
    left_out = words(row.command) - words(line_of(step_of(row)))
    assert left_out == place.words
    assert bool(left_out) == bool(place.why)


@pytest.mark.parametrize("row", [row for row in ROWS if row.kind in TOLD], ids=lambda row: row.id)
def test_what_people_are_told_stands_in_the_ladder_or_the_texts(row: Row) -> None:
    place = KNOWN[row.id]
    said = _told(BOOKS[row.service], place.where)
    assert place.words
    for word in place.words:
        assert word in said


def _told(book: Runbook, where: str) -> str:
    first, second, *rest = where.split("/")
    if first == "severities":
        severity = book.severity(second)
        assert severity is not None
        return repr(getattr(severity, rest[0]))
    return str(getattr(getattr(book, first), second))


def test_a_line_that_people_read_writes_nothing_and_a_change_is_a_mitigation() -> None:
    for row in RUN:
        step = step_of(row)
        if row.kind == "kubectl-read":
            assert isinstance(step, Diagnostic), row.id
        if row.kind == "kubectl-write" and row.id != "I46":
            assert isinstance(step, Mitigation), row.id


def steps() -> Iterator[tuple[str, Diagnostic | Mitigation]]:
    for name, book in BOOKS.items():
        yield from ((f"{name}/{step.id}", step) for step in book.diagnostics)
        yield from ((f"{name}/{fix.id}", fix) for fix in book.mitigations)


@pytest.mark.parametrize(("name", "step"), list(steps()), ids=lambda one: one if isinstance(one, str) else "")
def test_no_line_of_the_library_reads_ten_lines_where_all_are_meant(name: str, step: Diagnostic | Mitigation) -> None:
    if DANGEROUS.search(step.line):
        assert "--tail=" in step.line, name


def test_the_manifests_that_are_applied_lie_beside_the_runbooks() -> None:
    folder = own_files()[0].parent
    named = [word for _, step in steps() for word in re.findall(r"-f (manifests/\S+)", step.line)]
    assert named
    for name in named:
        assert (folder / name).is_file(), name
