"""What no line may do here: other clusters and identities, this machine's files, secrets, lines that never end."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from runbooks.kubectl.flags import WITH_PROGRAM, flags_of
from runbooks.kubectl.manifests import check_names
from runbooks.kubectl.words import Command, Refused, Usage

IDENTITY = (
    "kubeconfig", "server", "token", "as", "as-group", "as-uid", "as-user-extra", "user", "username", "password",
    "context", "cluster", "client-certificate", "client-key", "certificate-authority", "tls-server-name",
    "insecure-skip-tls-verify", "insecure-skip-tls-verify-backend", "kuberc", "cache-dir", "profile", "profile-output",
    "proxy-url", "disable-compression", "auth-provider", "log-file", "log-dir",
)  # fmt: skip
FILES = ("filename", "kustomize", "patch-file", "from-file", "from-env-file", "env-file")
NEVER = {
    "edit": "an editor has no place in a chat; use `kubectl patch` in a runbook's mitigation",
    "port-forward": "a tunnel never ends; use `kubectl get --raw` or an http step",
    "proxy": "a proxy never ends; use `kubectl get --raw` or an http step",
    "attach": "an attached terminal never ends; use `kubectl logs`",
    "cp": "files of the bot's machine stay there; `kubectl exec POD -- cat FILE` with `save_as` keeps one as evidence",
    "debug": "a person starts a debugging container at a terminal; `kubectl exec` looks into one that runs",
    "config": "the runbook names the cluster; `kubectl cluster-info` and `kubectl auth whoami` tell which, and who",
    "plugin": "plugins are programs of this machine",
    "krew": "plugins are programs of this machine",
    "kustomize": "`kubectl apply -k` of a folder beside the runbook builds it, and its preview shows what it changes",
    "diff": "the preview of `kubectl apply -f` shows the difference before anything is changed",
    "replace": "it may delete what it replaces; use `kubectl patch`, or `kubectl apply -f` of a file that lies beside",
    "certificate": "a person approves certificates at a terminal; `kubectl get csr` lists those that wait",
    "completion": "that is for a shell",
    "alpha": "alpha commands are not run here",
    "run": "a pod made by hand is forgotten there; write what it would ask as an http step, or `kubectl exec`",
    "explain": "the manual of the API is at https://kubernetes.io/docs/reference/",
    "expose": "a new Service is no mitigation; apply a manifest that lies beside the runbook",
    "autoscale": "a new autoscaler is no mitigation; apply a manifest that lies beside the runbook",
}
VITAL = {
    "all", "namespace", "namespaces", "ns", "node", "nodes", "no", "persistentvolume", "persistentvolumes", "pv",
    "persistentvolumeclaim", "persistentvolumeclaims", "pvc", "customresourcedefinition", "customresourcedefinitions",
    "crd", "crds", "secret", "secrets",
}  # fmt: skip
RAW_PATHS = r"(/[a-z0-9.-]+)+/?"
_KUBELET = r"/api/v1/nodes/[a-z0-9.-]+/proxy/(healthz|stats/summary|metrics(/(cadvisor|probes|resource))?)"
_RAW_NEVER = re.compile(
    r"/(secrets|proxy|exec|attach|portforward)\b|/watch/|[?&](watch|follow|[^=&]*%[^=&]*)(=|&|$)", re.IGNORECASE
)


def check_words(words: Sequence[str], verb: str) -> None:
    """Refuse a word that names another identity, cluster or file: anywhere, shortened, or as another flag's value."""
    for word in words:
        if word == "--" and verb in WITH_PROGRAM:
            return
        bare = word.strip(" \t\r\n\"'`")
        name = re.split(r"[=\s]", bare.lstrip("-").lower(), maxsplit=1)[0].replace("_", "-")
        if bare.startswith("-"):
            _check_name(name, bare, verb)


def _check_name(name: str, word: str, verb: str) -> None:
    if word.startswith("-s"):
        _check_short_server(name, word, verb)
        name, word = "server", "--server"
    if not word.startswith("--"):
        return
    if name == "record":
        why = "`--record` is deprecated, and wrote no more than the line itself."
        raise Refused(why, "Leave it out; say why with `kubectl annotate … kubernetes.io/change-cause=…`.")
    for refused in IDENTITY:
        if name == refused or (len(name) > 1 and refused.startswith(name) and name not in SHORTER):
            raise Refused(
                f"`--{refused}` would leave the cluster or the identity that Muster is set up with.",
                "Leave it out: the runbook's `kubernetes.cluster` and muster.yaml name the cluster.",
            )
    if (
        name in FILES
        and not (name == "filename" and verb in {*MANIFESTS, *NAMED_BY_FILES})
        and not (name == "kustomize" and verb == "apply")
    ):
        raise Refused(f"`--{name}` reads files of the bot's own machine.", "Write what they say into the line.")


def _check_short_server(name: str, word: str, verb: str) -> None:
    """`-since=5m` is `-s ince=5m` to kubectl: who wrote one dash too few is told so."""
    if len(name) > 2 and any(flag.startswith(f"--{name}") for flag in flags_of(verb)):
        raise Refused(f"`{word}` has one dash: kubectl would read it as `-s`, another server.", f"Write `-{word}`.")


MANIFESTS = {"apply", "create"}
NAMED_BY_FILES = {"get", "describe", "delete"}
SHORTER = {"all", "client", "containers", "container"}


def check_files(verb: str, words: Sequence[str]) -> None:
    """Refuse files of this machine (`-f` where no manifests lie, `-k`) and objects made of flags."""
    taken = {"f"} if verb in {*MANIFESTS, *NAMED_BY_FILES, "logs"} else set()
    taken |= {"k"} if verb == "apply" else set()
    for word in words:
        if word == "--":
            break
        if word[:1] == "-" and word[1:2] in {"f", "k"} - taken:
            why = f"`{word[:2]}` would read files of the bot's own machine here."
            raise Refused(why, "Name the object in the line, such as `deployment/web`.")
    made = next((word for word in words if not word.startswith("-")), "") if verb == "create" else ""
    if made in {"secret", "secrets", "token"}:
        raise Refused("Secrets and tokens are not made here: whoever reads the channel would read them.", "")
    if verb == "create" and words and not words[0].startswith("-"):
        raise _only_manifests(verb)


def _only_manifests(verb: str) -> Refused:
    return Refused(
        f"`kubectl {verb}` here takes manifests that lie beside the runbook"
        + (", and makes configmaps, jobs, namespaces and deployments of flags." if verb == "create" else "."),
        f"Write the object into a file, and `kubectl {verb} -f FILE` into the runbook.",
    )


def check_verb(verb: str) -> None:
    """Refuse the verbs that are never run here."""
    first = verb.split(" ", maxsplit=1)[0]
    if first in NEVER:
        raise Refused(f"`kubectl {first}` is not run here: {NEVER[first]}.", "")


def check_command(command: Command) -> None:
    """Refuse what is only known once flags and arguments are read."""
    flags = command.flags
    _check_endless(command)
    if command.verb == "cluster-info" and command.arguments[:1] == ("dump",):
        raise Refused(
            "`kubectl cluster-info dump` prints everything there is, secrets in logs included.",
            "Ask for what you look for: `kubectl get`, `kubectl describe`, `kubectl logs`.",
        )
    _check_change(command)
    check_dry_run(flags)
    if flags.get("raw"):
        _check_raw(str(flags["raw"]), command.verb)
    _check_output(flags)
    if reads_secret_data(command):
        raise Refused(
            "What a Secret holds is never read here.",
            "`kubectl get secrets` lists them; `kubectl describe secret` tells the names and sizes of what one holds.",
        )


def _check_endless(command: Command) -> None:
    if command.flag("interactive"):
        raise Refused("Nobody can answer a prompt here.", "Leave out `--interactive`.")


def _check_change(command: Command) -> None:
    """Changes that are larger than they look, or that would not do what they say here."""
    if command.flag("local"):
        raise Refused("`--local` changes a file of the bot's own machine.", "Leave it out.")
    if command.flag("append-hash"):
        raise Refused("`--append-hash` makes a name that nothing else in the runbook can know.", "Leave it out.")
    if command.flag("disable-eviction"):
        raise Refused("`--disable-eviction` deletes pods past their disruption budgets.", "Leave it out.")
    if command.verb == "scale" and command.flag("resource-version"):
        raise Refused("`scale --resource-version` is not kept here.", "Use `--current-replicas`.")
    if command.flag("recursive") and command.flag("filename"):
        raise Refused("Folders within a folder are not read here.", "Name each with its own `-f`.")
    if command.verb in MANIFESTS:
        _check_manifests(command)
    elif command.flag("filename"):
        check_names(command.flag("filename"))
    if command.verb == "delete":
        _check_delete(command)


def _check_manifests(command: Command) -> None:
    """Manifests are files beside the runbook, whole and by name; nothing is pruned or forced."""
    for name in ("prune", "selector", "force", "server-side", "force-conflicts", "save-config"):
        if command.flag(name):
            raise Refused(f"`--{name}` is not run here.", "Leave it out.")
    if command.arguments:
        raise _only_manifests(command.verb)
    check_names([*(command.flag("filename") or []), *filter(None, [command.flag("kustomize")])])


def _check_delete(command: Command) -> None:
    if command.flag("all-namespaces"):
        raise Refused("Deleting in all namespaces at once is never run here.", "Name one with `-n`.")
    if command.flag("all"):
        raise Refused("Deleting everything at once is never run here.", "Name the objects, or pick them with `-l`.")
    kinds = {word.partition("/")[0].partition(".")[0].lower() for word in _typed_resources(command)}
    if kinds & VITAL:
        what = " and ".join(sorted(kinds & VITAL))
        raise Refused(f"Deleting {what} is never run here.", "Do it by hand; in a runbook, as `manual:`.")


def check_dry_run(flags: Mapping[str, Any]) -> None:
    """kubectl's own words for a dry run that is none."""
    value = flags.get("dry-run", "none")
    if value not in {"none", "server", "client"}:
        raise Usage(f'error: Invalid dry-run value ({value}). Must be "none", "server", or "client".\n')


def _check_raw(path: str, verb: str) -> None:
    if verb == "get" and re.fullmatch(_KUBELET, path):
        return
    if verb != "get" or not re.fullmatch(RAW_PATHS, path.partition("?")[0]) or _RAW_NEVER.search(path):
        raise Refused(
            "`--raw` reads plain paths once, and neither Secrets, programs nor proxies but a kubelet's numbers.",
            "For example `kubectl get --raw '/readyz?verbose'`, or `…/api/v1/nodes/NODE/proxy/stats/summary`.",
        )


def _check_output(flags: Mapping[str, Any]) -> None:
    output = str(flags.get("output") or "").partition("=")[0]
    if output in {"jsonpath-file", "go-template-file", "templatefile", "custom-columns-file"}:
        raise Refused(f"`-o {output}` reads a file of the bot's own machine.", "Write the template into the line.")


def reads_secret_data(command: Command) -> bool:
    """Whether this line asks for more of Secrets than their list."""
    if command.flag("from") and str(command.flag("from")).lower().startswith("secret"):
        return True
    if command.verb == "auth can-i" or not any(names_secrets(word) for word in _typed_resources(command)):
        return False
    if command.verb == "describe":
        return False  # names and sizes: describe_settings.without_data empties it before anybody sees it
    plain = str(command.flag("output") or "").lower() in {"", "wide", "name"}
    return command.verb != "get" or not plain or bool(command.flag("sort-by"))


def _typed_resources(command: Command) -> list[str]:
    return [part for word in command.arguments[:1] for part in word.split(",")] + [
        word for word in command.arguments[1:] if "/" in word
    ]


def names_secrets(word: str) -> bool:
    """Whether a resource word means core Secrets: `secret`, `Secrets`, `secrets.v1.`, `secret/name`."""
    kind = word.partition("/")[0].lower()
    return kind.partition(".")[0] in {"secret", "secrets"} and kind.partition(".")[2].strip(".") in {"", "v1"}
