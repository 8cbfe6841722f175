"""What became of a message of the account."""

from frontdesk.channels.v1 import inbound_pb2 as pb
from libs.channels.fields import Fields
from libs.channels.whatsapp.refusals import code_of

# Their word → ours. A recording that was played was read before, a message that was read was delivered before.
STATES = {"sent": "sent", "delivered": "delivered", "read": "read", "played": "read", "failed": "failed"}
_PRICING = {"pricing_model": "model", "type": "type", "category": "category"}


def receipt(item: Fields) -> pb.Receipt:
    """A status that STATES knows."""
    error = next(iter(item.sections("errors")), Fields({}))
    failed = item.text("status") == "failed"
    return pb.Receipt(
        state=STATES[item.text("status")],
        provider_message_ids=[item.identifier("id")],
        reference=item.text("biz_opaque_callback_data"),
        failure_code=_code(error) if failed else "",
        failure_detail=words(error) if failed else "",
        pricing=_pricing(item.optional("pricing")),
    )


def status_key(item: Fields) -> str:
    """The same for every delivery of a status. In a group each reader has one."""
    recipient = item.text("recipient_id") or item.text("recipient_user_id")
    reader = item.text("recipient_participant_id") or item.text("recipient_participant_user_id")
    return "/".join(filter(None, (item.identifier("id"), item.text("status"), recipient, reader)))


def words(error: Fields) -> str:
    """What WhatsApp says of an error, with its number."""
    detail = error.optional("error_data").text("details") or error.text("details")
    said = dict.fromkeys(filter(None, (error.text("title"), error.text("message"), detail)))
    number = error.signed("code")
    return "; ".join(said)[:900] + (f" ({number})" if number else "")


def _code(error: Fields) -> str:
    # 0 is a number of WhatsApp's, too.
    number = error.values.get("code")
    return code_of(number) if type(number) is int else "rejected"


def _pricing(pricing: Fields) -> dict[str, str]:
    told = {ours: pricing.text(theirs) for theirs, ours in _PRICING.items()}
    billable = pricing.values.get("billable")
    told["billable"] = str(billable).lower() if isinstance(billable, bool) else ""
    return {name: value for name, value in told.items() if value}
