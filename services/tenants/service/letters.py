"""Mails out of the files in mails/: the first line is the subject; a paragraph "> label" becomes the link."""

from datetime import timedelta
from functools import cache
from html import escape
from pathlib import Path
from string import Template

from services.tenants.models import Teammate, Tenant

_FOLDER = Path(__file__).parent / "mails"
_PAGE = (
    '<!doctype html><html lang="{language}"><head><meta charset="utf-8"><title>{subject}</title></head>'
    '<body style="margin:0;padding:24px;background:#f4f5f7;font:16px/1.6 sans-serif;color:#1f2430">'
    '<div style="max-width:520px;margin:0 auto;padding:24px 32px;background:#fff;border-radius:8px">{body}</div>'
    "</body></html>"
)
_BUTTON = (
    '<p><a href="{link}" style="display:inline-block;padding:10px 20px;border-radius:6px;background:#1f5eff;'
    'color:#fff;text-decoration:none">{label}</a></p><p style="font-size:13px;word-break:break-all">{link}</p>'
)


class Letter:
    """One mail's words, as text and as HTML."""

    def __init__(self, kind: str, language: str, values: dict[str, str], link: str) -> None:
        subject, *paragraphs = Template(_template(kind, language)).substitute(values).strip().split("\n\n")
        self.subject = subject
        self.text = "\n\n".join(_as_text(paragraph, link) for paragraph in paragraphs) + "\n"
        body = "".join(_as_html(paragraph, link) for paragraph in paragraphs)
        self.html = _PAGE.format(language=language, subject=escape(subject), body=body)


def values_for(teammate: Teammate, tenant: Tenant, lifetime: timedelta) -> dict[str, str]:
    """What the templates may name."""
    return {
        "name": teammate.name,
        "email": teammate.email,
        "tenant": tenant.name,
        "minutes": str(round(lifetime / timedelta(minutes=1))),
        "days": str(round(lifetime / timedelta(days=1))),
    }


@cache
def _template(kind: str, language: str) -> str:
    return (_FOLDER / f"{kind}.{language}.txt").read_text(encoding="utf-8")


def _as_text(paragraph: str, link: str) -> str:
    return f"{paragraph[2:]}:\n{link}" if paragraph.startswith("> ") else paragraph


def _as_html(paragraph: str, link: str) -> str:
    if paragraph.startswith("> "):
        return _BUTTON.format(link=escape(link), label=escape(paragraph[2:]))
    return f"<p>{escape(paragraph)}</p>"
