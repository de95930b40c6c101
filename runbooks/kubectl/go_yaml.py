"""YAML as kubectl reads it, with go-yaml 2: a date and `12:30` are words, `y` and `n` are not."""

import re
from typing import Any, ClassVar

import yaml

TAG = "tag:yaml.org,2002:"
# go-yaml's resolve.go; what Python reads otherwise: 12:30 as 750, 2026-11-21 as a date, 1e3 and n as words
SCALARS = (
    ("bool", r"[yYnN]|yes|Yes|YES|no|No|NO|true|True|TRUE|false|False|FALSE|on|On|ON|off|Off|OFF", "yYnNtTfFoO"),
    ("int", r"[-+]?(0x[0-9a-fA-F][0-9a-fA-F_]*|0b[01][01_]*|0o?[0-7][0-7_]*|[1-9][0-9_]*|0)", "-+0123456789"),
    ("float", r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?", "-+.0123456789"),
    ("float", r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)", "-+."),
)
KEPT = {f"{TAG}null", f"{TAG}merge"}


class _Loader(yaml.SafeLoader):
    bool_values: ClassVar[dict[str, bool]] = {**yaml.SafeLoader.bool_values, "y": True, "n": False}


_Loader.yaml_implicit_resolvers = {
    sign: [(tag, pattern) for tag, pattern in pairs if tag in KEPT]
    for sign, pairs in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
for _name, _pattern, _signs in SCALARS:
    _Loader.add_implicit_resolver(f"{TAG}{_name}", re.compile(f"(?:{_pattern})$"), list(_signs))


def documents(text: str) -> list[Any]:
    """Every document of a text; raises yaml.YAMLError."""
    return list(yaml.load_all(text, Loader=_Loader))


def document(text: str) -> Any:
    """The only document of a text; raises yaml.YAMLError."""
    return yaml.load(text, Loader=_Loader)  # noqa: S506  # it is a SafeLoader
