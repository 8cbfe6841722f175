"""Reference material that lies beside the repository: real payloads and the platforms' specifications."""

import os
from pathlib import Path

import pytest

_BESIDE = Path(__file__).parents[3] / "shared"


def shared_folder() -> Path | None:
    """FRONTDESK_SHARED, or the folder `shared` beside the repository; None where there is none."""
    folder = Path(os.environ.get("FRONTDESK_SHARED") or _BESIDE)
    return folder if folder.is_dir() else None


def shared(*parts: str) -> Path:
    """A path in the reference material. Without the material the test is skipped, but fails where CI=true."""
    folder = shared_folder()
    if folder is None:
        message = f"no reference material: neither FRONTDESK_SHARED nor {_BESIDE} is a folder"
        if os.environ.get("CI") == "true":
            pytest.fail(message)
        pytest.skip(message)
    return folder.joinpath(*parts)
