"""Whose events a verified call holds: one address may serve many accounts of many tenants."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from libs.accounts.directory import KnownAccount
from libs.accounts.recipients import RecipientDirectory
from libs.channels.base import Channel
from libs.channels.events import RawEvent
from services.ingestion.service.apps import has_own_app


@dataclass(slots=True)
class Shares:
    """A call's events by whose they are, each account's in the order of the body."""

    owned: dict[str, tuple[KnownAccount, list[RawEvent]]] = field(default_factory=dict)
    # For accounts that nobody has connected.
    nobodys: list[RawEvent] = field(default_factory=list)
    # For accounts that the app which signed the call may not speak for: the account whose app it is, and the events.
    speaker: KnownAccount | None = None
    foreign: list[RawEvent] = field(default_factory=list)

    def give(self, account: KnownAccount, event: RawEvent) -> None:
        """One more event of this account."""
        self.owned.setdefault(account.account_id, (account, []))[1].append(event)


async def share(
    channel: Channel, account: KnownAccount | None, events: Sequence[RawEvent], recipients: RecipientDirectory
) -> Shares:
    """Whose each event is. account: the one that the address names, if it names one. AccountsAwayError."""
    shares = Shares(speaker=account)
    if account is not None and (has_own_app(account) or not channel.shared_address):
        for event in events:
            if event.recipient in ("", account.provider_id) or not channel.shared_address:
                shares.give(account, event)
            else:
                shares.foreign.append(event)
        return shares
    found = await recipients.find(channel.name, (event.recipient for event in events if event.recipient))
    for event in events:
        owner = found.get(event.recipient) if event.recipient else account
        if owner is None:
            shares.nobodys.append(event)
        else:
            shares.give(owner, event)
    return shares
