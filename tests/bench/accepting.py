"""Webhooks accepted a second, beside a bare handler with the same broker."""

import nats

from cli.run.ports import free_port
from tests.bench.processes import python, result
from tests.bench.rows import Row, at_least
from tests.support.processes import ProcessStack

_COUNT = 12_000
_CONNECTIONS = 64
_RUNS = 3
_PATH = "/webhooks/line/demo-line"


async def webhooks(stack: ProcessStack, nats_url: str) -> list[Row]:
    """The best of three runs each, taken in turn. Nothing consumes meanwhile: it is the edge that is measured."""
    ours: list[float] = []
    floors: list[float] = []
    await stack.kill("conversations")
    port = free_port()
    async with python("tests.bench.floor_webhook", str(port), nats_url):
        for run in range(_RUNS):
            floors.append(await _per_second(port, f"f{run}x"))
            ours.append(await _per_second(stack.ports["ingestion-http"], f"w{run}x"))
    # What was accepted is not to be stored by the benchmarks that follow.
    client = await nats.connect(nats_url)
    await client.jetstream().purge_stream("INBOUND_LIVE")
    await client.close()
    await stack.start("conversations")
    return [at_least("webhooks accepted", max(ours), "1/s", max(floors), 0.6)]


async def _per_second(port: int, tag: str) -> float:
    run = await result("tests.bench.webhooks", str(port), _PATH, str(_COUNT), str(_CONNECTIONS), tag)
    assert run["failed"] == 0, f"{run['failed']} calls failed"
    return float(run["per_second"])
