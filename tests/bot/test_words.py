"""What Slack and the keyboard do to a text is undone before its words are read."""

import pytest

from bot.words import mentions, nearest, plain, typed


@pytest.mark.parametrize(
    ("arrives", "meant"),
    [
        ("a &lt;b&gt; &amp;&amp; c", "a <b> && c"),
        ("&amp;lt;", "&lt;"),
        ("“quoted” and ‘single’", "\"quoted\" and 'single'"),
        ("kubectl get pods —all-namespaces", "kubectl get pods --all-namespaces"),
        ("errors — again", "errors — again"),
        ("a\u00a0b\u200b", "a b"),
        ("<http://inferadb.example.com|inferadb.example.com> is down", "inferadb.example.com is down"),
        ("see <https://grafana.example.com/d/1>", "see https://grafana.example.com/d/1"),
        ("see <https://grafana.example.com/d/1|the board>", "see https://grafana.example.com/d/1"),
        ("<mailto:jo@example.com|jo@example.com>", "jo@example.com"),
        ("ask <@U0SAM|sam>", "ask @sam"),
        ("in <#C1|general>", "in #general"),
        ("<!subteam^S0ONCALL|@oncall> <!here>", "@oncall @here"),
        ("&lt;!channel&gt; down", "<!channel> down"),
        ("due at <!date^1700000000^{time}|14:05 UTC>", "due at 14:05 UTC"),
    ],
)
def test_a_text_is_read_as_it_was_typed(arrives: str, meant: str) -> None:
    assert plain(arrives) == meant


@pytest.mark.parametrize(
    ("arrives", "ref", "verb", "text"),
    [
        ("", None, "", ""),
        ("help", None, "help", ""),
        ("Severity SEV-2 too many errors", None, "severity", "SEV-2 too many errors"),
        ("INC-7 resolve A bad deploy", "7", "resolve", "A bad deploy"),
        ("resolve inc7 A bad deploy", "7", "resolve", "A bad deploy"),
        ("7", "7", "", ""),
        ("#7 ack", "7", "ack", ""),
        ("note 14:05 two  spaces", None, "note", "14:05 two  spaces"),
        ("snooze 15", None, "snooze", "15"),
        ("note line one\nline two", None, "note", "line one\nline two"),
    ],
)
def test_a_command_is_a_reference_a_verb_and_a_text(arrives: str, ref: str | None, verb: str, text: str) -> None:
    words = typed(arrives)
    assert (words.ref, words.verb, words.text) == (ref, verb, text)


def test_a_mention_keeps_its_id() -> None:
    assert typed("role commander <@U0SAM|sam>").mentions == ("U0SAM",)
    assert mentions("&lt;@U0SAM&gt;") == ()


def test_the_nearest_word_is_found_and_none_for_nonsense() -> None:
    assert nearest("sevrity", ["severity", "resolve"]) == "severity"
    assert nearest("xyzzy", ["severity", "resolve"]) is None
