"""How long the redaction takes for a megabyte: of logs, of a table, and of what is made to be slow."""

import time

from bench.measuring import line
from runbooks.redaction import Redaction
from tests.runbooks.redaction_corpus.innocent import innocent

MEGABYTE = 1_000_000


async def measure() -> None:
    """Print it for each."""
    redact = Redaction()
    for what, text in {
        "logs": "\n".join(innocent()) + "\n",
        "a table of pods": "inferadb-788cbfbc46-9nnpk   1/1     Running   0   25h\n",
        "one word": "a",
        "words on words": "password ",
        "addresses in addresses": "a://",
        "keys of a Secret": '{"kind":"Secret","data":{"a":',
    }.items():
        whole = (text * (MEGABYTE // len(text) + 1))[:MEGABYTE]
        began = time.perf_counter()
        redact(whole)
        line(f"redaction: 1 MB of {what}", f"{(time.perf_counter() - began) * 1000:.0f} ms")
