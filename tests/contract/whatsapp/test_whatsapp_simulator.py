"""The simulator, written from the facts by itself, takes the templates that we fill in, and reads the same in them."""

import json

import pytest

from libs.channels.base import TemplatePage
from libs.channels.wire import Answer
from services.simulator.domain.meta.template_seeds import seeds
from services.simulator.domain.meta.templates import Template, render
from tests.contract.whatsapp.payloads import WHATSAPP

SEEDS = seeds()
PICTURE = "https://desk.example/media/public/x"


@pytest.mark.rule(45)
@pytest.mark.parametrize("seed", SEEDS, ids=lambda seed: f"{seed.name}-{seed.language}")
def test_preview_is_what_the_customer_reads(seed: Template) -> None:
    page = WHATSAPP.read_templates(Answer(200, {}, json.dumps({"data": [seed.as_json()]}).encode()))
    assert isinstance(page, TemplatePage)
    (template,) = page.templates
    assert template.status == seed.status.lower()
    values: dict[str, list[str]] = {}
    for variable in WHATSAPP.view_template(template).variables:
        assert variable.example
        example = "A1024" if variable.component == "buttons" else variable.example
        values.setdefault(variable.component, []).append(example if variable.kind == "text" else PICTURE)
    filled = WHATSAPP.fill_template(template, values)
    assert render(seed, [dict(part) for part in filled.components]) == filled.text
    assert filled.text
