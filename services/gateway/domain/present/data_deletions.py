"""People's requests that their data be deleted, as Meta handed them on."""

from datetime import datetime

from pydantic import Field

from frontdesk.ingestion.v1 import deletions_pb2 as pb
from services.gateway.domain.present.common import Model, Page, moment, moment_or_none


class DataDeletionRequest(Model):
    """One request that the shop's own app of Meta has signed."""

    confirmation_code: str = Field(description="What Meta and the person were told.")
    account_id: str
    user_id: str = Field(description="The person's id in that app; Meta gives no other.")
    received_at: datetime = Field(description="It is due 30 days later.")
    done_at: datetime | None = Field(description="null while it is open.")
    done_by: str | None = Field(description="The teammate; null also where the operator did.")


class DataDeletionRequests(Page):
    """The oldest first."""

    requests: list[DataDeletionRequest]


def deletion_request(message: pb.DataDeletionRequest) -> DataDeletionRequest:
    """One of them."""
    return DataDeletionRequest(
        confirmation_code=message.confirmation_code,
        account_id=message.account_id,
        user_id=message.user_id,
        received_at=moment(message.received_at),
        done_at=moment_or_none(message, "done_at"),
        done_by=message.done_by or None,
    )


def deletion_requests(message: pb.ListAccountDataDeletionRequestsResponse) -> DataDeletionRequests:
    """A page of them."""
    return DataDeletionRequests(
        requests=[deletion_request(one) for one in message.requests], next_page_token=message.next_page_token or None
    )
