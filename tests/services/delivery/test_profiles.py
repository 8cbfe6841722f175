"""Names and pictures, asked for off the way that messages take."""

from tests.services.delivery.shop import Contact, Shop
from tests.support.wait import eventually

GROUP = "C" + "1" * 32


async def waiting(shop: Shop) -> int:
    """Fetches that are still to be made."""
    rows = await shop.sql("SELECT count(*) AS n FROM delivery.profile_fetches WHERE tenant_id = $1", shop.id)
    return int(rows[0]["n"])


async def done(shop: Shop) -> bool:
    """Whether no fetch waits."""
    return await waiting(shop) == 0


async def test_a_contacts_profile_is_told(shop: Shop) -> None:
    mei = await shop.contact("林小美")
    await shop.control("PUT", f"line/{shop.account_id}/users/{mei.alias}", {"language": "zh-TW"})
    await shop.seen(mei)
    profile = await shop.profile(mei)
    assert (profile.display_name, profile.language) == ("林小美", "zh-TW")
    assert profile.picture_url.startswith("http")
    assert profile.account_id == shop.account_id
    await eventually(lambda: done(shop))


async def test_many_who_come_at_once_are_told_each_once_and_one_in_trouble_holds_nobody_up(shop: Shop) -> None:
    crowd = [await shop.contact(f"客人{number}") for number in range(20)]
    await shop.fault(endpoint="profile", action="status", status=500, times=1)
    for contact in crowd:
        await shop.seen(contact)
    told = [await shop.profile(contact) for contact in crowd]
    assert [profile.display_name for profile in told] == [f"客人{number}" for number in range(20)]
    await eventually(lambda: done(shop))
    assert len(shop.profiles()) == 20


async def test_a_groups_summary_is_told_and_a_room_has_none(shop: Shop) -> None:
    await shop.control("PUT", f"line/{shop.account_id}/groups/{GROUP}", {"name": "團購"})
    group, room = Contact(GROUP, "line_group"), Contact("R" + "1" * 32, "line_room")
    await shop.seen(room, "room")
    await shop.seen(group, "group")
    assert (await shop.profile(group)).display_name == "團購"
    await eventually(lambda: done(shop))
    assert [call["path"] for call in await shop.calls()] == [f"/v2/bot/group/{GROUP}/summary"]


async def test_who_is_no_friend_has_no_profile(shop: Shop) -> None:
    await shop.seen(Contact("U" + "0" * 32))
    await eventually(lambda: shop.calls("U" + "0" * 32))
    await eventually(lambda: done(shop))
    assert shop.profiles() == []


async def test_a_platform_in_trouble_is_asked_again(shop: Shop) -> None:
    mei = await shop.contact("Mei")
    await shop.fault(endpoint="profile", action="status", status=500, times=1)
    await shop.fault(endpoint="profile", action="drop", times=1)
    await shop.seen(mei)
    assert (await shop.profile(mei)).display_name == "Mei"
    assert len(await shop.calls(mei.alias)) == 3


async def test_what_never_answers_is_given_up(shop: Shop) -> None:
    mei = await shop.contact("Mei")
    await shop.fault(endpoint="profile", action="status", status=500)
    await shop.seen(mei)
    await eventually(lambda: shop.calls(mei.alias))
    for _ in range(8):
        shop.pass_time(120)
        before = len(await shop.calls(mei.alias))
        if await waiting(shop) == 0:
            break

        async def went_on(before: int = before) -> bool:
            return len(await shop.calls(mei.alias)) > before or await waiting(shop) == 0

        await eventually(went_on)
    await eventually(lambda: done(shop))
    assert len(await shop.calls(mei.alias)) <= 9
    assert shop.profiles() == []


async def test_messages_do_not_wait_for_profiles(shop: Shop) -> None:
    mei = await shop.contact()
    await shop.fault(endpoint="profile", action="slow", delay_ms=4000, delay_first=True)
    await shop.seen(mei)
    assert (await shop.ended(await shop.send(mei))).state == "sent"
    assert shop.profiles() == []
    await shop.profile(mei)


async def test_a_stopped_account_is_not_asked_for_profiles(shop: Shop) -> None:
    mei, ken = await shop.contact("Mei"), await shop.contact("Ken")
    await shop.control("PATCH", f"line/{shop.account_id}", {"token_revoked": True})
    await shop.send(mei)
    await shop.account_told("reconnect")
    await shop.seen(ken)
    await eventually(lambda: waiting(shop))
    await shop.control("PATCH", f"line/{shop.account_id}", {"token_revoked": False})
    assert (await shop.check()).ok
    assert (await shop.profile(ken)).display_name == "Ken"
    assert len(await shop.calls(ken.alias)) == 1


async def test_what_nobody_can_ask_for_is_let_go(shop: Shop, other: Shop) -> None:
    stranger = await other.contact()
    await shop.disconnect()
    await shop.seen(stranger)
    await shop.seen(Contact("0912", "phone"))
    await eventually(lambda: done(shop))
    assert shop.profiles() == []
