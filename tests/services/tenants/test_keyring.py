"""The key ring, alone and in the running service."""

import base64
import secrets
from uuid import uuid4

import pytest
from cryptography.exceptions import InvalidTag

from frontdesk.tenants.v1 import tenants_pb2 as pb
from frontdesk.tenants.v1 import tenants_pb2_grpc as stubs
from libs.app.settings import SettingsError
from libs.bus.outbox import Outbox
from libs.clock.clock import SystemClock
from services.tenants.domain.errors import KeyMissingError
from services.tenants.models import SealedCredentials
from services.tenants.service.keyring import KeyRing
from services.tenants.service.record import Recorder
from services.tenants.service.reencryption import Reencryption
from tests.services.tenants.shop import LINE, Shop

pytestmark = pytest.mark.promise(8)
_TENANT = uuid4()


def _key() -> str:
    return base64.b64encode(secrets.token_bytes(32)).decode()


def test_what_is_sealed_opens_again_and_never_looks_the_same() -> None:
    ring = KeyRing.parse(f"k1:{_key()}")
    first, second = (ring.seal(_TENANT, "acc", LINE) for _ in range(2))

    assert ring.open(_TENANT, "acc", first) == LINE
    assert first.ciphertext != second.ciphertext
    assert first.nonce != second.nonce
    assert b"line-secret" not in first.ciphertext


def test_a_row_that_was_moved_or_altered_does_not_open() -> None:
    keys = f"k1:{_key()}"
    ring = KeyRing.parse(keys)
    sealed = ring.seal(_TENANT, "acc", LINE)

    for tenant_id, account_id in ((uuid4(), "acc"), (_TENANT, "acc2")):
        with pytest.raises(InvalidTag):
            ring.open(tenant_id, account_id, sealed)
    altered = SealedCredentials(sealed.key_id, sealed.nonce, sealed.ciphertext[:-1] + b"\x00")
    with pytest.raises(InvalidTag):
        ring.open(_TENANT, "acc", altered)
    # The same key under another name: the name is bound, too.
    renamed = KeyRing.parse(keys.replace("k1", "k9"))
    with pytest.raises(InvalidTag):
        renamed.open(_TENANT, "acc", SealedCredentials("k9", sealed.nonce, sealed.ciphertext))


def test_a_new_key_encrypts_while_the_old_one_still_opens() -> None:
    old = f"k1:{_key()}"
    sealed = KeyRing.parse(old).seal(_TENANT, "acc", LINE)
    both = KeyRing.parse(f"k2:{_key()},{old}")

    assert both.open(_TENANT, "acc", sealed) == LINE
    assert both.seal(_TENANT, "acc", LINE).key_id == "k2"
    with pytest.raises(KeyMissingError, match="k1"):
        KeyRing.parse(f"k2:{_key()}").open(_TENANT, "acc", sealed)


@pytest.mark.parametrize("text", ["", ",", "k1", "k1:", "k1:short", "k1:c2hvcnQ=", ":" + "A" * 43 + "=", "k 1:x"])
def test_a_ring_that_is_wrong_is_refused_without_repeating_it(text: str) -> None:
    with pytest.raises(SettingsError, match="FRONTDESK_CREDENTIAL_KEYS") as error:
        KeyRing.parse(text)
    assert "short" not in str(error.value)


def test_two_keys_of_one_name_are_refused() -> None:
    with pytest.raises(SettingsError, match="key 2"):
        KeyRing.parse(f"k1:{_key()},k1:{_key()}")


async def test_every_credential_moves_to_the_newest_key_and_the_old_key_can_go(shop: Shop) -> None:
    stack = shop.calls.stack
    accounts = [await shop.connect() for _ in range(3)]
    ring = stack.environment("tenants")["FRONTDESK_CREDENTIAL_KEYS"]
    newest = f"new-{secrets.token_hex(3)}:{_key()}"
    rotated = KeyRing.parse(f"{newest},{ring}")
    clock = SystemClock()
    cases = Reencryption(stack.database.open("tenants"), clock, Recorder(clock, Outbox()), rotated)

    done = await cases.run()

    assert done >= 3
    assert await cases.run() == 0
    rows = await stack.database.fetch("SELECT account_id, key_id, nonce, ciphertext FROM tenants.channel_credentials")
    assert {row["key_id"] for row in rows} == {rotated.current}
    alone = KeyRing.parse(newest)
    for row in rows:
        if row["account_id"] in {account.id for account in accounts}:
            sealed = SealedCredentials(row["key_id"], row["nonce"], row["ciphertext"])
            assert alone.open(shop.id, row["account_id"], sealed) == LINE
    noted = [entry for entry in await shop.audit() if entry.action == "channel_account.credentials_reencrypted"]
    assert {entry.target for entry in noted} == {account.id for account in accounts}

    # The running service lacks the newest key: it says which, and brings nothing under an older one by half.
    operator = stubs.OperatorServiceStub(stack.channel("tenants", "operator"))
    with pytest.raises(Exception, match=rotated.current):
        await operator.ReencryptCredentials(pb.ReencryptCredentialsRequest())
    # Back again, as after an upgrade that is undone; then it works for the others here.
    back = KeyRing.parse(f"{ring},{newest}")
    await Reencryption(stack.database.open("tenants"), clock, Recorder(clock, Outbox()), back).run()
    assert (await operator.ReencryptCredentials(pb.ReencryptCredentialsRequest())).accounts == 0
