"""Some hundred lines through a real kubectl and through Muster, against twins of the pretend company's cluster."""

import asyncio
import os
import re
import shlex
import shutil
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
import pytest_asyncio

from runbooks.kubectl import Cluster, Result, Usage, parse, run
from sandbox.cluster.alone import START, serving
from sandbox.cluster.clock import Clock
from sandbox.cluster.worlds import company_cluster

KUBECTL = shutil.which("kubectl") or ""
pytestmark = [
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.xdist_group("kubectl"),  # every worker with one of these would ask every line
    pytest.mark.skipif(
        not KUBECTL, reason="there is no kubectl on this machine; see https://kubernetes.io/docs/tasks/tools/"
    ),
]
FOLDER = Path(__file__).parent / "beside"
# Each third line that reads: a kubectl process takes a tenth of a second. EVERY_LINE=all runs every one.
READING = FOLDER.joinpath("reading.txt").read_text("utf-8").splitlines()[:: 1 if os.environ.get("EVERY_LINE") else 3]
CHANGING = FOLDER.joinpath("changing.txt").read_text("utf-8").splitlines()
NOW = datetime.fromtimestamp(START, UTC)
AT_ONCE = 4
LOST = "Unknown stream id"
ANY_ORDER = {"logs", "label", "annotate", "drain"}
# Where kubectls differ the recordings (1.36) decide: what this test then takes off both sides, and why.
SOFTENED = [
    (r"^Error: (?=(?:.|\n)*(?:for usage\.|unknown command))", "error: "),  # 1.36 begins every error so
    (r",kyaml,", ","),  # a format since 1.33
    (r"(Port:\s+\d+/\w+) \(\w+\)", r"\1"),  # describe names ports since 1.33
    (r"\n  Kube-Proxy Version: *(?=\n)", ""),  # and no kube-proxy any more
    (r"(Name: +node-exporter)\nNamespace:.*(?=\n)", r"\1"),  # a DaemonSet's namespace is told since 1.33
    (r"\n(?:Mountable secrets|Tokens):.*(?=\n)", ""),  # nor an account's token Secrets
    (r'" deleted from \S+ namespace', '" deleted'),  # delete says where since 1.35
    (r"\n *creationTimestamp: null(?=\n)", ""),  # an empty time is left out since 1.34
    (r'E\d+ [\d:.]+ +\d+ run.go:72\] "command failed" err="(.*)"', r"error: \1"),
    (r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", "UID"),
    (r"(inferadb-)(?!v5xk74jz7)[b-z0-9]{9}(?=-|\"|\b)", r"\1HASH"),  # restarted at another second
    (r"\b\d+[smhdy](?:\d+[smhd])*\b", "AGE"),
    (r'restartedAt: ?"?[0-9TZ:-]+"?', "restartedAt"),
    (r"pod-template-hash=\w+", "pod-template-hash"),
    (r" {2,}", "  "),
    (r" +(?=\n)", ""),
]


@dataclass
class Twins:
    """Two like clusters: kubectl speaks to one, Muster to the other."""

    kubeconfig: Path
    theirs: str
    ours: str
    cluster: Cluster

    async def kubectl(self, words: list[str]) -> Result:
        """What it says; asked again where it says itself that it lost a message (a race of its own, in `exec`)."""
        for _ in range(5):
            told = await self._kubectl(words)
            if LOST not in told.stderr:
                break
        return told

    async def _kubectl(self, words: list[str]) -> Result:
        env = {"PATH": os.environ["PATH"], "HOME": str(self.kubeconfig.parent), "KUBECONFIG": str(self.kubeconfig)}
        process = await asyncio.create_subprocess_exec(
            KUBECTL,
            *words,
            env=env | {"TZ": "UTC"},
            cwd=self.kubeconfig.parent,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        async with asyncio.timeout(60):
            out, errors = await process.communicate()
        return Result(out.decode(), errors.decode(), process.returncode or 0)

    async def muster(self, words: list[str]) -> Result:
        try:
            command = parse(words)
        except Usage as usage:
            return Result("", usage.stderr, usage.exit_code)
        return await run(command, self.cluster, now=NOW, timeout=20.0)

    async def both(self, line: str) -> tuple[Result, Result]:
        words = shlex.split(line)
        return await asyncio.gather(self.kubectl(words), self.muster(words))

    def comparable(self, line: str, result: Result, url: str) -> tuple[object, ...]:
        texts = []
        for printed in (result.stdout, result.stderr):
            text = softened(printed.replace(url, "URL").replace("/as/sandbox-admin", ""))
            texts.append(sorted(text.splitlines()) if "HASH" in text or set(line.split()) & ANY_ORDER else text)
        return (*texts, result.exit_code)


def softened(text: str) -> str:
    """The text without what may differ."""
    for pattern, instead in SOFTENED:
        text = re.sub(pattern, instead, text)
    return text


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def twins(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[dict[str, tuple[object, object]]]:
    """Every line, and what both said to it: the reading ones side by side, the changing ones one after the other."""
    one, two = (company_cluster(Clock(START, speed=0)) for _ in range(2))
    kubeconfig = tmp_path_factory.mktemp("home") / "kubeconfig"
    async with serving(one) as (theirs, written), serving(two) as (ours, mine):
        text = await asyncio.to_thread(Path(written).read_text)
        kubeconfig.write_text(text.replace("current-context: prod\n", "current-context: kubectl\n"))
        cluster = await Cluster.open(kubeconfig=mine, context="prod")
        pair = Twins(kubeconfig, theirs, ours, cluster)
        said: dict[str, tuple[object, object]] = {}
        room = asyncio.Semaphore(AT_ONCE)

        async def ask(line: str, key: str) -> None:
            async with room:
                a, b = await pair.both(line)
            said[key] = (pair.comparable(line, a, theirs), pair.comparable(line, b, ours))

        await asyncio.gather(*(ask(line, f"reading {line}") for line in READING))
        for at, line in enumerate(CHANGING):
            if line.startswith("ADVANCE "):
                one.advance(float(line.split()[1]))
                two.advance(float(line.split()[1]))
            else:
                await ask(line, f"changing {at} {line}")
        yield said
        await cluster.close()


@pytest.mark.parametrize("line", READING)
async def test_a_line_that_reads_says_what_kubectl_says(twins: dict[str, tuple[object, object]], line: str) -> None:
    theirs, ours = twins[f"reading {line}"]
    assert ours == theirs


@pytest.mark.parametrize(("at", "line"), [(n, line) for n, line in enumerate(CHANGING) if not line.startswith("ADV")])
async def test_a_line_that_changes_says_what_kubectl_says(
    twins: dict[str, tuple[object, object]], at: int, line: str
) -> None:
    theirs, ours = twins[f"changing {at} {line}"]
    assert ours == theirs
