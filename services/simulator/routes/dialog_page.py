"""The dialog's page, made on the server: it has to work before anybody is known."""

import json
from functools import cache
from html import escape
from pathlib import Path

from services.simulator.domain.meta.accounts import MetaAccount

_LOCALES = Path(__file__).with_name("static") / "locales"
_PAGE = """<!doctype html>
<html lang="{language}">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <title>{title}</title>
    <link rel="stylesheet" href="../../../assets/style.css">
    <link rel="stylesheet" href="../../../assets/lists.css">
  </head>
  <body class="plain">
    <header class="bar"><h1>{title}</h1></header>
    <main class="page">{content}</main>
  </body>
</html>
"""


def dialog_page(accounts: list[MetaAccount], accept_language: str) -> str:
    """Accounts to choose, and a yes and a no."""
    language = _language(accept_language)
    words = _words(language)
    rows = "".join(_row(account) for account in accounts)
    content = f"""
      <form method="post" class="card">
        <p>{escape(words["dialog.lead"])}</p>
        <fieldset class="choices"><legend>{escape(words["dialog.accounts"])}</legend>{rows}</fieldset>
        <p class="buttons">
          <button type="submit" name="answer" value="allow" class="quiet">{escape(words["dialog.allow"])}</button>
          <button type="submit" name="answer" value="deny" class="quiet">{escape(words["dialog.deny"])}</button>
        </p>
      </form>"""
    return _PAGE.format(language=language, title=escape(words["dialog.title"]), content=content)


def message_page(message: str) -> str:
    """What is wrong with the link here."""
    return _PAGE.format(language="en", title="Meta", content=f'<p class="problem" role="alert">{escape(message)}</p>')


def _row(account: MetaAccount) -> str:
    known = account.phone_number if account.channel == "whatsapp" else account.provider_id
    label = escape(f"{account.display_name} · {account.channel.capitalize()} · {known}")
    value = escape(account.account_id, quote=True)
    return f'<label class="choice"><input type="checkbox" name="account" value="{value}" checked> {label}</label>'


def _language(accept: str) -> str:
    first = accept.split(",")[0].split(";")[0].strip().lower()
    if first.startswith("zh"):
        return "zh-CN" if any(part in first for part in ("cn", "hans", "sg")) else "zh-TW"
    return "en" if first.startswith("en") else "zh-TW"


@cache
def _words(language: str) -> dict[str, str]:
    words: dict[str, str] = json.loads((_LOCALES / f"{language}.json").read_text())
    return words
