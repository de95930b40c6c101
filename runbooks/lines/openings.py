"""What a line may not begin with: words that need a shell, and programs that would start another program."""

import re
import shlex

from runbooks.lines.refusal import LineRefused

_MANUAL = "In a runbook, write it as a `manual:` step."
NEEDS_SHELL = {
    "for": "A loop is understood as `for pod in $(kubectl … -o name); do kubectl … $pod; done`; or write `foreach:`.",
    "while": "Run the line once; in a runbook, `foreach:` repeats it for each item.",
    "until": "`kubectl wait` and `kubectl rollout status` wait for something.",
    "if": "Write two steps; `|| echo \"text\"` at the end says what a failure means.",
    "case": "Write one step for each case.",
    "select": "Write one step for each choice.",
    "function": "Write the line that it would run.",
    "[[": "Write the line whose answer is wanted.",
    "[": "Write the line whose answer is wanted.",
    "test": "Write the line whose answer is wanted.",
    "!": "`|| echo \"text\"` at the end says what a failure means.",
    "{": "Write one line.",
    "coproc": "Write the line that it would run.",
}  # fmt: skip
_PARTS = {"then", "do", "done", "fi", "else", "elif", "esac", "}", "]]", "in"}
_VARIABLES = {"export", "declare", "local", "readonly", "typeset", "unset", "set", "alias", "read", "let"}
_AS_IT_IS = {
    "sudo": "would run it as another person",
    "doas": "would run it as another person",
    "time": "would measure it, and how long a line took is told anyway",
    "watch": "would repeat it for ever",
    "nohup": "would leave it running",
    "exec": "would put it in the place of a shell",
    "command": "would only start it",
    "builtin": "would only start it",
    "nice": "would start it slower",
    "timeout": "would stop it, and every step has its own `timeout:`",
    "stdbuf": "would only start it",
    "unbuffer": "would only start it",
}
_SHELLS = {"sh", "bash", "zsh", "dash", "ksh", "ash", "fish"}
_PROMPTS = {"$", "%", "❯", "➜", "PS>"}
_PROMPT = re.compile(r"\[?[\w.-]+@[\w.-]+\S*[#$%]")
_OPTION = re.compile(r"\s*(?:-[ugh]\s+[\w.-]+|-\S+(?:\s+\d[\d.]*[smhd]?)?|\d[\d.]*[smhd]?)(?=\s)")


def begins(command: tuple[str, ...], line: str) -> None:
    """Refuse a line by its first word, with the nearest thing that works. Raises LineRefused."""
    first = command[0]
    rest = line[len(first) :].strip() if line.startswith(first) else ""
    if first in NEEDS_SHELL:
        raise LineRefused(f"`{first}` needs a shell, and none is used here.", NEEDS_SHELL[first])
    if first in _PARTS:
        raise LineRefused(f"`{first}` is a part of something longer.", "Write the whole of it, or one line without.")
    if first in _VARIABLES:
        raise LineRefused(
            f"`{first}` would set a variable, and none lives on.", "A runbook declares its values; write `$NAME` then."
        )
    if first in _AS_IT_IS:
        raise LineRefused(f"`{first}` {_AS_IT_IS[first]}.", _run(_unwrapped(rest)))
    if first in _PROMPTS or _PROMPT.fullmatch(first):
        raise LineRefused(f"`{first}` is a shell's prompt, and no part of the line.", _run(rest))
    _programs(command, rest)


def _programs(command: tuple[str, ...], rest: str) -> None:
    first = command[0].rpartition("/")[2]
    if first in _SHELLS | {"eval"}:
        inner = next((word for word, before in zip(command[1:], command, strict=False) if before.endswith("c")), "")
        inner = rest if first == "eval" else inner
        raise LineRefused(f"`{first}` would give its words to a shell, and none is used here.", _run(_unquoted(inner)))
    if first == "ssh":
        raise LineRefused("`ssh` would run it on another machine.", _MANUAL)
    if first == "env":
        raise LineRefused("`env` would set variables for another program.", "Leave it out.")
    if first == "xargs":
        raise LineRefused("`xargs` would start a program for each line.", "In a runbook, `foreach:` repeats a line.")
    if first in {"source", "."}:
        raise LineRefused(f"`{first}` would run a file of lines.", "Write those lines as steps of the runbook.")
    if first == "cd":
        raise LineRefused("`cd` goes to a directory, and a line has none.", "A tool's directory stands in muster.yaml.")


def _unwrapped(rest: str) -> str:
    """Leave out options, and more programs of this kind."""
    rest = _without_options(rest)
    while rest.split(None, 1)[:1] and rest.split(None, 1)[0] in _AS_IT_IS:
        rest = _without_options(rest.split(None, 1)[1] if " " in rest else "")
    return _unquoted(rest)


def _without_options(rest: str) -> str:
    while found := _OPTION.match(rest):
        rest = rest[found.end() :].strip()
    return rest


def _unquoted(text: str) -> str:
    """Take the quotes off what is one word for a shell: `watch 'kubectl get pods'`."""
    try:
        words = shlex.split(text)
    except ValueError:
        return ""
    return words[0] if len(words) == 1 else text


def _run(rest: str) -> str:
    return f"Run `{rest}`." if rest and "\n" not in rest else ""
