"""Print what people wait for, beside a yardstick of the same run: every topic, or those that are named."""

import asyncio
import sys
from collections.abc import Awaitable, Callable, Mapping, Sequence

from bench import cluster, lines, redaction, slack

TOPICS: Mapping[str, Callable[[], Awaitable[None]]] = {
    "slack": slack.measure,
    "lines": lines.measure,
    "cluster": cluster.measure,
    "redaction": redaction.measure,
}


async def main(names: Sequence[str]) -> int:
    """Measure each topic in turn."""
    unknown = [name for name in names if name not in TOPICS]
    if unknown:
        sys.stderr.write(f"error: there is no topic {unknown[0]}. There is: {', '.join(TOPICS)}.\n")
        return 2
    for name in names or TOPICS:
        await TOPICS[name]()
    return 0


if __name__ == "__main__":
    sys.exit(asyncio.run(main(sys.argv[1:])))
