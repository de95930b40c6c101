"""`… | xargs kubectl …` as a loop: what stands before it names the items, and the line runs for each of them."""

import getopt
from collections.abc import Sequence

from runbooks.lines.refusal import LineRefused
from runbooks.lines.turning import FOR_EACH

Commands = Sequence[tuple[str, ...]]
ITEM = "{item}"
_SHORT = "+0trn:L:P:I:d:a:"
_LONG = [
    "null",
    "no-run-if-empty",
    "verbose",
    "max-args=",
    "max-lines=",
    "max-procs=",
    "replace=",
    "delimiter=",
    "arg-file=",
]
_UNLIKE = {"-0": "names that end in a NUL", "--null": "names that end in a NUL", "-a": "a file", "--arg-file": "a file"}
_EACH = {"grep", "egrep", "fgrep", "cut", "cat"}


def spread(commands: Commands) -> tuple[Commands, Commands] | None:
    """Return the line that names the items, and the one to run for each; None where no `xargs` starts kubectl.

    Raises LineRefused.
    """
    at = next((at for at, words in enumerate(commands) if words[0] == "xargs" and "kubectl" in words), 0)
    if not at:
        return None
    pairs, words = _read(commands[at])
    named = dict(pairs)
    if words[0] != "kubectl":
        raise LineRefused(
            f"`xargs` would start `{words[0]}`, and no shell is there.", f"Give it the kubectl line. {FOR_EACH}"
        )
    if unlike := next((why for option, why in _UNLIKE.items() if option in named), ""):
        raise LineRefused(f"`xargs` would read {unlike}.", "Let the line before it print one name a line.")
    mark = named.get("-I", named.get("--replace", ""))
    each = [word.replace(mark, ITEM) for word in words] if mark else [*words, ITEM]
    if ITEM not in "".join(each):
        raise LineRefused(
            f"`xargs -I{mark}` puts nothing into the line after it.", f"Write `{mark}` where the name belongs."
        )
    rest = commands[at + 1 :]
    if odd := next((one for one in rest if one[0] not in _EACH or _counts(one)), None):
        raise LineRefused(
            f"`{' '.join(odd)}` would see what all of them print, and each runs by itself here.",
            f"Leave it out. {FOR_EACH}",
        )
    return commands[:at], [tuple(each), *rest]


def _read(words: Sequence[str]) -> tuple[list[tuple[str, str]], list[str]]:
    try:
        pairs, rest = getopt.getopt(list(words[1:]), _SHORT, _LONG)
    except getopt.GetoptError as error:
        raise LineRefused(
            f"`xargs` here does not know that: {error.msg}.", "Write `xargs -n1` or `xargs -I{}`."
        ) from error
    return pairs, rest


def _counts(words: Sequence[str]) -> bool:
    """Whether a grep tells something of the whole text."""
    return "grep" in words[0] and any(
        set(word) & set("cmnq") if not word.startswith("--") else word[2:5] in {"cou", "max", "lin", "qui"}
        for word in words[1:]
        if word.startswith("-")
    )
