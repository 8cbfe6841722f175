"""The registered pages, Instagram accounts and WhatsApp numbers, and the people they know."""

from collections.abc import Iterator
from typing import Any

from services.simulator.domain.meta.accounts import ChannelName, MetaAccount, MetaCustomer, MetaSettings
from services.simulator.domain.meta.people import passer_by, personas
from services.simulator.service.entries import vars_of
from services.simulator.service.errors import Conflict, NotFound, UnknownAccount
from services.simulator.service.journal import Journal, Record


class MetaBook:
    """Accounts by id, by what Meta calls them, and by access token."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._accounts: dict[str, MetaAccount] = {}

    def register(self, settings: MetaSettings) -> MetaAccount:
        """Adds an account with its personas, or changes one; its people and messages stay."""
        holder = self.by_provider(settings.provider_id)
        if holder is not None and holder.account_id != settings.account_id:
            raise Conflict(f"Account {holder.account_id!r} is {settings.provider_id} already.")
        account = self._accounts.get(settings.account_id)
        if account is None:
            account = self._accounts[settings.account_id] = MetaAccount(settings)
            for person in personas(account):
                account.know(person)
        else:
            account.configure(settings)
        self._journal.write("meta_account", settings=settings.model_dump(mode="json"))
        return account

    def change(self, account_id: str, changes: dict[str, Any]) -> MetaAccount:
        """Changes some settings of an account."""
        settings = self.get(account_id).settings.model_dump() | changes
        return self.register(MetaSettings.model_validate(settings))

    def find(self, account_id: str) -> MetaAccount | None:
        """The account, if there is one."""
        return self._accounts.get(account_id)

    def get(self, account_id: str) -> MetaAccount:
        """The account; UnknownAccount when there is none."""
        if (account := self.find(account_id)) is None:
            raise UnknownAccount(account_id, "facebook")
        return account

    def remove(self, account_id: str) -> None:
        """Forgets an account."""
        del self._accounts[self.get(account_id).account_id]
        self._journal.write("meta_removed", account_id=account_id)

    def all(self, channel: ChannelName | None = None) -> list[MetaAccount]:
        """In the order they were registered."""
        return [account for account in self._accounts.values() if channel in (None, account.channel)]

    def by_provider(self, provider_id: str) -> MetaAccount | None:
        """The page, Instagram account or number with this id."""
        return next((one for one in self._accounts.values() if one.provider_id == provider_id), None)

    def by_token(self, token: str) -> list[MetaAccount]:
        """What a token gives access to; several numbers or linked accounts may share one."""
        return [one for one in self._accounts.values() if one.settings.access_token == token]

    def of_app(self, app_id: str) -> list[MetaAccount]:
        """What the people who use the app may connect to it."""
        return [one for one in self._accounts.values() if one.settings.app_id == app_id]

    def meet(self, account: MetaAccount, user_id: str) -> MetaCustomer:
        """The person with this id, number or business-scoped id; somebody new becomes known by writing."""
        known = account.customers.get(user_id) or account.reach(user_id)
        if known is not None:
            return known
        if len(account.customers) >= account.MAX_CUSTOMERS:
            raise Conflict(f"Account {account.account_id!r} knows {account.MAX_CUSTOMERS} customers; no more fit.")
        person = passer_by(account, user_id)
        account.know(person)
        return person

    def customer(self, account: MetaAccount, user_id: str) -> MetaCustomer:
        """The person; NotFound when the account never met them."""
        person = account.customers.get(user_id) or account.reach(user_id)
        if person is None:
            raise NotFound(f"Account {account.account_id!r} does not know user {user_id!r}.")
        return person

    def update(self, account: MetaAccount, user_id: str, changes: dict[str, Any]) -> MetaCustomer:
        """Changes a person's profile, number or ids, or whether they block the account; made when unknown."""
        person = self.meet(account, user_id)
        for name, value in changes.items():
            if name in ("phone", "scoped_id") and value != getattr(person, name):
                account.forget_address(getattr(person, name))
            setattr(person, name, value)
        account.know(person)
        self._journal.write("meta_customer", account_id=account.account_id, **vars_of(person))
        return person

    def records(self) -> Iterator[Record]:
        """What restore() needs to come back to this state."""
        for account in self._accounts.values():
            yield {"record": "meta_account", "settings": account.settings.model_dump(mode="json")}
            for person in account.customers.values():
                yield {"record": "meta_customer", "account_id": account.account_id, **vars_of(person)}

    def restore(self, kind: str, record: Record) -> None:
        """Applies one record of a journal."""
        if kind == "meta_account":
            self.register(MetaSettings.model_validate(record["settings"]))
            return
        account = self._accounts.get(record.pop("account_id"))
        if account is None:
            return
        if kind == "meta_removed":
            self.remove(account.account_id)
        else:
            account.know(MetaCustomer(**record))
