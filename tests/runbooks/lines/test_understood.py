"""What around a command is understood: redirections, `|| echo`, loops, declared values."""

from datetime import UTC, datetime

import pytest

from runbooks.lines.pipes import Pipeline, evidence_name, read
from runbooks.lines.refusal import LineRefused
from runbooks.lines.words import pipeline

NOW = datetime(2026, 11, 21, 15, 4, 5, tzinfo=UTC)
LOOP = """for pod in $(kubectl get pods -n inferadb -l app=inferadb -o name); do
  kubectl exec -n inferadb $pod -- curl -s http://localhost:8080/health/ready
done"""


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("kubectl logs a > incident-logs-$(date +%Y%m%d-%H%M%S).txt", "incident-logs-20261121-150405.txt"),
        ("kubectl logs a >> logs.txt", "logs.txt"),
        ("kubectl logs a | grep x > /tmp/evidence/$(date +%F).log", "2026-11-21.log"),
        ('kubectl logs a > "logs-$(date +%Y%m%d).txt"', "logs-20261121.txt"),
        ("kubectl logs a > logs-$(date '+%H%M').txt 2>&1", "logs-1504.txt"),
        ("kubectl logs a &> logs-`date +%s`.txt", "logs-1795273445.txt"),
        ("kubectl logs a > logs-$(date).txt", "logs-20261121-150405.txt"),
        ("kubectl logs a", ""),
    ],
)
def test_a_last_redirection_names_the_evidence_to_keep(line: str, name: str) -> None:
    assert evidence_name(read(line).save_as, NOW) == name


@pytest.mark.parametrize(
    ("line", "errors", "silent"),
    [
        ("kubectl get pods", "apart", False),
        ("kubectl get pods 2>/dev/null", "dropped", False),
        ("kubectl get pods 2>&1 | grep x", "mixed", False),
        ("kubectl get pods |& grep x", "mixed", False),
        ("kubectl get pods | grep -c x 2>/dev/null", "apart", False),
        ("curl -f http://a/health >/dev/null", "apart", True),
        ("curl -f http://a/health > /dev/null 2>&1", "dropped", True),
        ("curl -f http://a/health &>/dev/null", "dropped", True),
        ("kubectl 2>/dev/null get pods", "dropped", False),
        ("kubectl logs a > all.txt 2>&1", "mixed", False),
    ],
)
def test_output_and_errors_go_where_a_shell_would_send_them(line: str, errors: str, silent: bool) -> None:
    read_ = read(line)
    assert (read_.errors, read_.silent) == (errors, silent)
    assert all("2" not in word and ">" not in word for word in read_.words)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("kubectl get pods 2> errors.txt", "apart from the output"),
        ("kubectl get pods > a.txt | grep x", "leaves nothing"),
        ("kubectl get pods >&2", "apart from the output"),
        ("kubectl get pods 2>&1 >/dev/null", "apart from the output"),
        ("kubectl get pods 3> x", "neither the output nor"),
        ("kubectl get pods >", "Nothing stands after"),
        ("kubectl get pods > /dev/sda", "no name for evidence"),
        ("kubectl get pods > ..", "no name for evidence"),
        ("kubectl get pods > *.txt", "no name for evidence"),
        ("kubectl get pods > $(id).txt", "another line"),
        ("kubectl get pods > $(date +%c).txt", "no `%c`"),
        ("kubectl logs $(date +%F)", "another line"),
        ("> x.txt", "beside a `|` or a `>`"),
        ("kubectl get pods {fd}> x", "open a file"),
    ],
)
def test_any_other_redirection_is_refused(line: str, said: str) -> None:
    with pytest.raises(LineRefused, match=said.replace("|", r"\|")):
        read(line)


def test_a_name_of_evidence_cannot_leave_its_place() -> None:
    assert evidence_name("logs-{item}.txt", NOW, "pod/../a") == "logs-pod-..-a.txt"


@pytest.mark.parametrize(
    ("line", "otherwise"),
    [
        ('curl -f http://a/health || echo "Health check failed"', "Health check failed"),
        ("curl -f http://a/metrics | grep -q omendb_ || echo Metrics  failed", "Metrics failed"),
        ("kubectl get pods || true", ""),
        ("kubectl get pods || :", ""),
        ("kubectl get pods ||\n echo no", "no"),
        ("kubectl get pods", None),
    ],
)
def test_a_last_or_echo_says_what_a_failure_means(line: str, otherwise: str | None) -> None:
    assert read(line).otherwise == otherwise


@pytest.mark.parametrize(
    "line",
    ["a || rm x", "a || echo -e x", "a || echo x | grep x", "a || echo *", "a || exit 1", "a || echo x > y", "a ||"],
)
def test_anything_else_behind_or_is_refused(line: str) -> None:
    with pytest.raises(LineRefused, match=r"`\|\|` would run a second line"):
        read(line)


def test_errors_go_into_the_filters_only_where_the_line_says_so() -> None:
    mixed = read("kubectl get pods 2>&1 | grep -c b").through("a\n", 0, "b\n")
    apart = read("kubectl get pods | grep -c b").through("a\n", 0, "b\n")
    assert (mixed.text, mixed.errors) == ("1\n", "")
    assert (apart.text, apart.errors) == ("0\n", "b\n")


def test_a_loop_is_a_line_for_each_item_of_another() -> None:
    loop = read(LOOP)
    assert loop.foreach is not None
    assert loop.foreach.words == ("kubectl", "get", "pods", "-n", "inferadb", "-l", "app=inferadb", "-o", "name")
    assert loop.words[:5] == ("kubectl", "exec", "-n", "inferadb", "{item}")
    assert loop.filled({"item": "pod/a b"}).words[4] == "pod/a b"


def test_a_loop_over_names_has_them() -> None:
    loop = read('for ns in a "b c" $X; do echo "== $ns"; kubectl get pods -n "$ns"; done', {"X": "d e"})
    assert loop.items == ("a", "b c", "d e")
    assert loop.words == ("kubectl", "get", "pods", "-n", "{item}")


@pytest.mark.parametrize(
    "line",
    [
        "for p in $(kubectl get pods -o name); do a; b; done",
        "for p in $(kubectl get pods -o name); do kubectl logs $q; done",
        "for p in $(kubectl get pods; rm x); do kubectl logs $p; done",
        "for p in $(kubectl get pods -o name); do kubectl logs $p; done | grep x",
        "for p in *; do kubectl logs $p; done",
        "for p in a; do echo $(id); kubectl logs $p; done",
        "for ((;;)); do kubectl get pods; done",
        "for p in a 'x); do b'; done",
        "for p in; do b; done",
        "for p in ; do b; done",
        "for p in a | b; do c; done",
        "for p in a > b; do c; done",
    ],
)
def test_any_other_loop_is_refused(line: str) -> None:
    with pytest.raises(LineRefused):
        read(line)


@pytest.mark.parametrize("loop", ["for x in a; do ", "kubectl get pods | while read x; do "])
def test_a_loop_of_nothing_but_newlines_is_refused_at_once(loop: str) -> None:
    with pytest.raises(LineRefused):
        read(loop + "\n" * 3900 + "x")


def test_a_loop_may_end_with_newlines_and_a_semicolon() -> None:
    loop = read("for ns in $(kubectl get ns -o name)\n\ndo\n\nkubectl get pods -n $ns ;\n\n done ;")
    assert loop.words == ("kubectl", "get", "pods", "-n", "{item}")
    assert loop.foreach == Pipeline(("kubectl", "get", "ns", "-o", "name"))


def test_a_declared_value_is_one_part_of_one_word_whatever_it_holds() -> None:
    words = pipeline('kubectl get pods -n $NS -l "app=${NS}-x"', {"NS": "a b; $(c) 'd' | e"})
    assert words == (
        ("kubectl", "get", "pods", "-n", "a b; $(c) 'd' | e", "-l", "app=a b; $(c) 'd' | e-x"),
    )  # fmt: skip


def test_an_unknown_name_is_told_with_those_that_are_declared() -> None:
    with pytest.raises(LineRefused, match=r"Declared are `\$NS`"):
        pipeline("kubectl get pods -n $NAMESPACE", {"NS": "a"})


def test_a_password_before_psql_is_kept_apart_from_the_words() -> None:
    line = read('PGPASSWORD=$P psql -h db -c "SELECT 1"', {"P": "a b"})
    assert line.assignments == (("PGPASSWORD", "a b"),)
    assert line.words == ("psql", "-h", "db", "-c", "SELECT 1")
    assert "a b" not in repr(line)


def test_a_value_is_put_wherever_the_line_names_it() -> None:
    line = read("PGPASSWORD={name} psql -c {name} | grep {name} || echo '{name} is not there'")
    line = line.filled({"name": "a b"})
    assert line.assignments == (("PGPASSWORD", "a b"),)
    assert (line.words[-1], line.piped[0][-1], line.otherwise) == ("a b", "a b", "a b is not there")


@pytest.mark.parametrize("line", ["PGPASSWORD=x kubectl get pods", "PATH=x psql -c 1", "PGPASSWORD=x", "a[1]=2 b"])
def test_any_other_assignment_is_refused(line: str) -> None:
    with pytest.raises(LineRefused):
        read(line)


def test_the_locale_of_a_filter_is_always_c() -> None:
    assert read("kubectl get pods | LC_ALL=C sort").piped == (("sort",),)


def test_xargs_with_a_kubectl_line_is_a_loop() -> None:
    line = read("kubectl get pods --no-headers | awk '{print $1}' | xargs -r -n1 kubectl logs --tail=5")
    assert line.words == ("kubectl", "logs", "--tail=5", "{item}")
    assert line.foreach is not None
    assert (line.foreach.words, line.foreach.piped) == (
        ("kubectl", "get", "pods", "--no-headers"),
        (("awk", "{print $1}"),),
    )
    named = read("kubectl get pods -o name | xargs -I% kubectl logs % -c app | grep -i error > errors.txt")
    assert (named.words, named.piped) == (("kubectl", "logs", "{item}", "-c", "app"), (("grep", "-i", "error"),))
    assert (named.save_as, named.foreach) == ("errors.txt", Pipeline(("kubectl", "get", "pods", "-o", "name")))


@pytest.mark.parametrize(
    ("xargs", "said"),
    [
        ("xargs -I{} sh -c 'kubectl logs {}'", "would start `sh`"),
        ("xargs -I{} bash kubectl", "would start `bash`"),
        ("xargs -0 kubectl logs", "end in a NUL"),
        ("xargs -a names.txt kubectl logs", "would read a file"),
        ("xargs --what kubectl logs", "not recognized"),
        ("xargs -I{} kubectl get pods", "puts nothing into"),
        ("xargs kubectl logs | wc -l", "what all of them print"),
        ("xargs kubectl logs | grep -c error", "what all of them print"),
        ("xargs kubectl logs | grep --max-count=1 error", "what all of them print"),
        ("xargs", None),
    ],
)
def test_any_other_xargs_is_refused(xargs: str, said: str | None) -> None:
    if said is None:
        assert read(f"kubectl get pods | {xargs}").foreach is None
        return
    with pytest.raises(LineRefused, match=said):
        read(f"kubectl get pods -o name | {xargs}")


@pytest.mark.parametrize(
    ("line", "name", "silent"),
    [
        ("kubectl get pods | tee pods.txt", "pods.txt", False),
        ("kubectl get pods | grep web | tee -a /tmp/pods-$(date +%F).txt", "pods-2026-11-21.txt", False),
        ("kubectl get pods | tee /dev/stderr", "", False),
    ],
)
def test_a_last_tee_keeps_the_output_and_shows_it(line: str, name: str, silent: bool) -> None:
    kept = read(line)
    assert (evidence_name(kept.save_as, NOW), kept.silent) == (name, silent)
    assert kept.piped[-1] == ("cat",)


@pytest.mark.parametrize("line", ["kubectl get pods | tee a b", "kubectl get pods | tee a > b", "a | tee $(id)"])
def test_any_other_tee_is_refused(line: str) -> None:
    with pytest.raises(LineRefused):
        read(line)
