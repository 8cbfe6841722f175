"""Webhooks accepted a second, of each platform, and large batches, beside a bare handler with the same broker."""

import nats

from cli.run.ports import free_port
from tests.bench.platforms import BATCHING, PATHS
from tests.bench.processes import python, result
from tests.bench.rows import Row, at_least, at_most, told
from tests.support.processes import ProcessStack

_COUNT = 12_000
_CONNECTIONS = 64
_RUNS = 3
# As large as platforms make one call.
_UPDATES = 1000
_BATCHES = 20
_STREAMS = ("INBOUND_LIVE", "INBOUND_BULK")


async def webhooks(stack: ProcessStack, nats_url: str) -> list[Row]:
    """The best of three runs each, taken in turn. Nothing stores meanwhile: it is the edge that is measured, and what
    it writes down of each event."""
    ours: dict[str, list[float]] = {channel: [] for channel in PATHS}
    floors: list[float] = []
    batches: dict[str, list[float]] = {channel: [] for channel in BATCHING}
    batch_floor: list[float] = []
    await stack.kill("conversations")
    port, own = free_port(), stack.ports["ingestion-http"]
    async with python("tests.bench.floor_webhook", str(port), nats_url):
        for run in range(_RUNS):
            floors.append(await _per_second(port, "line", f"f{run}x"))
            for channel, found in ours.items():
                found.append(await _per_second(own, channel, f"{channel[0]}{run}x"))
            batch_floor.append(await _milliseconds(port, "line", f"b{run}x"))
            for channel, found in batches.items():
                found.append(await _milliseconds(own, channel, f"{channel[0]}b{run}x"))
    # What was accepted is not to be stored by the benchmarks that follow.
    client = await nats.connect(nats_url)
    for stream in _STREAMS:
        await client.jetstream().purge_stream(stream)
    await client.close()
    await stack.start("conversations")
    return [
        *(_accepted(channel, max(found), max(floors)) for channel, found in ours.items()),
        *(
            at_most(f"1000-update batch {channel}", min(found), "ms", min(batch_floor), 1.0)
            for channel, found in batches.items()
        ),
    ]


def _accepted(channel: str, found: float, floor: float) -> Row:
    name = f"webhooks accepted {channel}"
    # Shops sign in another way than the floor checks, and have no thousands of customers a second.
    return told(name, found, "1/s", floor) if channel == "order" else at_least(name, found, "1/s", floor, 0.6)


async def _per_second(port: int, channel: str, tag: str, updates: int = 1, count: int = _COUNT) -> float:
    connections = _CONNECTIONS if updates == 1 else 1
    arguments = (str(port), channel, str(count), str(connections), tag, str(updates))
    run = await result("tests.bench.webhooks", *arguments)
    assert run["failed"] == 0, f"{run['failed']} calls failed"
    return float(run["per_second"])


async def _milliseconds(port: int, channel: str, tag: str) -> float:
    """Of one call with many updates, one call after the other."""
    return 1000 / await _per_second(port, channel, tag, _UPDATES, _BATCHES)
