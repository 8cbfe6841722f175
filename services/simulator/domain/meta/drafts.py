"""What a test or a phone says happened on a customer's side, on any of Meta's channels."""

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from services.simulator.domain.meta.accounts import UserId


class Ad(BaseModel):
    """The ad or link somebody came from; what is left out is made up."""

    model_config = ConfigDict(extra="forbid")

    ad_id: str = "120210000000000001"
    # What the shop put into the link.
    ref: str | None = None
    title: str = "夏季新品 8 折"
    body: str = "點這裡和我們聊聊"
    url: str = "https://fb.me/3cr4Wqqkv"
    picture_url: str | None = "https://scontent.example/ad.jpg"
    video_url: str | None = None
    post_id: str | None = "100000000000001_122100000000001"
    product_id: str | None = None
    click_id: str | None = "Aff-n8ZTODiE79d22KtAwQKj9e"
    source: str = "ADS"


class MetaDraft(BaseModel):
    """What happens. Only a user is needed; `details` is merged over the event, `contact` over WhatsApp's contact.

    kind: message, edit, unsend, reaction (emoji "" takes it back), postback, referral, echo (somebody on the account's
    side wrote in Meta's own app; with app_id, in another one), read, delivery; on WhatsApp also status, number_changed
    and user_id_changed. Another kind makes an event of that name with `details` in it.

    type of a message: text, image, video, audio, voice, file, sticker, location, and unsupported everywhere;
    Messenger and Instagram: quick_reply, fallback, template, share, ig_post, ig_reel, reel, story_mention,
    story_reply; WhatsApp: contacts, button, button_reply, list_reply, nfm_reply, order.
    """

    model_config = ConfigDict(extra="forbid")

    user_id: UserId
    kind: Annotated[str, Field(min_length=1, max_length=40)] = "message"
    type: Annotated[str, Field(min_length=1, max_length=40)] = "text"
    text: str | None = None
    # The message that an edit, unsend, reaction, read, delivery or status is about.
    message_id: str | None = None
    quoted_message_id: str | None = None
    # Bytes uploaded before, to be the content of a picture, video, recording or file; a sample when left out.
    upload_id: str | None = None
    file_name: str | None = None
    emoji: str = "❤"
    # What a button or quick reply sends with its text.
    payload: str | None = None
    ad: Ad | None = None
    # Another app answers now.
    standby: bool = False
    forwarded: bool = False
    # Of an echo: the app that sent it, and what it gave along.
    app_id: str | None = None
    metadata: str | None = None
    # Of a status: sent, delivered, read, played or failed; and the code of a failure.
    state: str = "delivered"
    code: int = 131026
    # The number or id somebody has from now on; made up when left out.
    new_id: UserId | None = None
    # Milliseconds; now when left out.
    timestamp: int | None = None
    details: dict[str, Any] = {}
    contact: dict[str, Any] = {}
