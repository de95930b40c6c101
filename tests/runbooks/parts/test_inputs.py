"""What a person chooses becomes part of one word, and nothing else."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runbooks.lines.refusal import LineRefused
from runbooks.model import Input, Mitigation
from runbooks.parts.inputs import InputRefused, sample, validated
from runbooks.parts.placeholders import filled, placeholders


def asking(**inputs: Input) -> Mitigation:
    return Mitigation(id="m", run="kubectl x", inputs=inputs)


REPLICAS = Input(type="integer", default=10, min=1, max=50)


@pytest.mark.parametrize(
    ("asked", "given_", "text"),
    [
        (REPLICAS, 5, "5"),
        (REPLICAS, "5", "5"),
        (REPLICAS, None, "10"),
        (REPLICAS, "", "10"),
        (Input(type="number", min=0, max=1), "0.5", "0.5"),
        (Input(type="choice", choices=("a", "b")), "b", "b"),
        (Input(type="name"), "web-1.x", "web-1.x"),
        (Input(type="text"), " a b ", "a b"),
        (Input(pattern=r"\d+(Mi|Gi)"), "16Gi", "16Gi"),
    ],
)
def test_a_good_value_is_written_into_the_line(asked: Input, given_: object, text: str) -> None:
    assert validated(asking(n=asked), {"n": given_}) == {"n": text}


@pytest.mark.parametrize(
    ("asked", "given_", "said"),
    [
        (REPLICAS, 0, "at least 1 and at most 50, not 0"),
        (REPLICAS, 51, "at most 50"),
        (Input(pattern=r"\d+(Mi|Gi)"), "16Gi, all", r"does not look right. It must match"),
        (Input(pattern=r"[\d.]+", help="Four numbers."), '1"], "x": ["2', "does not look right. Four numbers."),
        (REPLICAS, "many", "a whole number"),
        (REPLICAS, "5.5", "a whole number"),
        (REPLICAS, "5 --all", "a whole number"),
        (REPLICAS, True, "a whole number"),
        (Input(type="integer"), -1, "at least 0"),
        (Input(type="number"), "nan", "at least 0"),
        (Input(type="number"), "inf", "at least 0"),
        (Input(type="choice", choices=("a", "b")), "c", "one of a, b"),
        (Input(type="name"), "Web", "Kubernetes name"),
        (Input(type="name"), "a,b", "Kubernetes name"),
        (Input(type="name"), "a/b", "Kubernetes name"),
        (Input(type="text"), "-n", "may not begin with a dash"),
        (Input(type="text"), "a\nb", "one line"),
        (Input(type="text"), "x" * 201, "200 characters"),
        (Input(type="text"), None, "N is missing"),
        (Input(type="text", label="Who"), "", "Who is missing"),
    ],
)  # fmt: skip
def test_a_bad_value_is_refused_beside_its_field(asked: Input, given_: object, said: str) -> None:
    with pytest.raises(InputRefused, match=said) as caught:
        validated(asking(n=asked), {"n": given_})
    assert caught.value.field == "n"


def test_an_input_that_nobody_asked_for_is_refused() -> None:
    with pytest.raises(InputRefused, match="has no input x"):
        validated(asking(), {"x": 1})


@given(st.text(max_size=40))
def test_no_value_adds_a_word_or_a_flag(value: str) -> None:
    words = ("kubectl", "scale", "deployment/a", "--replicas={n}")
    assert len(filled(words, {"n": value})) == len(words)
    assert filled(words, {"n": value})[3] == f"--replicas={value}"


def test_only_known_names_are_filled_in() -> None:
    words = ("-o", "jsonpath={range .items[*]}{.metadata.name}{end}", "{n}", "${n}")
    assert filled(words, {"n": "1", "end": "x"}) == ("-o", words[1].replace("{end}", "x"), "1", "${n}")
    assert placeholders(" ".join(words)) == {"n"}


@pytest.mark.parametrize(
    ("asked", "text"),
    [
        (REPLICAS, "10"),
        (Input(type="integer", min=3), "3"),
        (Input(type="choice", choices=("a",)), "a"),
        (Input(), "a"),
    ],
)
def test_a_sample_is_a_value_that_is_accepted(asked: Input, text: str) -> None:
    assert sample(asked) == text
    assert validated(asking(n=asked), {"n": sample(asked)}) == {"n": text}


INTO_JSON = 'x"}},"spec":{"replicas":0},"z":{"y":{"x":"'


@pytest.mark.parametrize("line", ['kubectl patch deployment a -p {"why":"{n}"}', 'curl -d {"why":"{n}"} http://shop'])
def test_a_value_in_a_json_text_stays_one_text(line: str) -> None:
    word = filled(line.split(), {"n": INTO_JSON})[line.split().index('{"why":"{n}"}')]
    assert json.loads(word) == {"why": INTO_JSON}


@pytest.mark.parametrize(
    ("line", "good", "bad"),
    [
        ('kubectl patch pod a -p {"n":{n}}', "5", '5,"x":1'),
        ("kubectl patch pod a --patch {n:{n}}", "5", "5, x: 1"),
        ("kubectl patch pod a --patch={n:{n}}", "5", "5, x: 1"),
        ("curl http://shop/api/jobs/{n}/retry", "job-1@a:b", "../../admin/wipe?x="),
        ("curl http://shop/api/jobs/{n}/retry", "1.2", ".."),
        ("curl http://shop/api?job={n}", "a@b.example", "1&admin=true"),
        ("curl shop:80/api/{n}", "a", "a/b"),
        ("curl http://{n}.shop/", "eu-1", "evil.example/"),
        ("curl http://shop:{n}/", "80", "1@evil.example"),
        ("kubectl exec a -- wget http://shop/{n}", "a", "a%2Fb"),
        ("kubectl get --raw /api/v1/nodes/{n}/proxy", "a", "../secrets"),
        ("helm upgrade a --set tag={n}", "1.2", "1,image=evil"),
        ("kubectl set resources deployment/a --limits=memory={n}", "1Gi", "1Gi,cpu=0"),
        ("kubectl delete pod -l app={n}", "a", "a,b!=c"),
        ("kubectl delete pod -lapp={n}", "a", "a,b!=c"),
        ("helm upgrade a --set-json tag={n}", "1.2", "1,image=evil"),
        ("aws ec2 stop-instances --filters Name=tag:a,Values={n}", "a", "a,b"),
        ("curl -d user={n} http://shop/", "bob", "bob&level=admin"),
        ("curl -sSd user={n} http://shop/", "bob", "bob&level=admin"),
        ("curl --data-raw=user={n} http://shop/", "a b, c", "bob&level=admin"),
        ("curl -b a={n} http://shop/", "b", "b; admin=1"),
    ],
)
def test_a_value_that_would_be_more_than_a_value_is_refused(line: str, good: str, bad: str) -> None:
    assert " ".join(filled(line.split(), {"n": good})) == line.replace("{n}", good)
    with pytest.raises(LineRefused, match="more than a value in"):
        filled(line.split(), {"n": bad})


@pytest.mark.parametrize(("option", "data"), [("--data-urlencode", "user={n}"), ("-d", "{n}")])
def test_what_curl_encodes_itself_and_a_whole_body_may_be_anything(option: str, data: str) -> None:
    words = ("curl", option, data, "http://shop/")
    assert filled(words, {"n": "bob&level=admin"})[2] == data.replace("{n}", "bob&level=admin")


def test_the_items_of_a_loop_may_be_objects_in_a_url() -> None:
    assert filled(["curl", "http://{item}/{item}"], {"item": "pod/a"}) == ("curl", "http://pod/a/pod/a")
