"""Accounts that nobody has connected yet: what the simulator's login dialog offers beside the demo's own."""

from cli.demo_accounts import META_APP_SECRET, META_VERIFY_TOKEN

_PAGE = "100000000000002"
_PAGE_TOKEN = "outlet-page-token"  # noqa: S105 - the simulator's
_OUTLET: dict[str, dict[str, object]] = {
    "facebook": {"provider_id": _PAGE, "access_token": _PAGE_TOKEN},
    "instagram": {
        "provider_id": "17841400000000002",
        "access_token": _PAGE_TOKEN,
        "page_id": _PAGE,
        "username": "demo.outlet",
    },
    "whatsapp": {
        "provider_id": "200000000000002",
        "access_token": "outlet-whatsapp-token",
        "business_account_id": "300000000000002",
        "phone_number": "+886 2 5550 0002",
        "open_media": True,
    },
}


def offered(webhooks: str) -> dict[str, dict[str, object]]:
    """Channel → what the simulator is told. They stay silent until an app subscribes; webhooks: root of the desk's
    addresses."""
    return {
        channel: {
            "account_id": f"outlet-{channel}",
            "display_name": "Demo Outlet",
            "app_secret": META_APP_SECRET,
            "verify_token": META_VERIFY_TOKEN,
            "webhook_url": f"{webhooks}/webhooks/{channel}",
            "webhook_active": False,
            **account,
        }
        for channel, account in _OUTLET.items()
    }
