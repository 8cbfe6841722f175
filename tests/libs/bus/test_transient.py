"""Which errors make a consumer wait, and which are a message's own."""

import asyncio

import pytest
from sqlalchemy.exc import DBAPIError

from libs.bus.errors import BusUnavailableError, PublishRejectedError
from libs.bus.transient import is_transient
from libs.db.database import Database
from libs.rpc.errors import NotFoundError, UnavailableError
from tests.support.servers import ServerFolder
from tests.support.wait import eventually


@pytest.mark.parametrize(
    "error",
    [
        BusUnavailableError("away"),
        UnavailableError("away"),
        ConnectionRefusedError(),
        TimeoutError(),
        ExceptionGroup("both", [ConnectionResetError(), TimeoutError()]),
    ],
)
def test_what_is_away_may_come_back(error: Exception) -> None:
    assert is_transient(error)


@pytest.mark.parametrize(
    "error",
    [
        ValueError(),
        KeyError("x"),
        NotFoundError("no"),
        PublishRejectedError("never"),
        ExceptionGroup("one of them", [ConnectionResetError(), ValueError()]),
    ],
)
def test_what_is_wrong_stays_wrong(error: Exception) -> None:
    assert not is_transient(error)


@pytest.mark.parametrize(
    ("sql", "parameters"),
    [
        ("SELECT CAST(:x AS int)", {"x": "a"}),
        ("SELECT CAST(:x AS int)", {"x": 2**40}),
        ("SELECT CAST(:x AS text)", {"x": "nul \0 inside"}),
        ("SELECT CAST(:x AS uuid)", {"x": "not one"}),
        ("SELECT 1 / 0", {}),
        ("SELECT * FROM nowhere", {}),
    ],
)
async def test_values_the_database_cannot_take_are_wrong(
    database: Database, sql: str, parameters: dict[str, object]
) -> None:
    with pytest.raises(DBAPIError) as caught:
        async with database.system_unit() as unit:
            await unit.execute(sql, parameters)
    assert not is_transient(caught.value)


async def test_values_the_driver_cannot_take_are_wrong(database: Database) -> None:
    with pytest.raises(Exception) as caught:  # noqa: PT011 - the driver's own class, whatever it is
        async with database.system_unit() as unit:
            await unit.fetch("SELECT $1::int", "a")
    assert not is_transient(caught.value)


async def test_a_database_that_dies_is_away() -> None:
    folder = ServerFolder()
    server = await folder.postgres()
    database = Database(server.url, "public")
    errors: list[Exception] = []
    asked = asyncio.Event()

    async def work() -> None:
        try:
            async with database.system_unit() as unit:
                asked.set()
                await unit.execute("SELECT pg_sleep(30)")
        except Exception as error:
            errors.append(error)

    running = asyncio.create_task(work())
    await asked.wait()
    await server.kill()
    await running
    await work()
    await server.start()
    await eventually(lambda: _answers(database))
    await database.close()
    await folder.close()
    assert [is_transient(error) for error in errors] == [True, True], errors


async def _answers(database: Database) -> bool:
    async with database.system_unit() as unit:
        return bool(await unit.fetch("SELECT 1"))
