"""What real kubectl printed, byte for byte."""

import json
import re
from collections import Counter
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from runbooks.kubectl import Cluster, Refused, Result, Usage, parse, run
from tests.runbooks.kubectl.conftest import Recorded
from tests.runbooks.kubectl.refused import REFUSED, refused
from tests.runbooks.kubectl.replay import clock, recordings, whole

pytestmark = pytest.mark.asyncio(loop_scope="module")
PLAYED = sorted(set(recordings()) - set(refused()))
MANIFESTS = Path(__file__).parent / "manifests"
AS_BLOCKS = {"logs"}
RECORDED_AT = "http://127.0.0.1:16443"
UNSENT = {"X-patch-11"}  # what is no JSON is told in the server's words without being sent
PROTOBUF = "application/vnd.kubernetes.protobuf"
AS_SETS = {"X-jp-11", "X-meta-14"}


def words(recording: dict[str, Any]) -> list[str]:
    """The recorded words; what waited two seconds for nothing waits a twentieth, and events of several are left out."""
    found = [re.sub(r"^--timeout=[12]s$", "--timeout=50ms", word) for word in recording["argv"]]
    several = found[0:1] == ["describe"] and not any("/events" in one["path"] for one in recording["exchanges"])
    return [*found, "--show-events=false"] if several else found


async def outcome(recording: dict[str, Any], cluster: Cluster, now: datetime) -> Result:
    try:
        command = parse(words(recording))
    except Usage as usage:
        return Result("", usage.stderr, usage.exit_code)
    return await run(command, cluster, now=now, timeout=10.0, folder=MANIFESTS)


def comparable(recording: dict[str, Any], text: str) -> Any:
    """Lines of several pods come in random order from kubectl: compare them as a bag."""
    if recording["argv"][0] in AS_BLOCKS and len(recording["exchanges"]) > 2:
        return Counter(text.splitlines())
    if recording["id"] in AS_SETS:
        return Counter(text.split())
    return text


@pytest.mark.parametrize("name", PLAYED)
async def test_the_output_equals_kubectls(recorded: Recorded, name: str) -> None:
    recording = recorded.play(name)
    result = await outcome(recording, recorded.cluster, clock(recording))
    if recording["argv"][:1] == ["describe"] and result.stdout != recording["out"]:  # ages: give or take a second
        result = await outcome(recording, recorded.cluster, clock(recording, ended=False))
    wanted = recording["out"].replace(RECORDED_AT, recorded.server.url)
    assert comparable(recording, result.stdout) == comparable(recording, wanted)
    assert comparable(recording, result.stderr) == comparable(recording, recording["err"])
    assert result.exit_code == recording["exit"]


def writes(recording: dict[str, Any]) -> list[dict[str, Any]]:
    sent = [one for one in recording["exchanges"] if one["method"] != "GET"]
    return [one for one in sent if not one["path"].startswith("/apis/auth") and not one["path"].endswith("/exec")]


def settled(body: Any) -> str:
    """A body without the second of the clock and without what an empty field may be left out as."""
    return re.sub(r"2026-[0-9T:-]+Z", "TIME", json.dumps(body, sort_keys=True))


@pytest.mark.parametrize("name", [name for name in PLAYED if name not in UNSENT and writes(recordings()[name])])
async def test_exactly_what_kubectl_sent_is_sent(recorded: Recorded, name: str) -> None:
    recording = recorded.play(name)
    await run(parse(words(recording)), recorded.cluster, now=clock(recording), timeout=10.0, folder=MANIFESTS)
    sent, wanted = recorded.server.writes, writes(recording)
    lines = [(one.method, one.path, one.query) for one in sent]
    assert lines == [(one["method"], one["path"], one.get("query", "")) for one in wanted]
    for one, exchange in zip(sent, wanted, strict=True):
        if exchange.get("type") == PROTOBUF:
            assert_made(one.body, whole(exchange["answer"]))
        else:
            assert settled(one.body) == settled(exchange.get("body", {}))


def assert_made(body: Any, made: Any) -> None:
    """What kubectl sent as protobuf was not kept: what the server made of it holds all of our body."""
    if made.get("kind") == "Status":
        assert body["metadata"]["name"] == made["details"]["name"]
        return
    assert held(body, made)
    assert set(body) == set(made) - {"status"} - ({"spec"} if made["kind"] == "Namespace" else set())
    ours, theirs = (one["metadata"].get("annotations") for one in (body, made))
    assert (ours, len(body["metadata"].get("ownerReferences", []))) == (
        theirs,
        len(made["metadata"].get("ownerReferences", [])),
    )


def held(part: Any, whole_one: Any) -> bool:
    """Whether every value of one document stands in the other; what is empty may be filled in there."""
    if isinstance(part, dict):
        return not part or all(key in whole_one and held(value, whole_one[key]) for key, value in part.items())
    if isinstance(part, list):
        return len(part) == len(whole_one) and all(map(held, part, whole_one))
    return bool(part == whole_one)


async def test_every_recording_left_out_exists_and_says_why() -> None:
    assert set(REFUSED) <= set(recordings())
    assert all(refused().values())
    assert (len(PLAYED), len(recordings())) == (808, 825)


@pytest.mark.parametrize("name", sorted(refused()))
async def test_what_is_refused_is_refused_before_anything_is_asked(name: str) -> None:
    with pytest.raises(Refused) as told:
        parse(recordings()[name]["argv"] or ["rollout"])
    assert told.value.reason
