"""One GET, without a library: all that the supervisor needs of HTTP."""

import asyncio
from urllib.parse import urlsplit


async def get_status(url: str, seconds: float = 5.0) -> tuple[int, str]:
    """Status and body of an answer on plain HTTP; (0, why) when there is none."""
    parts = urlsplit(url)
    request = f"GET {parts.path} HTTP/1.0\r\nHost: {parts.netloc}\r\n\r\n"
    try:
        async with asyncio.timeout(seconds):
            reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
            try:
                writer.write(request.encode())
                head, _, body = (await reader.read()).partition(b"\r\n\r\n")
            finally:
                writer.close()
        return int(head.split(maxsplit=2)[1]), body.decode(errors="replace")
    except (OSError, TimeoutError, ValueError, IndexError) as error:
        return 0, f"{type(error).__name__}: {error}"
