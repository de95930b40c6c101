"""The words after `kubectl` become a Command, or are refused."""

from collections.abc import Sequence

from runbooks.kubectl.flags import VERBS, WITH_PROGRAM, flags_of, read_flags
from runbooks.kubectl.refusals import NEVER, check_command, check_files, check_verb, check_words
from runbooks.kubectl.words import Command, Refused, Usage

GROUPS = {
    "rollout": ("history", "status", "undo", "restart", "pause", "resume"),
    "set": ("image", "env", "resources", "selector", "serviceaccount", "subject"),
    "top": ("pod", "node"),
    "auth": ("can-i", "whoami", "reconcile"),
}
GENERATED = {
    "configmap": "configmap", "cm": "configmap", "job": "job", "namespace": "namespace", "ns": "namespace",
    "deployment": "deployment", "deploy": "deployment",
}  # fmt: skip
COMMANDS = (
    "create", "expose", "run", "set", "explain", "get", "edit", "delete", "rollout", "scale", "autoscale",
    "certificate", "cluster-info", "top", "cordon", "uncordon", "drain", "taint", "describe", "logs", "attach", "exec",
    "port-forward", "proxy", "cp", "auth", "debug", "events", "diff", "apply", "patch", "replace", "wait", "kustomize",
    "label", "annotate", "completion", "api-resources", "api-versions", "config", "plugin", "version",
)  # fmt: skip
ALIASES = {"pods": "pod", "po": "pod", "nodes": "node", "no": "node", "sa": "serviceaccount"}
ANY_CASE = {"json", "yaml", "name"}
"""Values of `-o` that kubectl takes in capitals, too."""
CHANGING = {
    "rollout undo", "rollout restart", "rollout pause", "rollout resume", "scale", "set image", "set env",
    "set resources", "set serviceaccount", "set selector", "patch", "create configmap", "create job",
    "create namespace", "create deployment", "label", "annotate", "apply", "create", "delete", "exec",
    "cordon", "uncordon", "drain", "taint",
}  # fmt: skip
BARE = {
    "rollout": "Say which: `kubectl rollout history|status|undo|restart|pause|resume`.",
    "set": "Say which: `kubectl set image|env|resources`.",
    "top": "Say which: `kubectl top pods|nodes`.",
    "auth": "Say which: `kubectl auth can-i|whoami`.",
}


def parse(words: Sequence[str]) -> Command:
    """Read a line's words once; Refused when it is not run here, Usage when kubectl would not take it."""
    words = tuple(words)
    verb, rest = _verb(words)
    check_words(words, verb)
    check_verb(verb)
    if verb not in VERBS:
        raise Refused(f"`kubectl {verb}` is not run here.", "Do it from your terminal, and note it.")
    check_files(verb, rest)
    flags, arguments, program = read_flags(verb, rest)
    if flags.get("help"):
        raise Refused("The manual of kubectl is not here.", "See https://kubernetes.io/docs/reference/kubectl/.")
    if verb not in WITH_PROGRAM:
        arguments, program = [*arguments, *program], []
    if flags.get("template") and not flags.get("output"):
        flags["output"] = "go-template"
    if str(flags.get("output")).lower() in ANY_CASE and verb not in {"version", "api-resources", "delete"}:
        flags["output"] = str(flags["output"]).lower()
    if flags.get("dry-run") == "unchanged":
        flags["dry-run"] = "client"
    command = Command(verb, words, tuple(arguments), flags, tuple(program), changes(verb, flags), verb == "exec")
    check_command(command)
    return command


def changes(verb: str, flags: dict[str, object]) -> bool:
    """Whether running it changes the cluster (a list or a dry run does not)."""
    if verb in {"label", "annotate", "set env"} and flags.get("list"):
        return False
    return verb in CHANGING and flags.get("dry-run") not in {"client", "server"}


def _verb(words: tuple[str, ...]) -> tuple[str, tuple[str, ...]]:
    at = _first_argument(words, 0)
    if at is None:
        raise Usage("", 0) if not words else Refused("This line names no verb.", "For example `kubectl get pods`.")
    verb, rest = words[at], words[:at] + words[at + 1 :]
    if verb == "create":
        return _create(rest, at)
    if verb not in GROUPS:
        if verb not in VERBS and verb not in NEVER:
            if words[0].startswith("-"):  # as `kubectl -A get pods`
                raise Usage(f"Error: flags cannot be placed before plugin name: {words[0]}\n")
            raise Usage(f'error: unknown command "{verb}" for "kubectl"\n{_alike(verb)}')
        return verb, rest
    second = _first_argument(rest, at)
    if second is None:
        raise Refused(f"`kubectl {verb}` alone only prints its help.", BARE[verb])
    sub = ALIASES.get(rest[second], rest[second])
    if sub not in GROUPS[verb]:
        _, arguments, _ = read_flags(verb, rest)
        raise Usage(
            f"error: unknown command \"{' '.join(arguments)}\"\nSee 'kubectl {verb} -h' for help and examples\n"
        )
    return f"{verb} {sub}", rest[:second] + rest[second + 1 :]


def _create(rest: tuple[str, ...], at: int) -> tuple[str, tuple[str, ...]]:
    """`create -f` takes manifests; `create job …` and a few others make an object of flags."""
    second = _first_argument(rest, at)
    kind = GENERATED.get(rest[second]) if second is not None else None
    return (
        ("create", rest) if kind is None or second is None else (f"create {kind}", rest[:second] + rest[second + 1 :])
    )


def _alike(word: str) -> str:
    """cobra's suggestions: commands two letters away, or those that begin so."""
    found = [one for one in COMMANDS if distance(word.lower(), one) <= 2 or one.startswith(word.lower())]
    return "\nDid you mean this?\n" + "".join(f"\t{one}\n" for one in found) + "\n" if found else ""


def distance(one: str, two: str) -> int:
    """How many letters must be changed, added or left out (Levenshtein)."""
    row = list(range(len(two) + 1))
    for at, letter in enumerate(one, 1):
        before, row[0] = row[0], at
        for place, other in enumerate(two, 1):
            before, row[place] = row[place], min(row[place] + 1, row[place - 1] + 1, before + (letter != other))
    return row[-1]


def _first_argument(words: tuple[str, ...], start: int) -> int | None:
    """Where the first word that is no flag stands, as cobra finds it: an unknown `--flag` takes the next word along."""
    known = flags_of("")
    skip = False
    for index, word in enumerate(words):
        if skip:
            skip = False
        elif word == "--":
            return None
        elif (word.startswith("--") and "=" not in word) or (word.startswith("-") and len(word) == 2):
            skip = not (word in known and known[word].alone)
        elif word and not word.startswith("-") and index >= start:
            return index
    return None
