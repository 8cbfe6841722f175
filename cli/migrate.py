"""`frontdesk migrate`: roles, schemas and tables of every service."""

import os
from collections.abc import Mapping
from urllib.parse import unquote, urlsplit

from asyncpg import PostgresError
from sqlalchemy.exc import SQLAlchemyError

from libs.app.settings import SettingsError
from libs.db.migrate import migrate, services_with_tables
from libs.db.roles import ensure_roles, login_role


class MigrationError(Exception):
    """The database cannot be brought to this version; the message says why, in one line."""


async def migrate_all(environment: Mapping[str, str] = os.environ) -> list[str]:
    """Brings every service's schema to this version; answers with their names. FRONTDESK_DATABASE_URL names a role
    that may create roles and schemas; FRONTDESK_<SERVICE>_DATABASE_URL gives each service's login its password.
    Raises SettingsError for a missing variable, MigrationError for what the database says."""
    admin_url = environment.get("FRONTDESK_DATABASE_URL", "")
    if not admin_url:
        raise SettingsError("FRONTDESK_DATABASE_URL: set it to the address of PostgreSQL, as a role that may migrate")
    services = services_with_tables()
    passwords = {service: _password(environment, service) for service in services}
    try:
        await ensure_roles(admin_url, passwords)
        for service in services:
            await migrate(service, admin_url)
    except (SQLAlchemyError, PostgresError, OSError) as error:
        raise MigrationError(f"The database cannot be brought to this version: {_in_short(error)}") from error
    return services


def _in_short(error: Exception) -> str:
    cause = getattr(error, "orig", None) or error
    return next(iter(str(cause).strip().splitlines()), type(cause).__name__)


def _password(environment: Mapping[str, str], service: str) -> str:
    variable = f"FRONTDESK_{service.upper()}_DATABASE_URL"
    parts = urlsplit(environment.get(variable, ""))
    if unquote(parts.username or "") != login_role(service) or not parts.password:
        raise SettingsError(
            f"{variable}: set it to the address {service} will use, as {login_role(service)}:<password>@…"
        )
    return unquote(parts.password)
