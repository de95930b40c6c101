"""`/exec`: programs in containers, over WebSocket, with kubectl's own words."""

import json
from typing import Any

import aiohttp
import pytest

from sandbox.application import Application
from sandbox.cluster.cluster import Cluster
from sandbox.cluster.kinds import PODS
from sandbox.cluster.machines import Backend, Database, Disk, Machine
from sandbox.cluster.objects import name_of
from sandbox.cluster.shells import Call, Ran, run
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
    return Machine(Database.quiet(NOW), Disk("/var/lib/omendb", "omendb-data", data=17.5, junk=1.4), redis=True)


def test_psql_prints_as_recorded(machine: Machine) -> None:
    assert asked("SELECT 1;", machine) == " ?column? \n----------\n        1\n(1 row)\n\n"
    assert asked("SELECT count(*) FROM pg_stat_activity;", machine) == COUNTED
    locks = " locktype | database | relation | granted \n----------+----------+----------+---------\n(0 rows)\n\n"
    assert asked("SELECT * FROM pg_locks WHERE NOT granted;", machine) == locks
    assert asked("SELECT query, calls, total_time FROM pg_stat_statements ORDER BY total_time DESC", machine) == (
        'ERROR:  relation "pg_stat_statements" does not exist\n'
        "LINE 1: SELECT query, calls, total_time FROM pg_stat_statements ORDE...\n"
        "                                             ^\n"
    )
    assert "  1 | alice     | login  | " in asked("SELECT * FROM audit_log ORDER BY created_at DESC;", machine)
    assert asked("SELECT count(*) FROM critical_table", machine).splitlines()[2] == " 48213"


def test_ending_the_holder_of_a_lock_lets_the_others_go_on(machine: Machine) -> None:
    assert machine.database is not None
    machine.database.backends += [
        Backend("active", "ALTER TABLE orders ADD note text", NOW - 900),
        Backend("active", "INSERT INTO orders", NOW - 200, 20, waiting=True),
    ]
    assert "(20 rows)" in asked("SELECT * FROM pg_locks WHERE NOT granted;", machine)
    wanted = "state = 'active' AND query_start < now() - interval '5 minutes'"
    assert "(1 row)" in asked(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {wanted};", machine)
    assert "(0 rows)" in asked("SELECT * FROM pg_locks WHERE NOT granted;", machine)


def test_df_and_iostat_show_the_volume_and_rm_frees_what_may_go(machine: Machine) -> None:
    line = "/dev/nvme1n1     20G   19G  1.1G  95% /var/lib/omendb"
    assert line in ran("df -h", machine).out.splitlines()
    assert ran("iostat 1 3", machine).out.count("avg-cpu:") == 3
    assert ran("rm -rf /tmp/* /var/log/omendb/*.log.old", machine) == Ran()
    assert machine.disk is not None
    assert machine.disk.junk == 0


def test_find_lists_what_it_would_remove_and_removes_it_when_asked(machine: Machine) -> None:
    where = "find /tmp /var/log/omendb -type f ( -path /tmp/* -o -name *.log.old )"
    assert ran(f"{where} -print", machine).out.count(".log.old\n") == 14
    assert ran(f"{where} -delete", machine) == Ran()
    assert machine.disk is not None
    assert machine.disk.junk == 0
    assert ran(f"{where} -print", machine) == Ran()


def test_a_program_that_is_not_there_ends_with_127(machine: Machine) -> None:
    assert ran("nosuch", machine).code == 127
    assert ran("fdbcli --exec status", machine).code == 127
    assert ran("redis-cli -h redis ping", machine).out == "PONG\n"
    assert ran("cat", machine, typed="hello").out == "hello"


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
    path = f"{NS}/pods/{pod}/exec?command=curl&command=-f&command=-s&command=localhost:8080"
    heard = await talk(api, f"{path}/health/ready", "v5.channel.k8s.io")
    assert json.loads(heard[1][1])["status"] == "ready"
    heard = await talk(api, f"{path}/nosuch", "v5.channel.k8s.io")
    assert heard[1] == (2, "curl: (22) The requested URL returned error: 404\n")
    status: Any = json.loads(heard[2][1])
    assert (status["reason"], status["details"]["causes"][0]["message"]) == ("NonZeroExitCode", "22")


async def test_exec_is_refused_with_a_status(api: Api, cluster: Cluster) -> None:
    pod = name_of(cluster.store.all(PODS, "inferadb")[0])
    refused = await api("GET", f"{NS}/pods/{pod}/exec?command=ls", token="sandbox-reader")
    assert refused.status == 403
    assert 'cannot get resource "pods/exec"' in refused.json["message"]
    assert (await api("GET", f"{NS}/pods/{pod}/exec?command=ls")).status == 400
    assert (await api("GET", f"{NS}/pods/{pod}/exec")).status == 400
    assert (await api("GET", f"{NS}/pods/nosuch/exec?command=ls")).status == 404
