"""Pictures that visitors sent: the desk took them itself and keeps them under the id that the event names."""

from libs.channels.accounts import Account, Credentials
from libs.channels.contents import ContentRef, ContentRequest
from libs.channels.wire import HttpRequest

HOST = "storage"


def build_content(content: ContentRef, account: Account, credentials: Credentials) -> ContentRequest | None:
    """Where the upload lies in the desk's own store; None for anything outside of the tenant's part of it."""
    if not content.provider_content_id.startswith(f"{account.tenant_id}/"):
        return None
    return ContentRequest(HttpRequest("GET", HOST, content.provider_content_id, "upload", {}))
