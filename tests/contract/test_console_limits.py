"""What the console says of channels before anything is sent is what the channels say."""

import json
from pathlib import Path

import pytest

from libs.channels.registry import CHANNELS

_TABLE = json.loads(
    (Path(__file__).parents[2] / "console" / "src" / "features" / "composer" / "api" / "limits.json").read_text()
)
_SAMPLES = {"utf16": "😊", "utf8": "字", "codepoints": "😊"}
_UNITS = {"utf16": 2, "utf8": 3, "codepoints": 1}


def test_every_channel_is_in_the_table() -> None:
    assert _TABLE.keys() == CHANNELS.keys()


@pytest.mark.parametrize("name", sorted(CHANNELS))
def test_texts_are_measured_alike(name: str) -> None:
    limits, said = CHANNELS[name].limits, _TABLE[name]["text"]
    assert said["most"] == limits.text_units
    assert limits.measure(_SAMPLES[said["unit"]]) == _UNITS[said["unit"]]


@pytest.mark.rule(45)
@pytest.mark.parametrize("name", sorted(CHANNELS))
def test_templates_are_offered_where_there_are_any(name: str) -> None:
    window = CHANNELS[name].limits.window
    assert _TABLE[name]["templates"] == (window is not None and window.templates)


@pytest.mark.rule(52, 53, 54, 55)
@pytest.mark.parametrize("name", sorted(CHANNELS))
def test_files_are_allowed_alike(name: str) -> None:
    rules = CHANNELS[name].limits.media
    real = {kind: {"max_bytes": rule.max_bytes, "caption": rule.caption} for kind, rule in rules.items()}
    assert _TABLE[name]["media"] == real
