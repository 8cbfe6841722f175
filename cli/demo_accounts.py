"""The demo's channel accounts, and how the simulator is told of those that it plays. Their secrets are public."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from libs.channels.registry import CHANNELS

LINE_ACCOUNT = "demo-line"
LINE_BOT_USER = "U" + "d3a0" * 8
LINE_CREDENTIALS = {"channel_secret": "demo-line-secret", "access_token": "demo-line-token"}
META_APP_SECRET = "demo-meta-secret"  # noqa: S105
META_VERIFY_TOKEN = "demo-verify"  # noqa: S105
ORDER_CREDENTIALS = {"webhook_secret": "demo-order-secret"}
_WHATSAPP_BUSINESS = "300000000000001"


@dataclass(frozen=True, slots=True)
class DemoAccount:
    """One account of the demo shop. played: what the simulator wants to know beside it; None where it plays no part.
    answers: the path at which the simulator takes answers, for a channel whose accounts say where these go."""

    id: str
    channel: str
    name: str
    credentials: Mapping[str, str]
    provider_id: str = ""
    played: Mapping[str, str] | None = field(default=None)
    answers: str = ""

    def all_credentials(self, simulator: str | None) -> Mapping[str, str]:
        """What the desk stores; simulator: its root as the desk reaches it."""
        answers = {"answer_url": f"{simulator}{self.answers}"} if simulator and self.answers else {}
        return {**self.credentials, **answers}

    def told(self, webhooks: str) -> dict[str, object]:
        """What the simulator is told; webhooks: root of the desk's addresses."""
        return {"account_id": self.id, "display_name": "Demo Shop", **(self.played or {}), **self._address(webhooks)}

    def _address(self, webhooks: str) -> dict[str, str]:
        # Those of a shared app are called at its one address.
        own = "" if CHANNELS[self.channel].shared_address else f"/{self.id}"
        return {"webhook_url": f"{webhooks}/webhooks/{self.channel}{own}"}


def _meta(channel: str, title: str, provider_id: str, **more: str) -> DemoAccount:
    token = {"access_token": f"demo-{channel}-token"}
    own = {"business_account_id": more["business_account_id"]} if "business_account_id" in more else {}
    played = {"provider_id": provider_id, "app_secret": META_APP_SECRET, "verify_token": META_VERIFY_TOKEN}
    return DemoAccount(
        f"demo-{channel}", channel, f"Demo Shop on {title}", {**token, **own}, provider_id, {**token, **played, **more}
    )


_ACCOUNTS = (
    DemoAccount(
        LINE_ACCOUNT,
        "line",
        "Demo Shop on LINE",
        LINE_CREDENTIALS,
        LINE_BOT_USER,
        {**LINE_CREDENTIALS, "bot_user_id": LINE_BOT_USER},
    ),
    _meta("facebook", "Messenger", "100000000000001"),
    _meta("instagram", "Instagram", "17841400000000001", page_id="100000000000001", username="demo.shop"),
    _meta(
        "whatsapp",
        "WhatsApp",
        "200000000000001",
        business_account_id=_WHATSAPP_BUSINESS,
        phone_number="+886 2 5550 0001",
        # The desk gives the token to Meta's own hosts alone, and the simulator is none.
        open_media="true",
    ),
    DemoAccount("demo-web", "web", "Demo Shop's site", {"widget_secret": "demo-widget-secret-that-signs-members"}),
    DemoAccount(
        "demo-order",
        "order",
        "Demo Shop's orders",
        ORDER_CREDENTIALS,
        played=ORDER_CREDENTIALS,
        answers="/shop/answers/demo-order",
    ),
)


def demo_accounts() -> Sequence[DemoAccount]:
    """Those of the channels there are."""
    return [account for account in _ACCOUNTS if account.channel in CHANNELS]
