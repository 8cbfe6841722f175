"""Reading one header of a request, however the server hands it over."""

from collections.abc import Mapping

from libs.channels.events import Headers


def header_value(headers: Headers, name: str) -> bytes:
    """The header's exact bytes, b"" without it. Its case does not matter; of several the first counts."""
    wanted = name.lower()
    if isinstance(headers, Mapping):
        return next((value.encode("utf-8", "replace") for key, value in headers.items() if key.lower() == wanted), b"")
    encoded = wanted.encode("ascii")
    return next((value for key, value in headers if key.lower() == encoded), b"")
