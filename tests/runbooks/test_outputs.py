"""An output is cut at a line's end, and says what to do about errors everybody meets."""

import pytest

from runbooks.outputs import Output, capped, help_for, left_out_note, number_in


def test_a_short_text_stays() -> None:
    assert capped("abc\n", keep_tail=False, limit=4) == ("abc\n", 0)


def test_the_end_of_a_log_is_kept_and_the_beginning_of_all_else() -> None:
    assert capped("aa\nbb\ncc\n", keep_tail=True, limit=7) == ("bb\ncc\n", 3)
    assert capped("aa\nbb\ncc\n", keep_tail=False, limit=7) == ("aa\nbb\n", 3)


def test_one_endless_line_is_cut_in_the_middle() -> None:
    assert capped("a" * 10, keep_tail=True, limit=4) == ("aaaa", 6)
    assert capped("a" * 10, keep_tail=False, limit=4) == ("aaaa", 6)


def test_what_is_missing_is_said() -> None:
    assert left_out_note(12345, keep_tail=True).startswith("12,345 characters at the beginning were left out.")


@pytest.mark.parametrize(
    ("text", "value"), [("12\n", 12.0), (" -1.5 ", -1.5), ("12 13", None), ("", None), ("1e5", None)]
)
def test_a_number_is_seen_only_where_it_stands_alone(text: str, value: float | None) -> None:
    assert number_in(text) == value


@pytest.mark.parametrize(
    ("errors", "said"),
    [
        ("Unable to connect to the server: EOF", "cannot be reached"),
        ("The connection to the server a:1 was refused - did you specify the right host or port?", "cannot be reached"),
        ("Error from server (Forbidden): x", "ClusterRole"),
        ("error: You must be logged in to the server (Unauthorized)", "credentials"),
        ("error: Invalid kube-config file.", "KUBECONFIG"),
        ("ERROR:  canceling statement due to statement timeout\n", "longer `timeout`"),
        ("ERROR:  permission denied for table orders\n", "Grant"),
        ("ERROR:  cannot execute DELETE in a read-only transaction\n", "a mitigation"),
        ('ERROR:  relation "orders" does not exist\nLINE 1: …\n', "another schema"),
    ],
)
def test_common_errors_come_with_something_to_do(errors: str, said: str) -> None:
    assert said in " ".join(help_for(errors))


@pytest.mark.parametrize(
    "errors", ["error: something else", "wget: server returned error: HTTP/1.1 403 Forbidden", "401 Unauthorized"]
)
def test_an_error_that_is_not_the_clusters_own_says_nothing_of_its_rights(errors: str) -> None:
    assert not help_for(errors)


@pytest.mark.parametrize(("errors", "code", "ok"), [("", 0, True), ("", 1, True), ("x", 0, False), ("", 2, False)])
def test_a_grep_that_finds_nothing_has_ended_well(errors: str, code: int, ok: bool) -> None:
    assert Output("", "", errors, code, 0).ok is ok
