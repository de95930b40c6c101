"""`jq` prints what jq prints, and can neither hang, nor fill the memory, nor look around."""

import json
import os
from concurrent.futures import ThreadPoolExecutor

import pytest

from runbooks.lines.filtering import Filtered
from runbooks.lines.jq_filter import jq
from runbooks.lines.pipes import Pipeline, read
from runbooks.lines.refusal import LineRefused


def ran(words: list[str], text: str) -> Filtered:
    return Pipeline(("kubectl",), (tuple(words),)).through(text)


PODS = '{"items":[{"name":"a","n":1.50,"big":100000000000000000000},{"name":"b\\u00e9","n":[],"o":{}}]}'


@pytest.mark.parametrize(
    ("words", "text", "printed", "code"),
    [
        (["jq"], '{"b":[1,{"c":null}],"a":"x"}',
         '{\n  "b": [\n    1,\n    {\n      "c": null\n    }\n  ],\n  "a": "x"\n}\n', 0),
        (["jq", "-r", ".items[].name"], PODS, "a\nbé\n", 0),
        (["jq", ".items[].name"], PODS, '"a"\n"bé"\n', 0),
        (["jq", "-c", ".items[1]"], PODS, '{"name":"bé","n":[],"o":{}}\n', 0),
        (["jq", ".items[1]"], PODS, '{\n  "name": "bé",\n  "n": [],\n  "o": {}\n}\n', 0),
        (["jq", ".items[0].big"], PODS, "100000000000000000000\n", 0),
        (["jq", "-c", "--tab", "."], "[1]", "[1]\n", 0),
        (["jq", "--tab", "."], "[1]", "[\n\t1\n]\n", 0),
        (["jq", "--indent", "1", "."], "[1]", "[\n 1\n]\n", 0),
        (["jq", "-cS", "."], '{"b":1,"a":{"d":1,"c":2}}', '{"a":{"c":2,"d":1},"b":1}\n', 0),
        (["jq", "-s", "-c", "."], "1 2\n3", "[1,2,3]\n", 0),
        (["jq", "-n", "-c", "[inputs]"], "1 2", "[1,2]\n", 0),
        (["jq", "-R", "."], "a b\nc\n", '"a b"\n"c"\n', 0),
        (["jq", "-Rs", "."], "a\nb\n", '"a\\nb\\n"\n', 0),
        (["jq", "-j", ".[]"], '["a","b"]', "ab", 0),
        (["jq", "-e", ".a"], '{"a":false}', "false\n", 1),
        (["jq", "-e", "empty"], "1", "", 4),
        (["jq", "--arg", "n", "b", "-r", ".[$n]"], '{"b":"x y"}', "x y\n", 0),
        (["jq", "--argjson", "n", "2", ". + $n"], "1", "3\n", 0),
        (["jq", "def f: .+1; f # one more"], "1", "2\n", 0),
        (["jq", ".[] | select(.env == \"import\")", "-c"], '[{"env":"import"}]', '{"env":"import"}\n', 0),
        (["jq", "."], "", "", 0),
    ],
)  # fmt: skip
def test_jq_prints_what_jqs_prints(words: list[str], text: str, printed: str, code: int) -> None:
    done = ran(words, text)
    assert (done.text, done.exit_code, done.errors) == (printed, code, "")


def test_a_line_that_is_no_json_is_told_as_jq_tells_it() -> None:
    done = ran(["jq", "."], '{"a":')
    assert done.exit_code == 5
    assert done.errors.startswith("jq: parse error: Unfinished JSON term")


def test_each_of_many_at_once_reads_the_whole_of_a_large_input() -> None:
    text = json.dumps(["x" * 80] * 10_000)
    with ThreadPoolExecutor(12) as pool:
        done = list(pool.map(lambda _: ran(["jq", "length"], text), range(12)))
    assert [(one.text, one.errors) for one in done] == [("10000\n", "")] * 12


def test_an_error_half_way_keeps_what_was_printed_before() -> None:
    done = ran(["jq", ".[] | .a"], '[{"a":1}, 2]')
    assert (done.text, done.exit_code) == ("1\n", 5)
    assert "Cannot index number" in done.errors


def test_a_program_that_asks_for_no_input_does_not_mind_what_it_is() -> None:
    assert ran(["jq", "-n", "1 + 1"], "NAME READY\n").text == "2\n"


def test_an_input_that_fails_keeps_no_other_from_its_turn() -> None:
    done = ran(["jq", "-r", ".level"], '{"level":"info"}\n"no object"\n{"level":\n"error"}\n')
    assert (done.text, done.exit_code) == ("info\nerror\n", 0)
    assert done.errors == 'jq: error (at <stdin>:2): Cannot index string with string ("level")\n'


def test_words_of_the_input_are_not_taken_for_words_about_the_program() -> None:
    done = ran(["jq", "-R", "fromjson"], "java.lang.OutOfMemoryError: heap\n")
    assert "while parsing 'java.lang.OutOfMemoryError" in done.errors


@pytest.mark.parametrize("program", ["[range(1e12)] | length", "def f: f; f"])
def test_a_program_that_never_ends_is_stopped(program: str) -> None:
    done = ran(["jq", "-n", program], "")
    assert (done.text, done.exit_code) == ("", 5)
    assert "stopped" in done.errors


def test_a_program_that_prints_for_ever_is_cut() -> None:
    done = ran(["jq", "-n", 'range(1e9) | "' + "x" * 1000 + '"'], "")
    assert done.exit_code == 5
    assert len(done.text) < 40_000_000


@pytest.mark.parametrize("program", ["$ENV", "env", "[$ENV, env] | map(length)", "input_filename"])
def test_a_program_learns_nothing_of_its_surroundings(program: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VERY_SECRET", "x" * 40)
    said = ran(["jq", "-c", program], "1").text
    assert "x" * 40 not in said
    assert not set(os.environ) & set(said.split('"')) - {"LC_CTYPE"}


@pytest.mark.parametrize(
    "program",
    ['import "a" as $a; .', 'include "a"; .', '# x\nimport "a" as a; .', '"a" | modulemeta', "get_search_list"],
)
def test_a_program_reads_no_files(program: str) -> None:
    with pytest.raises(LineRefused):
        jq(["jq", program])


def test_what_went_wrong_in_a_filter_is_shown_apart_from_the_output() -> None:
    done = read("kubectl get pods | jq .a | cat").through("[]", 0)
    assert (done.text, done.exit_code) == ("", 0)
    assert "Cannot index array" in done.errors
