"""RBAC rules, one per resource with its verbs, in the order in which kubectl lists them."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from runbooks.kubectl.jsonpath import go_value


@dataclass
class _Rule:
    verbs: list[str]
    group: str = ""
    resource: str = ""
    names: list[str] = field(default_factory=list)
    urls: list[str] = field(default_factory=list)

    @property
    def order(self) -> tuple[str, ...]:
        """kubectl sorts them by Go's text of the whole rule."""
        parts = (self.verbs, [self.group], [self.resource] if self.resource else [], self.names, self.urls)
        return tuple(go_value(part) for part in parts)

    @property
    def cells(self) -> list[str]:
        kind, slash, sub = self.resource.partition("/")
        full = f"{kind}.{self.group}" if self.group else kind
        return [full + slash + sub, go_value(self.urls), go_value(self.names), go_value(self.verbs)]


def rule_rows(rules: Iterable[dict[str, Any]]) -> list[list[str]]:
    """Resource, non-resource URLs, resource names and verbs of each."""
    compact: dict[tuple[str, str, str], _Rule] = {}
    plain: list[_Rule] = []
    for rule in rules:
        plain += [_Rule([verb], urls=[url]) for url in rule.get("nonResourceURLs") or [] for verb in rule["verbs"]]
        for group in rule.get("apiGroups") or []:
            for resource in rule.get("resources") or []:
                for name in rule.get("resourceNames") or [""]:
                    known = compact.setdefault(
                        (group, resource, name), _Rule([], group, resource, [name] if name else [])
                    )
                    known.verbs += [verb for verb in rule.get("verbs") or [] if verb not in known.verbs]
    return [one.cells for one in sorted([*plain, *compact.values()], key=lambda one: one.order)]


def listed_rules(status: dict[str, Any]) -> list[list[str]]:
    """The rows of a SelfSubjectRulesReview."""
    return rule_rows([*(status.get("nonResourceRules") or []), *(status.get("resourceRules") or [])])
