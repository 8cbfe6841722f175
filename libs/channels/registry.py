"""The channels there are. A new one is added here, in its own folder, and in the chart's values."""

from libs.channels.base import Channel
from libs.channels.facebook.channel import FacebookChannel
from libs.channels.instagram.channel import InstagramChannel
from libs.channels.line.channel import LineChannel
from libs.channels.order.channel import OrderChannel
from libs.channels.web.channel import WebChannel
from libs.channels.whatsapp.channel import WhatsAppChannel

CHANNELS: dict[str, Channel] = {
    channel.name: channel
    for channel in (
        WebChannel(),
        OrderChannel(),
        LineChannel(),
        FacebookChannel(),
        InstagramChannel(),
        WhatsAppChannel(),
    )
}


class UnknownChannel(KeyError):
    """No channel has this name."""

    def __init__(self, name: str) -> None:
        super().__init__(f"no channel is called {name!r}; there are: {', '.join(sorted(CHANNELS))}")


def channel_named(name: str) -> Channel:
    """The channel of this name ("line"); raises UnknownChannel."""
    try:
        return CHANNELS[name]
    except KeyError as error:
        raise UnknownChannel(name) from error
