"""Patterns mean what GNU grep's mean, and cannot hang."""

import time

import pytest

from runbooks.lines.patterns import pattern, translated
from runbooks.lines.refusal import LineRefused


@pytest.mark.parametrize(
    ("source", "extended", "matching", "other"),
    [
        (r"error\|fatal", False, "fatal", "warn"),
        ("error|fatal", False, "error|fatal", "error"),
        ("error|fatal", True, "fatal", "warn"),
        ("a+", False, "a+", "aa"),
        (r"a\+b", False, "aab", "a+b"),
        ("a+b", True, "aab", "a+b"),
        (r"a\+b", True, "a+b", "aab"),
        ("a{2}", False, "a{2}", "aa"),
        (r"a\{2\}", False, "aa", "a{2}"),
        ("^a{2}$", True, "aa", "aaa"),
        ("a{x", True, "a{x", "aax"),
        ("(a)", False, "(a)", "a"),
        (r"^\(a\|b\)$", False, "b", "c"),
        ("a^b$c", False, "a^b$c", "abc"),
        ("^*a", False, "*a", "a"),
        ("[]x]", False, "]", "a"),
        ("[^]x]", False, "a", "]"),
        (r"[\.]", False, "\\", "a"),
        ("[[:digit:]x]", False, "7", "a"),
        ("[a-c]", False, "b", "d"),
        (r"\bfoo\b", False, "a foo b", "foot"),
        (r"\<foo\>", False, "foo.", "foot"),
        (r"\w\s\W", True, "ü .", "ab"),
        ("a.c", False, "aüc", "ac"),
        ("a**", True, "aaa", None),
        ("^(ab+?)*$", True, "ababb", "c"),
    ],
)  # fmt: skip
def test_a_pattern_means_what_it_means_to_grep(source: str, extended: bool, matching: str, other: str | None) -> None:
    compiled = pattern([source], "extended" if extended else "basic")
    assert compiled.search(matching)
    assert other is None or not compiled.search(other)


def test_a_fixed_text_is_taken_as_it_is() -> None:
    assert pattern(["a.b*"], "fixed").search("xa.b*y")
    assert not pattern(["a.b*"], "fixed").search("axbb")


def test_perl_forgets_what_stands_before_a_backslash_k() -> None:
    compiled = pattern([r'endpoint="\K[^"]+'], "perl")
    assert compiled.matches('endpoint="/a" 1 endpoint="/b" 2') == ["/a", "/b"]


def test_a_group_before_backslash_k_is_counted() -> None:
    assert pattern([r"(a|b)=\K(\d+)"], "perl").matches("a=1 b=22") == ["1", "22"]


def test_whole_words_are_found_side_by_side() -> None:
    assert pattern(["foo"], whole="word").matches("foo foo,foo foot é foo") == ["foo"] * 4


def test_the_longest_alternative_wins_as_posix_has_it() -> None:
    assert pattern(["a|ab|abc"], "extended").matches("abcd") == ["abc"]


@pytest.mark.parametrize(
    ("source", "syntax", "said"),
    [
        (r"\(a\)\1", "basic", "refers back"),
        ("a(?<=a)b", "perl", "cannot be used"),
        ("(?!a)b", "perl", "cannot be used"),
        ("(?<=a)b|c", "perl", "cannot be used"),
        (r"(a)\1", "perl", "cannot be used"),
        (r"a\Kb\Kc", "perl", "more than once"),
        ("[a", "basic", "without its"),
        (r"a\)", "basic", "not open"),
        ("(a", "extended", "does not close"),
        ("a\\", "basic", "ends in a backslash"),
        ("a{9999}", "extended", "cannot be used"),
    ],
)
def test_what_could_hang_or_makes_no_sense_is_refused(source: str, syntax: str, said: str) -> None:
    with pytest.raises(LineRefused, match=said):
        pattern([source], syntax)


def test_a_pattern_that_makes_others_hang_takes_linear_time() -> None:
    began = time.process_time()
    assert not pattern(["(a*)*b"], "extended").search("a" * 50_000)
    assert time.process_time() - began < 2


def test_quantifiers_after_quantifiers_are_nested() -> None:
    assert translated("a+?", extended=True) == "(?:a+)?"


@pytest.mark.parametrize(
    ("source", "line", "found"),
    [
        ("(?<=status=)\\d+", "status=200 status=503", ["200", "503"]),
        ("(?<=a)a", "aaaa", ["a", "a", "a"]),
        ("\\w+(?=:)", "a: b c: d", ["a", "c"]),
        ('(?<=")[^"]+(?=")', 'x="one" y="two"', ["one", " y=", "two"]),
        ("(?<=[(])\\w+", "(a) (b)", ["a", "b"]),
        ("id=(?:a|b)\\K\\d+(?=;)", "id=a1; id=b22; id=a3", ["1", "22"]),
    ],
)
def test_perl_looks_at_what_stands_beside_a_match(source: str, line: str, found: list[str]) -> None:
    assert pattern([source], "perl").matches(line) == found


@pytest.mark.parametrize(
    ("source", "syntax"), [("a", "basic"), ("(?<=aaaa)a", "perl"), ("b\\Ka*", "perl"), ("é*", "basic")]
)
def test_many_matches_on_a_long_line_take_linear_time(source: str, syntax: str) -> None:
    few, many = "aé" * 5_000, "aé" * 50_000
    compiled = pattern([source], syntax)
    began = time.process_time()
    compiled.matches(few)
    between = time.process_time()
    compiled.matches(many)
    assert time.process_time() - between < 60 * max(between - began, 0.02)
