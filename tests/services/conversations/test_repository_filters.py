"""Every statement names its tenant by itself.

The transactions here are bound to two tenants, as those of a batch may be, so that row-level security lets both show:
what keeps a repository from the other tenant's rows is then its own filter alone.
"""

import contextlib
import dataclasses
import inspect
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest
from sqlalchemy.exc import IntegrityError

from frontdesk.delivery.v1.events_pb2 import ProfileFetched
from frontdesk.tenants.v1.events_pb2 import ChannelAccountChanged
from libs.auth.visibility import Visibility
from libs.clock.clock import SystemClock
from libs.clock.ids import new_id
from libs.db.repository import CrossTenantError
from services.conversations.models import AdSource, Case, Contact, Conversation, HistoryEntry, Message
from services.conversations.repository.batch import BatchRepository
from services.conversations.repository.customers import CustomerRepository
from services.conversations.repository.facts import FactsRepository
from services.conversations.repository.inbox import InboxFilter, InboxRepository
from services.conversations.repository.threads import ThreadRepository
from tests.services.conversations.shop import Shop, attempt
from tests.support.wait import eventually

pytestmark = pytest.mark.promise(5)
_NOW = datetime.now(UTC)
_ALL = Visibility(everything=True, chatbot=True, salesperson_id="", store_ids=())
_TABLES = (
    "accounts",
    "ad_sources",
    "contacts",
    "contact_aliases",
    "conversations",
    "cases",
    "messages",
    "provider_keys",
    "pending_changes",
    "idempotency_keys",
    "history",
)
REPOSITORIES = (BatchRepository, CustomerRepository, FactsRepository, InboxRepository, ThreadRepository)


@dataclasses.dataclass
class Theirs:
    """Rows of the other tenant, and the ids this tenant would call them by."""

    me: UUID
    shop: Shop
    row: Conversation
    message: Message
    alias: str
    key: str
    second_contact: UUID

    @property
    def stolen_row(self) -> Conversation:
        """Their conversation under this tenant's name."""
        return dataclasses.replace(self.row, tenant_id=self.me, contact_name="Stolen")

    @property
    def stolen_message(self) -> Message:
        """Their message under this tenant's name."""
        return dataclasses.replace(self.message, tenant_id=self.me, text="stolen")

    @property
    def contact(self) -> tuple[UUID, UUID]:
        """Their contact under this tenant's name."""
        return self.me, self.row.contact_id

    @property
    def alias_key(self) -> tuple[UUID, str, str, str]:
        """Their customer's name under this tenant's."""
        return self.me, self.row.account_id, "line_user", self.alias

    @property
    def provider_key(self) -> tuple[UUID, str, str]:
        """Their message's platform id under this tenant's name."""
        return self.me, self.row.account_id, self.key

    @property
    def history(self) -> HistoryEntry:
        """A line in their conversation's history."""
        return HistoryEntry(self.me, uuid4(), self.row.id, None, "forged", _NOW)

    @property
    def asked(self) -> Contact:
        """Their contact as this tenant's, asked for now."""
        row = self.row
        return Contact(self.me, row.contact_id, row.account_id, row.channel, row.contact_kind, "", _NOW, _NOW)

    @property
    def new_contact(self) -> Contact:
        """A contact of this tenant."""
        return Contact(self.me, uuid4(), self.row.account_id, "line", "person", "", _NOW, None)


Attempt = Callable[[Any, Theirs], Awaitable[Any]]

# For each method: the call that would reach the other tenant's row if the statement did not name the tenant.
READS: dict[str, Attempt] = {
    "ThreadRepository.conversation": lambda to, their: to.conversation(their.row.id, None),
    "ThreadRepository.messages": lambda to, their: to.messages(their.row.id, None, 10),
    "ThreadRepository.message": lambda to, their: to.message(their.message.id),
    "ThreadRepository.history": lambda to, their: to.history(their.row.id, None, 10),
    "ThreadRepository.recipient": lambda to, their: to.recipient(their.row.contact_id),
    "ThreadRepository.claim_idempotency_key": lambda to, their: _foreign_claim(to, their),
    "CustomerRepository.conversation_of": lambda to, their: to.conversation_of(*their.alias_key[1:]),
    "CustomerRepository.messages": lambda to, their: to.messages(their.row.id, None, 10),
    "InboxRepository.page": lambda to, their: to.page(InboxFilter(), _ALL, None, 10),
    "InboxRepository.count_unread": lambda to, their: to.count_unread(_ALL, 10),
    "BatchRepository.lock_conversations": lambda to, their: to.lock_conversations([their.alias_key]),
    "BatchRepository.messages_of": lambda to, their: to.messages_of([their.provider_key]),
    "BatchRepository.take_pending": lambda to, their: to.take_pending(
        [(their.me, their.row.account_id, "message:early")]
    ),
    "BatchRepository.lock_more": lambda to, their: to.lock_more([(their.me, their.row.id)]),
    "BatchRepository.messages": lambda to, their: to.messages([(their.me, their.message.id)]),
    "BatchRepository.messages_until": lambda to, their: to.messages_until({(their.me, their.row.id): "9"}),
    "BatchRepository.awaited_messages": lambda to, their: to.awaited_messages([(their.me, their.row.id)]),
    "BatchRepository.aliases_of": lambda to, their: to.aliases_of([their.contact]),
    "BatchRepository.approved": lambda to, their: to.approved([(their.me, their.row.account_id)]),
    "FactsRepository.conversations_of_contacts": lambda to, their: to.conversations_of_contacts([their.contact]),
    "InboxRepository.ad_sources": lambda to, their: to.ad_sources(_ALL, 10),
    "ThreadRepository.newest_inbound": lambda to, their: to.newest_inbound(their.row.id),
}
WRITES: dict[str, Attempt] = {
    "BatchRepository.claim_aliases": lambda to, their: to.claim_aliases([(their.alias_key, their.row.contact_id)]),
    "BatchRepository.move_aliases": lambda to, their: to.move_aliases([(their.alias_key, their.second_contact)]),
    "BatchRepository.add_contacts": lambda to, their: to.add_contacts([their.new_contact], [their.stolen_row]),
    "BatchRepository.claim_keys": lambda to, their: to.claim_keys(
        [(their.provider_key, their.message.id, their.row.id)]
    ),
    "BatchRepository.park_changes": lambda to, their: to.park_changes(
        [
            {
                "tenant_id": their.me,
                "account_id": their.row.account_id,
                "key": "message:early",
                "kind": "unsend",
                "event": b"x",
                "occurred_at": datetime.max.replace(tzinfo=UTC),
                "stored_at": _NOW,
            }
        ]
    ),
    "BatchRepository.save_messages": lambda to, their: to.save_messages([their.stolen_message]),
    "BatchRepository.save": lambda to, their: to.save([their.stolen_row]),
    "BatchRepository.save, messages": lambda to, their: to.save([], [their.stolen_message]),
    "BatchRepository.save, cases": lambda to, their: to.save(
        [], cases=[Case(their.me, uuid4(), their.row.id, "customer", _NOW)]
    ),
    "BatchRepository.save, history": lambda to, their: to.save([], history=[their.history]),
    "BatchRepository.save, asked": lambda to, their: to.save([], asked=[their.asked]),
    "FactsRepository.save": lambda to, their: to.save(
        [their.stolen_row],
        [their.stolen_message],
        [(their.contact, ProfileFetched(display_name="Stolen"))],
    ),
    "FactsRepository.note_accounts": lambda to, their: to.note_accounts([(their.me, their.row.account_id, False, 9)]),
    "BatchRepository.retire_aliases": lambda to, their: to.retire_aliases([(their.alias_key, their.row.contact_id)]),
    "BatchRepository.note_ads": lambda to, their: to.note_ads(
        [AdSource(their.me, "line", "their-ad", "Stolen", "", "", datetime.max.replace(tzinfo=UTC))]
    ),
    "BatchRepository.learn": lambda to, their: to.learn(
        [{"tenant_id": their.me, "id": their.row.contact_id, "name": "Stolen"}]
    ),
}


async def _foreign_claim(to: ThreadRepository, their: Theirs) -> bool:
    """Whether their key stands in the way, or is found where this tenant's own of the same name stands."""
    mine = b"mine", uuid4()
    first = await to.claim_idempotency_key(their.shop.agent.id, "their-key", *mine, _NOW)
    again = await to.claim_idempotency_key(their.shop.agent.id, "their-key", *mine, _NOW)
    return (first, again) != (None, mine)


@pytest.fixture
async def theirs(shop: Shop) -> Theirs:
    """Another tenant with a row in every table."""
    other, customer = Shop(shop.stack, shop.bus), shop.customer()
    customer = dataclasses.replace(customer, tenant_id=other.id)
    await other.receive(customer.wrote(id="known"), customer.unsent("early"))
    found = await other.only()
    sent = (await other.send(found.id, key="their-key")).message
    await other.tell(
        attempt(sent, "sent", provider_message_id="theirs"),
        ChannelAccountChanged(tenant_id=str(other.id), account_id=other.account_id, human_agent=True, version=1),
    )
    for known in ("messages WHERE delivery_state = 'sent' AND", "accounts WHERE"):
        await eventually(
            lambda known=known: other.sql(f"SELECT 1 FROM conversations.{known} tenant_id = $1"), what=known
        )
    await other.receive(customer.referred(ad_id="their-ad"))
    await other.receive(customer.wrote(id="unread"))
    async with shop.stack.database.open("conversations").unit([other.id]) as unit:
        repository = ThreadRepository(unit, other.id)
        row = await repository.conversation(UUID(found.id), None)
        messages = await repository.messages(UUID(found.id), None, 10)
        entry = HistoryEntry(other.id, new_id(SystemClock(None)), UUID(found.id), None, "known", _NOW)
        await BatchRepository(unit).save([], history=[entry])
    assert row is not None
    second = dataclasses.replace(shop.customer(), tenant_id=other.id)
    await other.receive(second.wrote())
    second_contact = UUID((await other.inbox())[0].customer.id)
    theirs = Theirs(shop.id, other, row, messages[-1], customer.alias, "message:known", second_contact)
    assert all((await _rows(theirs)).values())
    return theirs


async def _rows(theirs: Theirs) -> dict[str, list[str]]:
    """Everything the other tenant has."""
    found = {}
    for table in _TABLES:
        sql = f"SELECT t::text AS row FROM conversations.{table} t WHERE tenant_id = $1 ORDER BY 1"
        found[table] = [row["row"] for row in await theirs.shop.sql(sql)]
    return found


async def _attempt(shop: Shop, theirs: Theirs, name: str, attempt: Attempt) -> Any:
    kind: Any = next(kind for kind in REPOSITORIES if kind.__name__ == name.split(".")[0])
    async with shop.stack.database.open("conversations").unit([shop.id, theirs.shop.id]) as unit:
        bound = kind(unit, shop.id) if kind in (CustomerRepository, InboxRepository, ThreadRepository) else kind(unit)
        return await attempt(bound, theirs)


def test_every_method_of_every_repository_is_tried() -> None:
    methods = {
        f"{kind.__name__}.{name}"
        for kind in REPOSITORIES
        for name, _ in inspect.getmembers(kind, inspect.iscoroutinefunction)
        if not name.startswith("_")
    }
    assert {name.split(",")[0] for name in (*READS, *WRITES)} == methods


@pytest.mark.parametrize("name", sorted(READS))
async def test_reading_shows_nothing_of_the_other_tenant(shop: Shop, theirs: Theirs, name: str) -> None:
    before = await _rows(theirs)
    assert not await _attempt(shop, theirs, name, READS[name])
    assert await _rows(theirs) == before


@pytest.mark.parametrize("name", sorted(WRITES))
async def test_writing_changes_nothing_of_the_other_tenant(shop: Shop, theirs: Theirs, name: str) -> None:
    before = await _rows(theirs)
    # Finding nothing to change is as good, and so is a row of this tenant that hangs on nothing there.
    with contextlib.suppress(asyncpg.ForeignKeyViolationError, IntegrityError):
        await _attempt(shop, theirs, name, WRITES[name])
    assert await _rows(theirs) == before


async def test_a_repository_works_for_a_tenant_of_its_transaction_only(shop: Shop) -> None:
    async with shop.stack.database.open("conversations").unit([shop.id]) as unit:
        with pytest.raises(CrossTenantError):
            ThreadRepository(unit, uuid4())
