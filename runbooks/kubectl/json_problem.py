"""What Go's JSON reader says about a text that is no JSON."""

import json
import re

WHERE = {
    "Expecting property name enclosed in double quotes": "looking for beginning of object key string",
    "Illegal trailing comma before end of object": "looking for beginning of object key string",
    "Illegal trailing comma before end of array": "looking for beginning of value",
    "Expecting ':' delimiter": "after object key",
    "Expecting value": "looking for beginning of value",
    "Extra data": "after top-level value",
}


def go_problem(error: json.JSONDecodeError) -> str:
    """The same problem in Go's words."""
    text = error.doc
    at = error.pos + len(text[error.pos :]) - len(text[error.pos :].lstrip())
    if error.msg.startswith("Illegal trailing comma"):
        at += 1
        at += len(text[at:]) - len(text[at:].lstrip())
    if at >= len(text) or error.msg.startswith("Unterminated string"):
        return "unexpected end of JSON input"
    sign = "'\\''" if text[at] == "'" else f"'{text[at]}'"
    return f"invalid character {sign} {_place(error, text)}"


def _place(error: json.JSONDecodeError, text: str) -> str:
    if error.msg == "Expecting ',' delimiter":
        opened = re.sub(r'"(?:[^"\\]|\\.)*"', "", text[: error.pos])
        depth = 0
        for sign in reversed(opened):
            depth += (sign in "]}") - (sign in "[{")
            if depth < 0:
                return "after object key:value pair" if sign == "{" else "after array element"
    return WHERE.get(error.msg, "in string literal")
