"""The registered accounts, and the people and groups they know."""

from collections.abc import Iterable, Iterator
from typing import Any

from services.simulator.domain.accounts import AccountSettings, Customer, Group, LineAccount
from services.simulator.domain.personas import passer_by, personas
from services.simulator.service.entries import vars_of
from services.simulator.service.errors import Conflict, NotFound, UnknownAccount
from services.simulator.service.journal import Journal, Record


class AccountBook:
    """Accounts by id and by access token."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._accounts: dict[str, LineAccount] = {}
        self._tokens: dict[str, LineAccount] = {}

    def register(self, settings: AccountSettings) -> LineAccount:
        """Adds an account with its personas, or changes one; its friends and messages stay."""
        holder = self.by_token(settings.access_token)
        if holder is not None and holder.account_id != settings.account_id:
            raise Conflict(f"Account {holder.account_id!r} has this access token. Every account needs its own.")
        account = self._accounts.get(settings.account_id)
        if account is None:
            account = self._accounts[settings.account_id] = LineAccount(settings)
            for person in personas(settings.account_id):
                account.customers[person.user_id] = person
        else:
            self._tokens.pop(account.settings.access_token, None)
            account.configure(settings)
        self._tokens[settings.access_token] = account
        self._journal.write("account", settings=settings.model_dump(mode="json"))
        return account

    def change(self, account_id: str, changes: dict[str, Any]) -> LineAccount:
        """Changes some settings of an account."""
        settings = self.get(account_id).settings.model_dump() | changes
        return self.register(AccountSettings.model_validate(settings))

    def find(self, account_id: str) -> LineAccount | None:
        """The account, if there is one."""
        return self._accounts.get(account_id)

    def get(self, account_id: str) -> LineAccount:
        """The account; UnknownAccount when there is none."""
        if (account := self.find(account_id)) is None:
            raise UnknownAccount(account_id)
        return account

    def remove(self, account_id: str) -> None:
        """Forgets an account."""
        self._tokens.pop(self.get(account_id).settings.access_token, None)
        del self._accounts[account_id]
        self._journal.write("removed", account_id=account_id)

    def by_token(self, token: str) -> LineAccount | None:
        """Whose access token this is."""
        return self._tokens.get(token)

    def all(self) -> list[LineAccount]:
        """In the order they were registered."""
        return list(self._accounts.values())

    def meet(self, account: LineAccount, user_id: str) -> Customer:
        """The person with this id; somebody new becomes known by writing."""
        if (known := account.customers.get(user_id)) is not None:
            return known
        if len(account.customers) >= account.MAX_CUSTOMERS:
            raise Conflict(f"Account {account.account_id!r} knows {account.MAX_CUSTOMERS} customers; no more fit.")
        person = account.customers[user_id] = passer_by(user_id)
        return person

    def join(self, account: LineAccount, chat_id: str, members: Iterable[str], name: str | None = None) -> Group:
        """The group with this id, with these people among its members."""
        group = account.groups.get(chat_id)
        if group is None:
            group = account.groups[chat_id] = Group(chat_id, f"Group {chat_id[1:5]}")
        group.name = name or group.name
        group.members += [member for member in members if member not in group.members]
        self._journal.write("group", account_id=account.account_id, **vars_of(group))
        return group

    def leave(self, account: LineAccount, chat_id: str) -> None:
        """The account is no longer in the group."""
        account.groups.pop(chat_id, None)
        self._journal.write("left", account_id=account.account_id, chat_id=chat_id)

    def update(self, account: LineAccount, user_id: str, changes: dict[str, Any]) -> Customer:
        """Changes a person's profile, or whether they block the account; makes the person when unknown."""
        person = self.meet(account, user_id)
        for name, value in changes.items():
            setattr(person, name, value)
        self._journal.write("customer", account_id=account.account_id, **vars_of(person))
        return person

    def customer(self, account: LineAccount, user_id: str) -> Customer:
        """The person with this id; NotFound when the account never met them."""
        if (person := account.customers.get(user_id)) is None:
            raise NotFound(f"Account {account.account_id!r} does not know user {user_id!r}.")
        return person

    def records(self) -> Iterator[Record]:
        """What restore() needs to come back to this state."""
        for account in self._accounts.values():
            yield {"record": "account", "settings": account.settings.model_dump(mode="json")}
            for person in account.customers.values():
                yield {"record": "customer", "account_id": account.account_id, **vars_of(person)}
            for group in account.groups.values():
                yield {"record": "group", "account_id": account.account_id, **vars_of(group)}

    def restore(self, kind: str, record: Record) -> None:
        """Applies one record of a journal."""
        if kind == "account":
            self.register(AccountSettings.model_validate(record["settings"]))
            return
        account = self._accounts.get(record.pop("account_id"))
        if account is None:
            return
        match kind:
            case "removed":
                self.remove(account.account_id)
            case "customer":
                account.customers[record["user_id"]] = Customer(**record)
            case "group":
                account.groups[record["chat_id"]] = Group(**record)
            case "left":
                self.leave(account, record["chat_id"])
