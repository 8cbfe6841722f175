"""The console as one teammate sees it. Things are found by their roles and names, as a screen reader finds them."""

import re

from playwright.async_api import Locator, Page, expect

from cli.demo import PASSWORD
from tests.e2e.watch import Watch
from tests.e2e.words import Words


class Console:
    """One browser window: `page` for what only one test needs."""

    def __init__(self, page: Page, watch: Watch, words: Words) -> None:
        self.page = page
        self.watch = watch
        self.words = words

    async def sign_in(self, email: str, password: str = PASSWORD) -> None:
        """Signs in with the form and waits for the inbox."""
        await self.page.goto("/signin")
        await self.fill_in(email, password)
        await expect(self.heading(self.words("inbox:title"))).to_be_visible()

    async def fill_in(self, email: str, password: str) -> None:
        """Fills the sign-in form and sends it."""
        await self.page.get_by_label(self.words("auth:email")).fill(email)
        await self.page.get_by_label(self.words("auth:password"), exact=True).fill(password)
        await self.button("auth:signIn.action").click()

    def heading(self, name: str) -> Locator:
        """A heading with this text."""
        return self.page.get_by_role("heading", name=name, exact=True)

    def button(self, key: str, **values: object) -> Locator:
        """A button by its text's key."""
        return self.page.get_by_role("button", name=self.words(key, **values), exact=True)

    def place(self, name: str) -> Locator:
        """A link of the main menu: inbox, team, channels, audit, settings."""
        menu = self.page.get_by_role("navigation", name=self.words("common:nav.label"))
        return menu.get_by_role("link", name=self.words(f"common:nav.{name}"))

    def row(self, customer: str) -> Locator:
        """A conversation in the list."""
        rows = self.page.get_by_role("list", name=self.words("inbox:listLabel"))
        return rows.get_by_role("link").filter(has_text=customer)

    async def show(self, status: str) -> None:
        """Switches the list: open, processing, closed."""
        tabs = self.page.get_by_role("radiogroup", name=self.words("inbox:statusLabel"))
        await tabs.get_by_role("radio", name=self.words(f"inbox:status.{status}")).click()

    async def open(self, customer: str) -> None:
        """Opens a conversation of the list."""
        await self.row(customer).click()
        await expect(self.heading(customer)).to_be_visible()

    def message(self, text: str) -> Locator:
        """The list item of a message in the open thread, with its time and state."""
        thread = self.page.get_by_role("region", name=self.words("thread:messagesLabel"))
        return thread.get_by_role("listitem").filter(has=self.page.get_by_text(text, exact=True))

    def messages(self, content: Locator) -> Locator:
        """The list items of the open thread that hold something."""
        thread = self.page.get_by_role("region", name=self.words("thread:messagesLabel"))
        return thread.get_by_role("listitem").filter(has=content)

    def picture(self) -> Locator:
        """The button around a picture in a thread."""
        name = self.words("common:messageType.image")
        words = re.escape(self.words("thread:picture.open", name="\0")).replace(re.escape("\0"), f"(.*\\.png|{name})")
        return self.page.get_by_role("button", name=re.compile(words))

    async def attach(self, name: str, content_type: str, content: bytes, source: str = "gallery") -> None:
        """Chooses a file with the attach button's menu, as people do."""
        await self.button("composer:attach.label").click()
        async with self.page.expect_file_chooser() as chooser:
            await self.page.get_by_role("menuitem", name=self.words(f"composer:attach.{source}")).click()
        await (await chooser.value).set_files({"name": name, "mimeType": content_type, "buffer": content})

    async def send(self) -> None:
        """Presses send, once everything is ready to go."""
        await expect(self.button("composer:send")).to_be_enabled()
        await self.button("composer:send").click()

    def delivery(self, text: str, state: str) -> Locator:
        """The words for a state below a message."""
        return self.message(text).get_by_text(self.words(f"thread:delivery.{state}"), exact=True)

    def writer(self, customer: str) -> Locator:
        """The field an answer is written in."""
        return self.page.get_by_role("textbox", name=self.words("composer:placeholder", name=customer))

    async def answer(self, customer: str, text: str) -> None:
        """Writes and sends with Enter."""
        await self.writer(customer).fill(text)
        await self.writer(customer).press("Enter")

    async def unread(self, count: int) -> None:
        """Waits until the tab's title says so."""
        brand = self.words("common:brand")
        await expect(self.page).to_have_title(f"({count}) {brand}" if count else brand)

    async def choose(self, label: str, option: str) -> None:
        """Picks an option of a select by the texts people see."""
        await self.page.get_by_role("button", name=re.compile(re.escape(label))).click()
        await self.page.get_by_role("option", name=option, exact=True).click()
