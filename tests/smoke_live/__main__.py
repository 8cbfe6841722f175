"""`make smoke-live`: the real platforms, asked with the adapters and the client that delivery uses.

For a channel it needs FRONTDESK_LIVE_<CHANNEL>_<CREDENTIAL>, e.g. FRONTDESK_LIVE_LINE_ACCESS_TOKEN, and for Meta's
FRONTDESK_LIVE_<CHANNEL>_PROVIDER_ID (page, Instagram account, phone number id). It asks who the account is; with
FRONTDESK_LIVE_<CHANNEL>_RECIPIENT (a user who agreed, and who wrote within a day where there is a window) it also sends
one text, twice where the platform knows a call again by its key, and it must arrive once.
"""

import asyncio
import os
import sys
from collections.abc import Mapping
from uuid import uuid4

from libs.app.settings import load
from libs.channels.accounts import Account, Credentials
from libs.channels.base import Channel
from libs.channels.contacts import Address
from libs.channels.outcomes import Outcome, Verdict
from libs.channels.registry import CHANNELS
from libs.channels.sending import OutgoingText, Send
from libs.channels.wire import HttpRequest
from services.delivery.service.platforms import Platforms
from services.delivery.settings import Settings

_PREFIX = "FRONTDESK_LIVE"
# What a recipient is called where it is not <channel>_user.
_ALIASES = {"whatsapp": "whatsapp_phone"}


async def smoke(channel: Channel, environment: Mapping[str, str]) -> str:
    """What came of one channel: "ok ...", "failed ..." or "not run ..."."""
    given = f"{_PREFIX}_{channel.name.upper()}"
    credentials = {name: environment.get(f"{given}_{name.upper()}", "") for name in channel.needs.required}
    # Only calls are made, so what merely verifies webhooks need not be given.
    if not any(credentials.values()):
        wanted = ", ".join(f"{given}_{name.upper()}" for name in sorted(credentials))
        return f"not run: set {wanted}"
    credentials |= {name: environment.get(f"{given}_{name.upper()}", "") for name in channel.needs.optional}
    platforms = Platforms(_hosts(load(Settings, environment)), 10.0, 2)
    account = Account("", f"live-{channel.name}", environment.get(f"{given}_PROVIDER_ID", ""))
    try:
        return await _ask(channel, platforms, account, credentials, environment.get(f"{given}_RECIPIENT", ""))
    finally:
        await platforms.close()


def _hosts(settings: Settings) -> dict[str, str]:
    return {
        "line_api": settings.line_api_url,
        "line_data": settings.line_data_url,
        "graph": f"{settings.graph_url.rstrip('/')}/{settings.graph_version}",
        "instagram": f"{settings.instagram_url.rstrip('/')}/{settings.graph_version}",
    }


async def _ask(
    channel: Channel, platforms: Platforms, account: Account, credentials: Credentials, recipient: str
) -> str:
    question = channel.build_check(account, credentials)
    if question is None:
        return "not run: there is no platform to ask"
    found = channel.read_check(await platforms.call(question))
    if isinstance(found, Outcome):
        return f"failed: {found.code} {found.detail}"
    if not recipient:
        return f"ok: the account is {found.display_name!r}; nothing sent without a recipient"
    to = Address(_ALIASES.get(channel.name, f"{channel.name}_user"), recipient)
    send = Send(to, [OutgoingText("Frontdesk smoke test")], uuid4())
    for _ in range(2 if channel.limits.attempt_key_seconds else 1):
        request = channel.build_send(send, account, credentials)
        if not isinstance(request, HttpRequest):
            return "not run: this channel sends without a platform"
        outcome = channel.classify(await platforms.call(request))
        if outcome.verdict is not Verdict.ACCEPTED:
            return f"failed: sending gave {outcome.verdict} {outcome.code} {outcome.detail}"
    return f"ok: the account is {found.display_name!r}; sent one text"


async def main(environment: Mapping[str, str]) -> int:
    """Exit code 1 when a channel that was run failed."""
    results = {name: await smoke(channel, environment) for name, channel in sorted(CHANNELS.items())}
    for name, result in results.items():
        print(f"{name}: {result}")
    return 1 if any(result.startswith("failed") for result in results.values()) else 0


if __name__ == "__main__":
    sys.exit(asyncio.run(main(os.environ)))
