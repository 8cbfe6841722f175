"""What a person's token may ask: who they are, and which pages they let the app use."""

from typing import Any

from services.simulator.domain.meta.accounts import MetaAccount
from services.simulator.domain.meta.errors import token_invalid
from services.simulator.service.meta.book import MetaBook
from services.simulator.service.meta.oauth import PERSON, OAuth


class PeopleApi:
    """/me and /me/accounts."""

    def __init__(self, book: MetaBook, oauth: OAuth, pictures_url: str) -> None:
        self._book = book
        self._oauth = oauth
        self._pictures_url = pictures_url

    def me(self, token: str) -> dict[str, Any]:
        """The person."""
        if self._oauth.grant(token) is None:
            raise token_invalid()
        return {"id": PERSON, "name": "Ada Admin"}

    def pages(self, token: str) -> dict[str, Any]:
        """Pages that were chosen, or whose Instagram account was → {data: [{id, name, access_token, picture,
        instagram_business_account}]}"""
        if self._oauth.grant(token) is None:
            raise token_invalid()
        granted = self._oauth.granted(token)
        behind = {one.settings.page_id for one in granted}
        pages = [one for one in self._book.all("facebook") if one in granted or one.provider_id in behind]
        return {"data": [self._page(one, granted) for one in pages]}

    def _page(self, page: MetaAccount, granted: list[MetaAccount]) -> dict[str, Any]:
        facts: dict[str, Any] = {
            "id": page.provider_id,
            "name": page.display_name,
            "access_token": page.settings.access_token,
            "category": "Shopping & retail",
            "tasks": ["MESSAGING", "MODERATE", "MANAGE"],
            "picture": {"data": {"url": self._picture(page)}},
        }
        linked = next((one for one in granted if one.settings.page_id == page.provider_id), None)
        if linked is not None:
            facts["instagram_business_account"] = {
                "id": linked.provider_id,
                "username": linked.settings.username,
                "name": linked.display_name,
                "profile_picture_url": self._picture(linked),
            }
        return facts

    def _picture(self, account: MetaAccount) -> str:
        return f"{self._pictures_url}/graph/pictures/{account.provider_id}.png"
