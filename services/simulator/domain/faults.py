"""Fault switches: what goes wrong at an endpoint, for how many calls, how likely."""

from random import Random
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

# LINE's endpoints, then the Graph API's, then a shop's; profile and content are of both platforms.
Endpoint = Literal[
    "*", "reply", "push", "profile", "group", "content", "info", "quota", "validate", "webhook_endpoint",
    "messages", "sender_action", "account", "templates", "subscriptions", "oauth",
    "answers",
]  # fmt: skip
Probability = Annotated[float, Field(ge=0, le=1)]


class FaultRule(BaseModel):
    """One switch. The first rule that fits a call decides; a rule without `times` stays until it is removed.

    slow waits `delay_ms` (plus up to `jitter_ms`) before it answers; status answers with an error, after
    carrying the request out when `accepted` is true; lost_answer carries it out and closes the connection;
    drop closes the connection and does nothing. A delay may be added to any of them.
    """

    model_config = ConfigDict(extra="forbid")

    endpoint: Endpoint = "*"
    action: Literal["slow", "status", "lost_answer", "drop"]
    status: Annotated[int, Field(ge=400, le=599)] | None = None
    message: str | None = None
    # The Graph API's error code and subcode of a status; the usual ones of the status when left out.
    code: int | None = None
    subcode: int | None = None
    # Sent as Retry-After with a status, in seconds.
    retry_after: Annotated[int, Field(ge=0)] | None = None
    accepted: bool = False
    delay_ms: Annotated[int, Field(ge=0, le=600_000)] = 0
    jitter_ms: Annotated[int, Field(ge=0, le=600_000)] = 0
    # Wait before the request is carried out rather than after it.
    delay_first: bool = False
    # Only calls for this chat (user, group or room).
    chat_id: str | None = None
    # Let this many fitting calls pass first.
    skip: Annotated[int, Field(ge=0)] = 0
    # Then act on this many; None is all.
    times: Annotated[int, Field(ge=1)] | None = None
    probability: Probability = 1.0

    @model_validator(mode="after")
    def _complete(self) -> "FaultRule":
        if self.action == "status" and self.status is None:
            raise ValueError("action status needs a status, 400 to 599")
        if self.action == "slow" and self.delay_ms + self.jitter_ms == 0:
            raise ValueError("action slow needs delay_ms or jitter_ms")
        return self

    def seconds(self, random: Random) -> float:
        """How long to wait this time."""
        return (self.delay_ms + random.uniform(0, self.jitter_ms)) / 1000

    def matches(self, endpoint: str, chat_id: str | None) -> bool:
        """Whether a call is one of those this rule is about."""
        return self.endpoint in ("*", endpoint) and self.chat_id in (None, chat_id)


class FaultBook:
    """The rules of one account, in the order they were added."""

    def __init__(self, random: Random | None = None) -> None:
        self.random = random or Random(0)  # noqa: S311 - faults should be repeatable, not secret
        self._rules: dict[str, FaultRule] = {}
        self._counter = 0

    def add(self, rule: FaultRule) -> str:
        """Switches a fault on; returns its id."""
        self._counter += 1
        rule_id = f"fault-{self._counter}"
        self._rules[rule_id] = rule
        return rule_id

    def rules(self) -> dict[str, FaultRule]:
        """What is switched on, by id, with the calls still to come in skip and times."""
        return dict(self._rules)

    def remove(self, rule_id: str) -> bool:
        """Switches one off; whether it was on."""
        return self._rules.pop(rule_id, None) is not None

    def clear(self) -> None:
        """Switches everything off."""
        self._rules.clear()

    def pick(self, endpoint: str, chat_id: str | None) -> FaultRule | None:
        """What goes wrong with this call, if anything; uses the rule up by one."""
        for rule_id, rule in self._rules.items():
            if not rule.matches(endpoint, chat_id):
                continue
            if rule.skip > 0:
                self._rules[rule_id] = rule.model_copy(update={"skip": rule.skip - 1})
                continue
            if rule.probability < 1 and self.random.random() >= rule.probability:
                continue
            self._use(rule_id, rule)
            return rule
        return None

    def _use(self, rule_id: str, rule: FaultRule) -> None:
        if rule.times is None:
            return
        if rule.times <= 1:
            del self._rules[rule_id]
        else:
            self._rules[rule_id] = rule.model_copy(update={"times": rule.times - 1})
