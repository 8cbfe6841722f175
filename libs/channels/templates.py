"""Messages that the platform approved beforehand."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Template:
    """A template the platform knows. `status`: "approved", "pending", "rejected", "paused", "disabled". `components`
    in the platform's form."""

    name: str
    language: str
    status: str
    category: str
    components: Sequence[Mapping[str, Any]]
    provider_id: str = ""


@dataclass(frozen=True, slots=True)
class TemplatePage:
    """Templates and where the next page begins, "" after the last."""

    templates: Sequence[Template]
    after: str = ""


@dataclass(frozen=True, slots=True)
class TemplateButton:
    """A button under a template; `kind` as the platform calls it ("QUICK_REPLY", "URL")."""

    kind: str
    text: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class TemplateVariable:
    """A gap in a template. `component`: "header", "body" or "buttons"; `index`: its place among that component's
    values, from 0. `kind`: "text", or what the address given as value holds: "image", "video", "document"."""

    component: str
    index: int
    name: str
    example: str = ""
    kind: str = "text"


@dataclass(frozen=True, slots=True)
class TemplateView:
    """A template as people see it; texts hold their variables as {{1}} or {{name}}, "" without the part. `header` is
    the platform's name of a header that is no text ("IMAGE"). `obstacle` says why it cannot be sent from here."""

    header: str
    body: str
    footer: str
    buttons: Sequence[TemplateButton]
    variables: Sequence[TemplateVariable]
    obstacle: str = ""
