"""JSONPath templates as kubectl reads them: no template crashes or hangs."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from runbooks.kubectl.jsonpath import JsonPath, go_json, go_syntax
from runbooks.kubectl.jsonpath_reading import BadTemplate, relaxed

PODS: dict[str, Any] = {
    "kind": "List",
    "items": [
        {"metadata": {"name": "a", "labels": {"app.io/x": "1"}}, "spec": {"containers": [{"name": "c", "n": 1}]}},
        {"metadata": {"name": "b"}, "spec": {"containers": [{"name": "c", "n": 2}, {"name": "d", "n": 3}]}},
    ],
}
CASES = [
    ("{.items[*].metadata.name}", "a b"),
    ("{range .items[*]}{.metadata.name}{'\\n'}{end}", "a\nb\n"),
    ("{range .items[*]}{.metadata.name}:{range .spec.containers[*]}{.name}{end};{end}!", "a:c;b:cd;!"),
    ("{range .items[*]}{.metadata.name};", "a;b;;"),
    ("{range .items[*]}{range .spec.containers[*]}{.name}{end}{.kind}", "ccdList"),
    ("{range .nothing[*]}{.name}{end}{.kind}", "List"),
    ("{.items[-1:].metadata.name}", "b"),
    ("{.items[0,1].metadata.name}", "a b"),
    ("{.items[0].metadata.labels.app\\.io/x}", "1"),
    ("{.items[0].metadata['name','labels']}", 'a {"app.io/x":"1"}'),
    ("{.items[?(@.metadata.name=='b')].spec.containers[?(@.n>2)].name}", "d"),
    ("{..n}", "1 2 3"),
    ("{.items[*].nothing}", ""),
    ("plain", "plain"),
    ("{true} {1} {'x'}", "true 1 x"),
]


@pytest.mark.parametrize(("template", "text"), [*CASES, ('{"a\\u0020b\\x41\\101\\n"}', "a bAA\n")])
def test_a_template_gives_its_text(template: str, text: str) -> None:
    assert JsonPath(template).text(PODS) == text


BROKEN = [
    ('{"a\\q"}', "unquote string a\\q error invalid syntax"),
    ('{"\\ud800"}', "unquote string \\ud800 error invalid syntax"),
    ("{.items[0}", "unterminated array"),
    ("{.items[a]}", "invalid array index a"),
    ("{.items[?(@.x]}", "unterminated filter"),
    ('{"x}', "unterminated quoted string"),
    ("{.a", "unclosed action"),
    ("{....a}", "invalid multiple recursive descent"),
    ("{#}", "unrecognized character in action: U+0023 '#'"),
]


def test_an_unknown_word_is_an_error_when_it_is_met() -> None:
    with pytest.raises(BadTemplate, match="unrecognized identifier nothing"):
        JsonPath("{nothing}").text({})


@pytest.mark.parametrize(("template", "words"), BROKEN)
def test_a_broken_template_says_what_is_wrong(template: str, words: str) -> None:
    with pytest.raises(BadTemplate) as told:
        JsonPath(template)
    assert str(told.value) == words


@pytest.mark.parametrize(
    "template", ["{end}", "{.items[5]}", "{.kind[0]}", "{.items[?(@.metadata.name>1)]}", "{.kind[?(@.x)]}"]
)
def test_a_template_that_does_not_fit_says_so(template: str) -> None:
    with pytest.raises(BadTemplate):
        JsonPath(template).text(PODS)


def test_a_missing_key_is_an_error_only_when_asked_for() -> None:
    assert not JsonPath("{.nothing}").text(PODS)
    with pytest.raises(BadTemplate, match="nothing is not found"):
        JsonPath("{.nothing}", missing=False).text(PODS)


def test_a_template_that_prints_everything_many_times_ends_at_a_limit() -> None:
    with pytest.raises(BadTemplate, match="more than 16 MiB"):
        JsonPath("{$}" * 200).text({"name": "x" * 100_000})


def test_a_template_that_multiplies_ends_at_a_limit() -> None:
    wide = {"a": list(range(1000))}
    nested = "{range .a[*]}" * 1 + "{.x}{end}" + "{..a}" * 3
    assert JsonPath(nested).text(wide)
    many = {"a": [{"a": [{"a": list(range(200))}] * 200}] * 200}
    with pytest.raises(BadTemplate, match="more than"):
        JsonPath("{.a[*].a[*].a[*]}").text(many)


@pytest.mark.parametrize("text", ["metadata.name", ".metadata.name", "{.metadata.name}", "{metadata.name}"])
def test_a_single_field_may_be_written_loosely(text: str) -> None:
    assert relaxed(text) == "{.metadata.name}"


def test_json_is_written_as_go_writes_it() -> None:
    assert go_json({"b": "<&>", "a": [1, None, True]}) == '{"a":[1,null,true],"b":"\\u003c\\u0026\\u003e"}'
    assert go_syntax({"a": ["x"]}) == 'map[string]interface {}{"a":[]interface {}{"x"}}'


def text_or_problem(template: str, document: Any) -> str:
    try:
        return JsonPath(template).text(document)
    except BadTemplate as error:
        return str(error)


LEAF = st.none() | st.booleans() | st.integers(-5, 5) | st.text(max_size=3)
DOCUMENT = st.recursive(
    LEAF, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abc"), inner), max_leaves=12
)
PIECE = st.sampled_from(
    [
        "{",
        "}",
        "[",
        "]",
        ".",
        "..",
        "*",
        "a",
        "b",
        "@",
        "$",
        "?(",
        ")",
        "==",
        ">",
        "'",
        '"',
        "\\",
        ",",
        ":",
        "-1",
        "0",
        "7",
        "range ",
        "end",
        " ",
        "true",
        "é",
        "\n",
    ]
)


@settings(max_examples=500)
@given(st.lists(PIECE, max_size=14).map("".join), DOCUMENT)
def test_any_template_over_any_document_is_text_or_a_bad_template(template: str, document: Any) -> None:
    assert isinstance(text_or_problem(template, document), str)


@settings(max_examples=200)
@given(st.text(max_size=60))
def test_any_text_is_a_template_or_a_bad_one(template: str) -> None:
    assert isinstance(text_or_problem(template, PODS), str)
