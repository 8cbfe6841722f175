"""In production the migrations run as a role that owns the database and may make roles, and is no superuser."""

from collections.abc import AsyncIterator
from urllib.parse import urlsplit

import asyncpg
import pytest

from cli.migrate import migrate_all
from libs.db.migrate import services_with_tables
from libs.db.roles import login_role
from tests.support.servers import ServerFolder

_SETUP = (
    "CREATE ROLE frontdesk_migrator LOGIN CREATEROLE PASSWORD 'secret'",
    "CREATE DATABASE frontdesk OWNER frontdesk_migrator ENCODING 'UTF8' LOCALE 'C.UTF-8' TEMPLATE template0",
)


@pytest.fixture(scope="module")
async def environment() -> AsyncIterator[dict[str, str]]:
    """The migration job's variables, over a database as docs/guides/deploy.md makes it."""
    folder = ServerFolder()
    try:
        server = await folder.postgres()
        admin = await asyncpg.connect(server.url)
        for statement in _SETUP:
            await admin.execute(statement)
        await admin.close()
        here = urlsplit(server.url)
        logins = {service: f"{login_role(service)}:pw" for service in services_with_tables()}
        urls = {
            name: f"postgresql://{login}@{here.hostname}:{here.port}/frontdesk"
            for name, login in {"": "frontdesk_migrator:secret", **logins}.items()
        }
        yield {f"FRONTDESK_{name.upper()}_DATABASE_URL".replace("__", "_"): url for name, url in urls.items()}
    finally:
        await folder.close()


async def test_it_migrates_and_migrates_again(environment: dict[str, str]) -> None:
    assert await migrate_all(environment) == services_with_tables()
    assert await migrate_all(environment) == services_with_tables()


async def test_a_changed_password_reaches_the_login(environment: dict[str, str]) -> None:
    changed = {name: url.replace("tenants:pw@", "tenants:other@") for name, url in environment.items()}
    await migrate_all(changed)
    await (await asyncpg.connect(changed["FRONTDESK_TENANTS_DATABASE_URL"])).close()
    with pytest.raises(asyncpg.InvalidPasswordError):
        await asyncpg.connect(environment["FRONTDESK_TENANTS_DATABASE_URL"])


async def test_the_logins_cannot_see_past_policies(environment: dict[str, str]) -> None:
    await migrate_all(environment)
    for service in services_with_tables():
        login = await asyncpg.connect(environment[f"FRONTDESK_{service.upper()}_DATABASE_URL"])
        assert not await login.fetchval("SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user")
        await login.close()
