"""Configuration of the conversations service."""

from libs.app.settings import CommonSettings


class Settings(CommonSettings):
    """FRONTDESK_CONVERSATIONS_* variables."""

    # Most platform events stored in one transaction.
    conversations_inbound_batch: int = 200
