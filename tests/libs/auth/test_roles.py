"""Roles and what they may do."""

import pytest

from frontdesk.options.v1.access_pb2 import Permission
from libs.auth.permissions import ALL, CS_ROLES, ROLE_PERMISSIONS, permission_name


@pytest.mark.rule(105)
def test_there_are_six_roles() -> None:
    assert list(ROLE_PERMISSIONS) == [
        "admin",
        "supervisor",
        "cs_manager",
        "cs_agent",
        "sales_manager",
        "salesperson",
    ]


def test_roles_hold_only_permissions_that_exist() -> None:
    assert len(ALL) == len(Permission.values()) - 1
    assert all(permissions <= ALL for permissions in ROLE_PERMISSIONS.values())
    assert ROLE_PERMISSIONS["admin"] == ALL
    assert permission_name(Permission.PERMISSION_SEND_MESSAGES) == "send_messages"


@pytest.mark.rule(105)
def test_everybody_may_send_and_only_admins_may_do_everything() -> None:
    assert all("send_messages" in permissions for permissions in ROLE_PERMISSIONS.values())
    assert [role for role, permissions in ROLE_PERMISSIONS.items() if "manage_settings" in permissions] == ["admin"]


@pytest.mark.rule(27)
def test_what_the_rules_give_to_the_roles_of_customer_service() -> None:
    holders = {
        permission: {role for role, permissions in ROLE_PERMISSIONS.items() if permission in permissions}
        for permission in ("see_chatbot", "start_whatsapp", "assign_conversations")
    }
    assert holders["see_chatbot"] == holders["start_whatsapp"] == CS_ROLES
    assert holders["assign_conversations"] == CS_ROLES - {"cs_agent"}
