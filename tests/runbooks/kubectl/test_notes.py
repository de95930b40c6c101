"""What plain kubectl would not tell, said beside its output."""

import pytest

from runbooks.kubectl import parse, run
from tests.runbooks.kubectl.conftest import Recorded
from tests.runbooks.kubectl.replay import clock

pytestmark = pytest.mark.asyncio(loop_scope="module")
NOTED = [
    ("I31", "CrashLoopBackOff counts as Running"),
    ("M06", "deprecated"),
    ("I33", "last 10 lines"),
    ("X-logs-24", "is in CrashLoopBackOff"),
    ("I36", "back to what ReplicaSet"),
]


@pytest.mark.parametrize(("name", "words"), NOTED)
async def test_a_blind_spot_is_noted(recorded: Recorded, name: str, words: str) -> None:
    recording = recorded.play(name)
    result = await run(parse(recording["argv"]), recorded.cluster, now=clock(recording))
    assert any(words in note for note in result.notes)


async def test_an_ordinary_line_has_no_notes(recorded: Recorded) -> None:
    recording = recorded.play("I07")
    result = await run(parse(recording["argv"]), recorded.cluster, now=clock(recording))
    assert result.notes == ()
    assert [one["metadata"]["name"] for one in result.objects]
    assert {one["cells"]["Status"] for one in result.objects} == {"Running", "CrashLoopBackOff"}


async def test_logs_of_the_other_pods_are_shown_when_one_cannot_be_read(recorded: Recorded) -> None:
    recording = recorded.play("I09")
    kept = [dict(one) for one in recording["exchanges"]]
    broken = next(one for one in recording["exchanges"] if one["path"].endswith("/log"))
    answer = {
        "kind": "Status",
        "status": "Failure",
        "reason": "BadRequest",
        "message": "is waiting to start",
        "code": 400,
    }
    broken.update(status=400, answer=answer)
    recorded.server.load(recording)
    result = await run(parse(recording["argv"]), recorded.cluster, now=clock(recording))
    recording["exchanges"][:] = kept
    assert result.exit_code == 1
    assert "Error from server (BadRequest): is waiting to start\n" in result.stderr
    assert result.stdout.count("\n") > 100


async def test_what_pods_use_is_told_even_where_they_may_not_be_listed(recorded: Recorded) -> None:
    recording = recorded.play("I20")
    plain, whole = [
        await run(parse(recording["argv"]), recorded.cluster, now=clock(recording), whole=whole)
        for whole in (False, True)
    ]
    assert recorded.server.unknown == ["GET /api/v1/namespaces/inferadb/pods?labelSelector=app%3Dinferadb&limit=500"]
    assert plain.stdout.startswith("NAME")
    assert (whole.stdout, whole.stderr, whole.exit_code) == (plain.stdout, "", 0)
    assert {one["kind"] for one in whole.objects} == {"PodMetrics"}
