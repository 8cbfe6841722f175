"""Meta: everything behind the Graph API, and the people who use it."""

from collections.abc import Callable, Iterator

from libs.clock.clock import Clock
from services.simulator.domain.ids import Ids
from services.simulator.domain.meta.accounts import MetaAccount
from services.simulator.service.hub import Hub
from services.simulator.service.journal import Journal, Record
from services.simulator.service.ledger import Ledger
from services.simulator.service.media import MediaStore
from services.simulator.service.meta.book import MetaBook
from services.simulator.service.meta.callbacks import Callbacks
from services.simulator.service.meta.directory import MetaDirectory
from services.simulator.service.meta.handshake import Handshake
from services.simulator.service.meta.links import Links
from services.simulator.service.meta.messaging import MetaMessaging
from services.simulator.service.meta.oauth import OAuth
from services.simulator.service.meta.people_api import PeopleApi
from services.simulator.service.meta.receipts import Receipts
from services.simulator.service.meta.side import MetaSide
from services.simulator.service.meta.subscriptions import Subscriptions
from services.simulator.service.meta.templates import TemplateShelf
from services.simulator.service.webhooks import Webhooks


class MetaPlatform:
    """Messenger, Instagram and WhatsApp."""

    def __init__(
        self,
        clock: Clock,
        ids: Ids,
        journal: Journal,
        ledger: Ledger,
        hub: Hub,
        media: MediaStore,
        webhooks: Webhooks,
        pictures_url: str,
        own_url: Callable[[], str],
    ) -> None:
        self._links = Links()
        self._handshake = Handshake()
        self.book = MetaBook(journal)
        self.side = MetaSide(clock, ids, self.book, ledger, hub, media, webhooks, own_url)
        self.receipts = Receipts(clock, self.side, webhooks)
        self.templates = TemplateShelf(journal)
        self.messaging = MetaMessaging(
            clock, ids, self.book, ledger, hub, media, self.receipts, self.templates, self._links
        )
        self.directory = MetaDirectory(clock, self.book, media, pictures_url, own_url)
        self.oauth = OAuth(clock, ids, self.book, journal)
        self.people = PeopleApi(self.book, self.oauth, pictures_url)
        self.callbacks = Callbacks(clock)
        self.subscriptions = Subscriptions(ids, self.book, self._handshake)

    async def close(self) -> None:
        """Gives up what is waiting, and ends connections."""
        await self.receipts.close()
        await self._links.close()
        await self._handshake.close()
        await self.callbacks.close()

    def holders(self, token: str) -> list[MetaAccount]:
        """The accounts a token gives access to: an account's own, or a person's."""
        return self.book.by_token(token) or self.oauth.granted(token)

    def records(self) -> Iterator[Record]:
        """What restore() needs to come back to this state."""
        yield from self.book.records()
        yield from self.oauth.records()
        yield from self.templates.records()

    def restore(self, kind: str, record: Record) -> None:
        """Applies one record of a journal."""
        if kind.startswith("meta_grant"):
            self.oauth.restore(kind, record)
        elif kind == "meta_template":
            self.templates.restore(record)
        else:
            self.book.restore(kind, record)
