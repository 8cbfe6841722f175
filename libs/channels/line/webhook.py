"""Questions about LINE's side of the webhook, and the month's messages."""

import json
from collections.abc import Mapping, Sequence

from libs.channels.accounts import Credentials, Quota, WebhookState
from libs.channels.fields import Fields
from libs.channels.line.answers import classify
from libs.channels.line.outbound import HOST, bearer
from libs.channels.outcomes import Outcome, Verdict
from libs.channels.wire import Answer, HttpRequest, NoAnswer

_ENDPOINT = "/v2/bot/channel/webhook/endpoint"
_TEST = "/v2/bot/channel/webhook/test"
_QUOTA = "/v2/bot/message/quota"


def build_webhook(webhook_url: str, test: bool, credentials: Credentials) -> Sequence[HttpRequest]:
    """Sets the address, where one is given, asks what it is, and has LINE call it."""
    body = json.dumps({"endpoint": webhook_url}).encode()
    json_type = bearer(credentials) | {"Content-Type": "application/json"}
    calls = []
    if webhook_url:
        calls.append(HttpRequest("PUT", HOST, _ENDPOINT, "set_webhook", json_type, body))
    calls.append(HttpRequest("GET", HOST, _ENDPOINT, "webhook", bearer(credentials)))
    if test:
        calls.append(HttpRequest("POST", HOST, _TEST, "test_webhook", json_type, body if webhook_url else b"{}"))
    return calls


def read_webhook(results: Mapping[str, Answer | NoAnswer]) -> WebhookState | Outcome:
    """Address, whether it is in use, and how the test went; an account that never had an address has none."""
    if (refused := _refusal(results.get("set_webhook"))) is not None:
        return refused
    state, test = _found(results["webhook"]), results.get("test_webhook")
    if isinstance(state, Outcome):
        return WebhookState("", False) if state.code == "invalid_recipient" else state
    reached = _found(test) if test is not None else None
    if isinstance(reached, Outcome):
        return reached
    detail = " ".join(filter(None, (reached.text("reason"), reached.text("detail")))) if reached else ""
    return WebhookState(
        state.text("endpoint"),
        state.flag("active"),
        reached=reached.flag("success") if reached else None,
        detail=detail,
    )


def build_quota(credentials: Credentials) -> Sequence[HttpRequest]:
    """How many pushes the month has, and how many were used."""
    return (
        HttpRequest("GET", HOST, _QUOTA, "quota", bearer(credentials)),
        HttpRequest("GET", HOST, f"{_QUOTA}/consumption", "quota_used", bearer(credentials)),
    )


def read_quota(results: Mapping[str, Answer | NoAnswer]) -> Quota | Outcome:
    """The month's pushes; the limit is None where there is none."""
    limit, used = _found(results["quota"]), _found(results["quota_used"])
    if isinstance(limit, Outcome):
        return limit
    if isinstance(used, Outcome):
        return used
    return Quota(limit.whole("value") if limit.text("type") == "limited" else None, used.whole("totalUsage"))


def _refusal(result: Answer | NoAnswer | None) -> Outcome | None:
    if result is None or (isinstance(result, Answer) and result.status == 200):
        return None
    return classify(result)


def _found(result: Answer | NoAnswer) -> Fields | Outcome:
    if (refused := _refusal(result)) is not None:
        return refused
    content = result.json_object() if isinstance(result, Answer) else None
    return Fields(content) if content is not None else Outcome(Verdict.RETRY, "platform_error", "the answer was odd")
