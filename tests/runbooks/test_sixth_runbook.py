"""A sixth runbook, written by somebody else: whatever is wrong with it is told with its place, and nothing crashes."""
# ruff: noqa: E501  # one row of a table is one line

from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from runbooks.linting import remarks_on
from runbooks.reading import Checked, check_file, check_text, own_files
from tests.runbooks.examples import values

HEAD = "service: orders\nseverities: [{key: P0}]\n"
STEP = HEAD + "diagnostics:\n- {id: a, promql: up}\n"
FIX = HEAD + "mitigations:\n- {id: a, run: 'kubectl scale deployment/a --replicas={n}', inputs: {n: %s}}\n"


def told(text: str) -> list[str]:
    """What is said of a text, without the file's name; every error has a line of the file and something to do."""
    checked = check_text(text, "six.yaml")
    last = text.count("\n") + 1
    for one in checked.errors:
        assert 1 <= one.line <= last
        assert one.mend, one
    return [str(one).removeprefix("six.yaml:") for one in checked.errors]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (HEAD + "\ttitle: x", "3: while scanning for the next token, found character '\\t' that cannot start any token (indent with blanks, not tabs"),
        (HEAD + "title: Orders: all", "3: mapping values are not allowed here (put a text that holds `: ` into quotes)"),
        (HEAD + "title: 'Orders\nabout: x", "4: while scanning a quoted scalar, found unexpected end of stream (close the quote"),
        (HEAD + "---\nservice: b", "3: expected a single document in the stream, but found another document (keep one runbook in a file"),
        (HEAD + "links:\n  - title: a\n - title: b", "5: while parsing a block"),
        (HEAD + "title: *all", "3: found undefined alias 'all' (put a text that begins with `*` into quotes)"),
        (HEAD + "kubernetes:\n  <<: x", "4: kubernetes: a key must be a plain word (write the keys out instead of `<<`)"),
        (HEAD + "title: a\ntitle: b", "4: title: `title` stands twice, first in line 3 (keep one)"),
        (HEAD + "title: \x00", "3: there is a sign that no text holds, U+0000 (remove it"),
        (HEAD + "links: &a [*a]", "3: links[0][0][0]"),
        (HEAD + "title: " + "9" * 5000, "3: title: this number is too long (put it into quotes)"),
        (HEAD + "title: " + "[" * 3000, "1: brackets stand in brackets without end"),
        ("", "1: this is no runbook (begin with `service: name` and one severity)"),
        ("- service: a", "1: this is no runbook"),
        ("just a text", "1: this is no runbook"),
        ("x" * (1024 * 1024 + 1), "1: the file is larger than 1 MiB (split it"),
    ],
)  # fmt: skip
def test_text_that_is_not_yaml_says_where_and_what_to_do(text: str, said: str) -> None:
    assert told(text)[0].startswith(said)


def test_a_bomb_of_aliases_is_put_out() -> None:
    bomb = "a: &a [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
        f"{name}: &{name} [{', '.join([f'*{before}'] * 10)}]\n"
        for before, name in zip("abcdefgh", "bcdefghi", strict=True)
    )
    (said,) = told(HEAD + bomb)
    assert "repeats more, than any runbook does (leave out aliases)" in said


def test_a_byte_order_mark_is_no_trouble(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(HEAD, "utf-8-sig")
    assert check_file(tmp_path / "a.yaml").errors == ()


def test_windows_line_ends_are_no_trouble() -> None:
    assert told(STEP.replace("\n", "\r\n")) == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (HEAD + "titel: x", "titel: there is no such key (did you mean `title`?)"),
        (HEAD + "namespace: x", "namespace: there is no such key (it belongs under `kubernetes`)"),
        (HEAD + "diagnostic: []", "diagnostic: there is no such key (did you mean `diagnostics`?)"),
        (HEAD + "on-call: x", "on-call: there is no such key (did you mean `on_call`?)"),
        (HEAD + "diagnostics:\n- {id: a, promql: up, badwhen: '> 1'}", "badwhen: there is no such key (did you mean `bad_when`?)"),
        (HEAD + "diagnostics:\n- {id: a, cmd: x, promql: up}", "cmd: there is no such key (known are: id, title, run,"),
        (FIX % "{type: integer, maximum: 5}", "inputs.n.maximum: there is no such key (known are: type, default, min, max,"),
        (FIX % "{type: integer, defualt: 5}", "inputs.n.defualt: there is no such key (did you mean `default`?)"),
        (HEAD + "checklists:\n- {id: a, items: [{text: It works, and stays so}]}", "and stays so: there is no such key (put the text before it into quotes: inside { } a comma ends it)"),
        ("service: a\nseverities:\n- {key: P0, updates: 5m}", "severities[0].updates: there is no such key (did you mean `update_every`?)"),
    ],
)  # fmt: skip
def test_an_unknown_key_is_told_what_it_may_have_been(text: str, said: str) -> None:
    (one,) = told(text)
    assert said in one


@pytest.mark.parametrize(
    ("rest", "said"),
    [
        ("respond_within: 5 minutes", "'5 minutes' is no time limit (write 5m, 4h business or next business day)"),
        ("update_every: 5 minutes", "'5 minutes' is not a duration (write 5m)"),
        ("update_every: 5min", "'5min' is not a duration (write 5m)"),
        ("update_every: 90", "90 is not a duration (write 90m for minutes, 90s for seconds)"),
        ("update_every: 30m-15m", "the reminder must come after 0s and not after the update is due (write 15m-30m)"),
        ("update_every: 0s", "the reminder must come after 0s"),
        ("update_every: 99999999999999999999d", "is too long"),
        ("respond_within: [15m]", "['15m'] is no time limit"),
        ("suggest_when: error_ratio > 5", "`error_ratio > 5` is not a list (put it in brackets"),
        ("suggest_when: [error ratio > 5]", "is not a condition; write a diagnostic's id, one of > >= < <= == !=, a number (write it as error_ratio > 0.05)"),
        ("escalate: [{after: soon, notify: [a]}]", "escalate[0].after: 'soon' is not a duration"),
        ("escalate: [{after: 5m}]", "escalate[0].notify: this key is missing (add it)"),
        ("escalate: [{after: 5m, notify: []}]", "at least one is wanted"),
        ("escalate: [{unless: solved, notify: [a]}]", "`solved` is not one of '', 'acknowledged', 'mitigated' or 'resolved'"),
        ("notices: [{how: fax}]", "`fax` is not one of 'page', 'call', 'email'"),
        ("examples: All is down", "`All is down` is not a list (put it in brackets"),
        ("meaning: 5", "`5` is not text (put it in quotes)"),
    ],
)  # fmt: skip
def test_a_wrong_unit_or_word_in_the_ladder_is_told_with_its_mend(rest: str, said: str) -> None:
    text = f"service: a\nseverities:\n- key: P0\n  {rest}\n"
    (one,) = told(text)
    assert one.startswith("4: severities[0].")
    assert said in one


@pytest.mark.parametrize(
    ("on", "said"),
    [
        ("{day: 6th fri}", "this is no time"),
        ("{day: 1st friday}", "this is no time"),
        ("{day: first fri}", "this is no time"),
        ("{day: 31, month: 2}", "there is no such day in any year"),
        ("{hour: 25}", "this is no time"),
        ("{hour: '10:30'}", "this is no time"),
        ("{minute: '*/0'}", "this is no time"),
        ("{zone: Berlin}", "there is no time zone `Berlin`"),
        ("{zone: America}", "there is no time zone `America`"),
        ("{week: 5}", "there is no such key"),
        ("1st fri", "`1st fri` is no drill's time (write {day: 1st fri, hour: 10, zone: Europe/Berlin})"),
        ("'0 10 * * 5'", "`0 10 * * 5` is no drill's time (write {day: 1st fri,"),
    ],
)
def test_a_drill_that_can_never_come_is_told(on: str, said: str) -> None:
    (one,) = told(f"{HEAD}drills:\n- id: a\n  on: {on}\n")
    assert one.startswith("5: drills[0].on")
    assert said in one


@pytest.mark.parametrize("on", ["{day: 5th fri}", "{day: last}", "{day: last fri, hour: 9}", "{day_of_week: mon}"])
def test_a_drill_that_comes_seldom_is_no_error(on: str) -> None:
    assert told(f"{HEAD}drills:\n- id: a\n  on: {on}\n") == []


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("{type: integer, min: 5, max: 1}", "inputs.n.min: min is larger than max (swap them)"),
        ("{type: integer, min: 1, max: 5, default: 9}", "inputs.n.default: N must be at least 1 and at most 5, not 9."),
        ("{type: choice, choices: [a, b], default: c}", "inputs.n.default: N must be one of a, b."),
        ("{type: choice}", "a choice wants choices (list them"),
        ("{choices_from: kubectl delete pod a}", "inputs.n.choices_from: `kubectl delete` changes the cluster"),
        ("{choices_from: ls}", "inputs.n.choices_from: `ls` looks at one machine"),
        ("{type: whole}", "`whole` is not one of 'integer', 'number'"),
        ("{pattern: '[0-9'}", "`[0-9` is no regular expression"),
        ("{pattern: '[0-9]+', default: x}", "N does not look right"),
        ("{min: many}", "`many` is not a number (write it in digits, without quotes)"),
        (f"{{type: number, max: {'9' * 400}.0}}", "too large a number"),
    ],
)
def test_impossible_bounds_are_told(asked: str, said: str) -> None:
    found = told(FIX % asked)
    assert any(said in one for one in found), found


def test_an_input_is_not_called_as_the_items_of_a_loop_are() -> None:
    (one,) = told((FIX % "{type: integer}").replace("{n", "{item"))
    assert "inputs.item: `{item}` is what a loop goes through (give the input another name)" in one


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("kubectl get pods && kubectl get nodes", "would run a second line"),
        ("kubectl get pods -n <namespace>", "`<namespace>` is a gap to fill in"),
        ("kubectl get pods $(date)", "would run another line inside this one"),
        ("kubectl gte pods", "unknown command"),
        ("kubectl get pods --kubeconfig=other.yaml", "`--kubeconfig` would leave the cluster"),
        ("ssh web-1 uptime", "another machine"),
        ("kubectl get pods -o name | xargs kubectl delete", "`kubectl delete` changes the cluster"),
        ("kubectl get pods -o name | xargs rm", "`xargs` would start `rm`"),
        ("kubectl edit deployment/a", "is not run here"),
        ("rm -rf /", "`rm`"),
    ],
)
def test_a_line_that_cannot_run_is_told_at_its_own_line(line: str, said: str) -> None:
    text = f"{HEAD}diagnostics:\n- id: a\n  run: {yaml.safe_dump(line, default_style=chr(39), width=9999)}"
    found = check_text(text, "six.yaml").errors
    assert [one.line for one in found] == [5]
    assert [one.key for one in found] == ["diagnostics[0].run"]
    assert said in str(found[0])


@pytest.mark.parametrize(
    ("template", "said"),
    [
        (
            "{% for a in range(10) %}x{% endfor %}",
            "a template calls nothing; use a filter, such as {{ title | upper }} (compare",
        ),
        ("{% include 'update' %}", "a template stands alone"),
        ("{% macro a() %}{{ a() }}{% endmacro %}{{ a() }}", "a template stands alone"),
        ("{{ 'a' * 1000000000 }}", "a template does not multiply"),
        ("{{ title.__class__.__mro__ }}", "__mro__"),
        ("{% if title %}", "line 1 of it"),
        ("{{ title | frob }}", "No filter named"),
        ("{{ 1 / 0 }}", "division by zero"),
    ],
)
def test_a_template_that_cannot_be_filled_in_or_never_ends_is_told(template: str, said: str) -> None:
    found = told(HEAD + "templates:\n  update: " + yaml.safe_dump(template, default_style='"', width=9999))
    assert len(found) == 1
    assert said in found[0]


@pytest.mark.parametrize(
    ("pattern", "said"),
    [
        ("inc-{id}", "the channels of incidents begin with `incident-` (write incident-inc-{id})"),
        ("incident-{datum}", "nothing is put in for `{datum}` (choose among id, number, service"),
    ],
)
def test_a_channels_pattern_that_means_nothing_is_told(pattern: str, said: str) -> None:
    (one,) = told(f"{HEAD}channels: {{name: '{pattern}'}}\n")
    assert said in one


def test_a_name_that_leads_nowhere_is_told_the_nearest() -> None:
    (one,) = told(STEP + "scenarios:\n- {id: s, check: [b]}\n")
    assert "there is no diagnostic `b` (choose one of: a)" in one
    (one,) = told(STEP.replace("id: a", "id: error-ratio") + "scenarios:\n- {id: s, check: [eror-ratio]}\n")
    assert "did you mean `error-ratio`?" in one


def test_any_language_will_do() -> None:
    text = HEAD + "title: 注文 🧾 Žluťoučký\nseverities_: x\n"
    (one,) = told(text)
    assert one.startswith("4: severities_: there is no such key (did you mean `severities`?)")


def test_ten_thousand_lines_and_a_thousand_steps_are_read() -> None:
    steps = "".join(
        f"- id: step-{number}\n  title: Step\n  phase: investigate\n  run: kubectl get pods -n a | grep a{number}\n"
        "  find: [not-ready]\n  help: Look\n  timeout: 20s\n  unit: lines\n  bad_when: '> 5'\n  otherwise: none\n"
        for number in range(1000)
    )
    text = f"{HEAD}diagnostics:\n{steps}"
    assert text.count("\n") > 10_000
    assert told(text) == []
    assert "did you mean" in told(text + "scenarios:\n- {id: s, check: [step-7, step-77x]}\n")[0]


WHOLE = yaml.safe_dump(values(), sort_keys=False, allow_unicode=True)
LIBRARY = [file.read_text("utf-8") for file in own_files()]
SNIPPETS = st.sampled_from(
    ["\t", "\n", ":", "- ", "[", "]", "{", "}", "&a ", "*a", "<<: ", "!!python/none ", "|", ">", "'", '"', "#", "%", "@",
     "---\n", "...\n", "null", "true", "-1", "1e400", "9" * 400, "é", "\u202e", "\x00", "\ufeff", "🔥", "{x}", "{{", "%}",
     "kubectl ", " | ", "$(", "`", "0s", "1y", "? "]
)  # fmt: skip


@st.composite
def mutated(draw: st.DrawFn) -> str:
    """A good runbook with a few places cut out, doubled, moved or overwritten."""
    text = WHOLE
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(text)))
        end = min(len(text), start + draw(st.integers(0, 30)))
        piece = draw(st.one_of(SNIPPETS, st.text(max_size=6), st.just(text[start:end] * 2)))
        text = text[:start] + piece + text[end:]
    return text


def understood(checked: Checked, text: str) -> None:
    assert checked.errors or checked.runbook is not None
    last = text.count("\n") + text.count("\r") + text.count("\x85") + text.count("\u2028") + text.count("\u2029") + 1
    assert all(1 <= one.line <= last for one in checked.errors)
    for one in (*checked.errors, *remarks_on(checked)):
        assert "\n" not in str(one)


@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow])
@given(mutated())
def test_a_runbook_with_slips_of_the_pen_is_an_error_and_never_a_crash(text: str) -> None:
    understood(check_text(text, "six.yaml"), text)


anything = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), st.text(max_size=20)),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=8), inner, max_size=3)),
    max_leaves=6,
)
KEYS = [*sorted(values()), "templates", "drills", "checklists", "scenarios", "channels", "contacts", "links", "roles"]


@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(KEYS), anything)
def test_a_key_with_any_value_is_an_error_or_a_runbook(key: str, value: object) -> None:
    text = yaml.safe_dump(values(**{key: value}), allow_unicode=True)
    understood(check_text(text, "six.yaml"), text)


@settings(max_examples=20, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(LIBRARY), st.data())
def test_a_runbook_of_the_library_that_lost_a_line_never_crashes(whole: str, data: st.DataObject) -> None:
    lines = whole.splitlines(keepends=True)
    gone = data.draw(st.integers(0, len(lines) - 1))
    text = "".join(lines[:gone] + lines[gone + 1 :])
    understood(check_text(text, "six.yaml"), text)


@given(st.binary(max_size=200))
@settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_bytes_of_any_kind_are_an_error_and_never_a_crash(tmp_path: Path, data: bytes) -> None:
    file = tmp_path / "six.yaml"
    file.write_bytes(data)
    assert check_file(file).errors
