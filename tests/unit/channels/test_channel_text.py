"""Counting and cleaning text."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from libs.channels.text import Utf16Offsets, clean_json, clean_text, utf16_length

# Every code point, halves of surrogate pairs and NUL more often than chance would have it.
DIRTY = st.text(st.characters(categories=["Cs"]) | st.sampled_from("\x00\ud83d\ude00😀字a") | st.characters())
JSON = st.recursive(st.none() | st.integers() | DIRTY, lambda inner: st.lists(inner) | st.dictionaries(DIRTY, inner))


@pytest.mark.parametrize(
    ("text", "length"), [("", 0), ("abc", 3), ("訊息", 2), ("😀", 2), ("👨‍👩‍👧", 8), ("\ud83d", 1)]
)
def test_length_in_utf16_units(text: str, length: int) -> None:
    assert utf16_length(text) == length


@pytest.mark.parametrize(
    ("dirty", "clean"),
    [("a\x00b", "ab"), ("a\ud83db", "ab"), ("\ude00\ud83d", ""), ("\ud83d\ude00", "😀"), ("\ud83d\x00\ude00", "")],
)
def test_nul_and_lone_surrogates_go(dirty: str, clean: str) -> None:
    assert clean_text(dirty) == clean


@given(DIRTY)
def test_clean_text_is_clean_and_stays_so(text: str) -> None:
    cleaned = clean_text(text)
    assert "\x00" not in cleaned
    assert cleaned.encode("utf-8").decode() == cleaned == clean_text(cleaned)


@given(JSON)
def test_clean_json_is_clean_to_the_last_key(value: Any) -> None:
    cleaned = clean_json(value)
    assert "\\u0000" not in json.dumps(cleaned).replace("\\\\", "")
    json.dumps(cleaned, ensure_ascii=False).encode("utf-8")
    assert clean_json(cleaned) == cleaned


@given(st.text())
def test_offset_of_every_character(text: str) -> None:
    offsets, clean = Utf16Offsets(text), clean_text(text)
    for at in range(len(clean) + 1):
        before = text.replace("\x00", "")[:at]
        shift = _units_removed(text, at)
        assert offsets.place(utf16_length(before) + shift) == at


@given(DIRTY, st.integers(-5, 50))
def test_offsets_stay_inside_the_clean_text(text: str, offset: int) -> None:
    place = Utf16Offsets(text).place(offset)
    assert place is None or 0 <= place <= len(clean_text(text))


@pytest.mark.parametrize("offset", [-1, 1, 3, 10**30])
def test_no_place_outside_or_inside_a_character(offset: int) -> None:
    assert Utf16Offsets("😀").place(offset) is None


def _units_removed(text: str, at: int) -> int:
    """How many NULs stand before the character that is number `at` of the clean text."""
    kept = [place for place, letter in enumerate(text) if letter != "\x00"] + [len(text)]
    return kept[at] - at
