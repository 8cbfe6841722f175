"""People's requests that what the shop stores of them be deleted."""

from frontdesk.ingestion.v1 import deletions_pb2 as pb
from services.gateway.domain.present.data_deletions import (
    DataDeletionRequest,
    DataDeletionRequests,
    deletion_request,
    deletion_requests,
)
from services.gateway.routes.dependencies import Flag, PageSize, PageToken, SignedInDep, Word, noun_router, operation

router = noun_router("data-deletion-requests")
_SERVICE = "frontdesk.ingestion.v1.AccountDataDeletionService"


@router.get("/data-deletion-requests", **operation(f"{_SERVICE}/ListAccountDataDeletionRequests"))
async def list_data_deletion_requests(
    acting: SignedInDep, include_done: Flag = False, page_size: PageSize = 0, page_token: PageToken = ""
) -> DataDeletionRequests:
    """What Meta handed on for the shop's own app, the oldest first; open requests alone unless include_done."""
    request = pb.ListAccountDataDeletionRequestsRequest(
        include_done=include_done, page_size=page_size, page_token=page_token
    )
    return deletion_requests(await acting.deletions.ListAccountDataDeletionRequests(request))


@router.post(
    "/data-deletion-requests/{confirmation_code}:complete",
    **operation(f"{_SERVICE}/CompleteAccountDataDeletionRequest", 404),
)
async def complete_data_deletion_request(confirmation_code: Word, acting: SignedInDep) -> DataDeletionRequest:
    """Say that the person's data has been deleted: the page that they were told shows it. A request that is done
    already stays as it is."""
    request = pb.CompleteAccountDataDeletionRequestRequest(confirmation_code=confirmation_code)
    return deletion_request((await acting.deletions.CompleteAccountDataDeletionRequest(request)).request)
