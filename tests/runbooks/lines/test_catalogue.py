"""The table of filters tells the truth."""

import shlex

import pytest

from runbooks.lines.catalogue import CATALOGUE, filter_of
from runbooks.lines.pipes import read
from runbooks.lines.refusal import LineRefused

USES = {
    "grep": "-i -v -c -n -w -x -s a; -h -H -l -L a; -o -q -m 1 a; -A 1 -B 1 a; -C 1 -e a;"
    " -E a; -F a; -G a; -P a; --color=auto a",
    "head": "-n 3; -c 3; -q; -v",
    "tail": "-n +3; -c 3; -q; -v; -f",
    "wc": "-l -w -c -m -L",
    "sort": "-r -n; -h -u; -g -s; -V; -M; -f -d -b -i; -k 2,2n -t ,",
    "uniq": "-c -d -u -i; -D; -f 1 -s 1 -w 8",
    "cut": "-d , -f 1 -s --complement; -c 1-2; -b 1; -f 1 --output-delimiter=_",
    "tr": "-d a; -s a; -c a b; -C a b; -t ab c",
    "awk": "-F : -v x=1 '{print $1}'",
    "sed": "-n p; -E p; -r p; -e p -e d; -s p; -z p",
    "jq": "-r .; -c .; -e -s .; -n .; -j .; -R .; -S -M -C .; --tab .; --indent 3 .; --arg a b .; --argjson a 1 .",
    "column": "-t -s , -o _ -N A,B -L",
    "paste": "-s -d ,",
    "cat": "-n -b -s -A -v -E -T -u",
    "nl": "-b a -w 3 -s : -v 0",
    "xargs": "-n 1 -r; -P 4 echo",
    "python3": "-m json.tool",
}


@pytest.mark.parametrize("name", CATALOGUE)
def test_every_example_is_read(name: str) -> None:
    assert callable(filter_of(tuple(shlex.split(CATALOGUE[name].example))))


@pytest.mark.parametrize("name", USES)
def test_every_option_that_is_listed_is_read(name: str) -> None:
    assert set(CATALOGUE[name].options.split()) <= {
        word.partition("=")[0] for word in shlex.split(USES[name].replace(";", " "))
    }
    for use in USES[name].split("; "):
        assert callable(filter_of((name, *shlex.split(use))))


def test_what_was_left_out_is_told() -> None:
    assert read("kubectl logs a | tail -f").notes
    assert not read("kubectl logs a | tail -5").notes


@pytest.mark.parametrize("name", ["xargs rm", "tee x | wc", "sh", "python3 -c x", "frobnicate"])
def test_what_is_no_filter_is_refused_with_what_does_instead(name: str) -> None:
    with pytest.raises(LineRefused) as caught:
        read(f"kubectl get pods | {name}")
    assert caught.value.instead
