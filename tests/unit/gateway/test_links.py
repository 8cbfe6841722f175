"""No address that a customer or a platform tells is anything but one of the web."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from frontdesk.conversations.v1 import conversations_pb2 as pb
from services.gateway.domain.present.conversations import conversation, history
from services.gateway.domain.present.links import web_link
from services.gateway.domain.present.messages import message

_SCHEMES = st.sampled_from(
    [
        "http://",
        "HTTPS://",
        "javascript:",
        " javascript:",
        "java\nscript:",
        "data:text/html,",
        "//",
        "file:///",
        "tel:",
        "",
    ]
)
_ADDRESSES = st.builds("{}{}".format, _SCHEMES, st.text(max_size=20)) | st.text(max_size=20)
_NAMES = st.sampled_from(["url", "page_url", "picture_url", "video_url", "story", "ad", "items", "title"])
_DETAILS = st.dictionaries(
    _NAMES,
    st.recursive(
        _ADDRESSES | st.none() | st.integers(),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_NAMES, inner, max_size=3),
        max_leaves=12,
    ),
    max_size=5,
)


class _Links:
    """What the desk signs itself."""

    def browser_path(self, storage_key: str, file_name: str = "") -> str:
        return f"/media/{storage_key}"


def _told(value: Any, name: str = "") -> Iterator[Any]:
    """Everything in JSON that stands where an address is expected."""
    if name == "url" or name.endswith("_url"):
        yield value
    elif isinstance(value, dict):
        for key, one in value.items():
            yield from _told(one, key)
    elif isinstance(value, list):
        for one in value:
            yield from _told(one)


def _check(shown: BaseModel) -> None:
    for address in _told(json.loads(shown.model_dump_json())):
        assert address is None or address.lower().startswith(("http://", "https://", "/media/")), address


@given(_DETAILS, _ADDRESSES, _ADDRESSES)
def test_whatever_a_message_holds_its_addresses_are_of_the_web(details: Any, kept: str, hidden: str) -> None:
    files = [pb.MessageAttachment(url=kept, state="not_kept"), pb.MessageAttachment(url=hidden, storage_key="k")]
    row = pb.Message(direction=pb.DIRECTION_INBOUND, details_json=json.dumps(details), attachments=files)
    _check(message(row, _Links()))


@given(_ADDRESSES, _ADDRESSES, _ADDRESSES)
def test_whatever_is_told_of_customers_and_ads_their_addresses_are_of_the_web(
    portrait: str, ad: str, picture: str
) -> None:
    row = pb.Conversation(
        status=pb.STATUS_OPEN,
        handler=pb.HANDLER_PERSON,
        customer=pb.Customer(picture_url=portrait),
        ad=pb.AdSource(url=ad, picture_url=picture),
    )
    _check(conversation(row))
    entries = [pb.HistoryEntry(kind="came_from_link", fields={"url": ad, "ref": "r"})]
    _check(history(pb.ListHistoryResponse(entries=entries)))


@pytest.mark.parametrize(
    "address", ["https://shop.example/a?b#c", "HTTP://shop.example", "https://[::1]:8080/", "http://例え.jp/あ"]
)
def test_addresses_of_the_web_pass_as_they_are(address: str) -> None:
    assert web_link(address) == address
    row = pb.Message(
        direction=pb.DIRECTION_INBOUND,
        details_json=json.dumps({"ad": {"url": address}, "order": {"items": [{"url": address, "title": "x"}]}}),
    )
    assert message(row, _Links()).details == {
        "ad": {"url": address},
        "order": {"items": [{"url": address, "title": "x"}]},
    }
