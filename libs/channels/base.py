"""The contract every channel keeps. docs/guides/add-a-channel.md walks through it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from frontdesk.channels.v1.inbound_pb2 import InboundEvent
from libs.channels.accounts import Account, AccountInfo, AccountNeeds, Credentials, Quota, WebhookState
from libs.channels.contacts import Address, Profile
from libs.channels.contents import ContentLater, ContentRef, ContentRequest
from libs.channels.events import Headers, Parked, RawEvent
from libs.channels.limits import Limits
from libs.channels.outcomes import Outcome
from libs.channels.sending import OutgoingTemplate, Send
from libs.channels.templates import Template, TemplatePage, TemplateView
from libs.channels.wire import Answer, HttpRequest, NoAnswer, OutgoingCall


class Channel(Protocol):
    """Everything that differs between channels. Implementations are stateless and do no I/O."""

    name: str
    needs: AccountNeeds
    limits: Limits
    # Whether one address, /webhooks/<name>, serves all accounts of one app.
    shared_address: bool

    def verify(self, credentials: Credentials, headers: Headers, body: bytes) -> bool:
        """Whether the platform signed exactly these bytes, in constant time; False for anything odd."""

    def split(self, body: bytes) -> list[RawEvent]:
        """The events of a body, in its order; [] for a mere check of the address. Raises MalformedBody only."""

    def restore(self, raw: bytes) -> RawEvent:
        """The event whose RawEvent.raw was kept. Raises MalformedBody when the bytes were cut."""

    def normalise(self, event: RawEvent, account: Account, received_at: datetime) -> InboundEvent | Parked:
        """What the event means. Never raises: what is not understood is parked."""

    def build_send(self, send: Send, account: Account, credentials: Credentials) -> OutgoingCall:
        """The call that sends. Raises CannotSend for what the platform would refuse for sure."""

    def classify(self, result: Answer | NoAnswer) -> Outcome:
        """What became of a call made with build_send."""

    def build_profile(
        self, contact: Address, account: Account, credentials: Credentials, member_id: str = ""
    ) -> HttpRequest | None:
        """The call for a contact's profile, or for one member of a group; None where the platform has no such call."""

    def read_profile(self, result: Answer | NoAnswer) -> Profile | Outcome:
        """The answer to build_profile, or why there is none."""

    def build_check(self, account: Account, credentials: Credentials) -> HttpRequest | None:
        """A harmless call that succeeds only with valid credentials; None where there is nobody to ask."""

    def read_check(self, result: Answer | NoAnswer) -> AccountInfo | Outcome:
        """The answer to build_check, or why there is none."""

    def answer_challenge(self, query: Mapping[str, str], verify_token: str) -> str | None:
        """What to answer to a GET that proves the webhook's address; None refuses it."""

    def build_content(self, content: ContentRef, account: Account, credentials: Credentials) -> ContentRequest | None:
        """The first call on the way to an attachment's bytes; None where there are none to fetch."""

    def read_content_place(
        self, result: Answer | NoAnswer, content: ContentRef, credentials: Credentials
    ) -> ContentRequest | ContentLater | Outcome:
        """The next call, after one that was not final."""

    def build_read_mark(
        self, contact: Address, provider_message_id: str, token: str, account: Account, credentials: Credentials
    ) -> HttpRequest | None:
        """Tells the platform that everything up to a message was read; None where that cannot be told."""

    def build_typing(
        self, contact: Address, provider_message_id: str, account: Account, credentials: Credentials
    ) -> HttpRequest | None:
        """Shows the customer that somebody is writing; `provider_message_id` is the last one received."""

    def build_templates(self, after: str, account: Account, credentials: Credentials) -> HttpRequest | None:
        """One page of the account's templates; None where the channel has none."""

    def read_templates(self, result: Answer | NoAnswer) -> TemplatePage | Outcome:
        """The answer to build_templates, or why there is none."""

    def view_template(self, template: Template) -> TemplateView:
        """Its texts and variables. Never raises: what is not understood is an obstacle."""

    def fill_template(self, template: Template, values: Mapping[str, Sequence[str]]) -> OutgoingTemplate:
        """The template ready for build_send: values by component, as many and in the order as view_template lists
        variables. Raises CannotSend ("template_refused") for too few, too many or unfit values, its message for people.
        Whether the platform approved the template is the caller's to ask: Template.status."""

    def build_subscribe(
        self, webhook_url: str, subscribe: bool, account: Account, credentials: Credentials
    ) -> Sequence[HttpRequest]:
        """The calls that make the platform send the account's events here, or no more."""

    def shares_subscription(self, credentials: Credentials, channel: str, others: Credentials) -> bool:
        """Whether another account, of this channel and with the other credentials, may fall silent when the platform is
        told to send the events of the one with the first no more."""

    def build_webhook(self, webhook_url: str, test: bool, credentials: Credentials) -> Sequence[HttpRequest]:
        """The calls that set the webhook's address ("" leaves it), ask how it stands and test it; () where the
        platform has none. Each has an operation of its own."""

    def read_webhook(self, results: Mapping[str, Answer | NoAnswer]) -> WebhookState | Outcome:
        """The answers to build_webhook, by operation."""

    def build_quota(self, credentials: Credentials) -> Sequence[HttpRequest]:
        """The calls that ask for the month's quota; () where there is none."""

    def read_quota(self, results: Mapping[str, Answer | NoAnswer]) -> Quota | Outcome:
        """The answers to build_quota, by operation."""
