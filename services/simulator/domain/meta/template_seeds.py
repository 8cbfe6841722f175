"""The templates that every WhatsApp business account, and every page, begins with."""

from typing import Any

from services.simulator.domain.meta.templates import Template


def _body(text: str, *examples: str) -> dict[str, Any]:
    example = {"example": {"body_text": [list(examples)]}} if examples else {}
    return {"type": "BODY", "text": text} | example


def _named(text: str, **examples: str) -> dict[str, Any]:
    named = [{"param_name": name, "example": example} for name, example in examples.items()]
    return {"type": "BODY", "text": text, "example": {"body_text_named_params": named}}


def _header(text: str, example: str) -> dict[str, Any]:
    return {"type": "HEADER", "format": "TEXT", "text": text, "example": {"header_text": [example]}}


def _footer(text: str) -> dict[str, Any]:
    return {"type": "FOOTER", "text": text}


def _buttons(*buttons: dict[str, Any]) -> dict[str, Any]:
    return {"type": "BUTTONS", "buttons": list(buttons)}


def _reply(text: str) -> dict[str, Any]:
    return {"type": "QUICK_REPLY", "text": text}


def _link(text: str, url: str, *examples: str) -> dict[str, Any]:
    return {"type": "URL", "text": text, "url": url} | ({"example": list(examples)} if examples else {})


def _page_link(text: str, url: str, example: str) -> dict[str, Any]:
    return {"type": "URL", "text": text, "url": url, "example": {"url_suffix_example": example}}


_PICTURE = {"type": "HEADER", "format": "IMAGE", "example": {"header_handle": ["https://www.example.com/header.jpg"]}}
_ORDER = "https://shop.example.com/orders/"
_Seed = tuple[str, str, str, str, str, list[dict[str, Any]]]
_SEEDS: tuple[_Seed, ...] = (
    ("order_shipped", "zh_TW", "UTILITY", "APPROVED", "POSITIONAL", [
        _header("訂單 {{1}} 已出貨", "A1024"),
        _body("{{1}} 您好，您的訂單已交給 {{2}}，預計 {{3}} 送達。", "林小美", "黑貓宅急便", "11/25"),
        _footer("回覆這則訊息就能找到客服"),
        _buttons(_link("查看訂單", _ORDER + "{{1}}", _ORDER + "A1024"), _reply("聯絡客服")),
    ]),
    ("order_shipped", "en", "UTILITY", "APPROVED", "POSITIONAL", [
        _header("Order {{1}} is on its way", "A1024"),
        _body("Hi {{1}}, your order was handed to {{2}} and should arrive on {{3}}.", "May", "DHL", "25 Nov"),
        _footer("Reply to reach our team"),
        _buttons(_link("View order", _ORDER + "{{1}}", _ORDER + "A1024"), _reply("Talk to us")),
    ]),
    ("follow_up", "zh_TW", "UTILITY", "APPROVED", "NAMED", [
        _named("{{customer_name}} 您好，關於您詢問的{{topic}}，我們有新的進展，方便繼續聊嗎？",
               customer_name="林小美", topic="換貨"),
        _buttons(_reply("好的"), _reply("不用了，謝謝")),
    ]),
    ("follow_up", "en", "UTILITY", "APPROVED", "NAMED", [
        _named("Hi {{customer_name}}, we have news about {{topic}}. Shall we go on?",
               customer_name="May", topic="your exchange"),
        _buttons(_reply("Yes"), _reply("No, thanks")),
    ]),
    ("hello", "zh_TW", "UTILITY", "APPROVED", "POSITIONAL", [_body("您好，有什麼可以為您服務的嗎？")]),
    ("hello", "en", "UTILITY", "APPROVED", "POSITIONAL", [_body("Hello! How can we help you?")]),
    ("autumn_sale", "zh_TW", "MARKETING", "APPROVED", "POSITIONAL", [
        _PICTURE,
        _body("{{1}}，秋季特賣只到 {{2}}！", "林小美", "11/30"),
        _footer("不想再收到請回覆「停止」"),
        _buttons(_link("逛逛", "https://shop.example.com/sale"), _reply("停止接收")),
    ]),
    ("winter_sale", "zh_TW", "MARKETING", "PENDING", "POSITIONAL", [_body("冬季特賣即將開始，敬請期待。")]),
    ("win_a_phone", "en", "MARKETING", "REJECTED", "POSITIONAL", [_body("You have WON! Tell us your {{1}}.", "PIN")]),
    ("birthday", "zh_TW", "MARKETING", "PAUSED", "POSITIONAL", [_body("{{1}}，生日快樂！", "林小美")]),
)  # fmt: skip


_PAGE_SEEDS: tuple[_Seed, ...] = (
    ("order_update", "zh_TW", "UTILITY", "APPROVED", "POSITIONAL", [
        _header("訂單 {{1}}", "A1024"),
        _body("{{1}} 您好，您的訂單已交給 {{2}}，預計 {{3}} 送達。", "林小美", "黑貓宅急便", "11/25"),
        _buttons(_page_link("查看訂單", _ORDER + "{{1}}", _ORDER + "A1024")),
    ]),
    ("order_update", "en", "UTILITY", "APPROVED", "NAMED", [
        _named("Hi {{customer_name}}, your order was handed to {{carrier}}.", customer_name="May", carrier="DHL"),
    ]),
    ("pick_up", "zh_TW", "UTILITY", "APPROVED", "POSITIONAL", [_body("您的訂單可以到店取貨了。")]),
    ("refund", "zh_TW", "UTILITY", "PENDING", "POSITIONAL", [_body("{{1}} 的退款已處理。", "A1024")]),
)  # fmt: skip


def seeds() -> list[Template]:
    """Of a business account: fresh copies, so that it may change its own."""
    return _made(_SEEDS, "15")


def page_seeds() -> list[Template]:
    """Of a page."""
    return _made(_PAGE_SEEDS, "17")


def _made(listed: tuple[_Seed, ...], prefix: str) -> list[Template]:
    return [
        Template(f"{prefix}{number:014}", name, language, category, status, components, form)
        for number, (name, language, category, status, form, components) in enumerate(listed, 1)
    ]
