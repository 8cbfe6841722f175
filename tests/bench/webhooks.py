"""Signed LINE webhook calls, made ready before the clock starts, over raw keep-alive connections."""

import asyncio
import json
import sys
import time
from collections.abc import Iterator
from itertools import islice

from libs.channels.line.signature import sign

SECRET = "demo-line-secret"
USERS = 300


def call(number: int, host: str, path: str, timestamp: int, tag: str) -> bytes:
    """One HTTP request with one text message."""
    event = {
        "type": "message",
        "mode": "active",
        "timestamp": timestamp,
        "source": {"type": "user", "userId": f"U{number % USERS:032x}"},
        "webhookEventId": f"01{tag}{number:0{24 - len(tag)}d}",
        "deliveryContext": {"isRedelivery": False},
        "replyToken": f"{number:032x}",
        "message": {"id": f"{tag}{number}", "type": "text", "text": f"{tag}-{number}", "quoteToken": "q"},
    }
    body = json.dumps({"destination": "U" + "0" * 32, "events": [event]}).encode()
    head = (
        f"POST {path} HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\n"
        f"X-Line-Signature: {sign(SECRET, body)}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


async def exchange(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, request: bytes) -> int:
    """Sends a request and reads its answer; the status."""
    writer.write(request)
    head = await reader.readuntil(b"\r\n\r\n")
    length = next(int(line[15:]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:"))
    if length:
        await reader.readexactly(length)
    return int(head[9:12])


async def closed_loop(port: int, path: str, count: int, connections: int, tag: str) -> dict[str, float]:
    """As many calls as are answered, so many at once; calls a second and how many failed."""
    now = int(time.time() * 1000)
    requests = [call(number, f"127.0.0.1:{port}", path, now, tag) for number in range(count)]
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
    # A process of its own, so that what it costs is not the server's: port path count connections tag
    port, path, count, connections, tag = sys.argv[1:]
    import uvloop

    print(json.dumps(uvloop.run(closed_loop(int(port), path, int(count), int(connections), tag))))
