"""What went wrong in a browser while nobody looked: errors in the console, refused contents, failed requests."""

import re

from playwright.async_api import BrowserContext, ConsoleMessage, Page, Response, WebError

# Somebody who was not signed in asks once whether they are.
_ALWAYS = (r"401 \(Unauthorized\) \(.*/sessions:refresh\)",)
_BUSY = re.compile(r"^503 |status of 503 ")


class Watch:
    """Listens to a context from its beginning. A policy's violation and an uncaught error are console errors, too."""

    def __init__(self, context: BrowserContext) -> None:
        self.problems: list[str] = []
        self._busy: set[str] = set()
        self._expected = [re.compile(pattern) for pattern in _ALWAYS]
        context.on("console", self._on_console)
        context.on("weberror", self._on_error)
        context.on("response", self._on_response)

    def expect(self, *patterns: str) -> None:
        """Problems with these texts are part of what the test does."""
        self._expected += [re.compile(pattern) for pattern in patterns]

    def check(self) -> None:
        """Fails with everything that was not expected."""
        surprises = [text for text in self.problems if not any(known.search(text) for known in self._expected)]
        # A machine under load lets deadlines pass: what the page asked again, and then got, is no problem.
        surprises = [text for text in surprises if not _BUSY.search(text) or any(url in text for url in self._busy)]
        assert not surprises, "\n".join(surprises)

    def _on_console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.problems.append(f"{_path(message.page)}: {message.text} ({message.location.get('url', '')})")

    def _on_error(self, error: WebError) -> None:
        self.problems.append(f"{_path(error.page)}: {error.error}")

    def _on_response(self, response: Response) -> None:
        if response.status >= 500:
            self.problems.append(f"{response.status} {response.request.method} {response.url}")
        if response.status == 503:
            self._busy.add(response.url)
        else:
            self._busy.discard(response.url)


def _path(page: Page | None) -> str:
    return page.url if page is not None else "?"
