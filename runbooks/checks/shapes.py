"""What pydantic says of a wrong shape, in the words of somebody who writes YAML: the problem, and its mend."""

from pydantic_core import ErrorDetails

EITHER = "text_or_number"
"""Where a value may be the one or the other."""
_LONGEST = 60
_SAID = {
    EITHER: ("{shown} is neither text nor a number", "write one of them"),
    "extra_forbidden": ("there is no such key", "docs/runbooks.md lists the keys"),
    "missing": ("this key is missing", "add it"),
    "literal_error": ("{shown} is not one of {expected}", "choose one of them"),
    "string_pattern_mismatch": ("{shown} does not look right", "{words}"),
    "too_short": ("at least one is wanted", "add one"),
    "tuple_type": ("{shown} is not a list", "put it in brackets: [ … ], or under dashes"),
    "model_type": ("{shown} is not a group of keys", "write `key: value` lines under it"),
    "dict_type": ("{shown} is not a group of keys", "write `key: value` lines under it"),
    "string_too_long": ("this is longer than {max_length} characters", "make it shorter"),
    "string_too_short": ("there is nothing here", "write something, or leave the key out"),
    "bool_type": ("{shown} is neither yes nor no", "write true or false"),
    "bool_parsing": ("{shown} is neither yes nor no", "write true or false"),
    "finite_number": ("{shown} is too large a number", "write a smaller one"),
    "int_type": ("{shown} is not a number", "write it in digits, without quotes"),
    "float_type": ("{shown} is not a number", "write it in digits, without quotes"),
    "float_parsing": ("{shown} is not a number", "write it in digits, without quotes"),
    "int_parsing": ("{shown} is not a whole number", "write it in digits, without quotes"),
}

_IN_WORDS = {
    r"^[a-z0-9][a-z0-9-]*$": "write it with small letters, digits and dashes",
    r"^[A-Za-z0-9][A-Za-z0-9_-]*$": "write it with letters of a to z, digits, - and _",
    r"^[A-Za-z_][A-Za-z0-9_]*$": "write it with letters of a to z, digits and _",
    r"^[a-z][a-z0-9_]*$": "write it with small letters, digits and _",
    r"^https?://\S+$": "write the whole address, from https:// on",
}
"""The patterns of runbooks, for people."""


def told(detail: ErrorDetails) -> tuple[str, str]:
    """Return what is wrong, and the mend."""
    kind, given = detail["type"], detail["input"]
    if kind == "value_error":
        problem, _, mend = str(detail.get("ctx", {}).get("error", detail["msg"])).partition("; ")
        return problem, mend
    if given is None and kind not in {"missing", "extra_forbidden"}:
        return "nothing stands there", "write something, in quotes if it begins with #, or leave the key out"
    plain = isinstance(given, (str, int, float, bool))
    shown = f"`{' '.join(str(given).split())[:_LONGEST]}`" if plain else "what stands there"
    if kind == "string_type":
        return (f"{shown} is not text", "put it in quotes") if plain else _several(given)
    if kind == "tuple_type" and isinstance(given, dict):
        return "this is a group of keys, and a list is meant", "begin each of them with a dash: `- key: value`"
    if kind in {"float_type", "int_type"} and isinstance(given, int) and not isinstance(given, bool):
        return f"{shown} is too large a number", "write a smaller one"
    if kind not in _SAID:
        return detail["msg"][:1].lower() + detail["msg"][1:], "docs/runbooks.md tells the key"
    values: dict[str, object] = {**detail.get("ctx", {}), "shown": shown}
    values["words"] = _IN_WORDS.get(str(values.get("pattern")), f"it must match {values.get('pattern')}")
    problem, mend = _SAID[kind]
    return problem.format(**values), mend.format(**values)


def _several(given: object) -> tuple[str, str]:
    """Tell of a list or a group in a text's place; `{kubectl get pods}` is a group of one key without a value."""
    if isinstance(given, dict) and any(value is not None for value in given.values()):
        return "this is a group of keys, and one text is meant", "write it in one line, like app=web"
    if isinstance(given, list):
        return "this is a list, and one text is meant", "keep one of them, or put it all in quotes"
    return "what stands there is not text", "put it in quotes: a [ or { begins a group"
