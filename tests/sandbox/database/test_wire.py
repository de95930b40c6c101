"""The pretend PostgreSQL speaks PostgreSQL's protocol: to asyncpg, and to whoever does not keep to it."""

import asyncio
import struct
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import asyncpg  # type: ignore[import-untyped]  # it comes without types
import pytest

from sandbox.database.state import Database
from sandbox.database.wire import SSL, VERSION_3, Place, Wire

NOW = 1_795_262_400.0


@dataclass
class House:
    """A served database, and why it cannot be asked, if so."""

    database: Database = field(default_factory=lambda: Database.quiet(NOW))
    trouble: str = ""
    port: int = 0

    async def connect(self, password: str = "word", database: str = "shop", **more: Any) -> Any:
        return await asyncpg.connect(
            host="127.0.0.1", port=self.port, user="muster", password=password, database=database, **more
        )


@pytest.fixture
async def house() -> AsyncIterator[House]:
    found = House()
    wire = Wire({"shop": Place(lambda: found.database, lambda: found.trouble, "word")}, lambda: NOW)
    found.port = await wire.start("127.0.0.1")
    yield found
    await wire.stop()


async def test_statements_are_prepared_described_and_run(house: House) -> None:
    connection = await house.connect()
    assert await connection.fetchval("SHOW max_connections") == "100"
    assert await connection.execute("SELECT 1; SELECT 2") == "SELECT 1"
    prepared = await connection.prepare("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE state = 'idle'")
    assert [(one.name, one.type.name) for one in prepared.get_attributes()] == [("pg_terminate_backend", "bool")]
    assert house.database.connections == 16
    assert await connection.execute(prepared.get_query()) == "SELECT 12"
    assert house.database.connections == 4
    await connection.close()


async def test_parameters_are_put_in_and_never_read_as_sql(house: House) -> None:
    connection = await house.connect()
    given = "it's '; DROP"
    assert await connection.fetchval("SELECT set_config('statement_timeout', $1, $2)", given, True) == given
    assert await connection.fetchval("SELECT 'a' WHERE 'active' = $1 OR $1 IS NULL", None) == "a"
    await connection.close()


async def test_rows_come_as_a_copy_with_their_nulls(house: House) -> None:
    connection, sent = await house.connect(), []

    async def take(data: bytes) -> None:
        sent.append(data)

    query = "SELECT actor, NULL, id FROM audit_log ORDER BY id"
    assert await connection.copy_from_query(query, output=take, header=True) == "COPY 2"
    assert b"".join(sent).splitlines()[1:] == [b"alice\t\\N\t1", b"svc-batch\t\\N\t2"]
    await connection.close()


async def test_an_error_names_its_place_and_leaves_the_connection_usable(house: House) -> None:
    connection = await house.connect()
    with pytest.raises(asyncpg.UndefinedColumnError) as caught:
        await connection.fetch("SELECT nosuch FROM pg_locks")
    assert caught.value.position == "8"
    with pytest.raises(asyncpg.UndefinedTableError):
        await connection.execute("SELECT 1; SELECT * FROM nosuch")
    assert await connection.execute("SELECT 1") == "SELECT 1"
    await connection.close()


async def test_a_failed_transaction_answers_nothing_until_it_ends(house: House) -> None:
    connection = await house.connect()
    await connection.execute("BEGIN READ ONLY")
    assert connection.is_in_transaction()
    with pytest.raises(asyncpg.ReadOnlySQLTransactionError):
        await connection.execute("VACUUM")
    with pytest.raises(asyncpg.InFailedSQLTransactionError):
        await connection.execute("SELECT 1")
    assert await connection.execute("COMMIT") == "ROLLBACK"
    assert not connection.is_in_transaction()
    assert await connection.execute("VACUUM") == "VACUUM"
    await connection.close()


async def test_a_read_only_transaction_stays_so_when_it_is_begun_again(house: House) -> None:
    connection = await house.connect()
    await connection.execute("BEGIN READ ONLY; BEGIN")
    with pytest.raises(asyncpg.ReadOnlySQLTransactionError):
        await connection.execute("VACUUM")
    await connection.close()


async def test_a_parameter_with_an_endless_number_is_refused_and_the_next_one_answered(house: House) -> None:
    connection = await house.connect()
    with pytest.raises(asyncpg.PostgresError):
        await connection.fetch(f"SELECT ${'9' * 5000}", "a")
    assert await connection.fetchval("SELECT $1", "a") == "a"
    await connection.close()


async def test_notices_come_beside_the_answer(house: House) -> None:
    connection = await house.connect()
    said: list[str] = []
    connection.add_log_listener(lambda _, message: said.append(f"{message.severity}: {message.message}"))
    await connection.execute("SELECT pg_terminate_backend(1)")
    await connection.execute("VACUUM VERBOSE models")
    assert said == ["WARNING: PID 1 is not a PostgreSQL backend process", 'INFO: vacuuming "app.public.models"']
    await connection.close()


async def test_who_is_not_known_is_refused(house: House) -> None:
    with pytest.raises(asyncpg.InvalidPasswordError, match='for user "muster"'):
        await house.connect(password="wrong")
    with pytest.raises(asyncpg.InvalidCatalogNameError, match='database "nosuch" does not exist'):
        await house.connect(database="nosuch")


async def test_a_database_whose_pod_is_gone_cannot_be_asked(house: House) -> None:
    connection = await house.connect()
    house.trouble = "the database system is starting up"
    with pytest.raises(asyncpg.CannotConnectNowError, match="starting up"):
        await house.connect()
    with pytest.raises(asyncpg.AdminShutdownError):
        await connection.execute("SELECT 1")
    house.trouble = ""
    assert await connection.execute("SELECT 1") == "SELECT 1"
    await connection.close()


@pytest.mark.parametrize(
    "sent",
    [
        b"GET / HTTP/1.1\r\n\r\n", struct.pack("!II", 8, SSL), struct.pack("!II", 2**31, VERSION_3),
        struct.pack("!II", 8, VERSION_3) + b"Q\xff\xff\xff\xff", struct.pack("!II", 9, VERSION_3) + b"\0",
    ],
)  # fmt: skip
async def test_whoever_does_not_keep_to_the_protocol_is_let_go(house: House, sent: bytes) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", house.port)
    writer.write(sent)
    writer.write_eof()
    async with asyncio.timeout(20):
        await reader.read()
    writer.close()
    connection = await house.connect()
    await connection.close()


async def test_an_unknown_message_is_refused_and_the_next_one_answered(house: House) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", house.port)
    start = struct.pack("!I", VERSION_3) + b"user\0u\0database\0shop\0\0"
    password = b"p" + struct.pack("!I", 9) + b"word\0"
    writer.write(struct.pack("!I", len(start) + 4) + start + password)
    await reader.readuntil(b"Z\0\0\0\5I")
    unknown, unprepared, cut = b"F\0\0\0\4", b"E\0\0\0\x0anosuch", b"B\0\0\0\6\0\0"
    writer.write(b"".join(one + b"S\0\0\0\4" for one in (unknown, unprepared, cut)) + b"X\0\0\0\4")
    async with asyncio.timeout(20):
        said = await reader.read()
    assert said.count(b"does not know this message") == 1
    assert said.count(b"cannot read this message") == 2
    assert said.endswith(b"Z\0\0\0\5I")
    writer.close()
