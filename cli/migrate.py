"""`frontdesk migrate`: roles, schemas and tables of every service."""

import os
from collections.abc import Mapping
from urllib.parse import unquote, urlsplit

from libs.app.settings import SettingsError
from libs.db.migrate import migrate, services_with_tables
from libs.db.roles import ensure_roles, login_role


async def migrate_all(environment: Mapping[str, str] = os.environ) -> list[str]:
    """Brings every service's schema to this version; answers with their names. FRONTDESK_DATABASE_URL names a role
    that may create roles and schemas; FRONTDESK_<SERVICE>_DATABASE_URL gives each service's login its password."""
    admin_url = environment.get("FRONTDESK_DATABASE_URL", "")
    if not admin_url:
        raise SettingsError("FRONTDESK_DATABASE_URL: set it to the address of PostgreSQL, as a role that may migrate")
    services = services_with_tables()
    await ensure_roles(admin_url, {service: _password(environment, service) for service in services})
    for service in services:
        await migrate(service, admin_url)
    return services


def _password(environment: Mapping[str, str], service: str) -> str:
    variable = f"FRONTDESK_{service.upper()}_DATABASE_URL"
    parts = urlsplit(environment.get(variable, ""))
    if unquote(parts.username or "") != login_role(service) or not parts.password:
        raise SettingsError(
            f"{variable}: set it to the address {service} will use, as {login_role(service)}:<password>@…"
        )
    return unquote(parts.password)
