"""Filters print what GNU's print; the expectations were taken from GNU grep 3.8, coreutils 9.1, sed 4.9, mawk 1.3.4."""

import pytest

from runbooks.lines.pipes import Pipeline, read
from runbooks.lines.refusal import LineRefused

TEXT = "ERROR one 3\ninfo two 10\n\nerror: three 2\ninfo two 1\n"


def filtered(filters: str, text: str = TEXT) -> tuple[str, int]:
    result = read(f"kubectl get pods | {filters}").through(text)
    return result.text, result.exit_code


@pytest.mark.parametrize(
    ("filters", "printed", "code"),
    [
        ("grep two", "info two 10\ninfo two 1\n", 0),
        ("grep nothing", "", 1),
        ("grep -i error", "ERROR one 3\nerror: three 2\n", 0),
        ("grep -v info", "ERROR one 3\n\nerror: three 2\n", 0),
        ("grep -c two", "2\n", 0),
        ("grep -c nothing", "0\n", 1),
        ("grep -q two", "", 0),
        ("grep -n two", "2:info two 10\n5:info two 1\n", 0),
        ("grep -o 't[a-z]*'", "two\nthree\ntwo\n", 0),
        ("grep -on t", "2:t\n4:t\n5:t\n", 0),
        ("grep -ov t", "", 0),
        ("grep -m1 two", "info two 10\n", 0),
        ("grep -m 0 two", "", 1),
        ("grep -A1 ERROR", "ERROR one 3\ninfo two 10\n", 0),
        ("grep -B1 three", "\nerror: three 2\n", 0),
        ("grep -n -C1 one", "1:ERROR one 3\n2-info two 10\n", 0),
        ("grep -1 three", "\nerror: three 2\ninfo two 1\n", 0),
        ("grep -A0 -e one -e three", "ERROR one 3\nerror: three 2\n", 0),
        ("grep -n -A1 -e ERROR -e three", "1:ERROR one 3\n2-info two 10\n--\n4:error: three 2\n5-info two 1\n", 0),
        ("grep -m1 -A2 two", "info two 10\n\nerror: three 2\n", 0),
        ("grep -w on", "", 1),
        ("grep -x 'info two 1'", "info two 1\n", 0),
        ("grep -E '(one|three)'", "ERROR one 3\nerror: three 2\n", 0),
        ("egrep 'one|three'", "ERROR one 3\nerror: three 2\n", 0),
        ("grep -F 'r: t'", "error: three 2\n", 0),
        ("grep --color=auto -i --max-count=1 error", "ERROR one 3\n", 0),
        ("grep -oP 'two \\K\\d+'", "10\n1\n", 0),
        ("head -2", "ERROR one 3\ninfo two 10\n", 0),
        ("head -n 1", "ERROR one 3\n", 0),
        ("head -n -4", "ERROR one 3\n", 0),
        ("head -c 5", "ERROR", 0),
        ("tail -1", "info two 1\n", 0),
        ("tail -n +5", "info two 1\n", 0),
        ("tail -c 3", " 1\n", 0),
        ("wc -l", "5\n", 0),
        ("wc", "      5      12      51\n", 0),
        ("sort", "\nERROR one 3\nerror: three 2\ninfo two 1\ninfo two 10\n", 0),
        ("sort -r", "info two 10\ninfo two 1\nerror: three 2\nERROR one 3\n\n", 0),
        ("sort -k3n", "\ninfo two 1\nerror: three 2\nERROR one 3\ninfo two 10\n", 0),
        ("sort -k2,2 -u", "\nERROR one 3\nerror: three 2\ninfo two 10\n", 0),
        ("cut -d' ' -f1 | sort | uniq -c | sort -rn", "      2 info\n      1 error:\n      1 ERROR\n      1 \n", 0),
        ("uniq -d", "", 0),
        ("cut -c1-3", "ERR\ninf\n\nerr\ninf\n", 0),
        ("cut -d' ' -f2-", "one 3\ntwo 10\n\nthree 2\ntwo 1\n", 0),
        ("cut -s -d' ' --complement -f1", "one 3\ntwo 10\nthree 2\ntwo 1\n", 0),
        ("tr a-z A-Z | head -n2", "ERROR ONE 3\nINFO TWO 10\n", 0),
        ("tr -d '[:digit:]' | head -1", "ERROR one \n", 0),
        ("tr -s '\\n' | wc -l", "4\n", 0),
        ("tr ' ' '\\n' | head -2", "ERROR\none\n", 0),
        ("tr -cd '0-9\\n' | head -1", "3\n", 0),
        ("cat -n | tail -1", "     5\tinfo two 1\n", 0),
        ("awk '{print $2}'", "one\ntwo\n\nthree\ntwo\n", 0),
        ("awk '{print $1, $NF}' | head -1", "ERROR 3\n", 0),
        ("awk '$3 > 2 {print $2}'", "one\ntwo\n", 0),
        ("awk '/two/ && $3 == 1'", "info two 1\n", 0),
        ("awk 'NR>1 {print NR\":\"$1}' | head -1", "2:info\n", 0),
        ("awk '$1 ~ /^err/ || NR == 1 {print $0}'", "ERROR one 3\nerror: three 2\n", 0),
        ("awk -F: '{print $2}' | grep -v '^$'", " three 2\n", 0),
        ("awk '!/o/' | wc -l", "1\n", 0),
        ("awk '{print $1, $2}' OFS=, | head -1", "ERROR,one\n", 0),
        ("gawk '{print 2 ** $3}' | head -1", "8\n", 0),
        ("awk 'BEGIN {print \"\\x41\\102\", cos(0), atan2(0, 1), split(\"abc\", a, \"\"), a[2]}'", "AB 1 0 3 b\n", 0),
        ("awk -F '' 'NR == 2 {print $2}'", "n\n", 0),
        ("grep -P 'one\\h3'", "ERROR one 3\n", 0),
        ("sort -m --parallel=2 -S 1M | head -2", "\nERROR one 3\n", 0),
        ("awk 'BEGIN {print (-8) ^ 0.5}'", "nan\n", 0),
        ("awk 'BEGIN {print log(0), sqrt(-1), exp(1000), int(-3.7)}'", "-inf nan inf -3\n", 0),
        ("awk 'BEGIN {printf \"%c\", 55296}'", "\ufffd", 0),
        ("grep -c -- -1", "0\n", 1),
        ("grep -y -m1 INFO", "info two 10\n", 0),
        ("sed 's/\\x20/_/' | head -1", "ERROR_one 3\n", 0),
        ("sed 's/two/2/' | grep -c 2", "3\n", 0),
        ("sed -n '2,3p'", "info two 10\n\n", 0),
        ("sed '/info/d'", "ERROR one 3\n\nerror: three 2\n", 0),
        ("sed '1d;$d' | wc -l", "3\n", 0),
        ("sed -E 's/([a-z]+) ([0-9]+)/\\2 \\1/' | tail -1", "info 1 two\n", 0),
        ("sed -n 's|two|a/b|p'", "info a/b 10\ninfo a/b 1\n", 0),
        ("sed 's/o/[&]/2g' | head -2", "ERROR one 3\ninfo tw[o] 10\n", 0),
        ("sed 2q", "ERROR one 3\ninfo two 10\n", 0),
        ("sed 's/o*/x/g' | head -1", "xExRxRxOxRx xnxex x3x\n", 0),
    ],
)  # fmt: skip
def test_a_filter_prints_what_gnus_prints(filters: str, printed: str, code: int) -> None:
    assert filtered(filters) == (printed, code)


@pytest.mark.parametrize("filters", ["head -5", "tail -5", "tr a b", "sed s/x/y/", "cat", "cut -c1-"])
def test_no_filter_stumbles_over_nothing(filters: str) -> None:
    assert filtered(filters, "") == ("", 0)


@pytest.mark.parametrize(
    ("filters", "kept"), [("tail -1", "b"), ("sed s/b/c/", "a\nc"), ("tr b c", "a\nc"), ("sort", "a\nb\n")]
)
def test_a_missing_last_newline_is_kept_where_gnu_keeps_it(filters: str, kept: str) -> None:
    assert filtered(filters, "a\nb") == (kept, 0)


@pytest.mark.parametrize(
    ("filters", "said"),
    [
        ("jq .items[", "syntax error"),
        ("jq 'import \"a\" as $a; .'", "reads no files"),
        ("jq --arg a", "a name and a value"),
        ("jq '.items[] | $ENV.HOME'", "no environment"),
        ("jq -r env.PATH", "no environment"),
        ("jq --argjson a {", "is none"),
        ("jq . file.json", "`file.json`"),
        ("less /etc/passwd", "/etc/passwd"),
        ("base64 -d", "never printed"),
        ("while read x", "needs a shell"),
        ("column", "without `-t`"),
        ("cut -f3-1", "wrong way round"),
        ("sort -n -h", "at once"),
        ("grep -E -P x", "several kinds"),
        ("sed -i s/a/b/", "change files"),
        ("sed 'b nowhere'", "no such label"),
        ("sed l", "more than is understood"),
        ("sed 's/a/b/w x'", "does not understand"),
        ("sed '/a/{p'", "does not close"),
        ("sed 0p", "line 0"),
        ("xargs rm", "would start `rm`"),
        ("xargs -I{} echo {}", "fills names into a kubectl line"),
        ("nl -b p^a", "`-b a`"),
        ("python3 -c 1", "would run a program"),
        ("python -m http.server", "would run a program"),
        ("sh", "given to a shell"),
        ("tee out.txt | wc", "write a file"),
        ("kubectl get nodes", "cannot stand after a pipe"),
        ("frobnicate", "not a filter"),
        ("grep", "has no pattern"),
        ("grep -Z x", "-Z not recognized"),
        ("grep error /var/log/syslog", "/var/log/syslog"),
        ("grep -m x y", "wants a number"),
        ("head -n x", "wants a number"),
        ("head -z", "-z not recognized"),
        ("sort -k 0", "not understood"),
        ("sort -t ab", "one character"),
        ("cut -f x", "does not understand"),
        ("cut -d, ", "one of -f and -c"),
        ("cut -d '  ' -f1", "one character"),
        ("tr a", "to put in their place"),
        ("tr z-a b", "wrong way round"),
        ("tr '[:nope:]' a", "does not know the class"),
        ("awk", "no program"),
        ("awk '{print system(\"id\")}'", "would run a program"),
        ("awk '{print | \"sh\"}'", "a file or a program"),
        ("awk '{print > \"x\"}'", "a file or a program"),
        ("awk '{\"id\" | getline x}'", "read a file or a program"),
        ("awk 'BEGIN {print ENVIRON[\"HOME\"]}'", "own settings"),
        ("awk 'BEGIN {IGNORECASE = 1} /a/'", "uses `IGNORECASE`, which is not here. Write `tolower($0) ~ /error/`."),
        ("awk '{a[$1]} END {n = asorti(a, b)}'", "calls `asorti`, which is not here. Print what it would sort"),
        ("awk 'NR==1 {print; next} {print | \"sort -k3\"}'", "another pipe after the awk: `awk '{print $2}' | sort`"),
        ("awk '{print}' x=1 /etc/passwd", "`/etc/passwd`"),
        ("awk '$1 =~ 3'", "more than is understood"),
        ("awk '{print $1'", "does not close it"),
        ("awk '{foo($1)}'", "calls `foo`"),
        ("awk '{1 = 2}'", "cannot be set"),
        ("awk '{break}'", "outside a loop"),
        ("awk '/[/'", "more than is understood"),
        ("awk -v x '1'", "sets nothing"),
        ("sed", "no script"),
        ("sed 's/a/b'", "not closed"),
        ("sed 's/a/b/e'", "does not understand"),
        ("sed 'w out.txt'", "would write a file"),
        ("sed 's/a/\\3/'", "no group 3"),
        ("uniq file", "`file`"),
    ],
)  # fmt: skip
def test_what_a_filter_cannot_do_is_refused_before_anything_runs(filters: str, said: str) -> None:
    with pytest.raises(LineRefused) as caught:
        read(f"kubectl get pods | {filters}")
    assert said in str(caught.value)


def test_without_filters_the_commands_own_exit_code_counts() -> None:
    assert Pipeline(("kubectl",)).through("x", 3).exit_code == 3


def test_behind_a_pipe_the_last_filters_exit_code_counts() -> None:
    assert read("kubectl get pods | cat").through("", 1).exit_code == 0


@pytest.mark.parametrize(
    ("program", "said"),
    [
        ("BEGIN {for (;;) x++}", "stopped after"),
        ("BEGIN {while (1) x++}", "stopped after"),
        ('BEGIN {x = "aaaaaaaa"; for (i = 0; i < 20; i++) x = x x; for (;;) a[i++] = x i}', "64 MiB"),
        ('BEGIN {x = "&&&&&&&&"; for (i = 0; i < 20; i++) x = x x; y = x; gsub(/&*/, x, y)}', "32 MiB"),
        ('BEGIN {x = "%999d%999d"; for (i = 0; i < 19; i++) x = x x; printf x}', "32 MiB"),
        ('BEGIN {OFS = "aaaaaaaa"; for (i = 0; i < 20; i++) OFS = OFS OFS; $9999 = 1}', "32 MiB"),
        ('BEGIN {x = "aaaaaaaa"; for (i = 0; i < 40; i++) x = x x}', "32 MiB"),
        ("BEGIN {for (i = 0; i < 1e6; i++) a[i] = i}", "too large"),
        ('BEGIN {for (i = 0; i < 1e6; i++) printf "%999d", i}', "32 MiB"),
        ('BEGIN {printf "%99999d", 1}', "too many places"),
        ("BEGIN {print 1 / 0}", "division by zero"),
        ("BEGIN {print 10 ^ 400 ^ 4}", "awk: "),
        ("BEGIN {print $(-1)}", "no field"),
        ('BEGIN {print "x" ~ "["}', "without its"),
    ],
)
def test_an_awk_program_that_never_ends_or_makes_no_sense_is_stopped(program: str, said: str) -> None:
    done = Pipeline(("kubectl",), (("awk", program),)).through("a b\n")
    assert done.exit_code == 2
    assert said in done.errors
    assert len(done.text) <= 40_000_000


@pytest.mark.parametrize("script", [":a;ba", ":a;s/x*/x/;ta", ":a;H;G;ba"])
def test_a_sed_script_that_never_ends_is_stopped(script: str) -> None:
    done = Pipeline(("kubectl",), (("sed", f"1p;{script}"),)).through("a\nb\n")
    assert (done.text, done.exit_code) == ("a\n", 4)
    assert "32 MiB, or it took too many steps" in done.errors


def test_a_sed_script_that_makes_much_of_little_is_cut() -> None:
    grows = "s/.*/" + "&" * 99 + "/;"
    done = Pipeline(("kubectl",), (("sed", grows * 9),)).through("a line\n")
    assert (done.text, done.exit_code) == ("", 4)
    assert "32 MiB" in done.errors


@pytest.mark.parametrize("script", ["s/" + "[a]" * 1200, "/" + "[a]" * 1200, "s/" + "[[:" * 1200, "s/" + "[[.a" * 900])
def test_a_sed_script_of_brackets_that_is_not_closed_is_refused_at_once(script: str) -> None:
    with pytest.raises(LineRefused, match="a pattern that is not closed"):
        read(f"kubectl get pods | sed '{script}'")


@pytest.mark.parametrize("program", ["1 in", "{print 1 in", "{print split(a,", "{for (i in", "{delete"])
def test_an_awk_program_that_ends_too_early_is_refused(program: str) -> None:
    with pytest.raises(LineRefused, match="awk"):
        read(f"kubectl get pods | awk '{program}'")
