"""`frontdesk openapi`: the public API's OpenAPI document, as the gateway serves it."""

import json
from pathlib import Path


def text() -> str:
    """The document as JSON, the same for the same code."""
    from services.gateway.routes.api import application, document

    return json.dumps(document(application()), indent=2, ensure_ascii=False) + "\n"


def write(file: str) -> None:
    """Writes it, unless the file says that already."""
    path, wanted = Path(file), text()
    if not path.exists() or path.read_text() != wanted:
        path.write_text(wanted)
