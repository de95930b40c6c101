"""What Perl's patterns have beside RE2's: `\\K`, a look-behind at the beginning, a look-ahead at the end."""

import re


def beside(source: str) -> tuple[str, str, str]:
    """Take `before\\Kkept`, `(?<=before)kept(?=after)` apart; nothing when there is no such thing."""
    before = after = ""
    if source.count(r"\K") == 1:
        before, source = source.split(r"\K")
    elif source.startswith("(?<=") and (end := _closing(source, 0)):
        before, source = source[len("(?<=") : end], source[end + 1 :]
    at = source.rfind("(?=")
    if at >= 0 and _closing(source, at) == len(source) - 1:
        after, source = source[at + len("(?=") : -1], source[:at]
    alone = re.sub(r"\\.|\[[^]]*\]|\([^()]*\)", "", source)
    return ("", "", "") if "|" in alone and (before or after) else (before, source, after)


def _closing(source: str, at: int) -> int:
    """Where the parenthesis that opens at `at` is closed; 0 when nowhere."""
    depth = 0
    for found in re.compile(r"\\.|\[\^?\]?[^]]*\]|[()]", re.DOTALL).finditer(source, at):
        depth += {"(": 1, ")": -1}.get(found[0], 0)
        if found[0] == ")" and not depth:
            return found.start()
    return 0
