"""The contract of libs/channels/base.py, as far as Messenger and Instagram keep it the same way."""

from collections.abc import Mapping
from datetime import datetime

from frontdesk.channels.v1.inbound_pb2 import InboundEvent
from libs.channels.accounts import Account, AccountInfo, Credentials
from libs.channels.contacts import Address, Profile
from libs.channels.contents import ContentRef, ContentRequest
from libs.channels.defaults import ChannelDefaults
from libs.channels.events import Headers, Parked, RawEvent
from libs.channels.meta import handshake, requests, signature
from libs.channels.meta.messaging import answers, envelopes, inbound, lookups
from libs.channels.meta.messaging.outbound import Outlet, build_action, build_send
from libs.channels.outcomes import Outcome
from libs.channels.sending import Send
from libs.channels.wire import Answer, HttpRequest, NoAnswer


class MessagingChannel(ChannelDefaults):
    """One of the two; `name` and `outlet` tell which."""

    name: str
    outlet: Outlet
    profile_fields: str
    shared_address = True

    def verify(self, credentials: Credentials, headers: Headers, body: bytes) -> bool:
        """With the app's secret."""
        return signature.verify(credentials, headers, body)

    def answer_challenge(self, query: Mapping[str, str], verify_token: str) -> str | None:
        """hub.challenge, for who knows the token."""
        return handshake.answer_challenge(query, verify_token)

    def split(self, body: bytes) -> list[RawEvent]:
        """The events of all entries."""
        return envelopes.split(body)

    def restore(self, raw: bytes) -> RawEvent:
        """An entry with one event."""
        return envelopes.restore(raw)

    def normalise(self, event: RawEvent, account: Account, received_at: datetime) -> InboundEvent | Parked:
        """What the event means."""
        return inbound.normalise(event, account, received_at, inbound.Dialect(self.name, self.outlet.alias))

    def build_send(self, send: Send, account: Account, credentials: Credentials) -> HttpRequest:
        """One message a call."""
        return build_send(send, self.outlet, account, credentials)

    def classify(self, result: Answer | NoAnswer) -> Outcome:
        """By Meta's error codes."""
        return answers.classify(result)

    def build_profile(
        self, contact: Address, account: Account, credentials: Credentials, member_id: str = ""
    ) -> HttpRequest | None:
        """Name and picture; there are no groups."""
        if contact.kind != self.outlet.alias or not contact.value or member_id:
            return None
        host = self.outlet.seat(account, credentials).host
        return requests.get(host, requests.node(contact.value), "profile", credentials, fields=self.profile_fields)

    def read_profile(self, result: Answer | NoAnswer) -> Profile | Outcome:
        """Name and picture."""
        return lookups.read_profile(result)

    def read_check(self, result: Answer | NoAnswer) -> AccountInfo | Outcome:
        """Whose token it is."""
        return lookups.read_check(result)

    def build_content(self, content: ContentRef, account: Account, credentials: Credentials) -> ContentRequest | None:
        """From the address that the event told; the token stays here."""
        return lookups.build_content(content)

    def build_read_mark(
        self, contact: Address, provider_message_id: str, token: str, account: Account, credentials: Credentials
    ) -> HttpRequest | None:
        """Everything so far was seen."""
        return build_action("mark_seen", contact, self.outlet, account, credentials)

    def build_typing(
        self, contact: Address, provider_message_id: str, account: Account, credentials: Credentials
    ) -> HttpRequest | None:
        """Dots, for twenty seconds or until the answer comes."""
        return build_action("typing_on", contact, self.outlet, account, credentials)
