"""The dialog in which a person allows this desk to use their pages or numbers: its address."""

from dataclasses import dataclass
from urllib.parse import urlencode

from services.tenants.domain.errors import NoAppError

# What each channel needs to receive and to answer.
_SCOPES = {
    "facebook": ("pages_show_list", "pages_messaging", "pages_manage_metadata", "pages_read_engagement"),
    "instagram": (
        "pages_show_list",
        "pages_manage_metadata",
        "instagram_basic",
        "instagram_manage_messages",
        "business_management",
    ),
    "whatsapp": ("whatsapp_business_management", "whatsapp_business_messaging", "business_management"),
}


@dataclass(frozen=True, slots=True)
class Dialog:
    """This desk's app of Meta. signup: its configuration of WhatsApp's Embedded Signup; "" has the plain dialog."""

    address: str
    version: str
    app_id: str
    signup: str
    redirect_uri: str

    def url(self, channel: str, state: str) -> str:
        """Where to send the browser. NoAppError."""
        if not self.app_id or channel not in _SCOPES:
            raise NoAppError
        query = {
            "client_id": self.app_id,
            "redirect_uri": self.redirect_uri,
            "state": state,
            "response_type": "code",
            "scope": ",".join(_SCOPES[channel]),
        }
        if channel == "whatsapp" and self.signup:
            query |= {"config_id": self.signup, "override_default_response_type": "true"}
        return f"{self.address}/{self.version}/dialog/oauth?{urlencode(query)}"


def has_dialog(channel: str) -> bool:
    """Whether accounts of a channel can be connected so."""
    return channel in _SCOPES
