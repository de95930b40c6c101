"""A YAML document knows the line of each key, and means what it looks like."""

import pytest

from runbooks.checks.documents import DocumentBroken, document, dotted


def test_plain_words_stay_the_texts_they_look_like() -> None:
    text = "on: yes\nat: 10:30\nday: 2026-12-25\nno: off\nmany: 010\nbig: 1_000\nhex: 0x1f\nver: 1.2.3"
    assert document(text).value == {
        "on": "yes", "at": "10:30", "day": "2026-12-25", "no": "off", "many": "010", "big": "1_000", "hex": "0x1f",
        "ver": "1.2.3",
    }  # fmt: skip


def test_numbers_truth_and_nothing_are_what_they_are() -> None:
    assert document("[1, -2, 0.5, 1e3, true, False, null, ~, '1']").value == [
        1,
        -2,
        0.5,
        "1e3",
        True,
        False,
        None,
        None,
        "1",
    ]


def test_every_key_knows_its_line() -> None:
    read = document("a: 1\nb:\n  - c: 2\n  - {d: 3,\n     e: 4}\n")
    assert read.line(("b", 1, "e")) == 5
    assert read.line(("b", 0)) == 3
    assert read.line(("b", 1, "missing", 7)) == 4


@pytest.mark.parametrize(
    ("text", "line", "problem"),
    [
        ("a: 1\na: 2", 2, "twice, first in line 1"),
        ("a: [1,\nb: 2", 2, ""),
        ("a: 'x\nb", 2, ""),
        ("a: &x 1\n<<: *y", 2, "undefined alias"),
        ("? [a]\n: b", 1, "plain word"),
        ("a: !!python/object:os.system x", 1, "could not determine a constructor"),
        ("a: 1\nb: \x01", 2, "a sign that no text holds, U+0001"),
        ("a: 1\n---\nb: 2", 2, "single document"),
    ],
)
def test_a_document_that_cannot_be_read_says_where(text: str, line: int, problem: str) -> None:
    with pytest.raises(DocumentBroken) as caught:
        document(text)
    assert caught.value.line == line
    assert problem in caught.value.problem
    assert caught.value.mend


def test_a_path_is_written_as_people_do() -> None:
    assert dotted(("severities", 0, "update_every")) == "severities[0].update_every"
