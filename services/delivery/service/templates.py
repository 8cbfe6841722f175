"""Templates as the platforms know them, remembered for some minutes, and filled in."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from libs.accounts.directory import AccountDirectory, KnownAccount
from libs.channels.outcomes import Outcome
from libs.channels.registry import channel_named
from libs.channels.sending import CannotSend, OutgoingTemplate
from libs.channels.templates import Template, TemplatePage, TemplateView
from libs.clock.clock import Clock
from libs.rpc.errors import FailedPreconditionError, InvalidArgumentError, NotFoundError
from services.delivery.service.asking import PATIENCE, connected, refusal, unsendable
from services.delivery.service.platforms import Platforms

_FRESH = timedelta(minutes=3)
_MOST_PAGES = 50
_MOST_REMEMBERED = 2000


class TemplateNotFoundError(NotFoundError):
    """The account has no such template in this language."""

    code = "template_not_found"


class TemplateNotApprovedError(FailedPreconditionError):
    """The platform has not approved it, or takes it no more."""

    code = "template_not_approved"


class TemplateService:
    """Asks, remembers, fills in."""

    def __init__(self, directory: AccountDirectory, platforms: Platforms, clock: Clock) -> None:
        self._directory = directory
        self._platforms = platforms
        self._clock = clock
        # By account, version of its credentials, and where the page begins.
        self._pages: dict[tuple[str, int, str], tuple[datetime, TemplatePage]] = {}

    async def page(
        self, tenant_id: UUID, account_id: str, after: str, refresh: bool
    ) -> tuple[list[tuple[Template, TemplateView]], str]:
        """Templates as people see them, and where the next page begins, "" after the last."""
        account = await connected(self._directory, tenant_id, account_id)
        page = await self._page(account, after, refresh)
        view = channel_named(account.channel).view_template
        return [(template, view(template)) for template in page.templates], page.after

    async def render(
        self, tenant_id: UUID, account_id: str, name: str, language: str, values: Mapping[str, Sequence[str]]
    ) -> OutgoingTemplate:
        """A template ready to be sent. InvalidArgumentError, TemplateNotFoundError, TemplateNotApprovedError."""
        account = await connected(self._directory, tenant_id, account_id)
        template = await self._find(account, name, language)
        if template.status != "approved":
            raise TemplateNotApprovedError(f"The platform does not take this template now: it is {template.status}.")
        try:
            return channel_named(account.channel).fill_template(template, values)
        except CannotSend as error:
            raise InvalidArgumentError(error.message, field="template") from error

    async def _find(self, account: KnownAccount, name: str, language: str) -> Template:
        after = ""
        for _ in range(_MOST_PAGES):
            page = await self._page(account, after, refresh=False)
            for template in page.templates:
                if (template.name, template.language) == (name, language):
                    return template
            after = page.after
            if not after:
                break
        raise TemplateNotFoundError("The account has no template of this name and language.")

    async def _page(self, account: KnownAccount, after: str, refresh: bool) -> TemplatePage:
        key, now = (account.account_id, account.version, after), self._clock.now()
        known = self._pages.get(key)
        if known is not None and not refresh and now - known[0] < _FRESH:
            return known[1]
        channel = channel_named(account.channel)
        try:
            call = channel.build_templates(after, account.owner, account.credentials)
        except CannotSend as error:
            raise unsendable(error) from error
        if call is None:
            return TemplatePage(())
        page = channel.read_templates(await self._platforms.call(call, PATIENCE))
        if isinstance(page, Outcome):
            raise refusal(page)
        if len(self._pages) >= _MOST_REMEMBERED:
            self._pages.clear()
        self._pages[key] = now, page
        return page
