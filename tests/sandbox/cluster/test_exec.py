"""`/exec`: programs in containers, over WebSocket, with kubectl's own words."""

import json
from typing import Any
from urllib.parse import quote

import aiohttp
import pytest

from sandbox.application import Application
from sandbox.cluster.calling import Call, Ran
from sandbox.cluster.clock import Clock
from sandbox.cluster.cluster import Cluster
from sandbox.cluster.executing import called
from sandbox.cluster.kinds import PODS
from sandbox.cluster.machines import Disk, Machine, littered
from sandbox.cluster.objects import name_of
from sandbox.cluster.shells import run
from sandbox.cluster.worlds import company_cluster
from sandbox.database.state import Database
from sandbox.health import Health
from tests.sandbox.cluster.conftest import NS, Api

NOW = 1_795_262_400.0
COUNTED = " count \n-------\n    17\n(1 row)\n\n"


def ran(line: str, machine: Machine, *more: str, typed: str = "") -> Ran:
    pod = {"metadata": {"name": "web-0"}, "spec": {"containers": [{"name": "web"}]}}
    return run(Call([*line.split(), *more], machine, pod, NOW, lambda *_: None, typed))


def asked(sql: str, machine: Machine) -> str:
    found = ran("psql -U postgres -c", machine, sql)
    return found.out or found.err


@pytest.fixture
def machine() -> Machine:
    return Machine(
        Database.quiet(NOW), Disk("/var/lib/omendb", "omendb-data", data=17.5, files=littered(1.4)), redis=True
    )


def test_psql_prints_as_recorded(machine: Machine) -> None:
    assert asked("SELECT 1;", machine) == " ?column? \n----------\n        1\n(1 row)\n\n"
    assert asked("SELECT count(*) FROM pg_stat_activity;", machine) == COUNTED
    assert "(0 rows)" in asked("SELECT * FROM pg_locks WHERE NOT granted;", machine)
    assert asked("SELECT query, calls, total_time FROM pg_stat_statements ORDER BY total_time DESC", machine) == (
        'ERROR:  relation "pg_stat_statements" does not exist\n'
        "LINE 1: SELECT query, calls, total_time FROM pg_stat_statements ORDE...\n"
        "                                             ^\n"
    )
    assert "  1 | alice     | login  | " in asked("SELECT * FROM audit_log ORDER BY created_at DESC;", machine)
    assert asked("SELECT count(*) FROM critical_table", machine).splitlines()[2] == " 48213"


@pytest.mark.parametrize("words", [["-tAc", "SELECT 1"], ["-At", "--command=SELECT 1"], ["-qtA", "-c", "SELECT 1"]])
def test_psql_reads_its_options_bundled_and_long(machine: Machine, words: list[str]) -> None:
    assert ran("psql -U postgres", machine, *words) == Ran("1\n")


def test_psql_goes_on_after_an_error_unless_it_shall_stop(machine: Machine) -> None:
    scripts = ("-c", "SELECT nosuch", "-c", "SELECT 1")
    both = ran("psql -tA", machine, *scripts)
    assert (both.out, both.code) == ("1\n", 0)
    assert 'column "nosuch" does not exist' in both.err
    stopped = ran("psql -tA -v ON_ERROR_STOP=1", machine, *scripts)
    assert (stopped.out, stopped.code) == ("", 1)
    assert ran("psql --nosuch", machine).code == 1
    assert ran("psql -tA", machine, typed="SELECT 1; SELECT 2").out == "1\n2\n"


def test_df_and_iostat_show_the_volume_and_rm_frees_what_may_go(machine: Machine) -> None:
    line = "/dev/nvme1n1     20G   19G  1.1G  95% /var/lib/omendb"
    assert line in ran("df -h", machine).out.splitlines()
    assert ran("iostat 1 3", machine).out.count("avg-cpu:") == 3
    assert ran("sh -c", machine, "rm -rf /tmp/* /var/log/omendb/*.log.old") == Ran()
    assert machine.disk is not None
    assert machine.disk.used == 17.5


def test_rm_removes_what_it_names_and_nothing_else(machine: Machine) -> None:
    assert machine.disk is not None
    before = machine.disk.used
    assert ran("rm -rf /tmp/* /var/log/nosuch", machine) == Ran()
    assert ran("rm /tmp/*", machine) == Ran("", "rm: cannot remove '/tmp/*': No such file or directory\n", 1)
    assert ran("rm -rf /var/lib/omendb", machine).err.endswith("Permission denied\n")
    assert ran("rm /var/log/omendb", machine).err.endswith("Is a directory\n")
    assert machine.disk.used == before
    assert ran("rm /var/log/omendb/omendb-20261101.log.old", machine) == Ran()
    assert machine.disk.used == pytest.approx(before - 1.4 / 15)
    assert len(ran("ls /var/log/omendb", machine).out.splitlines()) == 13
    assert ran("du -sh /var/log/omendb /var/lib/omendb", machine).out == "1.2G\t/var/log/omendb\n18G\t/var/lib/omendb\n"


def test_find_lists_what_it_would_remove_and_removes_it_when_asked(machine: Machine) -> None:
    where = "find /tmp /var/log/omendb -type f ( -path /tmp/* -o -name *.log.old )"
    assert ran(f"{where} -print", machine).out.count(".log.old\n") == 14
    assert ran("find /var/log -name *.tmp -delete", machine) == Ran()
    assert ran(f"{where} -delete", machine) == Ran()
    assert machine.disk is not None
    assert machine.disk.used == 17.5
    assert ran(f"{where} -print", machine) == Ran()


def test_a_program_that_is_not_there_ends_with_127(machine: Machine) -> None:
    assert ran("nosuch", machine).code == 127
    assert ran("fdbcli --exec status", machine).code == 127
    assert ran("redis-cli -h redis ping", machine).out == "PONG\n"
    assert ran("cat", machine, typed="hello").out == "hello"


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ("echo 'a; b' && echo \"c && d\"", Ran("a; b\nc && d\n")),
        ("false && echo no; echo yes", Ran("yes\n")),
        ("false || echo yes", Ran("yes\n")),
        ("true || echo no", Ran()),
        ("echo one\necho two # three", Ran("one\ntwo\n")),
        ("echo oops >&2; exit 4", Ran("", "oops\n", 4)),
        ("rm /nosuch 2>/dev/null; echo on", Ran("on\n")),
        ("echo $HOSTNAME '$HOSTNAME' \\$5", Ran("web-0 $HOSTNAME $5\n")),
        ("echo hello | cat", Ran("hello\n")),
        ("nosuch -x", Ran("", "sh: 1: nosuch: not found\n", 127)),
    ],
)
def test_a_shell_runs_plain_commands_as_a_shell_does(machine: Machine, script: str, expected: Ran) -> None:
    assert ran("sh -c", machine, script) == expected


@pytest.mark.parametrize("script", ["for x in a; do echo $x; done", "echo $(date)", "echo `date`", "(echo)", "echo 'a"])
def test_a_shell_says_what_it_cannot_do(machine: Machine, script: str) -> None:
    assert "the sandbox's shell runs only plain commands" in ran("bash -lc", machine, script).err


def test_python_and_the_backup_tool_know_what_there_is(machine: Machine) -> None:
    status = ran("python -c", machine, "from app.core.database import engine; print(engine.pool.status())")
    assert status.out.startswith("Pool size: 5  Connections in pool: 0 Current Overflow: -5")
    assert ran("python -c", machine, "print(1)").code == 1
    assert ran("backup_tool list", machine).out.splitlines()[0].startswith("latest-backup 2026-11-20")
    assert ran("backup_tool restore --backup-id nosuch", machine) == Ran("", "error: there is no backup 'nosuch'\n", 1)
    assert ran("backup_tool restore --backup-id old-backup --force", machine).out.endswith("restored 48213 rows\n")


async def talk(api: Api, path: str, protocol: str, *sent: bytes) -> list[tuple[int, str]]:
    """Speak to a program; gives what came on which channel."""
    headers = {"Authorization": "Bearer sandbox-admin"}
    found = []
    async with api.session.ws_connect(api.url + path, headers=headers, protocols=(protocol,)) as socket:
        assert socket.protocol == protocol
        for data in sent:
            await socket.send_bytes(data)
        async for message in socket:
            assert message.type is aiohttp.WSMsgType.BINARY
            found.append((message.data[0], message.data[1:].decode()))
    return found


@pytest.mark.parametrize(
    ("protocol", "sent"),
    [("v5.channel.k8s.io", (b"\x00hel", b"\x00lo", b"\xff\x00")), ("v4.channel.k8s.io", (b"\x00hello",))],
)
async def test_both_protocols_carry_input_output_and_the_end(
    api: Api, cluster: Cluster, protocol: str, sent: tuple[bytes, ...]
) -> None:
    pod = name_of(cluster.store.all(PODS, "inferadb")[0])
    heard = await talk(api, f"{NS}/pods/{pod}/exec?command=cat&stdin=true&stdout=true", protocol, *sent)
    assert heard == [(1, ""), (1, "hello"), (3, '{"metadata":{},"status":"Success"}')]


async def test_a_program_asks_its_own_application(api: Api, cluster: Cluster) -> None:
    Application(cluster)
    pod = name_of(cluster.store.all(PODS, "inferadb")[0])
    path = f"{NS}/pods/{pod}/exec?command=curl&command=-fsS&command=localhost:8080"
    heard = await talk(api, f"{path}/health/ready", "v5.channel.k8s.io")
    assert json.loads(heard[1][1])["status"] == "ready"
    heard = await talk(api, f"{path}/nosuch", "v5.channel.k8s.io")
    assert heard[1] == (2, "curl: (22) The requested URL returned error: 404\n")
    status: Any = json.loads(heard[2][1])
    assert (status["reason"], status["details"]["causes"][0]["message"]) == ("NonZeroExitCode", "22")


async def test_curl_reads_its_options_in_one_word_and_writes_what_it_is_asked(api: Api, cluster: Cluster) -> None:
    application = Application(cluster)
    application.health = Health(0.0, 1.5, 1.5)
    pod = name_of(cluster.store.all(PODS, "inferadb")[0])
    body = '{"tuple":{"object":"doc:1","relation":"viewer","subject":"user:alice"}}'
    words = ("-sXPOST", "-o/dev/null", f"-d{body}", "-w", "%{http_code} in %{time_total}\\n", "localhost:8080/v1/check")
    path = f"{NS}/pods/{pod}/exec?command=curl&" + "&".join(f"command={quote(word)}" for word in words)
    heard = await talk(api, path, "v5.channel.k8s.io")
    assert heard[1] == (1, "200 in 1.500000\n")
    heard = await talk(api, f"{NS}/pods/{pod}/exec?command=curl&command=-sf&command=nosuch/x", "v5.channel.k8s.io")
    assert [channel for channel, _ in heard] == [1, 3]


async def test_a_program_reads_what_a_config_map_puts_there() -> None:
    cluster = company_cluster(Clock(NOW, speed=0))
    pod = next(one for one in cluster.store.all(PODS, "omendb-prod") if name_of(one).startswith("prod-omendb"))
    assert run(called(cluster, pod, ["cat", "/etc/omendb/batch_size"])) == Ran("25000")
    assert run(called(cluster, pod, ["cat", "/etc/omendb/nosuch"])).code == 1


async def test_exec_is_refused_with_a_status(api: Api, cluster: Cluster) -> None:
    pod = name_of(cluster.store.all(PODS, "inferadb")[0])
    refused = await api("GET", f"{NS}/pods/{pod}/exec?command=ls", token="sandbox-reader")
    assert refused.status == 403
    assert 'cannot get resource "pods/exec"' in refused.json["message"]
    assert (await api("GET", f"{NS}/pods/{pod}/exec?command=ls")).status == 400
    assert (await api("GET", f"{NS}/pods/{pod}/exec")).status == 400
    assert (await api("GET", f"{NS}/pods/nosuch/exec?command=ls")).status == 404
