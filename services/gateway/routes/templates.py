"""Templates of an account."""

from frontdesk.delivery.v1 import delivery_pb2 as pb
from services.gateway.domain.present.templates import TemplatePage, templates
from services.gateway.routes.dependencies import PageToken, SignedInDep, Word, noun_router, operation

router = noun_router("channel accounts")
# The platform is asked, unless it was a moment ago.
_PATIENCE = 30


@router.get(
    "/channel-accounts/{account_id}/templates",
    **operation("frontdesk.delivery.v1.DeliveryService/ListTemplates", 404, 409),
)
async def list_templates(
    account_id: Word, acting: SignedInDep, page_token: PageToken = "", refresh: bool = False
) -> TemplatePage:
    """The messages the platform approved for this account, and those it has not; empty where the channel has none.
    `refresh` asks the platform although the last answer is fresh."""
    request = pb.ListTemplatesRequest(account_id=account_id, page_token=page_token, refresh=refresh)
    return templates(await acting.delivery.ListTemplates(request, timeout=_PATIENCE))
