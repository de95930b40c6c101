"""A curl line is one request, and nothing of this machine."""
# ruff: noqa: E501  # one row of a table is one line

import pytest

from runbooks.curl.reading import Curl, curl
from runbooks.curl.writing import filled_in
from runbooks.lines.refusal import LineRefused
from runbooks.lines.words import pipeline


def read(line: str) -> Curl:
    return curl(pipeline(line)[0])


@pytest.mark.parametrize(
    ("line", "request_"),
    [
        ("curl http://a:1/x", Curl("http://a:1/x")),
        ("curl a", Curl("http://a/")),
        ("curl -sSf https://a/x?y=z", Curl("https://a/x?y=z", fail=True)),
        ("curl -I https://a/x", Curl("https://a/x", "HEAD", show_headers=True, show_body=False)),
        ("curl -i -L http://a/", Curl("http://a/", follow=True, show_headers=True)),
        ("curl -H 'Accept: text/plain' http://a/", Curl("http://a/", headers=(("Accept", "text/plain"),))),
        ("curl -X DELETE http://a/", Curl("http://a/", "DELETE", keep_method=True)),
        ("curl -d a=1 -d b=2 http://a/", Curl("http://a/", "POST", (("Content-Type", "application/x-www-form-urlencoded"),), "a=1&b=2")),
        ("curl -s -o /dev/null -w '%{http_code}\\n' http://a/", Curl("http://a/", show_body=False, write_out="%{http_code}\\n", mute=True)),
        ("curl --max-time 5 --connect-timeout 1.5 http://a/", Curl("http://a/", max_time=5, connect_timeout=1.5)),
        ("curl -G -d a=1 --data-urlencode 'b=x y' http://a/?z", Curl("http://a/?z&a=1&b=x+y")),
        ("curl --json '{}' http://a/", Curl("http://a/", "POST", (("Content-Type", "application/json"), ("Accept", "application/json")), "{}")),
        ("curl --data-raw @x http://a/", Curl("http://a/", "POST", (("Content-Type", "application/x-www-form-urlencoded"),), "@x")),
        ("curl -v --fail-with-body --compressed 'http://[::1]:8080/a#b'", Curl("http://[::1]:8080/a", verbose=True, fail=True, fail_with_body=True, compressed=True)),
        ("curl -A me -e r -b a=b --url http://a/", Curl("http://a/", headers=(("User-Agent", "me"), ("Referer", "r"), ("Cookie", "a=b")))),
    ],
)  # fmt: skip
def test_a_line_is_read(line: str, request_: Curl) -> None:
    assert read(line) == request_


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("curl", "has 0"),
        ("curl http://a http://b", "has 2"),
        ("curl -k https://a", "trust anybody"),
        ("curl -u me:secret https://a", "a password into a line"),
        ("curl https://me:secret@a/", "a name or a password"),
        ("curl -w @curl-format.txt http://a", "Write the format into the line"),
        ("curl -b cookies.txt http://a", "read a file"),
        ("curl --data-urlencode a@b http://a", "read a file"),
        ("curl --json @x http://a", "read a file"),
        ("curl -X 'GE T' http://a", "is no method"),
        ("curl --connect-timeout x http://a", "wants seconds"),
        ("curl 'http://[::1/'", "port that is no number"),
        ("curl -d @/etc/passwd http://a", "read a file"),
        ("curl -o out.html http://a", "write a file"),
        ("curl -T x http://a", "`-d` with the data"),
        ("curl --config x http://a", "read or write a file"),
        ("curl -O http://a", "keeps the output as evidence"),
        ("curl -D headers.txt http://a", "write a file"),
        ("curl --nope http://a", "not recognized"),
        ("curl 'http://a/?x={b,c}'", "several addresses"),
        ("curl -x http://proxy http://a", "another machine"),
        ("curl http://a/jobs/..%2F..%2Fadmin/retry", "leads to another path"),
        ("curl http://a/jobs/x%2f%2e%2E", "leads to another path"),
        ("curl file:///etc/passwd", "no http address"),
        ("curl gopher://a", "no http address"),
        ("curl http://a:x/", "port that is no number"),
        ("curl 'http://{host}/'", "gap to fill in"),
        ("curl -H 'bad header' http://a", "is no header"),
        ("curl -H 'A: b\nC: d' http://a", "is no header"),
        ("curl -w '%{json}' http://a", "does not know %{json}"),
        ("curl -m x http://a", "wants seconds"),
    ],
)
def test_what_reaches_beyond_one_request_is_refused(line: str, said: str) -> None:
    with pytest.raises(LineRefused) as caught:
        read(line)
    assert said in str(caught.value)


@pytest.mark.parametrize(("method", "changes"), [("GET", False), ("HEAD", False), ("POST", True), ("PURGE", True)])
def test_only_get_and_head_change_nothing(method: str, changes: bool) -> None:
    assert read(f"curl -X {method} http://a").changes is changes


@pytest.mark.parametrize("name", ["x-http-method-override", "X_HTTP_Method_Override"])
def test_a_get_that_asks_to_be_taken_for_another_method_is_none(name: str) -> None:
    assert read(f"curl -H '{name}: DELETE' http://a").changes


def test_write_out_fills_in_its_variables() -> None:
    assert filled_in("%{http_code} %{time_total}\\n", {"http_code": "200", "time_total": "0.1"}) == "200 0.1\n"
    assert filled_in("%%{x} %header{x-a}|%{url}", {}, {"x-a": "\\n"}) == "%{x} \\n|"
