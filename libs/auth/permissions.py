"""Roles (rule 105) and what each may do."""

from frontdesk.options.v1.access_pb2 import Permission

_PREFIX = "PERMISSION_"


def permission_name(value: int) -> str:
    """The name used in tokens, REST and screens: PERMISSION_SEND_MESSAGES is "send_messages"."""
    return Permission.Name(Permission.ValueType(value)).removeprefix(_PREFIX).lower()


ALL = frozenset(permission_name(value) for value in Permission.values() if value)

_CS_AGENT = frozenset({"send_messages", "see_chatbot", "start_whatsapp", "edit_customers"})
_CS_MANAGER = _CS_AGENT | {"answer_others", "assign_conversations", "view_all_reports"}

# Sorted as lists of teammates are: the first may do the most.
ROLE_PERMISSIONS: dict[str, frozenset[str]] = {
    "admin": ALL,
    "supervisor": ALL - {"manage_settings"},
    "cs_manager": _CS_MANAGER,
    "cs_agent": _CS_AGENT,
    "sales_manager": frozenset({"send_messages", "answer_others", "edit_customers"}),
    "salesperson": frozenset({"send_messages", "edit_customers"}),
}
ROLES = tuple(ROLE_PERMISSIONS)
CS_ROLES = frozenset({"admin", "supervisor", "cs_manager", "cs_agent"})
