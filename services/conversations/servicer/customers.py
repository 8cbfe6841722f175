"""The gRPC edge for customers: protos/frontdesk/conversations/v1/customers.proto is its contract."""

from typing import Any

from frontdesk.conversations.v1 import conversations_pb2 as conversations
from frontdesk.conversations.v1 import customers_pb2 as pb
from frontdesk.conversations.v1 import customers_pb2_grpc as grpc_pb
from libs.clock.stamps import timestamp
from libs.rpc.context import current_caller
from libs.rpc.errors import UnauthenticatedError
from services.conversations.models import Message
from services.conversations.service.customers import CustomerService

_DIRECTIONS = {"inbound": conversations.DIRECTION_INBOUND, "outbound": conversations.DIRECTION_OUTBOUND}


class CustomerThreadsServicer(grpc_pb.CustomerThreadsServiceServicer):
    """Serves CustomerThreadsService."""

    def __init__(self, customers: CustomerService) -> None:
        self._customers = customers

    async def ListCustomerMessages(self, request: pb.ListCustomerMessagesRequest, context: Any) -> Any:
        """See the proto."""
        tenant_id = current_caller().tenant_id
        if tenant_id is None:
            raise UnauthenticatedError("This call is made for no tenant.")
        page, conversation_id = await self._customers.list_messages(
            tenant_id, request.account_id, request.alias_kind, request.alias, request.page_size, request.page_token
        )
        return pb.ListCustomerMessagesResponse(
            messages=[_shown(row) for row in page.rows],
            next_page_token=page.next_token,
            conversation_id=str(conversation_id) if conversation_id else "",
        )


def _shown(row: Message) -> pb.CustomerMessage:
    images = [one for one in row.attachments if one.get("kind") == "image" and one.get("state") != "failed"]
    return pb.CustomerMessage(
        id=str(row.id),
        direction=_DIRECTIONS[row.direction],
        text=row.text,
        images=[
            pb.CustomerImage(
                storage_key=one.get("storage_key", ""),
                thumbnail_key=one.get("thumbnail_key", ""),
                file_name=one.get("file_name", ""),
            )
            for one in images
        ],
        sent_at=timestamp(row.sent_at),
        provider_message_id=row.provider_message_id if row.direction == "inbound" else "",
    )
