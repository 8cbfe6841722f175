"""The event edge: accounts that changed are asked for anew."""

from nats.aio.msg import Msg

from frontdesk.tenants.v1.events_pb2 import ChannelAccountChanged
from services.ingestion.service.accounts import AccountDirectory

ACCOUNT_SUBJECT = "events.*.tenants.channel_account_changed"


class AccountListener:
    """Heard live by every replica. One that missed it (the broker was away) is right again when its memory ages."""

    def __init__(self, directory: AccountDirectory) -> None:
        self._directory = directory

    async def handle(self, message: Msg) -> None:
        """Drops what is remembered of the account."""
        self._directory.forget(ChannelAccountChanged.FromString(message.data).account_id)
