"""Time, which tests move in every process at once."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from libs.clock.clock import FixedClock, SystemClock


def _ahead(clock: SystemClock) -> float:
    """How far ahead of the machine's clock, in whole seconds."""
    return round((clock.now() - datetime.now(UTC)).total_seconds())


def _write(file: Path, text: str) -> None:
    fresh = file.with_suffix(".new")
    fresh.write_text(text)
    fresh.replace(file)


def test_without_a_file_it_is_the_machines_time() -> None:
    assert _ahead(SystemClock()) == 0
    assert SystemClock().now().tzinfo is UTC


def test_a_number_in_the_file_moves_it(tmp_path: Path) -> None:
    file = tmp_path / "clock"
    clock, other = SystemClock(file), SystemClock(file)
    assert _ahead(clock) == 0, "no file yet"
    for text, ahead in (("86400", 86400), ("-3600.5\n", -3600), ("0", 0), ("1e3", 1000)):
        _write(file, text)
        assert abs(_ahead(clock) - ahead) <= 1
        assert abs(_ahead(other) - ahead) <= 1


def test_a_file_that_goes_leaves_the_time_as_it_was(tmp_path: Path) -> None:
    file = tmp_path / "clock"
    _write(file, "500")
    clock = SystemClock(file)
    assert _ahead(clock) == 500
    file.unlink()
    assert _ahead(clock) == 500


@pytest.mark.parametrize("text", ["", "  \n", "soon", "1,5", "nan", "inf", "1e300"])
def test_what_is_no_number_moves_nothing(tmp_path: Path, text: str) -> None:
    file = tmp_path / "clock"
    _write(file, "500")
    clock = SystemClock(file)
    assert _ahead(clock) == 500
    _write(file, text)
    assert _ahead(clock) == (500 if text.strip() else 0)


def test_the_file_is_read_only_when_it_changed(tmp_path: Path) -> None:
    file = tmp_path / "clock"
    _write(file, "500")
    clock, stamp = SystemClock(file), os.stat(file).st_mtime_ns
    assert _ahead(clock) == 500
    file.write_text("900")
    os.utime(file, ns=(stamp, stamp))
    assert _ahead(clock) == 500


def test_a_fixed_clock_stands_still_until_it_is_moved() -> None:
    clock = FixedClock(datetime(2026, 1, 1, tzinfo=UTC))
    assert clock.now() == clock.now() == datetime(2026, 1, 1, tzinfo=UTC)
    clock.advance(timedelta(days=1))
    assert clock.now() == datetime(2026, 1, 2, tzinfo=UTC)
