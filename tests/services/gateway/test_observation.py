"""What a running gateway tells those who look after it."""

import asyncio
import re
from uuid import uuid4

import pytest

from libs.app.runtime import Runtime
from libs.app.settings import SettingsError
from libs.observe.metrics import exposition
from services.gateway.settings import GatewaySettings
from tests.services.gateway.alone import Alone
from tests.services.gateway.conftest import MakeAlone
from tests.support.wait import eventually


def value(name: str, **labels: str) -> float:
    """A metric's value; 0 before it exists."""
    wanted = {f'{key}="{text}"' for key, text in labels.items()}
    for line in exposition().decode().splitlines():
        match = re.match(rf"{name}(?:\{{(.*)\}})? (\S+)$", line)
        if match and wanted <= set((match[1] or "").split(",")):
            return float(match[2])
    return 0.0


async def test_requests_are_counted_by_route_never_by_address(alone: Alone) -> None:
    who, secret = alone.sessions.add(uuid4(), "admin"), str(uuid4())
    route = "/api/v1/conversations/{conversation_id}/messages"
    before = value("frontdesk_http_requests_total", route=route, status="405", method="PUT")
    async with alone.client(who) as client:
        await client.put(f"/api/v1/conversations/{secret}/messages")
        await client.get(f"/api/v1/{secret}")
        await client.get(f"/{secret}")
        await client.request("PROPFIND", "/api/v1/me")
    assert value("frontdesk_http_requests_total", route=route, status="405", method="PUT") == before + 1
    assert value("frontdesk_http_requests_total", route="(none)", status="404", method="GET") > 0
    assert value("frontdesk_http_requests_total", route="/api/v1/me", status="405", method="other") > 0
    assert value("frontdesk_http_seconds_count", route=route) > 0
    assert secret not in exposition().decode()


async def test_sockets_events_and_their_lag_are_measured(alone: Alone) -> None:
    alone.tenant_id = uuid4()
    open_before, frames = value("frontdesk_gateway_sockets"), value("frontdesk_gateway_frames_total")
    lags, slow = "frontdesk_gateway_event_lag_seconds", value("frontdesk_gateway_event_lag_seconds_sum")
    counted = value(f"{lags}_count")
    async with alone.listening(alone.sessions.add(alone.tenant_id, "admin")) as listener:
        assert value("frontdesk_gateway_sockets") == open_before + 1
        await alone.publish(alone.stored("one"))
        assert await listener.texts(1) == ["one"]
        await eventually(lambda: value(f"{lags}_count") == counted + 1)
        await eventually(lambda: value("frontdesk_gateway_ring_events") >= 1)
        assert value("frontdesk_gateway_ring_bytes") > 0
    assert value("frontdesk_gateway_frames_total") == frames + 1
    assert 0 < value(f"{lags}_sum") - slow < 5
    await eventually(lambda: value("frontdesk_gateway_sockets") == open_before)


async def test_a_stopping_gateway_says_so_before_it_closes(make_alone: MakeAlone) -> None:
    alone = await make_alone(drain_seconds="3")
    async with alone.client() as client:
        assert (await client.get("/readyz")).json() == {"ready": True, "problems": {}}
        stopping = asyncio.create_task(alone.gateway.stop())

        async def refused() -> bool:
            return (await client.get("/readyz")).status_code == 503

        await eventually(refused)
        assert not stopping.done()
        await stopping


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("TRUSTED_PROXIES", "10.0.0.0/33"),
        ("TRUSTED_PROXIES", "proxy.example"),
        ("RATE_LIMIT_SESSION", "many"),
        ("PORT", "70000"),
        ("RING_EVENTS", "0"),
    ],
)
def test_a_wrong_variable_is_named(name: str, text: str) -> None:
    with pytest.raises(SettingsError, match=f"FRONTDESK_{name}: "):
        Runtime({f"FRONTDESK_{name}": text}).settings(GatewaySettings)
