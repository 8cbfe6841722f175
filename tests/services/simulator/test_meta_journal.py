"""A simulator that was killed knows Meta's accounts, people, messages and grants again."""

from pathlib import Path

import httpx

from libs.clock.clock import FixedClock
from services.simulator.domain.meta.accounts import DEMO_APP
from tests.services.simulator.desk import Desk
from tests.services.simulator.meta import PROVIDERS, SECRET, MetaChannel
from tests.services.simulator.platform import running


async def test_everything_is_known_again(tmp_path: Path, clock: FixedClock, desk: Desk) -> None:
    async with running(tmp_path, clock) as before:
        page = MetaChannel(before, "facebook", "shop-facebook", PROVIDERS["facebook"])
        await page.register(desk.url)
        await page.control("PUT", f"users/{await page.person()}", {"display_name": "May"})
        await page.happen(user=await page.person("May"))
        answer = (await page.send("hello", to=await page.person("May"))).json()
        query = {"client_id": DEMO_APP, "redirect_uri": "https://desk.example/", "scope": "pages_messaging"}
        dialog = f"{before.url}/graph/v23.0/dialog/oauth"
        back = await before.http.post(dialog, params=query, data={"answer": "allow", "account": page.account_id})
        code = httpx.URL(back.headers["location"]).params["code"]
        given = query | {"client_secret": SECRET, "code": code}
        token = (await page.graph.get("/oauth/access_token", params=given)).json()["access_token"]
        ledger = await page.ledger()
        await page.close()

    async with running(tmp_path, clock) as after:
        page = MetaChannel(after, "facebook", "shop-facebook", PROVIDERS["facebook"])
        assert await page.ledger() == ledger
        assert ledger[1]["message_id"] == answer["message_id"]
        # The window is open still, for it is known who wrote when.
        assert (await page.send("again", to=await page.person("May"))).status_code == 200
        pages = await page.graph.get("/me/accounts", headers={"Authorization": f"Bearer {token}"})
        assert [one["id"] for one in pages.json()["data"]] == [page.provider_id]
        await page.control("DELETE", "")
        await page.close()

    async with running(tmp_path, clock) as emptied:
        assert await emptied.control("GET", "facebook/accounts") == {"accounts": []}
