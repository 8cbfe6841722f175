"""What is no message: new numbers and ids, calls, preferences, and what befalls the account."""

from collections.abc import Iterator, Mapping
from typing import Any

from frontdesk.channels.v1 import inbound_pb2 as pb
from libs.channels.text import clean_text
from libs.channels.whatsapp.people import Event, aliases_of
from libs.channels.whatsapp.statuses import words

# Fields of changes that are kept for the account's history. Other ones are parked until somebody needs them.
ACCOUNT_FIELDS = frozenset(
    {
        "account_alerts",
        "account_review_update",
        "account_update",
        "business_capability_update",
        "message_template_components_update",
        "message_template_quality_update",
        "message_template_status_update",
        "phone_number_name_update",
        "phone_number_quality_update",
        "security",
        "template_category_update",
    }
)
_MOST_FIELDS = 30
_LONGEST_FIELD = 500


def system(event: Event) -> pb.AliasChanged | pb.Notice:
    """The person has another number or id from now on; or WhatsApp tells something else about the chat."""
    told = event.item.section("system")
    new = aliases_of(told.text("wa_id") or told.text("new_wa_id"), told.text("user_id"), told.text("parent_user_id"))
    if new and told.text("type").startswith(("user_changed", "customer_changed")):
        return pb.AliasChanged(aliases=new, text=told.text("body"))
    return pb.Notice(kind=told.text("type") or "system", fields=_named({"text": told.text("body")}))


def user_id_changed(event: Event) -> pb.AliasChanged:
    """The same, announced by itself."""
    item = event.item
    new = item.section("user_id").identifier("current"), item.optional("parent_user_id").text("current")
    return pb.AliasChanged(aliases=aliases_of("", *new), text=item.text("detail"))


def call(event: Event) -> pb.Notice:
    """Somebody calls, or hung up."""
    item = event.item
    told = {name: item.text(name) for name in ("id", "event", "direction", "status", "start_time", "end_time")}
    return pb.Notice(kind="call", fields=_named(told | {"duration": str(item.whole("duration") or "")}))


def call_status(event: Event) -> pb.Notice:
    """A call of the account rings, was taken or refused."""
    item = event.item
    return pb.Notice(kind="call", fields=_named({"id": item.text("id"), "status": item.text("status")}))


def preference(event: Event) -> pb.Notice:
    """The person wants marketing messages, or no more."""
    item = event.item
    return pb.Notice(
        kind="user_preferences", fields=_named({name: item.text(name) for name in ("category", "value", "detail")})
    )


def reaction_echo(event: Event) -> pb.Notice:
    """An emoji that the shop set in its own app."""
    reaction = event.item.section("reaction")
    told = {"message_id": reaction.identifier("message_id"), "emoji": reaction.text("emoji")}
    return pb.Notice(kind="own_reaction", fields=_named(told))


def error(event: Event) -> pb.Notice:
    """Something that WhatsApp could not pass on."""
    item = event.item
    return pb.Notice(kind="error", fields=_named({"code": str(item.signed("code")), "text": words(item)}))


def account_change(event: Event) -> pb.Notice:
    """A field of ACCOUNT_FIELDS, with what it says in a flat form: "ban_info.waba_ban_state"."""
    told = dict(pair for pair, _ in zip(_flat("", event.item.values), range(_MOST_FIELDS), strict=False))
    return pb.Notice(kind=event.text("field"), fields=_named(told))


def _flat(path: str, value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _flat(f"{path}.{name}" if path else name, inner)
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from _flat(f"{path}.{number}", inner)
    elif value is not None:
        yield path, str(value).lower() if isinstance(value, bool) else str(value)[:_LONGEST_FIELD]


def _named(told: Mapping[str, str]) -> dict[str, str]:
    return {clean_text(name)[:100]: clean_text(text) for name, text in told.items() if text}
