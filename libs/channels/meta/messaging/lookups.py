"""Questions to the Graph API that send nothing, and telling it where events go."""

from collections.abc import Sequence

from libs.channels.accounts import AccountInfo
from libs.channels.contacts import Profile
from libs.channels.contents import ContentRef, ContentRequest
from libs.channels.fields import Fields
from libs.channels.meta.messaging.answers import classify
from libs.channels.outcomes import Outcome, Verdict
from libs.channels.wire import Answer, HttpRequest, NoAnswer

# What a page is asked for: its conversations, not what people write below posts. Asking replaces what was asked before,
# so Messenger and the Instagram account of one page ask for the same.
PAGE_FIELDS = (
    "messages",
    "message_echoes",
    "message_edits",
    "message_deliveries",
    "message_reads",
    "message_reactions",
    "messaging_postbacks",
    "messaging_referrals",
    "messaging_optins",
    "messaging_account_linking",
    "messaging_policy_enforcement",
    "messaging_handovers",
    "standby",
)


def read_profile(result: Answer | NoAnswer) -> Profile | Outcome:
    """Name and picture of a customer. Instagram hides them from accounts the customer never wrote to."""
    found = found_in(result)
    if isinstance(found, Outcome):
        return found
    whole = " ".join(filter(None, (found.text("first_name"), found.text("last_name"))))
    return Profile(found.text("name") or whole or found.text("username"), found.text("profile_pic"))


def read_check(result: Answer | NoAnswer) -> AccountInfo | Outcome:
    """The page or Instagram account that the token belongs to."""
    found = found_in(result)
    if isinstance(found, Outcome):
        return found
    picture = found.text("profile_picture_url") or found.optional("picture").optional("data").text("url")
    identifier = found.text("user_id") or found.text("id")
    if not identifier:
        return Outcome(Verdict.RETRY, "platform_error", "the answer names no account")
    return AccountInfo(identifier, found.text("name") or found.text("username"), picture)


def build_content(content: ContentRef) -> ContentRequest | None:
    """The bytes of an attachment: its address is all there is, and it needs no token."""
    if not content.url.startswith(("https://", "http://")):
        return None
    return ContentRequest(HttpRequest("GET", "foreign", content.url, "content", {}))


def subscribed(fields: Sequence[str]) -> dict[str, list[str]]:
    """The body that names the events an account wants."""
    return {"subscribed_fields": list(fields)}


def found_in(result: Answer | NoAnswer) -> Fields | Outcome:
    """The object in an answer. A question changes nothing, so a failure on Meta's side can just be asked again."""
    content = None if isinstance(result, NoAnswer) else result.json_object()
    if isinstance(result, Answer) and 200 <= result.status < 300 and content is not None and "error" not in content:
        return Fields(content)
    outcome = classify(result)
    if outcome.verdict in (Verdict.AMBIGUOUS, Verdict.ACCEPTED):
        return Outcome(Verdict.RETRY, "platform_error", outcome.detail)
    return outcome
