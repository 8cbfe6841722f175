"""Schemas and roles: for each service an owner that migrates and a login that cannot see past its policies."""

from collections.abc import Mapping

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

from libs.db.database import async_url


def owner_role(service: str) -> str:
    """The role that owns a service's schema; nobody logs in with it."""
    return f"frontdesk_{service}_owner"


def login_role(service: str) -> str:
    """The role a service works as."""
    return f"frontdesk_{service}"


async def ensure_roles(admin_url: str, passwords: Mapping[str, str]) -> None:
    """Makes schema, owner and login of every service named, and sets the logins' passwords. Repeating it is safe."""
    engine = create_async_engine(async_url(admin_url))
    try:
        async with engine.begin() as connection:
            await connection.execute(text("SELECT pg_advisory_xact_lock(7202611)"))
            for service, password in passwords.items():
                await _ensure_service(connection, service, password)
    finally:
        await engine.dispose()


async def _ensure_service(connection: AsyncConnection, service: str, password: str) -> None:
    owner, login = owner_role(service), login_role(service)
    await _ensure_role(connection, owner, "NOLOGIN NOBYPASSRLS")
    await _ensure_role(connection, login, "LOGIN NOBYPASSRLS NOCREATEDB NOCREATEROLE")
    secret = (await connection.execute(text("SELECT quote_literal(:p)"), {"p": password})).scalar_one()
    for statement in (
        f"ALTER ROLE {login} PASSWORD {secret}",
        f"GRANT {owner} TO CURRENT_USER",
        f"CREATE SCHEMA IF NOT EXISTS {service} AUTHORIZATION {owner}",
        f"REVOKE ALL ON SCHEMA {service} FROM PUBLIC",
        f"GRANT USAGE ON SCHEMA {service} TO {login}",
        f"ALTER DEFAULT PRIVILEGES FOR ROLE {owner} IN SCHEMA {service} "
        f"GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {login}",
        f"ALTER DEFAULT PRIVILEGES FOR ROLE {owner} IN SCHEMA {service} GRANT USAGE ON SEQUENCES TO {login}",
        f"ALTER DEFAULT PRIVILEGES FOR ROLE {owner} REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC",
        f"ALTER DEFAULT PRIVILEGES FOR ROLE {owner} IN SCHEMA {service} GRANT EXECUTE ON FUNCTIONS TO {login}",
    ):
        await connection.exec_driver_sql(statement)


async def _ensure_role(connection: AsyncConnection, role: str, attributes: str) -> None:
    query = text("SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = :role")
    sees_past_policies = (await connection.execute(query, {"role": role})).scalar()
    if sees_past_policies is None:
        await connection.exec_driver_sql(f"CREATE ROLE {role} {attributes}")
    elif sees_past_policies:
        # Not said otherwise: without being superuser one may not even repeat that a role has no such power.
        await connection.exec_driver_sql(f"ALTER ROLE {role} NOSUPERUSER {attributes}")
