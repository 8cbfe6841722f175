"""Page tokens, which may be anybody's writing."""

import base64
import contextlib
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from libs.db.pages import decode_token, encode_token, page_size
from libs.rpc.errors import InvalidArgumentError

_TEXTS = st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]))
_NUMBERS = st.integers(-(2**63), 2**63 - 1)


def test_a_page_has_1_to_100_rows() -> None:
    assert [page_size(wanted) for wanted in (0, 1, 50, 100, 101, 2**31 - 1)] == [50, 1, 50, 100, 100, 100]
    with pytest.raises(InvalidArgumentError):
        page_size(-1)


@given(_TEXTS, _NUMBERS)
def test_a_token_gives_back_what_was_put_in(text: str, number: int) -> None:
    assert decode_token(encode_token(text, number), (str, int)) == (text, number)


def test_no_token_is_the_first_page() -> None:
    assert decode_token("", (str,)) is None


@given(st.text(min_size=1))
def test_whatever_else_is_written_is_refused_and_nothing_worse(token: str) -> None:
    with contextlib.suppress(InvalidArgumentError):
        assert isinstance(decode_token(token, (str, int)), tuple)


@pytest.mark.parametrize(
    "key",
    [
        [],
        ["a"],
        ["a", 1, 2],
        [1, "a"],
        ["a", 1.0],
        ["a", True],
        ["a", None],
        {"a": 1},
        "a",
        5,
        ["a\0", 1],
        ["a", 2**63],
    ],
)
def test_a_key_of_another_list_is_refused(key: Any) -> None:
    token = base64.urlsafe_b64encode(json.dumps(key).encode()).decode().rstrip("=")
    with pytest.raises(InvalidArgumentError):
        decode_token(token, (str, int))


def test_half_a_character_is_refused() -> None:
    token = base64.urlsafe_b64encode(b'["\\ud83d",1]').decode().rstrip("=")
    with pytest.raises(InvalidArgumentError):
        decode_token(token, (str, int))


def test_a_bottomless_token_is_refused() -> None:
    token = base64.urlsafe_b64encode(b"[" * 100_000).decode().rstrip("=")
    with pytest.raises(InvalidArgumentError):
        decode_token(token, (str, int))
