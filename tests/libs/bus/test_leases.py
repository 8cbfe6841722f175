"""Leases: spread evenly, handed over at once, taken over in time, never worked on by the dead."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from libs.bus.leases import Lease, Leases, quota
from libs.db.database import Database
from tests.libs.bus.conftest import SERVICE
from tests.support.databases import TestDatabase
from tests.support.servers import ServerFolder
from tests.support.wait import PATIENCE_SECONDS, eventually

NAMES = ["g0", "g1", "g2", "g3"]


class Replica:
    """A member of the group that notes what it works on."""

    def __init__(self, database: Database, owner: str) -> None:
        self.working: set[str] = set()
        self.tokens: dict[str, int] = {}
        self.leases = Leases(database, "test", NAMES, self._begin, self._end, owner)

    async def _begin(self, lease: Lease) -> None:
        self.working.add(lease.name)
        self.tokens[lease.name] = lease.token

    async def _end(self, lease: Lease) -> None:
        self.working.discard(lease.name)

    def die(self) -> None:
        """As kill -9 would: nothing is given back."""
        task = self.leases._task
        assert task is not None
        task.cancel()


Join = Callable[[str], Replica]


@pytest.fixture
async def join(database: Database) -> AsyncIterator[Join]:
    """Starts replicas, and stops them after the test."""
    replicas: list[Replica] = []

    def start(owner: str) -> Replica:
        replica = Replica(database, owner)
        replica.leases.start()
        replicas.append(replica)
        return replica

    yield start
    await asyncio.gather(*(replica.leases.stop() for replica in replicas))


def spread(*replicas: Replica) -> list[int]:
    return sorted(len(replica.working) for replica in replicas)


def disjoint(*replicas: Replica) -> bool:
    counts = Counter(name for replica in replicas for name in replica.working)
    return all(count == 1 for count in counts.values())


@given(st.integers(0, 100), st.sets(st.text(), min_size=1, max_size=20))
def test_quotas_share_out_everything_evenly(leases: int, owners: set[str]) -> None:
    members = sorted(owners)
    shares = [quota(leases, members, owner) for owner in members]
    assert sum(shares) == leases
    assert max(shares) - min(shares) <= 1


async def test_one_replica_holds_all_and_newcomers_get_their_share(join: Join) -> None:
    first = join("a")
    await eventually(lambda: spread(first) == [4])
    second = join("b")
    await eventually(lambda: spread(first, second) == [2, 2])
    third = join("c")
    await eventually(lambda: spread(first, second, third) == [1, 1, 2])
    assert disjoint(first, second, third)


@pytest.mark.promise(7)
async def test_a_dead_replicas_leases_end_within_five_seconds_and_are_taken_over(
    join: Join, bus_database: TestDatabase
) -> None:
    dying, staying = join("a"), join("b")
    await eventually(lambda: spread(dying, staying) == [2, 2])
    tokens = dict(dying.tokens)
    dying.die()
    (row,) = await bus_database.fetch(f"SELECT max(expires_at) - now() AS left FROM {SERVICE}.leases")
    assert row["left"] < timedelta(seconds=5)
    await eventually(lambda: spread(staying) == [4], 30)
    assert all(staying.tokens[name] > token for name, token in tokens.items() if name in dying.working)


async def test_leases_of_a_replica_that_stops_are_free_at_once(join: Join, bus_database: TestDatabase) -> None:
    leaving, staying = join("a"), join("b")
    await eventually(lambda: spread(leaving, staying) == [2, 2])
    await leaving.leases.stop()
    assert leaving.working == set()
    assert not await bus_database.fetch(f"SELECT 1 FROM {SERVICE}.leases WHERE owner = 'a' AND expires_at > now()")
    await eventually(lambda: spread(staying) == [4])


async def test_a_lease_is_kept_until_its_work_has_ended(database: Database, bus_database: TestDatabase) -> None:
    may_end = asyncio.Event()
    ended: list[str] = []

    async def begin(lease: Lease) -> None: ...

    async def end(lease: Lease) -> None:
        await may_end.wait()
        ended.append(lease.name)

    slow = Leases(database, "test", ["only"], begin, end, "z")
    slow.start()
    await eventually(lambda: slow.held)
    quick = Leases(database, "test", ["only"], begin, begin, "a")
    quick.start()
    await eventually(lambda: not slow.held)
    # Longer than a lease lives: it is renewed although it is being given back.
    renewals: set[datetime] = set()
    async with asyncio.timeout(PATIENCE_SECONDS):
        while len(renewals) < 10:
            (row,) = await bus_database.fetch(f"SELECT * FROM {SERVICE}.leases WHERE name = 'test/only'")
            assert (row["owner"], quick.held) == ("z", [])
            renewals.add(row["expires_at"])
    may_end.set()
    await eventually(lambda: quick.held)
    assert ended == ["test/only"]
    await asyncio.gather(slow.stop(), quick.stop())


async def test_work_stops_when_the_database_does_not_renew(bus_database: TestDatabase) -> None:
    folder = ServerFolder()
    server = await folder.postgres()
    admin = Database(server.url, "public")
    async with admin.system_unit() as unit:
        await unit.execute(
            "CREATE TABLE leases (name text PRIMARY KEY, owner text, token bigint, expires_at timestamptz)"
        )
    replica = Replica(admin, "a")
    replica.leases.start()
    await eventually(lambda: len(replica.working) == 4)
    await server.kill()
    await eventually(lambda: not replica.working, 30)
    await server.start()
    await eventually(lambda: len(replica.working) == 4)
    await replica.leases.stop()
    await admin.close()
    await folder.close()
