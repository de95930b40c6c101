"""A tool gets its words and its environment, and nothing else; it ends when its time is over."""

import asyncio
import json
import os
import stat
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from runbooks.tools import KEPT, ToolFailed, ToolPlace, Tools, environment, how_to_allow

Made = Callable[..., Tools]


@pytest.fixture(name="made")
def _made(tmp_path: Path) -> Made:
    """Make a program `probe` of a few lines of Python."""

    def make(program: str, **place: Path) -> Tools:
        path = tmp_path / "probe"
        path.write_text(f"#!{sys.executable} -I\nimport os, sys, time, subprocess, json\n{program}\n")
        path.chmod(path.stat().st_mode | stat.S_IXUSR)
        return Tools({"probe": ToolPlace(path, **place)})

    return make


async def test_the_words_arrive_as_they_are(made: Made) -> None:
    words = ["a b", "$(id)", "; rm -rf /", "*", "", "--x='y'"]
    ran = await made("print(json.dumps(sys.argv[1:]))").run(["probe", *words], timeout=20)
    assert (ran.stdout, ran.stderr, ran.exit_code) == (
        '["a b", "$(id)", "; rm -rf /", "*", "", "--x=\'y\'"]\n',
        "",
        0,
    )


async def test_it_sees_only_its_own_variables(made: Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-secret")
    file = tmp_path / "probe.env"
    file.write_text("# for the probe\n\nREGION=eu-west-1\nEMPTY=\nODD=a=b c\n")
    ran = await made("print(json.dumps(sorted(os.environ)))", env_file=file).run(["probe"], timeout=20)
    names = set(json.loads(ran.stdout))
    assert names - {"LC_CTYPE"} == {"EMPTY", "HOME", "LANG", "ODD", "PATH", "REGION"}
    assert environment(file, tmp_path)["ODD"] == "a=b c"


async def test_it_works_in_its_folder(made: Made, tmp_path: Path) -> None:
    folder = tmp_path / "repository"
    folder.mkdir()
    inside = await made("print(os.getcwd(), os.environ['HOME'])", folder=folder).run(["probe"], timeout=20)
    alone = await made("print(os.listdir('.'), os.getcwd() == os.environ['HOME'])").run(["probe"], timeout=20)
    assert inside.stdout == f"{folder} {folder}\n"
    assert alone.stdout == "[] True\n"


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        ("MY_TOKEN=correcthorsebattery", ["correcthorsebattery"]),
        ("PGPASSWORD=correcthorse", ["correcthorse"]),
        ("PGPASSWORD=horse1", ["horse1"]),
        ("CONN=host=db user=app password=correcthorse", ["correcthorse"]),
        ("DATABASE_URL=postgres://app:correct%40horse@db/orders", ["correct%40horse", "correct@horse"]),
        ("BACKUP_PATH=sftp://backup:correcthorse@store/daily", ["correcthorse"]),
        ("WHATEVER=correcthorsebattery", ["correcthorsebattery"]),
    ],
)
async def test_its_secrets_are_not_printed(text: str, hidden: list[str], made: Made, tmp_path: Path) -> None:
    file = tmp_path / "probe.env"
    file.write_text(f"{text}\nAWS_REGION=eu-central-1\nKUBECONFIG=/etc/muster/kubeconfig\n")
    saying = "print(*sys.argv[1:], 'at', os.environ['AWS_REGION']); print(os.environ['KUBECONFIG'], file=sys.stderr)"
    ran = await made(saying, env_file=file).run(["probe", *hidden, *reversed(hidden)], timeout=20)
    assert ran.stdout == f"{' '.join(['[redacted]'] * 2 * len(hidden))} at eu-central-1\n"
    assert ran.stderr == "/etc/muster/kubeconfig\n"


async def test_a_secret_that_comes_in_two_pieces_is_not_printed(made: Made, tmp_path: Path) -> None:
    file = tmp_path / "probe.env"
    file.write_text("MY_TOKEN=correcthorsebattery\n")
    pieces = "sys.stdout.write('x' * (64 * 1024 - 7) + os.environ['MY_TOKEN'])"
    ran = await made(pieces, env_file=file).run(["probe"], timeout=20)
    assert ran.stdout == "x" * (64 * 1024 - 7) + "[redacted]"


async def test_its_exit_code_and_errors_are_its_own(made: Made) -> None:
    ran = await made("print('no', file=sys.stderr); sys.exit(7)").run(["probe"], timeout=20)
    killed = await made("os.kill(os.getpid(), 9)").run(["probe"], timeout=20)
    assert (ran.stderr, ran.exit_code, killed.exit_code) == ("no\n", 7, 137)


async def test_there_is_nothing_to_read_from(made: Made) -> None:
    assert (await made("print(repr(sys.stdin.read()))").run(["probe"], timeout=20)).stdout == "''\n"


FAMILY = """
child = subprocess.Popen(['/bin/sleep', '600'])
open(sys.argv[1], 'w').write(f'{os.getpid()} {child.pid}')
print('begun', flush=True)
time.sleep(600)
"""


def _alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def _known(pid: int) -> bool:
    """Whether the system knows it, be it alive or not yet waited for."""
    return Path(f"/proc/{pid}").exists()


async def _until(happened: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not happened():  # noqa: ASYNC110  # another process does what is waited for
            await asyncio.sleep(0.01)


async def test_time_over_ends_it_and_its_children(made: Made, tmp_path: Path) -> None:
    pids = tmp_path / "pids"
    pids.write_text("")
    ran = await made(FAMILY).run(["probe", str(pids)], timeout=6)
    assert (ran.exit_code, ran.stdout) == (124, "begun\n")
    assert "had not ended after 6 s" in ran.stderr
    await _until(lambda: not any(_alive(int(pid)) for pid in pids.read_text().split()))


async def test_cancelling_ends_it_and_its_children(made: Made, tmp_path: Path) -> None:
    pids = tmp_path / "pids"
    pids.write_text("")
    task = asyncio.create_task(made(FAMILY).run(["probe", str(pids)], timeout=60))
    await _until(lambda: len(pids.read_text().split()) == 2)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert not _known(int(pids.read_text().split()[0])), "it is waited for, too"
    await _until(lambda: not any(_alive(int(pid)) for pid in pids.read_text().split()))


async def test_a_child_that_is_left_behind_does_not_keep_it_waiting(made: Made) -> None:
    ran = await made("subprocess.Popen(['/bin/sleep', '600']); print('done')").run(["probe"], timeout=20)
    assert (ran.stdout, ran.exit_code) == ("done\n", 0)


async def test_of_very_much_only_the_beginning_is_kept(made: Made) -> None:
    ran = await made("for _ in range(6): sys.stdout.write('x' * 1024 * 1024)").run(["probe"], timeout=60)
    assert len(ran.stdout) == KEPT
    assert ran.notes == (f"{6 * 1024 * 1024 - KEPT:,} bytes at the end were left out. Narrow the line.",)


async def test_a_program_that_is_not_there_says_what_to_check(tmp_path: Path) -> None:
    ran = await Tools({"helm": ToolPlace(tmp_path / "nope")}).run(["helm"], timeout=5)
    assert ran.exit_code == 126
    assert (
        ran.stderr == "helm cannot be started: No such file or directory. Check its path and folder in muster.yaml.\n"
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("A=1\nB\n", "tool.env:2 is no `NAME=value` line"),
        ("export A=1\n", "Write A="),
        ('A="x"\n', "quotes"),
        ("A=1\nA=2\n", "twice"),
        ("1A=1\n", "tool.env:1"),
        ("A B=1\n", "tool.env:1"),
        ("A=x\0y\n", "NUL"),
    ],
)
def test_an_environment_is_read_strictly_and_no_value_is_told(text: str, said: str, tmp_path: Path) -> None:
    file = tmp_path / "tool.env"
    file.write_text(text)
    with pytest.raises(ToolFailed, match=said):
        environment(file, tmp_path)


def test_what_would_be_started_is_told_without_values(made: Made, tmp_path: Path) -> None:
    file = tmp_path / "probe.env"
    file.write_text("MY_TOKEN=correcthorsebattery\n")
    said = "\n".join(made("", env_file=file).explain(["probe", "a b"]))
    assert f"start: {tmp_path / 'probe'}\nword: a b\nin: an empty folder of its own" in said
    assert "MY_TOKEN" in said
    assert "correcthorse" not in said


def test_what_is_not_allowed_is_told_with_the_mend() -> None:
    assert not Tools().allows("helm")
    assert "helm: {path: /usr/bin/helm}" in how_to_allow("helm")
    assert os.sep in how_to_allow("helm")
