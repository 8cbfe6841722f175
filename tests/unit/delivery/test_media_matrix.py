"""What can be sent where, rules 52 to 55: Limits.media of the channels is the only truth."""

import pytest

from libs.channels.refusals import MediaNotAllowedError, MediaTooLargeError
from libs.channels.registry import CHANNELS
from libs.media.types import ANY, media_type
from services.delivery.domain.media import announced, most_bytes, wanted

FIVE = ("line", "facebook", "instagram", "whatsapp", "web")
SAMPLES = {
    "image": "image/heic",
    "video": "video/quicktime",
    "audio": "audio/webm;codecs=opus",
    "file": "application/pdf",
}
TAKES = {"image": FIVE, "video": FIVE[:4], "audio": FIVE[:4], "file": ("facebook", "instagram", "whatsapp")}
_CELLS = [
    pytest.param(kind, channel, channel in TAKES[kind], id=f"{kind} on {channel}", marks=pytest.mark.rule(rule))
    for rule, kind in ((52, "image"), (53, "video"), (54, "audio"), (55, "file"))
    for channel in FIVE
]


@pytest.mark.parametrize(("kind", "channel", "takes"), _CELLS)
def test_the_matrix(kind: str, channel: str, takes: bool) -> None:
    limits = CHANNELS[channel].limits
    assert (kind in limits.media) == takes
    if takes:
        assert announced(limits, channel, SAMPLES[kind], 1000) == kind
        return
    with pytest.raises(MediaNotAllowedError, match="This channel takes no") as refused:
        announced(limits, channel, SAMPLES[kind], 1000)
    assert "Send" in refused.value.message
    assert refused.value.http_status == 422


@pytest.mark.parametrize("channel", FIVE)
def test_too_large_is_said_before_a_byte_comes(channel: str) -> None:
    limits = CHANNELS[channel].limits
    for kind, rule in limits.media.items():
        most = most_bytes(kind, rule)
        assert announced(limits, channel, SAMPLES[kind], most) == kind
        with pytest.raises(MediaTooLargeError) as refused:
            announced(limits, channel, SAMPLES[kind], most + 1)
        assert refused.value.fields["most_bytes"] == most


@pytest.mark.parametrize("channel", FIVE)
def test_the_first_form_of_every_rule_can_be_made(channel: str) -> None:
    """Or nothing could be converted for the channel."""
    for kind, rule in wanted(CHANNELS[channel].limits).items():
        makable = {"image": {"image/jpeg"}, "video": {"video/mp4"}, "audio": {"audio/mp4", "audio/mpeg", "audio/ogg"}}
        assert kind == "file" or makable[kind] & set(rule.content_types)
        for content_type in rule.content_types:
            assert content_type == ANY or media_type(content_type).content_type == content_type or kind == "file"
