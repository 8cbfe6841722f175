"""Migrations: what services expect is what Alembic makes, repeating them changes nothing, wrong logins are named."""

import pytest

from cli.migrate import MigrationError, migrate_all
from libs.app.settings import SettingsError
from libs.db.migrate import head_revision, script_directory, services_with_tables
from tests.support.databases import TestDatabase


@pytest.mark.parametrize("service", services_with_tables())
def test_the_revision_a_service_expects_is_the_last_one(service: str) -> None:
    assert script_directory(service).get_heads() == [head_revision(service)]


async def test_migrating_again_changes_nothing(database: TestDatabase) -> None:
    environment = {"FRONTDESK_DATABASE_URL": database.admin_url, **database.urls()}
    before = await database.fetch("SELECT oid FROM pg_class ORDER BY oid")
    assert await migrate_all(environment) == services_with_tables()
    assert await database.fetch("SELECT oid FROM pg_class ORDER BY oid") == before


async def test_what_the_database_refuses_is_one_line(database: TestDatabase) -> None:
    wrong = database.admin_url.replace(":test@", ":wrong@")
    with pytest.raises(MigrationError, match="password authentication failed") as raised:
        await migrate_all({"FRONTDESK_DATABASE_URL": wrong, **database.urls()})
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize(
    "url", ["", "postgresql://someone:pw@127.0.0.1/desk", "postgresql://frontdesk_tenants@127.0.0.1/desk"]
)
async def test_a_service_without_a_login_of_its_own_is_named(database: TestDatabase, url: str) -> None:
    environment = {
        "FRONTDESK_DATABASE_URL": database.admin_url,
        **database.urls(),
        "FRONTDESK_TENANTS_DATABASE_URL": url,
    }
    with pytest.raises(SettingsError, match="FRONTDESK_TENANTS_DATABASE_URL"):
        await migrate_all(environment)
