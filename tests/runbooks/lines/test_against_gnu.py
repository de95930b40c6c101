"""Filters print what the real programs print: both get the same words and the same input."""

import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import assume, example, given, reject, settings
from hypothesis import strategies as st

from runbooks.lines.pipes import Pipeline
from runbooks.lines.refusal import LineRefused

ENVIRONMENT = {"LC_ALL": "C.UTF-8", "PATH": os.environ.get("PATH", "")}
SED = shutil.which("sed") or ""
GNU = bool(SED) and b"GNU" in subprocess.run([SED, "--version"], capture_output=True, check=False).stdout
pytestmark = pytest.mark.skipif(not GNU, reason="These compare with GNU's programs; install coreutils, grep and sed.")


def listed(name: str) -> list[str]:
    return (Path(__file__).parent / name).read_text().splitlines()


_FIELD = st.sampled_from([*listed("fields.txt"), "", "v w"])
_ROW = st.lists(_FIELD, max_size=4).flatmap(
    lambda fields: st.sampled_from([" ", "  ", "\t", ",", ":"]).map(lambda separator: separator.join(fields))
)
TEXTS = st.tuples(st.lists(_ROW, max_size=8), st.booleans()).map(
    lambda made: "\n".join(made[0]) + ("\n" if made[1] and made[0] else "")
)


def real(words: list[str], text: str) -> tuple[str, int]:
    program = shutil.which(words[0])
    assume(program)
    done = subprocess.run([program, *words[1:]], input=text.encode(), capture_output=True, env=ENVIRONMENT, check=False)  # type: ignore[list-item]  # assumed
    return done.stdout.decode("utf-8", "replace"), done.returncode


def compared(line: str, text: str) -> None:
    words = shlex.split(line)
    try:
        ours = Pipeline(("kubectl",), (tuple(words),)).through(text)
    except LineRefused:
        reject()  # which is no pass: hypothesis fails where most are refused
    assert (ours.text, ours.exit_code) == real(words, text), (line, text)


def choices(*flags: str, most: int = 3) -> st.SearchStrategy[str]:
    return st.lists(st.sampled_from(flags), max_size=most, unique=True).map(" ".join)


PATTERNS = st.sampled_from(listed("patterns.txt"))


@settings(max_examples=50, derandomize=True)
@given(
    choices(
        "-i",
        "-v",
        "-c",
        "-o",
        "-E",
        "-F",
        "-w",
        "-x",
        "-m2",
        "-n",
        "-q",
        "-A1",
        "-B1",
        "-C1",
        "-h",
        "-e 1",
        "-m0",
        "-H",
        "-l",
        "-L",
        "-I",
    ),
    PATTERNS,
    TEXTS,
)
def test_grep(flags: str, pattern: str, text: str) -> None:
    compared(f"grep {flags} -e {pattern}", text)


@settings(max_examples=30, derandomize=True)
@given(
    st.sampled_from(
        ["-n 2", "-2", "-n -1", "-c 4", "-c -2", "-n 0", "", "-n -0", "--lines=3", "-v", "-n +1", "-c 1K", "-n 1kB"]
    ),
    TEXTS,
)
def test_head(flags: str, text: str) -> None:
    assume("é" not in text or "-c" not in flags)
    compared(f"head {flags}", text)


@settings(max_examples=30, derandomize=True)
@given(
    st.sampled_from(["-n 2", "-2", "-n +2", "+2", "-c 4", "-c +3", "-n 0", "-n +0", "", "--lines=3", "-n -2"]), TEXTS
)
def test_tail(flags: str, text: str) -> None:
    assume("é" not in text or "-c" not in flags)
    compared(f"tail {flags}", text)


@settings(max_examples=30, derandomize=True)
@given(choices("-l", "-w", "-c", "-m", "-L"), TEXTS)
def test_wc(flags: str, text: str) -> None:
    compared(f"wc {flags}", text)


@settings(max_examples=100, derandomize=True)
@given(
    choices("-r", "-n", "-h", "-u", "-V", "-f", "-b", "-g", "-s", "-M", "-d"),
    choices("-k2", "-k2,2", "-k1,1", "-k2,2n", "-k2nr", "-k1.2", "-k1.2,1.3", "-k2,2h", "-k3,3Vr", "-k2b,2", "-k1,1f"),
    st.sampled_from(["", "-t,", "-t:", "'-t\t'"]),
    TEXTS,
)
@example("-V", "", "", "v1.10\nv1.9\nv1.2.3-rc1\nv1.2.3\na\n")
@example("-k 2 -n", "", "", "a 10\nb 9\n")
def test_sort(flags: str, keys: str, separator: str, text: str) -> None:
    assume("é" not in text)
    compared(f"sort {flags} {keys} {separator}", text)


@settings(max_examples=30, derandomize=True)
@given(choices("-c", "-d", "-u", "-i", "-f1", "-s1", "-w2", "-D"), TEXTS)
def test_uniq(flags: str, text: str) -> None:
    assume("é" not in text)  # GNU counts bytes for -w and -s, and we count characters
    compared(f"uniq {flags}", text)


@settings(max_examples=50, derandomize=True)
@given(
    st.sampled_from(["-f1", "-f2", "-f2-", "-f-2", "-f1,3", "-c1-2", "-c3-", "-c2,1", "-f3-1", "-b1", "-f2,2-3"]),
    choices("-s", "--complement", "--output-delimiter=_"),
    st.sampled_from(["-d,", "-d' '", "-d:", ""]),
    TEXTS,
)
def test_cut(fields: str, flags: str, delimiter: str, text: str) -> None:
    assume("é" not in text)
    compared(f"cut {fields} {flags} {delimiter if '-f' in fields else ''}", text)


@settings(max_examples=50, derandomize=True)
@given(
    choices("-d", "-s", "-c", "-C", "-t"),
    st.sampled_from(
        [
            "a",
            "a-z",
            "'[:upper:]'",
            "'\\n'",
            "' '",
            "'[:space:]'",
            "ab",
            "0-9",
            "'[:digit:]'",
            "'a\\-z'",
            "'[a-b]'",
            "'\\t,'",
        ]
    ),
    st.sampled_from(["", "x", "A-Z", "'[:lower:]'", "'\\n'", "'[x*]'", "xy"]),
    TEXTS,
)
def test_tr(flags: str, one: str, two: str, text: str) -> None:
    assume("é" not in text)
    compared(f"tr {flags} {one} {two}", text)


@settings(max_examples=150, derandomize=True)
@given(choices("-n", "-E", "-r", most=2), st.sampled_from(listed("sed_scripts.txt")), TEXTS)
def test_sed(flags: str, script: str, text: str) -> None:
    assume("é" not in text)  # GNU sed 4.9 cuts it in two
    compared(f"sed {flags} {script}", text)


@settings(max_examples=133, derandomize=True)
@given(
    st.sampled_from(["", "-F,", "-F:", "-F'[:,]'", "-F'\t'", "-v x=1"]),
    st.sampled_from(listed("awk_programs.txt")),
    TEXTS,
)
def test_awk(flags: str, program: str, text: str) -> None:
    assume("é" not in text)
    compared(f"awk {flags} {shlex.quote(program)}", text)


@settings(max_examples=33, derandomize=True)
@given(choices("-t", "-s,", "-s:", "-o'|'"), TEXTS)
def test_column(flags: str, text: str) -> None:
    assume(" " not in text or "-s" not in flags)
    compared(f"column -t {flags}", text)


@settings(max_examples=30, derandomize=True)
@given(choices("-n", "-b", "-s", "-E", "-A", "-T", "-v", "-e"), TEXTS)
def test_cat(flags: str, text: str) -> None:
    assume("é" not in text)
    compared(f"cat {flags}", text)


@settings(max_examples=40, derandomize=True)
@given(st.sampled_from(["-s", "-sd,", "-s -d ', '", "-d: - -", "- - -", "-sd'\\n\\t'", "-"]), TEXTS)
def test_paste(flags: str, text: str) -> None:
    compared(f"paste {flags}", text)


@settings(max_examples=40, derandomize=True)
@given(st.sampled_from(["tac", "rev", "nl", "nl -ba", "nl -b t -w 3 -s :", "nl -bn", "nl -v 0"]), TEXTS)
def test_lines_turned_and_numbered(line: str, text: str) -> None:
    assume(
        line != "tac" or text.endswith("\n") or not text
    )  # GNU glues a last line without its newline to the one before
    compared(line, text)


@settings(max_examples=40, derandomize=True)
@given(
    st.sampled_from(["xargs", "xargs -n1", "xargs -n 2", "xargs -r", "xargs echo x", "xargs -r -n1 echo"]),
    TEXTS | st.sampled_from(["a 'b c' \"d e\"", "a\\ b c", "'a", "'' b", "a'b c'd"]),
)
def test_xargs(line: str, text: str) -> None:
    compared(line, text)


@pytest.mark.parametrize("flags", ["", "--sort-keys", "--indent 2", "--compact", "--no-ensure-ascii", "--tab"])
@pytest.mark.parametrize("text", ['{"b": [1, 2.50, {}], "a": "\u00e9", "c": [], "d": null}', "[]", "1e3", "", "{"])
def test_json_tool(flags: str, text: str) -> None:
    words = ["-m", "json.tool", *flags.split()]
    real_ = subprocess.run([sys.executable, *words], input=text.encode(), capture_output=True, check=False)
    ours = Pipeline(("kubectl",), (("python3", *words),)).through(text)
    assert (ours.text, ours.exit_code) == (real_.stdout.decode(), real_.returncode)
    assert ours.errors.removeprefix("python3: ") == real_.stderr.decode()
