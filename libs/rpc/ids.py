"""Ids out of requests."""

from uuid import UUID

from libs.rpc.errors import FrontdeskError


def uuid_of(text: str, otherwise: FrontdeskError) -> UUID:
    """The id that a request's text is; raises `otherwise` for any other text: what is no id names nothing."""
    try:
        return UUID(text)
    except ValueError:
        raise otherwise from None
