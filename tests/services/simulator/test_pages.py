"""The pages: complete in every language, free of inline code, and whole below any path."""

import json
import re
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import pytest

import services.simulator.routes.pages as pages
from tests.services.simulator.platform import ACCOUNT, MEI, Platform

STATIC = Path(pages.__file__).with_name("static")
LOCALES = {path.stem: json.loads(path.read_text()) for path in (STATIC / "locales").glob("*.json")}
PAGES = [
    "/phone",
    f"/phone/line/{ACCOUNT}?user={MEI}",
    "/phone/facebook/page",
    "/phone/instagram/account",
    "/phone/whatsapp/number",
    "/mailbox",
    "/shop/orders",
]


class Markup(HTMLParser):
    """What a page refers to, says, and must not contain."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.words: set[str] = set()
        self.inline: list[str] = []
        self.nameless: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Called for every element."""
        values = dict(attrs)
        self.links += [value for name, value in attrs if name in ("src", "href") and value]
        self.words |= {value for name, value in attrs if name in ("data-t", "data-label", "data-placeholder") and value}
        self.inline += [name for name in values if name.startswith("on") or name == "style"]
        if tag == "style" or (tag == "script" and "src" not in values):
            self.inline.append(tag)
        if tag in ("textarea", "select", "dialog") and "data-label" not in values and tag != "select":
            self.nameless.append(tag)


def test_every_language_says_everything() -> None:
    assert set(LOCALES) == {"zh-TW", "zh-CN", "en"}
    keys = set(LOCALES["en"])
    assert all(set(words) == keys for words in LOCALES.values())
    for key in keys:
        placeholders = {tuple(sorted(re.findall(r"\{\w+\}", words[key]))) for words in LOCALES.values()}
        assert len(placeholders) == 1, key


def test_every_word_a_page_uses_is_there() -> None:
    used: set[str] = set()
    for script in STATIC.glob("*.js"):
        used |= set(re.findall(r"""["'`]((?:phone|accounts|mailbox|orders)\.[a-z_]+)["'`]""", script.read_text()))
    for page in STATIC.glob("*.html"):
        used |= Markup(page.read_text()).words
    assert used <= set(LOCALES["en"])


@pytest.mark.parametrize("name", ["accounts.html", "phone.html", "mailbox.html", "orders.html"])
def test_pages_have_no_inline_code_and_name_their_controls(name: str) -> None:
    markup = Markup((STATIC / name).read_text())

    assert markup.inline == []
    assert markup.nameless == []


@pytest.mark.parametrize("path", PAGES)
async def test_what_a_page_refers_to_is_there(platform: Platform, path: str) -> None:
    page = await platform.http.get(path)

    assert "script-src 'self'" in page.headers["content-security-policy"]
    assert "unsafe" not in page.headers["content-security-policy"]
    for link in Markup(page.text).links:
        # Below another path, as behind the gateway, the same address has to lead to the same place.
        below = urlsplit(urljoin(f"http://desk/simulator{path}", link)).path
        assert below.startswith("/simulator/"), link
        found = await platform.http.get(below.removeprefix("/simulator"))
        assert found.status_code == 200, link


async def test_assets_are_served_with_the_pages_rules(platform: Platform) -> None:
    for name in ("phone.js", "style.css", "locales/zh-TW.json", "stickers/1988.svg"):
        response = await platform.http.get(f"/assets/{name}")
        assert response.status_code == 200
        assert response.headers["x-content-type-options"] == "nosniff"
    assert (await platform.http.get("/assets/../pages.py")).status_code == 404


async def test_slashes_lead_back(platform: Platform) -> None:
    for path, target in (("/", "/phone"), ("/phone/", "/phone"), ("/mailbox/", "/mailbox")):
        assert (await platform.http.get(path)).headers["location"] == target
        for prefix, kept in (("/simulator", "/simulator"), ("//evil.example", ""), ("https://evil.example", "")):
            response = await platform.http.get(path, headers={"X-Forwarded-Prefix": prefix})
            assert response.headers["location"] == kept + target
    assert (await platform.http.get("/livez")).status_code == 200
