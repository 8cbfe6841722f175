"""What a channel does that lacks a feature."""

from collections.abc import Mapping, Sequence

from libs.channels.accounts import Account, AccountInfo, Credentials, Quota, WebhookState
from libs.channels.contacts import Address, Profile
from libs.channels.contents import ContentLater, ContentRef, ContentRequest
from libs.channels.outcomes import Outcome, Verdict
from libs.channels.sending import CannotSend, OutgoingTemplate
from libs.channels.templates import Template, TemplatePage, TemplateView
from libs.channels.wire import Answer, HttpRequest, NoAnswer


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

    def shares_subscription(self, credentials: Credentials, channel: str, others: Credentials) -> bool:
        """Each account has its own."""
        return False

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
