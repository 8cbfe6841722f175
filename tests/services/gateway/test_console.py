"""The console's files."""

import gzip
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from tests.services.gateway.conftest import MakeAlone

NAVIGATION = {"Accept": "text/html,*/*", "Sec-Fetch-Mode": "navigate"}
SCRIPT = "console.log('hello');" * 100


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A built console, and a secret beside it."""
    built = tmp_path / "dist"
    (built / "assets").mkdir(parents=True)
    (built / "index.html").write_text("<!doctype html><title>Desk</title>")
    (built / "assets" / "app-1a2b.js").write_text(SCRIPT)
    (built / "assets" / "font.woff2").write_bytes(b"wOF2")
    (built / "manifest.webmanifest").write_text("{}")
    (built / ".fingerprint").write_text("secret")
    (tmp_path / "secret.txt").write_text("secret")
    (built / "link.txt").symlink_to(tmp_path / "secret.txt")
    return built


@pytest.fixture
async def client(make_alone: MakeAlone, folder: Path) -> AsyncIterator[httpx.AsyncClient]:
    """A browser."""
    alone = await make_alone(console_dir=str(folder), public_url="https://desk.example")
    async with alone.client() as made:
        yield made


@pytest.mark.parametrize("path", ["/", "/index.html", "/conversations/7", "/settings/team?tab=1"])
async def test_navigations_get_the_page(client: httpx.AsyncClient, path: str) -> None:
    answer = await client.get(path, headers=NAVIGATION)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.headers["cache-control"] == "no-cache"
    assert "<title>Desk" in answer.text


@pytest.mark.parametrize(
    "path",
    [
        "/assets/gone.js",
        "/conversations/7",
        "/.fingerprint",
        "/link.txt",
        "/../secret.txt",
        "/assets/../../secret.txt",
        "/%2e%2e/secret.txt",
        "/assets/..%2f..%2fsecret.txt",
        "//etc/passwd",
        "/assets",
    ],
)
async def test_anything_else_is_not_there(client: httpx.AsyncClient, path: str) -> None:
    answer = await client.get(httpx.URL(str(client.base_url).rstrip("/") + path), headers={"Accept": "*/*"})
    assert answer.status_code == 404
    assert "secret" not in answer.text


async def test_hashed_files_are_kept_for_ever_and_sent_small(client: httpx.AsyncClient) -> None:
    answer = await client.get("/assets/app-1a2b.js")
    assert answer.text == SCRIPT
    assert answer.headers["content-type"] == "text/javascript; charset=utf-8"
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answer.headers["content-encoding"] == "gzip"
    assert int(answer.headers["content-length"]) == len(gzip.compress(SCRIPT.encode(), 9))
    plain = await client.get("/assets/app-1a2b.js", headers={"Accept-Encoding": "identity"})
    assert "content-encoding" not in plain.headers
    assert plain.text == SCRIPT
    known = await client.get("/assets/app-1a2b.js", headers={"If-None-Match": answer.headers["etag"]})
    assert known.status_code == 304
    assert known.content == b""
    head = await client.head("/assets/app-1a2b.js")
    assert head.headers["content-length"] == answer.headers["content-length"]
    assert (await client.get("/assets/font.woff2")).headers["content-type"] == "font/woff2"
    manifest = await client.get("/manifest.webmanifest")
    assert manifest.headers["content-type"] == "application/manifest+json"
    assert (await client.post("/index.html")).status_code == 405


async def test_a_new_build_is_served_at_once(client: httpx.AsyncClient, folder: Path) -> None:
    await client.get("/", headers=NAVIGATION)
    (folder / "assets" / "app-3c4d.js").write_text("new")
    (folder / "index.html").write_text("<!doctype html><title>Newer</title>")
    assert "Newer" in (await client.get("/", headers=NAVIGATION)).text
    assert (await client.get("/assets/app-3c4d.js")).text == "new"


async def test_pages_are_locked_down(client: httpx.AsyncClient) -> None:
    headers = (await client.get("/", headers=NAVIGATION)).headers
    policy = dict(part.strip().split(" ", 1) for part in headers["content-security-policy"].split(";"))
    assert policy["default-src"] == "'self'"
    assert policy["script-src"] == "'self'"
    assert policy["frame-ancestors"] == "'none'"
    assert policy["img-src"] == "'self' https: data: blob:"
    assert policy["connect-src"] == "'self' wss:"
    assert headers["strict-transport-security"].startswith("max-age=31536000")
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "strict-origin-when-cross-origin"
    assert headers["cross-origin-opener-policy"] == "same-origin"
    api = (await client.get("/api/v1/me")).headers
    assert api["cache-control"] == "no-store"
    assert api["content-security-policy"] == "default-src 'none'; frame-ancestors 'none'"
    assert (
        "access-control-allow-origin" not in (await client.get("/api/v1/me", headers={"Origin": "https://x"})).headers
    )


async def test_a_console_that_is_not_built_says_how_to_build_it(make_alone: MakeAlone, tmp_path: Path) -> None:
    alone = await make_alone(console_dir=str(tmp_path / "nothing"))
    async with alone.client() as client:
        answer = await client.get("/", headers=NAVIGATION)
        assert answer.status_code == 503
        assert "make console" in answer.text
        assert (await client.get("/assets/app.js")).status_code == 404
