"""Go templates print what kubectl prints; a broken one is told, and none can run away."""

import pytest
from hypothesis import event, given
from hypothesis import strategies as st

from runbooks.kubectl.go_template import GoTemplate
from runbooks.kubectl.jsonpath_reading import BadTemplate

PODS = {
    "kind": "List",
    "null": None,
    "items": [
        {"name": "a", "n": 1, "ready": True, "labels": {"x": "1", "y": "2"}},
        {"name": "b", "n": 2, "ready": False},
    ],
}


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("plain", "plain"),
        ("{{.kind}} {{len .items}}", "List 2"),
        ('{{range .items}}{{.name}}{{"\\n"}}{{end}}', "a\nb\n"),
        ("{{range $i, $one := .items}}{{$i}}{{$one.name}}{{end}}", "0a1b"),
        ("{{range .items}}{{if .ready}}+{{else}}-{{end}}{{end}}", "+-"),
        ('{{range .items}}{{if eq .name "a"}}1{{else if gt .n 1}}2{{end}}{{end}}', "12"),
        ('{{(index .items 1).name}} {{index .items 0 "n"}}', "b 1"),
        ("{{with .nosuch}}x{{else}}none{{end}} {{.nosuch}}", "none <no value>"),
        ("{{range $k, $v := (index .items 0).labels}}{{$k}}={{$v}} {{end}}", "x=1 y=2 "),
        ("a {{- .kind -}} b", "aListb"),
        ('{{/* nothing */}}{{printf "%-6s|%d" .kind 3}}', "List  |3"),
        ("{{range .none}}x{{else}}empty{{end}}", "empty"),
        ("{{.nosuch.deeper}}{{if .nosuch.deeper.still}}x{{end}}{{range .nosuch.list}}y{{end}}", "<no value>"),
        ("{{range .items}}{{.name}}{{break}}{{end}}", "a"),
        ("{{range .items}}{{if .ready}}{{continue}}{{end}}{{.name}}{{end}}", "b"),
        ("{{range .items}}{{range $.items}}{{break}}{{end}}{{.name}}{{end}}", "ab"),
        ('{{print 1 2 "x" 3 4}}|{{println 1 "x"}}', "1 2x3 4|1 x\n"),
        ('{{html "<a&b>"}} {{js "it\'s"}} {{urlquery "a b/c"}}', "&lt;a&amp;b&gt; it\\'s a+b%2Fc"),
        ("{{slice .kind 1 3}}{{slice .kind 2}}{{len (slice .items 1)}}", "isst1"),
        ('{{"a\\u0020b\\x41\\101"}}', "a bAA"),
        ('{{.kind | printf "%q"}}{{$k := .kind}}{{$k}}', '"List"List'),
        ("{{index .items 0}}", "map[labels:map[x:1 y:2] n:1 name:a ready:true]"),
        ('{{if and .kind (not .nosuch)}}yes{{end}}{{or .nosuch "else"}}', "yeselse"),
        ('{{"aGVsbG8=" | base64decode}}', "hello"),
    ],
)
def test_a_template_prints_what_kubectl_prints(template: str, text: str) -> None:
    assert GoTemplate(template).text(PODS) == text


@pytest.mark.parametrize(
    ("template", "words"),
    [
        ("{{.kind", "unclosed action"),
        ("{{range .items}}", "unexpected EOF"),
        ("{{end}}", "unexpected"),
        ("{{nosuch .kind}}", "not defined"),
        ("{{.null.deeper}}", "nil pointer"),
        ("{{break}}", "outside"),
        ("{{range .items}}{{end}}{{continue}}", "outside"),
        ('{{"\\q"}}', "invalid syntax"),
        ("{{.kind.deeper}}", "can't evaluate field"),
        ("{{index .items 9}}", "out of range"),
        ("{{gt .kind 1}}", "incompatible types"),
        ('{{template "x"}}', "not run here"),
        ("{{$x}}", "undefined variable"),
        ("{{len 3}}", "len"),
        ("{{not}}", "wrong arguments"),
        ("{{range .kind}}{{end}}", "can't iterate"),
        ('{{"!" | base64decode}}', "illegal base64"),
        ("{{" + "(" * 99 + "1" + ")" * 99 + "}}", "nested too deeply"),
    ],
)
def test_a_broken_template_is_told(template: str, words: str) -> None:
    with pytest.raises(BadTemplate, match=words):
        GoTemplate(template).text(PODS)


def test_loops_in_loops_end_at_a_limit() -> None:
    loops = "{{range $.items}}" * 24 + "{{end}}" * 24
    with pytest.raises(BadTemplate, match="more than 600,000 parts"):
        GoTemplate(loops).text(PODS)


PATHS = (".items", ".kind", ".", ".nosuch", "$.items", "(index .items 0)", "1", "not .kind")
WORDS = ("range .items", "if .ready", "with .kind", "end", "else", ".name", "index .items 1", "$x := 1", "len .kind")
actions = st.builds("{{{{{}}}}}".format, st.one_of(st.sampled_from(WORDS), st.text("(.|$ 1items", max_size=6)))
nested = st.recursive(
    st.sampled_from(["{{.}}", "-", "{{$}}", "{{len .}}", "{{.name}}", '{{.n | printf "%d"}}']),
    lambda inner: st.builds(
        "{{{{{} {}}}}}{}{{{{end}}}}".format, st.sampled_from(["range", "if", "with"]), st.sampled_from(PATHS), inner
    ),
)


@given(st.one_of(nested, st.lists(st.one_of(actions, nested), max_size=4).map("".join)))
def test_any_template_ends(template: str) -> None:
    try:
        text = GoTemplate(template).text(PODS)
    except BadTemplate:
        event("told")
    else:
        assert isinstance(text, str)
        event("printed")
