"""What a pretend Slack refuses: by a code to the app, by a sentence to a person."""

from typing import Any


class SlackError(Exception):
    """A Web API error: `code` is Slack's word for it, `details` stand beside it in the answer."""

    def __init__(self, code: str, **details: Any) -> None:
        super().__init__(code)
        self.code = code
        self.details = details

    def answer(self) -> dict[str, Any]:
        return {"ok": False, "error": self.code, **self.details}


class Refused(Exception):
    """A person cannot do this; the message is one plain sentence."""


def invalid(code: str, problems: list[str]) -> SlackError:
    """Return an error that names each problem as Slack does (`response_metadata.messages`)."""
    told = [f"[ERROR] {problem}" for problem in problems]
    return SlackError(code, errors=problems, response_metadata={"messages": told})
