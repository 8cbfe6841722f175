"""The templates an account has, page by page, as the Graph API lists them under a business account or a page."""

from libs.channels.accounts import Credentials
from libs.channels.fields import Fields
from libs.channels.meta import requests
from libs.channels.outcomes import Outcome
from libs.channels.templates import Template, TemplatePage
from libs.channels.wire import HttpRequest

_A_PAGE = "100"
_FIELDS = "id,name,language,status,category,components"
# Their word → ours; what is not listed here cannot be sent.
_STATUSES = {
    "APPROVED": "approved",
    "PENDING": "pending",
    "IN_APPEAL": "pending",
    "REJECTED": "rejected",
    "PAUSED": "paused",
    "LIMIT_EXCEEDED": "paused",
}


def build_templates(owner: str, after: str, credentials: Credentials) -> HttpRequest:
    """A page of what the owner has, approved or not."""
    page = {"after": after} if after else {}
    path = requests.node(owner, "message_templates")
    return requests.get(requests.GRAPH, path, "templates", credentials, fields=_FIELDS, limit=_A_PAGE, **page)


def read_templates(found: Fields | Outcome) -> TemplatePage | Outcome:
    """Templates that have a name and a language. found: the answer's object, or why there is none."""
    if isinstance(found, Outcome):
        return found
    paging = found.optional("paging")
    more = paging.optional("cursors").text("after") if paging.text("next") else ""
    templates = (_template(item) for item in found.sections("data"))
    return TemplatePage([one for one in templates if one.name and one.language], more)


def _template(item: Fields) -> Template:
    components = item.values.get("components")
    return Template(
        name=item.text("name"),
        language=item.text("language"),
        status=_STATUSES.get(item.text("status"), "disabled"),
        category=item.text("category").lower(),
        components=[part for part in components if isinstance(part, dict)] if isinstance(components, list) else [],
        provider_id=item.text("id"),
    )
