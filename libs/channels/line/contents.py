"""The way to the bytes of what customers sent: LINE keeps them under the message's id, for a while."""

from urllib.parse import quote

from libs.channels.accounts import Account, Credentials
from libs.channels.contents import ContentLater, ContentRef, ContentRequest
from libs.channels.line.answers import classify, message_of
from libs.channels.line.outbound import bearer
from libs.channels.outcomes import Outcome, Verdict
from libs.channels.wire import Answer, HttpRequest, NoAnswer

DATA_HOST = "line_data"
_PREPARED = frozenset({"video", "audio"})
_ASK_AGAIN_SECONDS = 3.0


def build_content(content: ContentRef, account: Account, credentials: Credentials) -> ContentRequest | None:
    """A picture or file at once; of a video or recording first whether LINE has prepared it."""
    if content.provider_content_id:
        if content.kind in _PREPARED:
            return ContentRequest(_request(content, credentials, "/transcoding", "transcoding"), final=False)
        return _bytes(content, credentials)
    if content.url:
        return ContentRequest(HttpRequest("GET", "foreign", content.url, "foreign_content", {}))
    return None


def read_content_place(
    result: Answer | NoAnswer, content: ContentRef, credentials: Credentials
) -> ContentRequest | ContentLater | Outcome:
    """What LINE says of a video or recording. 404 is for one that needs no preparation; 410 for one taken back."""
    if isinstance(result, NoAnswer) or result.status not in {200, 404}:
        return classify(result)
    status = (result.json_object() or {}).get("status")
    if status == "processing":
        return ContentLater(_ASK_AGAIN_SECONDS)
    if status == "failed":
        return Outcome(Verdict.REJECTED, "rejected", message_of(result))
    return _bytes(content, credentials)


def _bytes(content: ContentRef, credentials: Credentials) -> ContentRequest:
    return ContentRequest(_request(content, credentials, "", "content"))


def _request(content: ContentRef, credentials: Credentials, rest: str, operation: str) -> HttpRequest:
    place = f"/v2/bot/message/{quote(content.provider_content_id, safe='')}/content{rest}"
    return HttpRequest("GET", DATA_HOST, place, operation, bearer(credentials))
