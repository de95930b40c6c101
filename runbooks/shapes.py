"""What pydantic says of a wrong shape, in the words of somebody who writes YAML: the problem, and its mend."""

from pydantic_core import ErrorDetails

_LONGEST = 60
_SAID = {
    "extra_forbidden": ("there is no such key", "docs/runbooks.md lists the keys"),
    "missing": ("this key is missing", "add it"),
    "literal_error": ("{shown} is not one of {expected}", "choose one of them"),
    "string_pattern_mismatch": ("{shown} does not look right", "it must match {pattern}"),
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


def told(detail: ErrorDetails) -> tuple[str, str]:
    """Return what is wrong, and the mend."""
    kind, given = detail["type"], detail["input"]
    if kind == "value_error":
        problem, _, mend = str(detail.get("ctx", {}).get("error", detail["msg"])).partition("; ")
        return problem, mend
    plain = isinstance(given, (str, int, float, bool))
    shown = f"`{' '.join(str(given).split())[:_LONGEST]}`" if plain else "what stands there"
    if kind == "string_type":
        quotes = plain and not isinstance(given, str)
        return f"{shown} is not text", "put it in quotes" if quotes else "write one text"
    if kind not in _SAID:
        return detail["msg"][:1].lower() + detail["msg"][1:], "docs/runbooks.md tells the key"
    values = {**detail.get("ctx", {}), "shown": shown}
    problem, mend = _SAID[kind]
    return problem.format(**values), mend.format(**values)
