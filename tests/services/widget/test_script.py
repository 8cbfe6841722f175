"""The script's address: the same for ever, small, and fresh within minutes."""

from pathlib import Path

import httpx
import pytest
from starlette.testclient import TestClient

from services.gateway.routes.widget import SCRIPT_PATH, WidgetScript

_BODY = "console.log('widget');\n" * 100


@pytest.fixture
def client(tmp_path: Path) -> TestClient:
    """The script of a folder with a build in it."""
    (tmp_path / "widget.js").write_text(_BODY)
    return TestClient(WidgetScript(tmp_path))


def _get(client: TestClient, **headers: str) -> httpx.Response:
    answer: httpx.Response = client.get(SCRIPT_PATH, headers=headers)
    return answer


def test_any_page_may_load_it_compressed_and_for_some_minutes(client: TestClient) -> None:
    answer = _get(client)
    assert (answer.status_code, answer.text) == (200, _BODY)
    assert answer.headers["content-encoding"] == "gzip"
    assert int(answer.headers["content-length"]) < len(_BODY) / 5
    assert answer.headers["content-type"].startswith("text/javascript")
    assert answer.headers["cache-control"].startswith("public, max-age=300")
    assert answer.headers["cross-origin-resource-policy"] == "cross-origin"
    assert answer.headers["access-control-allow-origin"] == "*"


def test_who_has_it_is_told_so_until_it_is_built_anew(client: TestClient, tmp_path: Path) -> None:
    etag = _get(client).headers["etag"]
    assert _get(client, **{"If-None-Match": etag}).status_code == 304
    (tmp_path / "widget.js").write_text("another();")
    fresh = _get(client, **{"If-None-Match": etag, "Accept-Encoding": "identity"})
    assert (fresh.status_code, fresh.text) == (200, "another();")


def test_before_the_first_build_there_is_none(tmp_path: Path) -> None:
    assert _get(TestClient(WidgetScript(tmp_path))).status_code == 404


def test_it_is_only_read(client: TestClient) -> None:
    assert client.post(SCRIPT_PATH).status_code == 405
    assert client.get(f"{SCRIPT_PATH}/../x").status_code == 404
