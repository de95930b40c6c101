"""Small rules a JSON value is checked with; each reports a problem with Slack's pointer to the place."""

from collections.abc import Callable, Mapping
from typing import Any

Report = Callable[[str, str], None]
Rule = Callable[[Any, str, Report], None]


def string(most: int, least: int = 1) -> Rule:
    def check(value: Any, where: str, report: Report) -> None:
        if not isinstance(value, str):
            report("must be a string", where)
        elif len(value) < least:
            report(f"must be more than {least - 1} characters", where)
        elif len(value) > most:
            report(f"must be less than {most + 1} characters", where)

    return check


def one_of(*allowed: Any) -> Rule:
    def check(value: Any, where: str, report: Report) -> None:
        if value not in allowed:
            report("must be one of " + ", ".join(str(word) for word in allowed), where)

    return check


def boolean(value: Any, where: str, report: Report) -> None:
    if not isinstance(value, bool):
        report("must be a boolean", where)


def whole(least: int, most: int) -> Rule:
    def check(value: Any, where: str, report: Report) -> None:
        if not isinstance(value, int) or isinstance(value, bool):
            report("must be an integer", where)
        elif not least <= value <= most:
            report(f"must be between {least} and {most}", where)

    return check


def anything(value: Any, where: str, report: Report) -> None:
    """Accept whatever it is."""


def matching(pattern: Callable[[str], object], said: str) -> Rule:
    """Accept a string that `pattern` finds fitting."""

    def check(value: Any, where: str, report: Report) -> None:
        if not isinstance(value, str) or not pattern(value):
            report(said, where)

    return check


def many(rule: Rule, most: int, least: int = 1) -> Rule:
    """Check a list of `least` to `most` items, each with `rule`."""

    def check(value: Any, where: str, report: Report) -> None:
        if not isinstance(value, list):
            report("must be an array", where)
            return
        if len(value) < least:
            report(f"no less than {least} items allowed", where)
        if len(value) > most:
            report(f"no more than {most} items allowed", where)
        for number, item in enumerate(value):
            rule(item, f"{where}/{number}", report)

    return check


def shape(required: Mapping[str, Rule], optional: Mapping[str, Rule] | None = None) -> Rule:
    """Check an object: the required fields are there, and no other than these."""
    fields = {**required, **(optional or {})}

    def check(value: Any, where: str, report: Report) -> None:
        if not isinstance(value, dict):
            report("must be an object", where)
            return
        for name in required:
            if value.get(name) is None:
                report(f"missing required field: {name}", where)
        for name, item in value.items():
            if name not in fields:
                report(f"invalid additional property: {name}", where)
            elif item is not None:
                fields[name](item, f"{where}/{name}", report)

    return check


def typed(shapes: Mapping[str, Rule], allowed: frozenset[str] | None = None) -> Rule:
    """Check an object by the shape its `type` names, one of `allowed`."""

    def check(value: Any, where: str, report: Report) -> None:
        kind = value.get("type") if isinstance(value, dict) else None
        if not isinstance(kind, str) or kind not in shapes or (allowed is not None and kind not in allowed):
            report(f"unsupported type: {kind}", f"{where}/type" if isinstance(value, dict) else where)
            return
        shapes[kind](value, where, report)

    return check


def both(*rules: Rule) -> Rule:
    def check(value: Any, where: str, report: Report) -> None:
        for rule in rules:
            rule(value, where, report)

    return check
