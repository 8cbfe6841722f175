"""Runs a service's Alembic migrations in its own schema, as its owner role.

Alembic is imported where it is used: services only ask for the newest revision, and it would add to every start.
"""

import re
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import create_async_engine

from libs.db.database import async_url
from libs.db.roles import owner_role

if TYPE_CHECKING:
    from alembic.script import ScriptDirectory

_REVISION = re.compile(r'^revision = "(\w+)"', re.MULTILINE)
_ROOT = Path(__file__).resolve().parents[2]


def services_with_tables() -> list[str]:
    """Every service that has migrations, by name."""
    return sorted(folder.parent.parent.name for folder in _ROOT.glob("services/*/migrations/versions"))


def script_directory(service: str) -> "ScriptDirectory":
    """The service's chain of migrations."""
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", str(_ROOT / "services" / service / "migrations"))
    config.set_main_option("path_separator", "os")
    return ScriptDirectory.from_config(config)


def head_revision(service: str) -> str | None:
    """The newest migration's id; ids sort in the order the migrations run. None when there is none."""
    files = (_ROOT / "services" / service / "migrations" / "versions").glob("*.py")
    found = (_REVISION.search(file.read_text()) for file in files)
    return max((match[1] for match in found if match), default=None)


async def migrate(service: str, admin_url: str, revision: str = "head") -> None:
    """Brings the service's schema to a revision. Runs under an advisory lock; a lock a statement waits for
    longer than 5 s ends it, so that a migration never queues the whole service behind itself."""
    engine = create_async_engine(async_url(admin_url))
    try:
        async with engine.begin() as connection:
            await connection.run_sync(_upgrade, service, revision)
    finally:
        await engine.dispose()


def _upgrade(connection: Connection, service: str, revision: str) -> None:
    from alembic.config import Config
    from alembic.runtime.environment import EnvironmentContext

    script = script_directory(service)
    connection.exec_driver_sql("SELECT pg_advisory_xact_lock(7202612)")
    connection.exec_driver_sql("SET LOCAL lock_timeout = '5s'")
    connection.exec_driver_sql(f"SET LOCAL ROLE {owner_role(service)}")
    connection.exec_driver_sql(f"SET LOCAL search_path = {service}")
    with EnvironmentContext(
        Config(), script, fn=lambda current, _context: script._upgrade_revs(revision, current)
    ) as environment:
        environment.configure(connection=connection, version_table_schema=service)
        environment.run_migrations()
