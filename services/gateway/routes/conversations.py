"""The inbox."""

from typing import Annotated, Literal
from uuid import UUID

from fastapi import Query

from frontdesk.conversations.v1 import conversations_pb2 as pb
from frontdesk.delivery.v1 import delivery_pb2 as delivery
from services.gateway.domain.present.common import NO_NUL
from services.gateway.domain.present.conversations import (
    STATUS_VALUES,
    AdSources,
    Conversation,
    ConversationPage,
    HistoryPage,
    Status,
    UnreadCount,
    ad_sources,
    conversation,
    conversations,
    history,
)
from services.gateway.routes.dependencies import (
    Flag,
    PageSize,
    PageToken,
    Several,
    ShortWord,
    SignedInDep,
    noun_router,
    operation,
)

router = noun_router("conversations")
_SERVICE = "frontdesk.conversations.v1.ConversationsService"
_UUID = "[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}"
_ORDERS = "order"
_AdId = Annotated[str, Query(max_length=300, pattern=NO_NUL, description="ad_id of GET /ad-sources.")]
_Tab = Annotated[Literal["", "shop", "order"], Query()]
_Assignee = Annotated[str, Query(pattern=f"^(me|none|{_UUID}|)$", description='"me", "none", or a teammate\'s id.')]


@router.get("/conversations", **operation(f"{_SERVICE}/ListConversations"))
async def list_conversations(
    acting: SignedInDep,
    status: Annotated[list[Status], Query(max_length=10), Several] = [],  # noqa: B006 - copied by FastAPI
    channel: Annotated[list[ShortWord], Query(max_length=20), Several] = [],  # noqa: B006
    account_id: Annotated[list[ShortWord], Query(max_length=100), Several] = [],  # noqa: B006
    unread: Flag = False,
    starred: Flag = False,
    archived: Flag = False,
    assignee: _Assignee = "",
    from_ad: Flag = False,
    ad_id: _AdId = "",
    tab: _Tab = "",
    page_size: PageSize = 0,
    page_token: PageToken = "",
) -> ConversationPage:
    """The conversations you may see, newest first. Several values of one filter mean any of them; none means all.

    Archived ones are listed only when asked for, and then alone. tab: "order" is messages about orders, "shop" all the
    others; with tab=order channel is left aside.
    """
    # Taken before the list is read, so that nothing falls between the list and the stream.
    cursor = str(acting.desk.hub.cursor)
    request = pb.ListConversationsRequest(
        page_size=page_size,
        page_token=page_token,
        statuses=[STATUS_VALUES[name] for name in status],
        channels=[_ORDERS] if tab == "order" else channel,
        without_channels=[_ORDERS] if tab == "shop" else [],
        account_ids=account_id,
        unread_only=unread,
        starred_only=starred,
        archived=archived,
        assignee=assignee.lower(),
        from_ad=from_ad,
        ad_id=ad_id,
    )
    return conversations(await acting.conversations.ListConversations(request), cursor)


@router.get("/conversations:count-unread", **operation(f"{_SERVICE}/CountUnread"))
async def count_unread(acting: SignedInDep) -> UnreadCount:
    """How many conversations you may see have something unread."""
    answer = await acting.conversations.CountUnread(pb.CountUnreadRequest())
    return UnreadCount(conversations=answer.conversations)


@router.get("/ad-sources", **operation(f"{_SERVICE}/ListAdSources"))
async def list_ad_sources(acting: SignedInDep) -> AdSources:
    """The newest ads that customers of conversations you may see came from, at most ten."""
    return ad_sources(await acting.conversations.ListAdSources(pb.ListAdSourcesRequest()))


@router.get("/conversations/{conversation_id:uuid}", **operation(f"{_SERVICE}/GetConversation", 404))
async def get_conversation(conversation_id: UUID, acting: SignedInDep) -> Conversation:
    """One conversation, as the inbox shows it."""
    request = pb.GetConversationRequest(conversation_id=str(conversation_id))
    return conversation((await acting.conversations.GetConversation(request)).conversation)


@router.post(
    "/conversations/{conversation_id:uuid}:take-over", **operation(f"{_SERVICE}/TakeOverConversation", 404, 409)
)
async def take_over(conversation_id: UUID, acting: SignedInDep) -> Conversation:
    """Put an open conversation into your processing list. Repeating it changes nothing."""
    request = pb.TakeOverConversationRequest(conversation_id=str(conversation_id))
    return conversation((await acting.conversations.TakeOverConversation(request)).conversation)


@router.post("/conversations/{conversation_id:uuid}:open", **operation(f"{_SERVICE}/OpenConversation", 404))
async def open_conversation(conversation_id: UUID, acting: SignedInDep) -> Conversation:
    """What looking at a conversation does: it is read now, if you are one who may answer it."""
    request = pb.OpenConversationRequest(conversation_id=str(conversation_id))
    return conversation((await acting.conversations.OpenConversation(request)).conversation)


@router.post(
    "/conversations/{conversation_id:uuid}:typing",
    status_code=204,
    **operation("frontdesk.delivery.v1.DeliveryService/SendTyping", 404),
)
async def show_typing(conversation_id: UUID, acting: SignedInDep) -> None:
    """Show the customer that somebody writes, where the platform can. Nothing happens where it cannot, or where it was
    asked in the last five seconds."""
    request = pb.GetConversationRequest(conversation_id=str(conversation_id))
    row = (await acting.conversations.GetConversation(request)).conversation
    await acting.delivery.SendTyping(delivery.SendTypingRequest(account_id=row.account_id, contact_id=row.customer.id))


@router.get("/conversations/{conversation_id:uuid}/history", **operation(f"{_SERVICE}/ListHistory", 404))
async def list_history(
    conversation_id: UUID, acting: SignedInDep, page_size: PageSize = 0, page_token: PageToken = ""
) -> HistoryPage:
    """Who handled the conversation when, and what changed."""
    request = pb.ListHistoryRequest(conversation_id=str(conversation_id), page_size=page_size, page_token=page_token)
    return history(await acting.conversations.ListHistory(request))
