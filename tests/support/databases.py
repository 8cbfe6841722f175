"""Migrated databases, cloned from a template that is made once per set of services."""

import asyncio
import itertools
from collections.abc import Sequence
from urllib.parse import urlsplit, urlunsplit

import asyncpg

from libs.db.database import Database
from libs.db.migrate import migrate, services_with_tables
from libs.db.roles import ensure_roles, login_role

_PASSWORD = "test"


class TestDatabase:
    """One database with the tables of the services, under the very logins that production uses."""

    __test__ = False

    def __init__(self, admin_url: str) -> None:
        # As the superuser, who sees past every policy: for looking at what is really stored.
        self.admin_url = admin_url
        self._opened: list[Database] = []

    def url(self, service: str) -> str:
        """The address a service is given."""
        parts = urlsplit(self.admin_url)
        return urlunsplit(parts._replace(netloc=f"{login_role(service)}:{_PASSWORD}@{parts.netloc.rpartition('@')[2]}"))

    def urls(self) -> dict[str, str]:
        """FRONTDESK_<SERVICE>_DATABASE_URL for every service with tables."""
        return {f"FRONTDESK_{service.upper()}_DATABASE_URL": self.url(service) for service in services_with_tables()}

    def open(self, service: str) -> Database:
        """The service's own way in; closed with the database."""
        database = Database(self.url(service), service)
        self._opened.append(database)
        return database

    async def fetch(self, sql: str, *args: object) -> list[asyncpg.Record]:
        """A query as the superuser, with $1 parameters and tables named by schema."""
        connection = await asyncpg.connect(self.admin_url)
        try:
            return list(await connection.fetch(sql, *args))
        finally:
            await connection.close()

    async def close(self) -> None:
        """Closes what open() gave."""
        await asyncio.gather(*(database.close() for database in self._opened))


class Databases:
    """Makes databases on one server."""

    def __init__(self, server_url: str) -> None:
        self._server_url = server_url
        self._templates: dict[tuple[str, ...], str] = {}
        self._numbers = itertools.count()

    async def new(self, services: Sequence[str] = ()) -> TestDatabase:
        """A new one with the tables of these services; of all when none is named."""
        template = await self._template(tuple(sorted(services or services_with_tables())))
        name = f"test_{next(self._numbers)}"
        await self._create(name, template)
        return TestDatabase(self._at(name))

    async def drop(self, database: TestDatabase) -> None:
        """Closes and removes it."""
        await database.close()
        name = urlsplit(database.admin_url).path.lstrip("/")
        await self._execute(f"DROP DATABASE {name} WITH (FORCE)")

    async def _template(self, services: tuple[str, ...]) -> str:
        if services not in self._templates:
            name = f"template_{len(self._templates)}"
            await self._create(name, "template0")
            await ensure_roles(self._at(name), dict.fromkeys(services, _PASSWORD))
            for service in services:
                await migrate(service, self._at(name))
            self._templates[services] = name
        return self._templates[services]

    async def _create(self, name: str, template: str) -> None:
        await self._execute(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY")

    async def _execute(self, sql: str) -> None:
        connection = await asyncpg.connect(self._server_url)
        try:
            await connection.execute(sql)
        finally:
            await connection.close()

    def _at(self, name: str) -> str:
        return urlunsplit(urlsplit(self._server_url)._replace(path=f"/{name}"))
