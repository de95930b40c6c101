"""Every filter that may stand after a pipe, with what it knows; and what to write in the place of the others."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from runbooks.lines import aligning, awk, characters, columns, grep, jq_filter, json_tool, ordering, rows, sed, turning
from runbooks.lines.filtering import Filter
from runbooks.lines.refusal import LineRefused


@dataclass(frozen=True)
class Known:
    """A filter as the documentation lists it: its options, a sentence, and a line that uses it."""

    read: Callable[[Sequence[str]], Filter]
    options: str
    about: str
    example: str


CATALOGUE: Mapping[str, Known] = {
    "grep": Known(
        grep.grep,
        "-i -v -c -o -q -n -w -x -h -H -l -L -s -m -A -B -C -e -E -F -G -P --color",
        "the lines that match",
        "grep -i error",
    ),
    "egrep": Known(grep.grep, "as grep", "`grep -E`", "egrep 'error|fatal'"),
    "fgrep": Known(grep.grep, "as grep", "`grep -F`", "fgrep '[error]'"),
    "head": Known(rows.head, "-n -c -q -v", "the first lines", "head -20"),
    "tail": Known(rows.tail, "-n -c -q -v -f", "the last lines; -f is left out", "tail -n 50"),
    "wc": Known(rows.wc, "-l -w -c -m -L", "how many lines, words, characters", "wc -l"),
    "sort": Known(
        ordering.sort, "-r -n -h -g -V -M -f -d -b -i -u -s -k -t", "in order, letters as in LC_ALL=C", "sort -k2,2nr"
    ),
    "uniq": Known(rows.uniq, "-c -d -D -u -i -f -s -w", "lines that repeat, once", "uniq -c"),
    "cut": Known(columns.cut, "-d -f -c -b -s --complement --output-delimiter", "parts of lines", "cut -d, -f1,3-"),
    "tr": Known(characters.tr, "-d -s -c -C -t", "characters changed or left out", "tr -s ' '"),
    "awk": Known(
        awk.awk, "-F -v", "fields, sums, counts and conditions; no files, no programs", "awk 'NR>1 {print $1, $NF}'"
    ),
    "gawk": Known(awk.awk, "as awk", "`awk`", "gawk '{print $1}'"),
    "sed": Known(sed.sed, "-n -E -r -e -s -z", "text replaced, lines chosen and joined", "sed -n '2,5p'"),
    "jq": Known(
        jq_filter.jq,
        "-r -c -e -s -n -j -R -S -M -C --tab --indent --arg --argjson",
        "fields of JSON",
        "jq -r '.items[].kind'",
    ),
    "column": Known(aligning.column, "-t -s -o -N -L", "a table", "column -t"),
    "paste": Known(aligning.paste, "-s -d", "all lines as one, or several side by side", "paste -sd,"),
    "tac": Known(turning.tac, "", "the last line first", "tac"),
    "rev": Known(turning.rev, "", "each line from its end on", "rev"),
    "nl": Known(turning.nl, "-b -w -s -v", "lines with their numbers", "nl -ba"),
    "xargs": Known(turning.xargs, "-n -r -P", "words in rows; with kubectl, a line for each", "xargs -n1"),
    "python3": Known(
        json_tool.json_tool, "-m", "`-m json.tool` alone: JSON over several lines", "python3 -m json.tool"
    ),
    "python": Known(json_tool.json_tool, "as python3", "`-m json.tool` alone", "python -m json.tool"),
    "cat": Known(columns.cat, "-n -b -s -A -v -E -T -u", "nothing changed, or what is hidden shown", "cat -A"),
    "less": Known(columns.pager, "any", "nothing changed: the whole output is kept", "less -S"),
    "more": Known(columns.pager, "any", "nothing changed: the whole output is kept", "more"),
}
_NAMES = ", ".join(
    name for name in CATALOGUE if name not in {"egrep", "fgrep", "gawk", "less", "more", "cat", "python", "python3"}
)
_SHELL = "Nothing here is ever given to a shell; run what it prints yourself, or add it to the runbook."
_REFUSED = {
    "parallel": (
        "`parallel` would start a program for each line.",
        "In a runbook, `foreach:` repeats a line for each.",
    ),
    "while": ("`while` needs a shell, and none is used here.", "In a runbook, `foreach:` repeats a line for each."),
    "tee": ("`tee` would write a file in the middle of the line.", "At its end, it keeps the output as evidence."),
    "sh": ("`sh` would run what the line prints.", _SHELL),
    "bash": ("`bash` would run what the line prints.", _SHELL),
    "perl": ("`perl` would run a program.", "`grep -oP` and `sed -E` do much of it."),
    "yq": ("`yq` is not here.", "Write `-o json` and `jq`."),
    "rg": ("`rg` is not here.", "Write `grep -E`."),
    "psql": ("`psql` would be fed by the line.", 'Write `psql -c "SELECT 1"` as a line of its own.'),
    "mysql": ("`mysql` would be fed by the line.", "Write a `manual:` step."),
    "sudo": ("`sudo` would run it as another person.", "Leave it out: a filter needs no rights."),
    "bc": ("`bc` is not here.", "`awk '{s+=$1} END {print s}'` adds numbers up."),
    "ag": ("`ag` is not here.", "Write `grep -E`."),
    "zgrep": ("`zgrep` is not here.", "Write `grep`: what is piped is plain text."),
    "fold": ("`fold` is not here.", "Write `cut -c1-80`, or leave it out."),
    "shuf": ("`shuf` is not here.", "Write `head`."),
    "strings": ("`strings` is not here.", "Leave it out: only text comes through."),
    "diff": ("`diff` would read a file.", "For a change that is planned, `--preview` shows the diff."),
    "vim": ("`vim` waits for somebody to type.", "Leave it out: the whole output is kept."),
    "base64": ("`base64` would show what is hidden in a Secret.", "Secrets are never printed here."),
    "openssl": ("`openssl` is not here.", "In a runbook, write it as a `manual:` step."),
}


def filter_of(words: tuple[str, ...]) -> Filter:
    """Read a filter's words. Raises LineRefused."""
    name = words[0]
    if name in CATALOGUE:
        return CATALOGUE[name].read(words)
    if name in _REFUSED:
        raise LineRefused(*_REFUSED[name])
    if name in {"kubectl", "curl"}:
        raise LineRefused(f"`{name}` cannot stand after a pipe.", "Run it as a line of its own.")
    raise LineRefused(f"`{name}` is not a filter that is known here.", f"After a pipe there are: {_NAMES}.")


def note_on(words: tuple[str, ...]) -> str:
    """Say what of a filter was left out, if anything."""
    if words[0] == "tail" and any(word in {"-f", "-F", "--follow"} or word.startswith("-f") for word in words):
        return "`tail -f` waits for nothing here: run the line again to see what came since."
    return ""
