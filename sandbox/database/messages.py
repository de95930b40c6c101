"""PostgreSQL's messages as bytes.

https://www.postgresql.org/docs/current/protocol-message-formats.html
"""

import struct
from collections.abc import Sequence

from sandbox.database.answers import Answer, Cell, Complaint

OIDS = {"bool": 16, "int8": 20, "text": 25, "timestamptz": 1184, "interval": 1186, "numeric": 1700}


def message(kind: bytes, *parts: bytes) -> bytes:
    body = b"".join(parts)
    return kind + struct.pack("!I", len(body) + 4) + body


def text(*words: str) -> bytes:
    return b"".join(word.encode() + b"\0" for word in words)


def complaint(found: Complaint, severity: str = "ERROR") -> bytes:
    fields = {"S": severity, "V": severity, "C": found.code or "XX000", "M": found.message}
    if found.position:
        fields["P"] = str(found.position)
    return message(b"E", *(text(f"{key}{value}") for key, value in fields.items()), b"\0")


def notice(line: str) -> bytes:
    severity, _, said = line.partition(":  ")
    return message(b"N", text(f"S{severity}", f"V{severity}", "C00000", f"M{said}"), b"\0")


def described(answer: Answer) -> bytes:
    if not answer.columns:
        return message(b"n")
    heads = (text(name) + struct.pack("!IhIhih", 0, 0, OIDS[kind], -1, -1, 0) for name, kind in answer.columns)
    return message(b"T", struct.pack("!h", len(answer.columns)), *heads)


def row(cells: Sequence[Cell]) -> bytes:
    parts = [cell if cell is None else cell.encode() for cell in cells]
    shown = (struct.pack("!i", -1) if one is None else struct.pack("!i", len(one)) + one for one in parts)
    return message(b"D", struct.pack("!h", len(parts)), *shown)


def words(body: bytes) -> list[str]:
    return [word.decode(errors="replace") for word in body.split(b"\0")]


def literal(value: bytes | None) -> str:
    if value is None:
        return "NULL"
    if value in {b"\0", b"\1"}:
        return "true" if value == b"\1" else "false"
    shown = value.decode(errors="replace").replace("'", "''")
    return f"'{shown}'"
