"""Accounts on the channels."""

from frontdesk.delivery.v1 import delivery_pb2
from frontdesk.tenants.v1 import tenants_pb2 as pb
from services.gateway.domain.present.channel_accounts import (
    AccountCheck,
    ChannelAccount,
    ChannelAccountPage,
    NewChannelAccount,
    NewCredentials,
    channel_accounts,
    check,
    with_health,
)
from services.gateway.routes.dependencies import PageSize, PageToken, SignedInDep, Word, noun_router, operation
from services.gateway.service.desk import Acting
from services.gateway.service.health import health_of

router = noun_router("channel accounts")
_SERVICE = "frontdesk.tenants.v1.ChannelAccountsService"
# The platform is asked, and told, one after the other.
_PATIENCE = 30


@router.get("/channel-accounts", **operation(f"{_SERVICE}/ListChannelAccounts"))
async def list_channel_accounts(
    acting: SignedInDep, page_size: PageSize = 0, page_token: PageToken = ""
) -> ChannelAccountPage:
    """The shop's accounts, each with what waits to be sent and how it is doing."""
    request = pb.ListChannelAccountsRequest(page_size=page_size, page_token=page_token)
    page = await acting.accounts.ListChannelAccounts(request)
    known = await health_of(acting, page.accounts)
    return channel_accounts(page, known, acting.desk.settings.public_url, acting.desk.clock.now())


@router.post("/channel-accounts", status_code=201, **operation(f"{_SERVICE}/CreateChannelAccount", 404, 409, body=True))
async def create_channel_account(new: NewChannelAccount, acting: SignedInDep) -> ChannelAccount:
    """Connect an account that the platform says these credentials belong to. It is told where to send events, where it
    can be told (else health.webhook_problem says so); elsewhere, give it webhook_url. One disconnected earlier comes
    back as it was."""
    answer = await acting.accounts.CreateChannelAccount(
        pb.CreateChannelAccountRequest(
            channel=new.channel, name=new.name, provider_id=new.provider_id, credentials=new.credentials
        ),
        timeout=_PATIENCE,
    )
    return await _shown(acting, answer.account)


@router.post(
    "/channel-accounts/{account_id}:rotate-credentials",
    **operation(f"{_SERVICE}/RotateChannelCredentials", 404, 409, body=True),
)
async def rotate_credentials(account_id: Word, new: NewCredentials, acting: SignedInDep) -> ChannelAccount:
    """Replace the credentials; a queue that the platform had stopped goes on."""
    answer = await acting.accounts.RotateChannelCredentials(
        pb.RotateChannelCredentialsRequest(account_id=account_id, credentials=new.credentials), timeout=_PATIENCE
    )
    return await _shown(acting, answer.account)


@router.post(
    "/channel-accounts/{account_id}:reconnect",
    **operation(f"{_SERVICE}/ReconnectChannelAccount", 404, 409, body=True),
)
async def reconnect_channel_account(account_id: Word, new: NewCredentials, acting: SignedInDep) -> ChannelAccount:
    """Connect again what was disconnected, under the id it had: its history goes on."""
    answer = await acting.accounts.ReconnectChannelAccount(
        pb.ReconnectChannelAccountRequest(account_id=account_id, credentials=new.credentials), timeout=_PATIENCE
    )
    return await _shown(acting, answer.account)


@router.post("/channel-accounts/{account_id}:set-up-webhook", **operation(f"{_SERVICE}/SetUpWebhook", 404, 409))
async def set_up_webhook(account_id: Word, acting: SignedInDep) -> ChannelAccount:
    """Tell the platform again where to send the account's events, and have it try; health.webhook_problem says what
    came of it."""
    answer = await acting.accounts.SetUpWebhook(pb.SetUpWebhookRequest(account_id=account_id), timeout=_PATIENCE)
    return await _shown(acting, answer.account)


@router.post("/channel-accounts/{account_id}:disconnect", **operation(f"{_SERVICE}/DisconnectChannelAccount", 404, 409))
async def disconnect_channel_account(account_id: Word, acting: SignedInDep) -> ChannelAccount:
    """Take no more messages from it and send none. The history stays."""
    answer = await acting.accounts.DisconnectChannelAccount(
        pb.DisconnectChannelAccountRequest(account_id=account_id), timeout=_PATIENCE
    )
    return await _shown(acting, answer.account)


@router.post(
    "/channel-accounts/{account_id}:check",
    **operation("frontdesk.delivery.v1.DeliveryService/CheckChannelAccount", 404, 409),
)
async def check_channel_account(account_id: Word, acting: SignedInDep) -> AccountCheck:
    """Ask the platform whether the stored credentials work."""
    request = delivery_pb2.CheckChannelAccountRequest(account_id=account_id)
    return check(await acting.delivery.CheckChannelAccount(request))


async def _shown(acting: Acting, account: pb.ChannelAccount) -> ChannelAccount:
    known = await health_of(acting, [account])
    return with_health(account, known, acting.desk.settings.public_url, acting.desk.clock.now())
