"""The contract every channel keeps. docs/guides/add-a-channel.md walks through it."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from frontdesk.channels.v1.inbound_pb2 import InboundEvent
from libs.channels.outcomes import Outcome, Verdict
from libs.channels.wire import Answer, HttpRequest, NoAnswer, OutgoingCall

# Decrypted, of one account; their names are the channel's own ("channel_secret", "access_token").
Credentials = Mapping[str, str]
# Either ASGI's raw pairs or any mapping; names in whatever case they came.
Headers = Iterable[tuple[bytes, bytes]] | Mapping[str, str]


class MalformedBody(ValueError):
    """A webhook body that cannot be split into events; `reason` is a stable code, kept with the refused bytes."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}" if detail else reason)
        self.reason = reason
        self.detail = detail


class CannotSend(ValueError):
    """A message that the platform would refuse for sure; `code` is a key of outcomes.FAILURES."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


@dataclass(frozen=True, slots=True)
class Account:
    """The channel account an event belongs to; `provider_id` is the platform's own (bot, page, phone number id)."""

    tenant_id: str
    account_id: str
    provider_id: str = ""


@dataclass(frozen=True, slots=True)
class RawEvent:
    """One event of a webhook body.

    `raw` is its exact text and enough for Channel.restore. `recipient` is the platform's id of the account it is for,
    "" where the webhook's address names the account. `problem` says why `payload` is None though `raw` is not empty.
    """

    payload: Any
    raw: bytes
    recipient: str = ""
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Parked:
    """An event that is kept but not understood. `reason` is a stable code, `detail` says what is wrong with it."""

    reason: str
    raw: bytes
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Address:
    """Where to send: an alias of the contact, kinds as in inbound.proto ("line_user", "line_group", ...)."""

    kind: str
    value: str


@dataclass(frozen=True, slots=True)
class OutgoingText:
    """A text to send; `quote_token` (LINE) or `quoted_id` (others) makes it an answer to one message."""

    text: str
    quote_token: str = ""
    quoted_id: str = ""


@dataclass(frozen=True, slots=True)
class OutgoingMedia:
    """A picture, video, recording or file, already in a form of Limits.media. The platform fetches `url` and, where
    it wants one, the picture at `preview_url`."""

    kind: str
    url: str
    content_type: str
    file_name: str = ""
    size_bytes: int = 0
    duration_ms: int = 0
    preview_url: str = ""
    caption: str = ""
    voice: bool = False
    quote_token: str = ""
    quoted_id: str = ""


@dataclass(frozen=True, slots=True)
class OutgoingTemplate:
    """A message the platform approved beforehand. `components` are in the platform's form, variables filled in;
    `text` is what the customer will read."""

    name: str
    language: str
    components: Sequence[Mapping[str, Any]]
    text: str = ""
    quoted_id: str = ""


Part = OutgoingText | OutgoingMedia | OutgoingTemplate


@dataclass(frozen=True, slots=True)
class Send:
    """One call that sends 1 to Limits.parts_per_call parts.

    `attempt_key` is unique to a keyed attempt and repeated with it: LINE's retry key. `reference` names the attempt to
    platforms that give it back in receipts or echoes (references.py). `reply_token`, where there is one, makes the call
    a free reply. `human_agent` sends after the first window, where the platform allows a person to.
    """

    recipient: Address
    parts: Sequence[Part]
    attempt_key: UUID
    reply_token: str = ""
    reference: str = ""
    human_agent: bool = False
    # Of mails: the thread's.
    subject: str = ""
    # When the call is made, in seconds since 1970: part of signatures.
    made_at: int = 0


@dataclass(frozen=True, slots=True)
class AccountNeeds:
    """What connecting an account takes: names of credentials, and whether the platform has an id of its own for it.
    shortest: of secrets that the shop makes up, how many characters they must have."""

    required: frozenset[str]
    optional: frozenset[str] = frozenset()
    provider_id: bool = True
    shortest: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class MediaRule:
    """What a channel takes of one kind. `content_types`: the first is what others are converted to. `preview_bytes`:
    the most a preview picture may have, 0 where none is sent along. `caption`: whether a text can go with it."""

    content_types: tuple[str, ...]
    max_bytes: int
    preview_bytes: int = 0
    caption: bool = False


@dataclass(frozen=True, slots=True)
class ReplyWindow:
    """How long after the customer's last message an answer is allowed. `human_agent_hours`: as long for accounts
    that the platform approved for it, 0 where there is no such thing. `templates`: what can be sent later still."""

    hours: int
    human_agent_hours: int = 0
    templates: bool = False


@dataclass(frozen=True, slots=True)
class Limits:
    """What one call may hold. `measure` counts a text in the units of `text_units`."""

    text_units: int
    measure: Callable[[str], int]
    parts_per_call: int
    body_bytes: int
    calls_per_second: int
    # How long a reply token lives after its event; 0 where the channel has none.
    reply_token_seconds: int
    # How long the platform knows an attempt_key again; 0 where it never does.
    attempt_key_seconds: int = 0
    # Kind ("image", "video", "audio", "file") → rule; a kind that is missing cannot be sent (rules 52-55).
    media: Mapping[str, MediaRule] = field(default_factory=dict)
    # None: answers are always allowed.
    window: ReplyWindow | None = None
    # Seconds between two messages to one contact that the platform asks for.
    contact_seconds: float = 0.0
    # An attempt whose answer was lost is confirmed by what the platform tells later, under Send.reference.
    confirms_later: bool = False


@dataclass(frozen=True, slots=True)
class Profile:
    """What the platform tells of a contact; "" where it does not. `language` is a BCP 47 tag."""

    display_name: str
    picture_url: str = ""
    language: str = ""


@dataclass(frozen=True, slots=True)
class AccountInfo:
    """What the platform calls the account itself."""

    provider_id: str
    display_name: str
    picture_url: str = ""


@dataclass(frozen=True, slots=True)
class ContentRef:
    """One attachment of a received message, as its event told."""

    kind: str
    provider_content_id: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class ContentRequest:
    """A call on the way to an attachment's bytes. `final`: its answer holds them; else read_content_place reads it."""

    request: HttpRequest
    final: bool = True


@dataclass(frozen=True, slots=True)
class ContentLater:
    """The platform is still preparing the bytes: ask again after so many seconds."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Template:
    """A template the platform knows. `status`: "approved", "pending", "rejected", "paused", "disabled". `components`
    in the platform's form."""

    name: str
    language: str
    status: str
    category: str
    components: Sequence[Mapping[str, Any]]
    provider_id: str = ""


@dataclass(frozen=True, slots=True)
class TemplatePage:
    """Templates and where the next page begins, "" after the last."""

    templates: Sequence[Template]
    after: str = ""


@dataclass(frozen=True, slots=True)
class TemplateButton:
    """A button under a template; `kind` as the platform calls it ("QUICK_REPLY", "URL")."""

    kind: str
    text: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class TemplateVariable:
    """A gap in a template. `component`: "header", "body" or "buttons"; `index`: its place among that component's
    values, from 0. `kind`: "text", or what the address given as value holds: "image", "video", "document"."""

    component: str
    index: int
    name: str
    example: str = ""
    kind: str = "text"


@dataclass(frozen=True, slots=True)
class TemplateView:
    """A template as people see it; texts hold their variables as {{1}} or {{name}}, "" without the part. `header` is
    the platform's name of a header that is no text ("IMAGE"). `obstacle` says why it cannot be sent from here."""

    header: str
    body: str
    footer: str
    buttons: Sequence[TemplateButton]
    variables: Sequence[TemplateVariable]
    obstacle: str = ""


@dataclass(frozen=True, slots=True)
class WebhookState:
    """The platform's side of a webhook: where it sends events ("" where it does not tell), whether it sends any, and
    how its own test went (None: there was none), in its words."""

    url: str
    active: bool
    reached: bool | None = None
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Quota:
    """Messages of this month. `limit` None: as many as one likes."""

    limit: int | None
    used: int


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

    def build_webhook(self, webhook_url: str, test: bool, credentials: Credentials) -> Sequence[HttpRequest]:
        """The calls that set the webhook's address ("" leaves it), ask how it stands and test it; () where the
        platform has none. Each has an operation of its own."""

    def read_webhook(self, results: Mapping[str, Answer | NoAnswer]) -> WebhookState | Outcome:
        """The answers to build_webhook, by operation."""

    def build_quota(self, credentials: Credentials) -> Sequence[HttpRequest]:
        """The calls that ask for the month's quota; () where there is none."""

    def read_quota(self, results: Mapping[str, Answer | NoAnswer]) -> Quota | Outcome:
        """The answers to build_quota, by operation."""


class ChannelDefaults:
    """What a channel does that lacks the feature."""

    # Whether one address, /webhooks/<name>, serves all accounts of one app.
    shared_address = False

    def answer_challenge(self, query: Mapping[str, str], verify_token: str) -> str | None:
        """No such check."""
        return None

    def build_profile(
        self, contact: Address, account: Account, credentials: Credentials, member_id: str = ""
    ) -> HttpRequest | None:
        """No profiles."""
        return None

    def read_profile(self, result: Answer | NoAnswer) -> Profile | Outcome:
        """No profiles."""
        return Profile("")

    def build_check(self, account: Account, credentials: Credentials) -> HttpRequest | None:
        """Nobody to ask."""
        return None

    def read_check(self, result: Answer | NoAnswer) -> AccountInfo | Outcome:
        """Nobody to ask."""
        return AccountInfo("", "")

    def build_content(self, content: ContentRef, account: Account, credentials: Credentials) -> ContentRequest | None:
        """Nothing to fetch."""
        return None

    def read_content_place(
        self, result: Answer | NoAnswer, content: ContentRef, credentials: Credentials
    ) -> ContentRequest | ContentLater | Outcome:
        """Every call is final."""
        return Outcome(Verdict.REJECTED, "rejected", "this channel has no second step")

    def build_read_mark(
        self, contact: Address, provider_message_id: str, token: str, account: Account, credentials: Credentials
    ) -> HttpRequest | None:
        """No read marks."""
        return None

    def build_typing(
        self, contact: Address, provider_message_id: str, account: Account, credentials: Credentials
    ) -> HttpRequest | None:
        """No typing."""
        return None

    def build_templates(self, after: str, account: Account, credentials: Credentials) -> HttpRequest | None:
        """No templates."""
        return None

    def read_templates(self, result: Answer | NoAnswer) -> TemplatePage | Outcome:
        """No templates."""
        return TemplatePage(())

    def view_template(self, template: Template) -> TemplateView:
        """No templates."""
        return TemplateView("", "", "", (), (), "this channel has no templates")

    def fill_template(self, template: Template, values: Mapping[str, Sequence[str]]) -> OutgoingTemplate:
        """No templates."""
        raise CannotSend("template_refused", "this channel has no templates")

    def build_subscribe(
        self, webhook_url: str, subscribe: bool, account: Account, credentials: Credentials
    ) -> Sequence[HttpRequest]:
        """Nothing to tell the platform."""
        return ()

    def build_webhook(self, webhook_url: str, test: bool, credentials: Credentials) -> Sequence[HttpRequest]:
        """Nothing to set."""
        return ()

    def read_webhook(self, results: Mapping[str, Answer | NoAnswer]) -> WebhookState | Outcome:
        """Nothing to set."""
        return WebhookState("", False)

    def build_quota(self, credentials: Credentials) -> Sequence[HttpRequest]:
        """No quota."""
        return ()

    def read_quota(self, results: Mapping[str, Answer | NoAnswer]) -> Quota | Outcome:
        """No quota."""
        return Quota(None, 0)
