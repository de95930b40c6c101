"""Objects as YAML, JSON or names, to the byte as kubectl prints them."""

import re
from functools import lru_cache
from typing import Any

import yaml

from runbooks.kubectl.jsonpath import go_json

try:
    from yaml import CSafeDumper as _Dumper
except ImportError:  # a build of PyYAML without libyaml
    from yaml import SafeDumper as _Dumper  # type: ignore[assignment]

OLD_WORDS = re.compile(r"(y|Y|yes|Yes|YES|on|On|ON|n|N|no|No|NO|off|Off|OFF)")
BASE_60 = re.compile(r"[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?")
NUMBER = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?|0[xX][0-9a-fA-F_]+|0[oO]?[0-7_]+|0b[01_]+")


_RESOLVER = yaml.resolver.Resolver()


class _KubectlDumper(_Dumper):
    """Strings as Go's YAML writes them: double quotes where a plain word would mean something else."""

    def ignore_aliases(self, data: Any) -> bool:
        """Write an object in full wherever it stands."""
        return True


def _string(dumper: "_KubectlDumper", text: str) -> yaml.ScalarNode:
    return yaml.ScalarNode("tag:yaml.org,2002:str", text, style=_style(text))


@lru_cache(maxsize=4096)
def _style(text: str) -> str | None:
    if "\n" in text:
        return "|"
    plain_tag = _RESOLVER.resolve(yaml.ScalarNode, text, (True, False))  # type: ignore[no-untyped-call]
    doubtful = plain_tag != "tag:yaml.org,2002:str" or OLD_WORDS.fullmatch(text) or BASE_60.fullmatch(text)
    return '"' if doubtful or NUMBER.fullmatch(text) or text == "" else None


_KubectlDumper.add_representer(str, _string)


def as_yaml(document: Any) -> str:
    return yaml.dump(
        document, Dumper=_KubectlDumper, default_flow_style=False, allow_unicode=True, width=80, sort_keys=True
    )


def as_json(document: Any) -> str:
    return go_json(document, indent=4) + "\n"


def go_type(one: dict[str, Any]) -> str:
    """What kubectl calls the type of an object that it cannot use so: `*v1.ConfigMap`."""
    return f"*{str(one.get('apiVersion', '')).rpartition('/')[2]}.{one.get('kind')}"


def without_managed_fields(one: dict[str, Any]) -> dict[str, Any]:
    metadata = one.get("metadata")
    if not isinstance(metadata, dict) or "managedFields" not in metadata:
        return one
    return {**one, "metadata": {key: value for key, value in metadata.items() if key != "managedFields"}}


def as_list(objects: list[dict[str, Any]]) -> dict[str, Any]:
    """Several objects as the List kubectl makes of them."""
    return {"apiVersion": "v1", "items": objects, "kind": "List", "metadata": {"resourceVersion": ""}}
