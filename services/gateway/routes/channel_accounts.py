"""Accounts on the channels."""

import asyncio
from collections.abc import Mapping

from frontdesk.delivery.v1 import delivery_pb2
from frontdesk.tenants.v1 import tenants_pb2 as pb
from libs.rpc.errors import FrontdeskError
from services.gateway.domain.present.channel_accounts import (
    AccountCheck,
    ChannelAccount,
    ChannelAccountPage,
    NewChannelAccount,
    NewCredentials,
    by_account,
    channel_account,
    channel_accounts,
    check,
)
from services.gateway.routes.dependencies import PageSize, PageToken, SignedInDep, Word, noun_router, operation
from services.gateway.service.desk import Acting

router = noun_router("channel accounts")
_SERVICE = "frontdesk.tenants.v1.ChannelAccountsService"


@router.get("/channel-accounts", **operation(f"{_SERVICE}/ListChannelAccounts"))
async def list_channel_accounts(
    acting: SignedInDep, page_size: PageSize = 0, page_token: PageToken = ""
) -> ChannelAccountPage:
    """The shop's accounts, each with what waits to be sent."""
    request = pb.ListChannelAccountsRequest(page_size=page_size, page_token=page_token)
    page, queues = await asyncio.gather(acting.accounts.ListChannelAccounts(request), _queues(acting))
    return channel_accounts(page, queues, acting.desk.settings.public_url)


@router.post("/channel-accounts", status_code=201, **operation(f"{_SERVICE}/CreateChannelAccount", 404, 409, body=True))
async def create_channel_account(new: NewChannelAccount, acting: SignedInDep) -> ChannelAccount:
    """Connect an account. Then give the platform its webhook_url. One disconnected earlier comes back as it was."""
    answer = await acting.accounts.CreateChannelAccount(
        pb.CreateChannelAccountRequest(
            channel=new.channel, name=new.name, provider_id=new.provider_id, credentials=new.credentials
        )
    )
    return await _shown(acting, answer.account)


@router.post(
    "/channel-accounts/{account_id}:rotate-credentials",
    **operation(f"{_SERVICE}/RotateChannelCredentials", 404, 409, body=True),
)
async def rotate_credentials(account_id: Word, new: NewCredentials, acting: SignedInDep) -> ChannelAccount:
    """Replace the credentials; a queue that the platform had stopped goes on."""
    answer = await acting.accounts.RotateChannelCredentials(
        pb.RotateChannelCredentialsRequest(account_id=account_id, credentials=new.credentials)
    )
    return await _shown(acting, answer.account)


@router.post("/channel-accounts/{account_id}:disconnect", **operation(f"{_SERVICE}/DisconnectChannelAccount", 404, 409))
async def disconnect_channel_account(account_id: Word, acting: SignedInDep) -> ChannelAccount:
    """Take no more messages from it and send none. The history stays."""
    answer = await acting.accounts.DisconnectChannelAccount(pb.DisconnectChannelAccountRequest(account_id=account_id))
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
    queues = await _queues(acting)
    queue = None if queues is None else queues.get(account.id)
    return channel_account(account, queue, acting.desk.settings.public_url)


async def _queues(acting: Acting) -> Mapping[str, delivery_pb2.AccountQueue] | None:
    """None while delivery does not answer: the accounts are worth showing without."""
    try:
        answer = await acting.delivery.ListAccountQueues(delivery_pb2.ListAccountQueuesRequest(), timeout=2)
    except FrontdeskError:
        return None
    return by_account(answer.queues)
