"""What a tenant has bought (rule 121)."""

from collections.abc import Mapping
from dataclasses import dataclass

from libs.rpc.errors import InvalidArgumentError


@dataclass(frozen=True, slots=True)
class Plan:
    """entitlements: features that are hidden and refused without. daily_message_quota: messages an account may
    receive in a day before they take the slow lane; 0 = no limit."""

    entitlements: frozenset[str]
    daily_message_quota: int


PLANS: Mapping[str, Plan] = {
    "basic": Plan(frozenset(), 5_000),
    "standard": Plan(frozenset({"coupons", "referral_analytics"}), 50_000),
    "pro": Plan(frozenset({"coupons", "stores", "referral_analytics"}), 0),
}
DEFAULT_PLAN = "standard"


def plan_name(wanted: str) -> str:
    """A known plan's name, the default one for ""."""
    if wanted and wanted not in PLANS:
        raise InvalidArgumentError(f"plan must be one of {', '.join(PLANS)}.", field="plan")
    return wanted or DEFAULT_PLAN


def plan_of(name: str) -> Plan:
    """The plan a tenant's row names; one this version does not know gives what the smallest gives."""
    return PLANS.get(name, PLANS["basic"])
