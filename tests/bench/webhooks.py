"""Signed webhook calls, made ready before the clock starts, over raw keep-alive connections."""

import asyncio
import json
import sys
import time
from collections.abc import Iterator
from itertools import islice

from cli.demo_accounts import LINE_CREDENTIALS
from tests.bench import platforms

SECRET = LINE_CREDENTIALS["channel_secret"]


def call(number: int, host: str, path: str, timestamp: int, tag: str) -> bytes:
    """One HTTP request with one text message of LINE's."""
    request = platforms.call("line", [number], host, timestamp, tag)
    return request.replace(platforms.PATHS["line"].encode(), path.encode(), 1)


async def exchange(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, request: bytes) -> int:
    """Sends a request and reads its answer; the status."""
    writer.write(request)
    head = await reader.readuntil(b"\r\n\r\n")
    length = next(int(line[15:]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:"))
    if length:
        await reader.readexactly(length)
    return int(head[9:12])


async def closed_loop(
    port: int, channel: str, count: int, connections: int, tag: str, updates: int
) -> dict[str, float]:
    """As many calls as are answered, so many at once; calls a second and how many failed."""
    now = int(time.time() * 1000)
    requests = [
        platforms.call(channel, range(first, first + updates), f"127.0.0.1:{port}", now, tag)
        for first in range(0, count * updates, updates)
    ]
    waiting = iter(requests)
    started = time.perf_counter()
    failures = await asyncio.gather(*(_connection(port, waiting) for _ in range(connections)))
    return {"per_second": count / (time.perf_counter() - started), "failed": float(sum(failures))}


async def _connection(port: int, waiting: Iterator[bytes]) -> int:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    failed = 0
    while request := next(iter(islice(waiting, 1)), b""):
        failed += await exchange(reader, writer, request) != 200
    writer.close()
    return failed


if __name__ == "__main__":
    # A process of its own, so that what it costs is not the server's: port channel count connections tag updates
    port, channel, count, connections, tag, updates = sys.argv[1:]
    import uvloop

    print(json.dumps(uvloop.run(closed_loop(int(port), channel, int(count), int(connections), tag, int(updates)))))
