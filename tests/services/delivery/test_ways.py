"""Free replies first, pushes after them, and what the platform refuses."""

from tests.services.delivery.shop import Shop


async def test_a_reply_goes_first_and_free_then_pushes(shop: Shop) -> None:
    mei = await shop.contact()
    first = await shop.send(mei, "first", reply=await shop.reply_token(mei))
    second = await shop.send(mei, "second")
    assert [(await shop.ended(request)).method for request in (first, second)] == ["reply", "push"]
    assert shop.states(first) == shop.states(second) == ["sending", "sent"]
    received = await shop.received()
    assert [(entry["text"], entry["method"]) for entry in received] == [("first", "reply"), ("second", "push")]
    told = [(await shop.ended(request)).provider_message_id for request in (first, second)]
    assert told == [entry["message_id"] for entry in received]
