"""A WhatsApp number is switched on by a PIN, and by no other afterwards."""

import httpx
import pytest

from tests.services.simulator.meta import MetaChannel, error


async def register(whatsapp: MetaChannel, pin: object, product: str = "whatsapp") -> httpx.Response:
    """The call that registers the number."""
    body = {"messaging_product": product, "pin": pin}
    return await whatsapp.graph.post(f"/{whatsapp.provider_id}/register", json=body)


async def test_a_number_sends_nothing_before_it_is_registered(whatsapp: MetaChannel) -> None:
    await whatsapp.control("PATCH", "", {"registered": False, "late_errors": False})
    await whatsapp.happen()
    assert error(await whatsapp.send())[:2] == (400, 133010)
    fields = {"fields": "status,platform_type"}
    told = (await whatsapp.graph.get(f"/{whatsapp.provider_id}", params=fields)).json()
    assert (told["status"], told["platform_type"]) == ("PENDING", "NOT_APPLICABLE")
    assert (await register(whatsapp, "012345")).json() == {"success": True}
    assert (await whatsapp.send()).status_code == 200
    assert (await register(whatsapp, "012345")).status_code == 200
    assert error(await register(whatsapp, "543210"))[:2] == (400, 133005)
    told = (await whatsapp.graph.get(f"/{whatsapp.provider_id}", params=fields)).json()
    assert (told["status"], told["platform_type"]) == ("CONNECTED", "CLOUD_API")


@pytest.mark.parametrize("pin", ["12345", "1234567", "12345a", 123456, None], ids=str)
async def test_a_pin_has_six_digits(whatsapp: MetaChannel, pin: object) -> None:
    assert error(await register(whatsapp, pin))[:2] == (400, 100)
    assert error(await register(whatsapp, "123456", "messenger"))[:2] == (400, 100)
