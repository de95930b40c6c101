"""What the API server answers when it cannot do what was asked: Status objects."""

from collections.abc import Mapping, Sequence
from typing import Any

from sandbox.cluster.kinds import Kind


class Fault(Exception):  # it is the answer itself: a Status, not a programming error
    """An answer other than success."""

    def __init__(self, code: int, reason: str, message: str, details: Mapping[str, Any] | None = None) -> None:
        super().__init__(message)
        self.code, self.reason, self.message, self.details = code, reason, message, details

    def status(self) -> dict[str, Any]:
        """Give the Status object that goes over the wire."""
        body: dict[str, Any] = {"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Failure"}
        body |= {"message": self.message, "reason": self.reason}
        if self.details is not None:
            body["details"] = dict(self.details)
        return body | {"code": self.code}


def details(kind: Kind, name: str = "") -> dict[str, Any]:
    found = {"name": name} if name else {}
    if kind.group:
        found["group"] = kind.group
    return found | {"kind": kind.plural}


def bad_request(message: str) -> Fault:
    return Fault(400, "BadRequest", message)


def unauthorized() -> Fault:
    return Fault(401, "Unauthorized", "Unauthorized")


def not_found(kind: Kind, name: str) -> Fault:
    return Fault(404, "NotFound", f'{kind.resource} "{name}" not found', details(kind, name))


def no_such_path() -> Fault:
    return Fault(404, "NotFound", "the server could not find the requested resource", {})


def already_exists(kind: Kind, name: str) -> Fault:
    return Fault(409, "AlreadyExists", f'{kind.resource} "{name}" already exists', details(kind, name))


def conflict(kind: Kind, name: str, why: str) -> Fault:
    message = f'Operation cannot be fulfilled on {kind.resource} "{name}": {why}'
    return Fault(409, "Conflict", message, details(kind, name))


STALE = "the object has been modified; please apply your changes to the latest version and try again"


def invalid(kind: Kind, name: str, causes: Sequence[tuple[str, str, str]]) -> Fault:
    """Refuse an object; a cause is (reason, field, message)."""
    told = [f"{field}: {message}" for _, field, message in causes]
    text = told[0] if len(told) == 1 else f"[{', '.join(told)}]"
    listed = [{"reason": reason, "message": message, "field": field} for reason, field, message in causes]
    group = {"group": kind.group} if kind.group else {}
    found = {"name": name} | group | {"kind": kind.name, "causes": listed}
    shown = f"{kind.name}.{kind.group}" if kind.group else kind.name
    return Fault(422, "Invalid", f'{shown} "{name}" is invalid: {text}', found)


def method_not_allowed() -> Fault:
    return Fault(405, "MethodNotAllowed", "the server does not allow this method on the requested resource", {})


def unsupported_media_type(accepted: str) -> Fault:
    message = f"the body of the request was in an unknown format - accepted media types include: {accepted}"
    return Fault(415, "UnsupportedMediaType", message)


def expired() -> Fault:
    return Fault(410, "Expired", "too old resource version")
