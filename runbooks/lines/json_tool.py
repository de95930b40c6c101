"""`python3 -m json.tool`: JSON written over several lines, as Python writes it; no other program of Python runs."""

import json
from collections.abc import Sequence

from runbooks.lines.filtering import LIMIT, Filter, Filtering, Flow, TooMuch, count, no_files, options
from runbooks.lines.refusal import LineRefused

_LONG = {"sort-keys": "s", "no-ensure-ascii": "a", "compact": "c", "tab": "t", "indent=": "i"}


def json_tool(words: Sequence[str]) -> Filter:
    """Read `python3 -m json.tool`, with --sort-keys, --indent and their like. Raises LineRefused."""
    if list(words[1:3]) not in (["-m", "json.tool"], ["-mjson.tool"]):
        raise LineRefused(f"`{words[0]}` would run a program.", f"For JSON, write `jq .` or `{words[0]} -m json.tool`.")
    given = options(words[words[1:].index("json.tool") + 1 :] if "json.tool" in words else words[1:], "sacti:", _LONG)
    no_files(words, given.operands)
    indent: int | str | None = "\t" if "-t" in given else count(words[0], given.last("-i", "4"))
    encoder = json.JSONEncoder(
        indent=None if "-c" in given else indent,
        separators=(",", ":") if "-c" in given else None,
        ensure_ascii="-a" not in given,
        sort_keys="-s" in given,
    )

    def written(flow: Flow) -> Filtering:
        size = 0
        try:
            for piece in encoder.iterencode(json.loads(flow.whole())):
                flow.check()
                size += len(piece)
                if size > LIMIT:
                    raise TooMuch("the output")
                yield piece
        except (ValueError, RecursionError) as error:
            flow.complain(str(error))
            return 1
        yield "\n"
        return 0

    return written
