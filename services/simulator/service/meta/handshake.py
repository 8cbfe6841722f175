"""Proving a webhook's address: a GET whose challenge has to come back."""

import httpx

_SECONDS = 10.0


class Handshake:
    """Asks addresses whether they know the verify token."""

    def __init__(self) -> None:
        self._client = httpx.AsyncClient(timeout=_SECONDS, trust_env=False)

    async def perform(self, url: str, verify_token: str, challenge: str) -> tuple[bool, int | None]:
        """Whether the challenge came back, and the status; None when nothing came."""
        query = {"hub.mode": "subscribe", "hub.verify_token": verify_token, "hub.challenge": challenge}
        try:
            answer = await self._client.get(url, params=query)
        except (httpx.HTTPError, httpx.InvalidURL):
            return False, None
        return answer.status_code == httpx.codes.OK and answer.text == challenge, answer.status_code

    async def close(self) -> None:
        """Ends the connections."""
        await self._client.aclose()
