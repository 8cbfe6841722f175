"""The floor of accepting webhooks: a bare ASGI handler that checks the HMAC, parses, and publishes with an ack.

python -m tests.bench.floor_webhook <port> <nats url>
"""

import asyncio
import base64
import hashlib
import hmac
import json
import sys
from typing import Any

import nats
import uvloop
from nats.js import JetStreamContext

from libs.app.http import HttpPart
from tests.bench.webhooks import SECRET

STREAM = "FLOOR"


class Handler:
    """ASGI."""

    def __init__(self, jetstream: JetStreamContext) -> None:
        self._jetstream = jetstream

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """One call, one message."""
        body = b""
        while True:
            message = await receive()
            body += message.get("body", b"")
            if not message.get("more_body"):
                break
        given = next(value for name, value in scope["headers"] if name == b"x-line-signature")
        wanted = base64.b64encode(hmac.new(SECRET.encode(), body, hashlib.sha256).digest())
        status = 200 if hmac.compare_digest(given, wanted) else 401
        for event in json.loads(body)["events"]:
            headers = {"Nats-Msg-Id": event["webhookEventId"]}
            await self._jetstream.publish("floor.in", json.dumps(event).encode(), headers=headers)
        await send({"type": "http.response.start", "status": status, "headers": [(b"content-length", b"2")]})
        await send({"type": "http.response.body", "body": b"{}"})


async def main(port: str, url: str) -> None:
    """Serves until killed."""
    client = await nats.connect(url)
    jetstream = client.jetstream()
    server = HttpPart(Handler(jetstream), f"127.0.0.1:{port}")
    await server.start()
    print("ready", flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    uvloop.run(main(*sys.argv[1:]))
