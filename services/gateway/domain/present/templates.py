"""Templates of an account: messages that the platform approved beforehand."""

from typing import Literal

from pydantic import Field

from frontdesk.delivery.v1 import delivery_pb2 as pb
from services.gateway.domain.present.common import Model, Page
from services.gateway.domain.present.links import web_link


class TemplateButton(Model):
    """A button below the message."""

    kind: str = Field(description="As the platform calls it.", examples=["QUICK_REPLY", "URL"])
    text: str
    url: str


class TemplateVariable(Model):
    """A place to be filled in."""

    component: Literal["header", "body", "buttons"]
    index: int = Field(description="Its place among the values of its component, from 0.")
    name: str
    kind: str = Field(description="text, or what the address given as value holds.", examples=["text", "image"])
    example: str


class Template(Model):
    """One template in one language."""

    name: str
    language: str = Field(examples=["zh_TW"])
    status: str = Field(examples=["approved", "pending", "rejected", "paused", "disabled"])
    category: str = Field(examples=["UTILITY"])
    header: str = Field(description="Its text, or the kind of a header that is none: IMAGE, VIDEO, DOCUMENT, LOCATION.")
    body: str = Field(description="With its variables as {{1}} or {{name}}.")
    footer: str
    buttons: list[TemplateButton]
    variables: list[TemplateVariable] = Field(description="In the order in which a message takes their values.")
    obstacle: str | None = Field(description="Why it cannot be sent from here.")


class TemplatePage(Page):
    """As the platform lists them."""

    templates: list[Template]


def templates(page: pb.ListTemplatesResponse) -> TemplatePage:
    """One page."""
    return TemplatePage(
        templates=[_template(one) for one in page.templates], next_page_token=page.next_page_token or None
    )


def _template(row: pb.Template) -> Template:
    return Template(
        name=row.name,
        language=row.language,
        status=row.status,
        category=row.category,
        header=row.header,
        body=row.body,
        footer=row.footer,
        buttons=[TemplateButton(kind=each.kind, text=each.text, url=web_link(each.url) or "") for each in row.buttons],
        variables=[_variable(each) for each in row.variables],
        obstacle=row.obstacle or None,
    )


def _variable(row: pb.TemplateVariable) -> TemplateVariable:
    return TemplateVariable(
        component=row.component,  # type: ignore[arg-type]  # checked when validated
        index=row.index,
        name=row.name,
        kind=row.kind,
        example=row.example,
    )
