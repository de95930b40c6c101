"""What people type into a runbook at first: each slip names its file, line and key, and what to write instead."""
# ruff: noqa: E501  # one row of a table is one line

from pathlib import Path

import pytest

from runbooks.linting import lint
from runbooks.templates import TemplateBroken, check

HEAD = "service: orders\non_call: rota\nseverities:\n- key: P0\n  escalate: [{after: 5m, notify: [boss]}]\n"
ROLE = "  escalate: [{after: 5m, notify: [boss]}]\n"
STEP = HEAD + "diagnostics:\n- id: a\n  phase: assess\n"
INPUT = HEAD + "mitigations:\n- id: m\n  run: kubectl scale deployment/a --replicas={n} -n a\n  inputs: {n: %s}\n"


def said(path: Path, text: str | bytes) -> list[str]:
    """What the linter says of a file, without its name."""
    file = path / "orders.yaml"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return [str(one).removeprefix(f"{file}:") for one in lint([file])]


NO_TEXT = {
    "Latin-1": ((HEAD + "title: Müller\n").encode("latin-1"), "6: error: there is a sign that is not UTF-8 (save the file as UTF-8)"),
    "UTF-16": (HEAD.encode("utf-16"), "1: error: there is a sign that is not UTF-8 (save"),
    "nothing but NUL": (b"\0" * 99, "1: error: there is a sign that no text holds, U+0000"),
    "nothing but remarks": ("# orders\n", "1: error: this is no runbook"),
    "an unknown tag": (HEAD + "title: !secret x\n", "6: error: could not determine a constructor for the tag '!secret' (put a text that begins with ! into quotes)"),
    "a threshold without quotes": (STEP + "  promql: up\n  bad_when: > 5\n", "10: error: while scanning a block scalar, expected a comment or a line break, but found '5' (put a text that begins with > or | into quotes)"),
    "a channel in brackets without quotes": (HEAD + "channels: {announce: #incidents}\n", "7: error: while parsing a flow node, expected the node content, but found '<stream end>' (put a text that begins with # into quotes, and close"),
    "a bracket left open": (HEAD + "kubernetes: {namespace: a\ndrills: []\n", "7: error: while parsing a flow mapping, expected ',' or '}', but got ':' (close the bracket before it"),
    "a key that is a list": (HEAD + "? [a, b]\n: x\n", "6: error: a key must be a plain word (write `name: value`)"),
}  # fmt: skip


@pytest.mark.parametrize(("text", "told"), NO_TEXT.values(), ids=NO_TEXT)
def test_a_file_that_is_no_yaml_says_what_to_do(tmp_path: Path, text: str | bytes, told: str) -> None:
    (one,) = said(tmp_path, text)
    assert one.startswith(told)


SHAPES = [
    ("service:\nseverities: [{key: P0}]\n", "1: error: service: nothing stands there (write something, in quotes if it begins with #"),
    ("service: Orders API\nseverities: [{key: P0}]\n", "1: error: service: `Orders API` does not look right (write it with small letters, digits and dashes)"),
    ("service: a\nseverities:\n", "2: error: severities: nothing stands there"),
    ("service: a\nseverities:\n  P0: {meaning: x}\n", "2: error: severities: this is a group of keys, and a list is meant (begin each of them with a dash"),
    ("service: a\nseverities: [null]\n", "2: error: severities[0]: nothing stands there"),
    ("service: a\nseverities: [{key: P0, update_every: -5m}]\n", "2: error: severities[0].update_every: '-5m' is not a duration (write 5m)"),
    ("service: a\nseverities: [{key: P0, update_every: 1.5h}]\n", "2: error: severities[0].update_every: '1.5h' is not a duration (write 1h30m)"),
    (HEAD + "channels:\n  announce: #incidents\n", "7: error: channels.announce: nothing stands there (write something, in quotes if it begins with #"),
    (HEAD + "channels: {critical: {P0: '#a', P9: '#b'}}\n", "6: error: channels.critical.P9: there is no severity `P9`"),
    (HEAD + "checklists:\n- {id: c, items: [a], severities: [P0, P9]}\n", "7: error: checklists[0].severities[1]: there is no severity `P9`"),
    (STEP + "  run: kubectl get pods && kubectl get nodes\n", "9: error: diagnostics[0].run: `&&` would run a second line, and one is run at a time (Run `kubectl get pods`, and make the rest another step)"),
    (INPUT.replace("{n}", "{n} && kubectl get pods") % "{type: integer}", "8: error: mitigations[0].run: `&&` would run a second line, and one is run at a time (Run `kubectl scale deployment/a --replicas={n}`, and make the rest another mitigation, named in `then` of this one)"),
    (HEAD + "drills: [{id: d, severity: P1}]\n", "6: error: drills[0].severity: there is no severity `P1` (choose one of: P0)"),
    (HEAD + "drills: [{id: d, scenario: fire}]\n", "6: error: drills[0].scenario: there is no scenario `fire`"),
    (HEAD + "drills: [{id: d, on: {day: null}}]\n", "6: error: drills[0].on.day: nothing stands there"),
    (HEAD + "drills: [{id: d, on: {day: [1]}}]\n", "6: error: drills[0].on.day: what stands there is neither text nor a number (write one of them)"),
    (HEAD + "links: [{title: a, url: grafana.example.com}]\n", "6: error: links[0].url: `grafana.example.com` does not look right (write the whole address, from https:// on)"),
    (HEAD + "title\u200b: x\n", "6: error: title\u200b: there is no such key (there is a sign in it that cannot be seen; type the line anew)"),
    (STEP + "  run: {kubectl get pods}\n", "9: error: diagnostics[0].run: what stands there is not text (put it in quotes: a [ or { begins a group)"),
    (HEAD + "kubernetes: {selector: {app: web}}\n", "6: error: kubernetes.selector: this is a group of keys, and one text is meant (write it in one line, like app=web)"),
    (HEAD + "owner: [ann, bob]\n", "6: error: owner: this is a list, and one text is meant (keep one of them, or put it all in quotes)"),
    (STEP + "  run: kubectl cert-manager renew web\n", '9: error: diagnostics[0].run: kubectl would say: error: unknown command "cert-manager" for "kubectl" (mend its name; a plugin of kubectl is for a person: write the line as `manual:`)'),
    (STEP + "  run: kubectl exec a -- redis-cli -a $PASSWORD ping\n", "9: error: diagnostics[0].run: `$PASSWORD` stands for a variable, and there is none of that name (Write its value, or declare it under `values:` of the runbook (no secrets)"),
    (INPUT % "{type: name, default: 200Gi}", "9: error: mitigations[0].inputs.n.default: N must be a Kubernetes name: small letters, digits, dashes and dots. (choose another default, or type)"),
    (STEP + "  run: kubectl get pods\n  find: [CrashLoopBackOff]\n", "10: error: diagnostics[0].find[0]: there is no finding `CrashLoopBackOff` (did you mean `crash-looping`?)"),
    (STEP + "  run: kubectl get pods\n  find: [OOMKilled]\n", "10: error: diagnostics[0].find[0]: there is no finding `OOMKilled` (did you mean `oom-killed`?)"),
    (STEP + "  run: kubectl get nodes\n  timeout: 0s\n", "10: error: diagnostics[0].timeout: nothing answers in no time (write 15s)"),
    (STEP + "  run: kubectl get nodes\n  timeout: 9d\n", "10: warning: diagnostics[0].timeout: nobody waits 9d at night; write 30s"),
    (STEP + "  run: kubectl run x --image=busybox\n", "9: error: diagnostics[0].run: `kubectl run` is not run here: a pod made by hand is forgotten there (write what it would ask as an http step"),
    (INPUT % "{type: text, min: 1}", "9: error: mitigations[0].inputs.n.min: min bounds a number, and this is `text` (write type: integer)"),
    (INPUT % "{choices: ['1', '2']}", "9: error: mitigations[0].inputs.n.choices: one of these is meant, and this is `text` (write type: choice)"),
    (INPUT % "{type: integer, pattern: '[0-9]'}", "9: error: mitigations[0].inputs.n.pattern: a pattern is for text, and this is `integer` (leave it out)"),
    (INPUT % "{type: integer, max: -1}", "9: error: mitigations[0].inputs.n.max: no number fits: the least is 0"),
    (INPUT % f"{{type: integer, max: {'9' * 400}}}", f"9: error: mitigations[0].inputs.n.max: `{'9' * 60}` is too large a number (write a smaller one)"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "told"), SHAPES)
def test_a_slip_is_told_with_its_place_and_its_mend(tmp_path: Path, text: str, told: str) -> None:
    assert [one for one in said(tmp_path, text) if one.startswith(told)], said(tmp_path, text)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("{{ 'x' | center(999999999) }}", "No filter named 'center'"),
        ("{{ '%999999999d' | format(1) }}", "No filter named 'format'"),
        ("{{ '{:>999999999}'.format(1) }}", "a template calls nothing"),
        ("{{ title.ljust(999999999) }}", "a template calls nothing"),
        ("{{ cycler('a').next() }}", "a template calls nothing"),
        ("{% for a in x %}{% for b in x %}{% for c in x %}{% endfor %}{% endfor %}{% endfor %}", "loops stand in loops in loops"),
        ("{% if x %}" * 150 + "{% endif %}" * 150, "indent"),
        ("{% set a = 'xx' %}" + "{% set a = a ~ a %}" * 40 + "{{ a }}", "sets no more than 20 names"),
    ],
)  # fmt: skip
def test_a_template_that_would_grow_without_end_is_refused_before_it_does(text: str, problem: str) -> None:
    with pytest.raises(TemplateBroken, match=problem):
        check(text)


@pytest.mark.parametrize(
    "text",
    [
        "{% for one in timeline %}{{ one.at }} {{ one.text | truncate(80) }}\n{% endfor %}",
        "{% for one in outputs %}{% for line in one.text %}{{ line | upper }}{% endfor %}{% endfor %}",
        "{% set who = commander | default('nobody') %}{{ who }} {{ follow_ups | length }}",
        "{{ timeline | map(attribute='text') | join(', ') }}",
    ],
)
def test_a_template_with_a_loop_in_a_loop_and_the_usual_filters_is_fine(text: str) -> None:
    check(text)
