"""Patterns mean what GNU grep's mean, and cannot hang."""

from typing import Any

import pytest
import re2

from runbooks.lines.patterns import Pattern, pattern
from runbooks.lines.posix_patterns import translated
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
        (r"([0-9]+)/\1", "extended", r"n\[1\] != n\[2\]"),
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


@pytest.mark.parametrize("syntax", ["basic", "extended", "fixed", "perl"])
def test_patterns_are_those_of_an_engine_that_always_takes_linear_time(syntax: str) -> None:
    compiled = pattern(["(a*)*b"], syntax)
    assert type(compiled.compiled).__module__ == "re2"
    assert not compiled.search("a" * 50_000)


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


class Counting:
    """A pattern's engine, and how often it was asked and how many bytes it went over."""

    def __init__(self, pattern_: Pattern) -> None:
        self.engine = re2.compile(pattern_.compiled.pattern.encode(), pattern_.compiled.options)
        self.searches = self.read = 0

    def search(self, data: bytes, begin: int) -> Any:
        found = self.engine.search(data, begin)
        self.searches += 1
        self.read += (found.end() if found else len(data)) - begin
        return found


@pytest.mark.parametrize(
    ("source", "syntax"), [("a", "basic"), ("(?<=aaaa)a", "perl"), ("b\\Ka*", "perl"), ("é*", "basic")]
)
def test_many_matches_on_a_long_line_read_each_byte_only_a_few_times(source: str, syntax: str) -> None:
    compiled, line = pattern([source], syntax), "aé" * 5_000
    engine = vars(compiled)["_bytes"] = Counting(compiled)
    found = compiled.matches(line)
    assert engine.searches <= 2 * len(line) + 2
    assert engine.read <= (3 + compiled.back) * len(line.encode()) + 2
    assert len(found) <= len(line)
