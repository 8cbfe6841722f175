"""A store that is away is noticed before somebody needs a file."""

from pathlib import Path

from libs.storage.store import MediaStore
from libs.storage.wiring import StoragePart
from tests.support.measured import measured
from tests.support.wait import eventually


def _errors() -> float:
    return measured("frontdesk_storage_errors_total")


async def test_its_errors_are_counted_though_nobody_asks_for_a_file() -> None:
    part = StoragePart(MediaStore("s3://key:secret@files?endpoint=http://127.0.0.1:9", Path("unused")), 0.01)
    before = _errors()
    await part.start()
    await eventually(lambda: _errors() >= before + 2, 30)
    await part.stop()
