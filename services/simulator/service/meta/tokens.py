"""Which account a token and the first part of a path name together."""

from services.simulator.domain.meta.accounts import MetaAccount
from services.simulator.domain.meta.errors import (
    token_expired,
    token_invalid,
    token_missing,
    token_revoked,
    unknown_object,
)
from services.simulator.domain.meta.ids import media_kind


def find(holders: list[MetaAccount], token: str, node: str, instagram: bool, recipient: str = "") -> MetaAccount:
    """The account that the call is about; GraphError when the token is bad or may not see it.

    holders: what the token gives access to. recipient: whom the call writes to, for a page's token serves the page and
    its Instagram account.
    """
    if not token:
        raise token_missing()
    if not holders:
        raise token_invalid()
    account = _writing(holders, node, recipient) or _named(holders, node, instagram)
    if account is None:
        raise unknown_object(node)
    state = account.settings.access
    if state != "valid":
        raise token_expired() if state == "expired" else token_revoked()
    return account


def _writing(holders: list[MetaAccount], node: str, recipient: str) -> MetaAccount | None:
    reached = [one for one in holders if one.channel != "whatsapp" and one.reach(recipient) is not None]
    return next((one for one in reached if node in ("me", one.provider_id, one.settings.page_id)), None)


def _named(holders: list[MetaAccount], node: str, instagram: bool) -> MetaAccount | None:
    """me is whoever the token was made for; people and media belong to the account that knows them."""
    if node == "me":
        wanted = "instagram" if instagram else "facebook"
        return next((one for one in holders if one.channel == wanted), holders[0])
    for one in holders:
        if node == one.provider_id or (one.channel == "whatsapp" and node == one.business_account_id):
            return one
    for one in holders:
        if one.reach(node) is not None or (one.channel == "whatsapp" and media_kind(node) is not None):
            return one
    # The owner's token sees what is wrong with it before it is told that there is no such thing.
    return next((one for one in holders if one.settings.access != "valid"), None)
