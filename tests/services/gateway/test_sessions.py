"""Sessions of the public API, with the real services behind: tokens, the browser's cookie, signing out."""

import base64
import json
from collections.abc import AsyncIterator

import httpx
import pytest

from services.gateway.routes.sessions import COOKIE
from tests.support.stack import Stack
from tests.support.wait import eventually

DAY = 86_400


@pytest.fixture
async def client(stack: Stack) -> AsyncIterator[httpx.AsyncClient]:
    """A browser without a session, and a clock that is right again afterwards."""
    async with httpx.AsyncClient(base_url=f"{stack.url}/api/v1", trust_env=False, timeout=30) as made:
        yield made
    stack.set_clock(0)


async def sign_in(client: httpx.AsyncClient, email: str = "agent@demo.test") -> httpx.Response:
    answer = await client.post("/sessions", json={"email": email, "password": "frontdesk"})
    assert answer.status_code == 201, answer.text
    return answer


def bearer(answer: httpx.Response) -> dict[str, str]:
    return {"Authorization": f"Bearer {answer.json()['access_token']}"}


async def test_signing_in_tells_who_what_and_how_long(client: httpx.AsyncClient) -> None:
    body = (await sign_in(client)).json()
    assert body["token_type"] == "Bearer"
    assert 590 < body["expires_in"] <= 600
    assert body["teammate"]["email"] == "agent@demo.test"
    assert body["teammate"]["role"] == "cs_agent"
    assert body["tenant"]["slug"] == "demo"
    assert "send_messages" in body["permissions"]
    assert body["expires_at"].endswith("Z")
    me = await client.get("/me", headers={"Authorization": f"Bearer {body['access_token']}"})
    assert me.json() == {key: body[key] for key in ("teammate", "tenant", "permissions")}


async def test_a_wrong_password_and_an_unknown_email_look_alike(client: httpx.AsyncClient) -> None:
    answers = [
        await client.post("/sessions", json={"email": email, "password": "wrong"})
        for email in ("agent@demo.test", "nobody@demo.test")
    ]
    assert [answer.status_code for answer in answers] == [401, 401]
    assert answers[0].json() == answers[1].json()


async def test_the_cookie_is_for_one_address_and_no_script(client: httpx.AsyncClient) -> None:
    cookie = (await sign_in(client)).headers["set-cookie"]
    attributes = {part.strip().lower() for part in cookie.split(";")[1:]}
    assert cookie.startswith(f"{COOKIE}=")
    assert {"httponly", "samesite=strict", "path=/api/v1/sessions:refresh"} <= attributes
    assert "secure" not in attributes


async def test_a_browser_refreshes_by_its_cookie(client: httpx.AsyncClient) -> None:
    first = await sign_in(client)
    second = await client.post(
        "/sessions:refresh", json={}, headers={"Origin": str(client.base_url.copy_with(path=""))}
    )
    assert second.status_code == 200
    assert second.json()["session_id"] == first.json()["session_id"]
    assert (await client.get("/me", headers=bearer(second))).status_code == 200
    # The cookie was replaced: the next refresh works as well, also without any body.
    assert (await client.post("/sessions:refresh")).status_code == 200


async def test_a_program_refreshes_by_the_body(client: httpx.AsyncClient) -> None:
    token = (await sign_in(client)).json()["refresh_token"]
    client.cookies.clear()
    renewed = await client.post("/sessions:refresh", json={"refresh_token": token})
    assert renewed.status_code == 200
    assert renewed.json()["refresh_token"] != token
    client.cookies.clear()
    assert (await client.post("/sessions:refresh", json={})).status_code == 401
    assert (await client.post("/sessions:refresh", json={"refresh_token": "made-up"})).status_code == 401


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
async def test_a_foreign_page_cannot_use_the_cookie(client: httpx.AsyncClient, headers: dict[str, str]) -> None:
    await sign_in(client)
    refused = await client.post("/sessions:refresh", json={}, headers=headers)
    assert refused.status_code == 403
    assert "set-cookie" not in refused.headers


async def test_signing_out_ends_both_tokens_and_the_cookie(client: httpx.AsyncClient) -> None:
    answer = await sign_in(client)
    out = await client.delete("/sessions/current", headers=bearer(answer))
    assert out.status_code == 204
    assert out.content == b""
    assert "Max-Age=0" in out.headers["set-cookie"]
    assert COOKIE not in client.cookies
    assert (await client.get("/me", headers=bearer(answer))).status_code == 401
    spent = {"refresh_token": answer.json()["refresh_token"]}
    assert (await client.post("/sessions:refresh", json=spent)).status_code == 401


async def test_an_access_token_ends_after_ten_minutes(stack: Stack, client: httpx.AsyncClient) -> None:
    answer = await sign_in(client)
    stack.set_clock(599)
    assert (await client.get("/me", headers=bearer(answer))).status_code == 200
    stack.set_clock(602)
    refused = await client.get("/me", headers=bearer(answer))
    assert refused.status_code == 401
    assert refused.headers["www-authenticate"] == "Bearer"


async def test_an_access_token_cannot_be_altered(client: httpx.AsyncClient) -> None:
    head, claims, signature = (await sign_in(client)).json()["access_token"].split(".")
    forged = json.loads(base64.urlsafe_b64decode(claims + "=="))
    forged["tid"] = "01a20038-e629-7c65-9c4b-f774a2f57fa6"
    altered = base64.urlsafe_b64encode(json.dumps(forged).encode()).decode().rstrip("=")
    unsigned = base64.urlsafe_b64encode(b'{"alg":"none","typ":"JWT"}').decode().rstrip("=")
    for token in (f"{head}.{altered}.{signature}", f"{unsigned}.{altered}.", f"{head}.{claims}.AAAA"):
        assert (await client.get("/me", headers={"Authorization": f"Bearer {token}"})).status_code == 401


async def test_an_access_token_is_no_service_token(stack: Stack, client: httpx.AsyncClient) -> None:
    """And the other way round: what the gateway signs for services opens nothing at its own door."""
    service_token = stack.issuer("gateway").issue("tenants")
    assert (await client.get("/me", headers={"Authorization": f"Bearer {service_token}"})).status_code == 401


@pytest.mark.rule(105)
async def test_a_new_role_counts_for_the_next_request(client: httpx.AsyncClient) -> None:
    admin, agent = await sign_in(client, "admin@demo.test"), await sign_in(client, "agent3@demo.test")
    path = f"/teammates/{agent.json()['teammate']['id']}"
    assert (await client.get("/audit-entries", headers=bearer(agent))).status_code == 403
    raised = await client.patch(path, json={"role": "admin"}, headers=bearer(admin))
    assert raised.json()["teammate"]["role"] == "admin"
    assert (await client.get("/audit-entries", headers=bearer(agent))).status_code == 200
    await client.patch(path, json={"role": "cs_agent"}, headers=bearer(admin))
    assert (await client.get("/audit-entries", headers=bearer(agent))).status_code == 403


@pytest.mark.rule(109)
async def test_a_disabled_teammate_is_out_at_once(client: httpx.AsyncClient) -> None:
    admin, agent = await sign_in(client, "admin@demo.test"), await sign_in(client, "agent2@demo.test")
    path = f"/teammates/{agent.json()['teammate']['id']}"
    disabled = await client.post(f"{path}:disable", headers=bearer(admin))
    assert disabled.json()["teammate"]["state"] == "disabled"
    assert (await client.get("/me", headers=bearer(agent))).status_code == 401
    assert (await client.post(f"{path}:enable", headers=bearer(admin))).status_code == 200
    assert (await client.get("/me", headers=bearer(await sign_in(client, "agent2@demo.test")))).status_code == 200


async def test_a_forgotten_password_is_answered_alike_and_mailed(stack: Stack, client: httpx.AsyncClient) -> None:
    for email in ("agent@demo.test", "nobody@demo.test"):
        answer = await client.post("/password-resets", json={"email": email, "language": "en"})
        assert (answer.status_code, answer.content) == (202, b"")

    async def token() -> str:
        mails = (await client.get(f"{stack.simulator_url}/control/mailbox")).json()["mails"]
        assert [mail["to"] for mail in mails] == [["agent@demo.test"]]
        mail = (await client.get(f"{stack.simulator_url}/control/mailbox/{mails[0]['id']}")).json()
        return str(mail["text"]).partition("token=")[2].split()[0]

    body = {"token": await eventually(token), "password": "correct horse battery 7"}
    assert (await client.post("/password-resets:complete", json=body)).status_code == 204
    assert (await client.post("/password-resets:complete", json=body)).status_code == 422
    signed_in = await client.post("/sessions", json={"email": "agent@demo.test", "password": body["password"]})
    assert signed_in.status_code == 201
