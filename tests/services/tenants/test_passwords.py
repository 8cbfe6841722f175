"""Hashing passwords."""

import asyncio

import pytest
from argon2 import extract_parameters
from argon2.low_level import Type

from frontdesk.tenants.v1 import tenants_pb2 as pb
from libs.app.settings import load
from libs.rpc.errors import UnavailableError
from services.tenants.service.passwords import Passwords
from services.tenants.settings import TenantsSettings
from tests.services.tenants.shop import PASSWORD, Shop, refused


def _passwords(**variables: str) -> Passwords:
    named = {f"FRONTDESK_PASSWORD_{name.upper()}": value for name, value in variables.items()}
    return Passwords(load(TenantsSettings, named))


async def test_hashes_are_argon2id_at_the_strength_owasp_asks_for() -> None:
    passwords = _passwords()
    stored = await passwords.hash(PASSWORD)
    parameters = extract_parameters(stored)

    assert parameters.type is Type.ID
    assert (parameters.memory_cost, parameters.time_cost, parameters.parallelism) == (19 * 1024, 2, 1)
    assert await passwords.verify(stored, PASSWORD)
    assert not await passwords.verify(stored, PASSWORD + "x")
    assert stored != await passwords.hash(PASSWORD)


async def test_what_is_stored_wrong_matches_nothing() -> None:
    passwords = _passwords(time_cost="1", memory_kib="64")
    await passwords.start()
    for stored in (None, "", "not a hash", "$argon2id$v=19$m=64,t=1,p=1$x$x"):
        assert not await passwords.verify(stored, PASSWORD)
    await passwords.stop()


async def test_beyond_a_bounded_crowd_it_turns_away_at_once() -> None:
    passwords = _passwords(threads="1", waiting="2")
    outcomes = await asyncio.gather(*(passwords.hash(PASSWORD) for _ in range(6)), return_exceptions=True)

    assert sum(isinstance(outcome, UnavailableError) for outcome in outcomes) == 3
    # And recovers.
    await passwords.hash(PASSWORD)


async def test_a_hash_of_old_parameters_is_renewed_at_the_next_sign_in(shop: Shop) -> None:
    database = shop.calls.stack.database
    weak = await _passwords(time_cost="1", memory_kib="8").hash(PASSWORD)
    stored = "SELECT password_hash FROM tenants.teammates WHERE id = $1"
    await database.fetch(
        "UPDATE tenants.teammates SET password_hash = $2 WHERE id = $1 RETURNING 1", shop.admin.id, weak
    )

    with refused("wrong_credentials"):
        await shop.calls.sign_in(shop.admin.email, "wrong")
    assert (await database.fetch(stored, shop.admin.id))[0]["password_hash"] == weak
    await shop.calls.sign_in(shop.admin.email)
    renewed = (await database.fetch(stored, shop.admin.id))[0]["password_hash"]

    assert renewed != weak
    assert extract_parameters(renewed).memory_cost == 64
    await shop.calls.sign_in(shop.admin.email)


@pytest.mark.promise(5)
async def test_no_answer_holds_a_hash() -> None:
    """A field that could carry one would have to be added to the contract first."""
    fields = {field.name for message in pb.DESCRIPTOR.message_types_by_name.values() for field in message.fields}
    assert not [name for name in fields if "hash" in name]
