"""`kubectl set env`: environment variables of a pod template."""

import re
from collections.abc import Iterable
from typing import Any

from runbooks.kubectl.changing import split_pairs, template_spec
from runbooks.kubectl.pods import name_of
from runbooks.kubectl.running import Run
from runbooks.kubectl.targets import found_objects
from runbooks.kubectl.verbs.set_pods import Taken, change_templates, every_container, matching
from runbooks.kubectl.words import Failed

Variable = dict[str, Any]
ENV_NAME = r"[-._a-zA-Z][-._a-zA-Z0-9]*"
BAD_NAME = (
    "a valid environment variable name must consist of alphabetic characters, digits, '_', '-', or '.', and must not"
    " start with a digit (e.g. 'my.env-name',  or 'MY_ENV.NAME',  or 'MyEnvName1', regex used for validation is"
    f" '{ENV_NAME}')"
)


async def set_env(run: Run) -> None:
    resources, pairs = split_pairs(run.command.arguments, "environment")
    pairs += run.command.flag("env") or []
    if not resources:
        raise Failed("error: one or more resources must be specified as <resource> <name> or <resource>/<name>\n")
    if run.command.flag("list"):
        await _list(run, resources)
        return
    wanted, gone = _read(pairs)
    if source := run.command.flag("from"):
        wanted += await _from(run, str(source))
    keep = run.command.flag("overwrite") is False

    def edit(spec: dict[str, Any], whole: dict[str, Any]) -> None:
        for one in _matching(run, spec, whole):
            one["env"] = _edited(one.get("env") or [], wanted, gone, keep=keep)
            if not one["env"]:
                del one["env"]

    await change_templates(run, resources, edit, "env updated", "failed to patch env update to pod template: ")


def _matching(run: Run, spec: dict[str, Any], whole: dict[str, Any]) -> list[dict[str, Any]]:
    """The containers of a pod template that `-c` means."""
    pattern = str(run.command.flag("containers"))
    found = matching(every_container(spec), pattern)
    if not found:
        run.warn(f'Warning: {whole.get("kind")}/{name_of(whole)} does not have any containers matching "{pattern}"')
    return found


def _read(pairs: Iterable[str]) -> tuple[list[Variable], set[str]]:
    wanted, gone = [], set()
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if equals and name:
            if not re.fullmatch(ENV_NAME, name):
                raise Failed(f'error: "{name}" is not a valid key name: {BAD_NAME}\n')
            wanted.append({"name": name, "value": value})
        elif not equals and pair.endswith("-"):
            gone.add(pair[:-1])
        else:
            raise Failed(f"error: environment variables must be of the form key=value and is not: {pair}\n")
    return wanted, gone


def _edited(before: list[Variable], wanted: list[Variable], gone: set[str], *, keep: bool) -> list[Variable]:
    after = [dict(one) for one in before if one["name"] not in gone]
    for new in wanted:
        at = next((n for n, one in enumerate(after) if one["name"] == new["name"]), None)
        if at is None:
            after.append(dict(new))
        elif keep and after[at].get("value", "") != new.get("value", ""):
            raise Taken(f"'{new['name']}' already has a value ({after[at].get('value', '')}), and --overwrite is false")
        else:
            after[at] = dict(new)
    return after


async def _from(run: Run, source: str) -> list[Variable]:
    """A variable for each key of a ConfigMap; Secrets are refused when the line is read."""
    prefix, keys = run.command.flag("prefix") or "", run.command.flag("keys")
    found = []
    read = await found_objects(run, [source])
    if run.exit_code:
        raise Failed("")
    for _, one in read:
        if one.get("kind") != "ConfigMap":
            raise Failed("error: unsupported resource specified in --from\n")
        for key in sorted(one.get("data") or {}):
            if keys and key not in keys:
                continue
            name = re.sub(r"[^A-Za-z0-9_]", "_", key).upper()
            if name != key:
                run.warn(f"Warning: key {key} transferred to {name}")
            reference = {"configMapKeyRef": {"key": key, "name": name_of(one)}}
            found.append({"name": prefix + name, "valueFrom": reference})
    return found


async def _list(run: Run, resources: list[str]) -> None:
    for _, one in await found_objects(run, resources, every=bool(run.command.flag("all"))):
        for container in _matching(run, template_spec(one) or {}, one):
            run.say(f"# {one.get('kind')} {name_of(one)}, container {container['name']}")
            for variable in container.get("env") or []:
                run.say(_shown(variable))


def _shown(variable: Variable) -> str:
    source = variable.get("valueFrom") or {}
    for key, kind in (("configMapKeyRef", "configmap"), ("secretKeyRef", "secret")):
        if key in source:
            return f"# {variable['name']} from {kind} {source[key].get('name')}, key {source[key].get('key')}"
    if "fieldRef" in source:
        return f"# {variable['name']} from field path {source['fieldRef'].get('fieldPath')}"
    if "resourceFieldRef" in source:
        return f"# {variable['name']} from resource field {source['resourceFieldRef'].get('resource')}"
    return f"{variable['name']}={variable.get('value', '')}"
