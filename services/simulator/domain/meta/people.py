"""People to write as on Meta's channels, the same as on LINE."""

from services.simulator.domain.meta.accounts import MetaAccount, MetaCustomer
from services.simulator.domain.meta.ids import business_scoped_id, phone_number, scoped_id

_PEOPLE = (
    ("林小美", "zh_TW", "xiaomei.lin"),
    ("王大明", "zh_TW", "daming_wang"),
    ("陳怡君", "zh_TW", "yijun.chen"),
    ("李娜", "zh_CN", "lina_2026"),
    ("Alex Chan", "en_US", "alexchan"),
)
# Who hides the number behind a user name on WhatsApp.
_HIDDEN = "李娜"


def personas(account: MetaAccount) -> list[MetaCustomer]:
    """The people every account begins with."""
    return [_persona(account, *row) for row in _PEOPLE]


def passer_by(account: MetaAccount, user_id: str) -> MetaCustomer:
    """Somebody who writes without having been introduced."""
    person = MetaCustomer(user_id, f"Customer {user_id[-6:]}", picture=False)
    if account.channel == "whatsapp":
        by_number = user_id.isdigit()
        person.phone = user_id if by_number else phone_number("of", user_id)
        person.scoped_id = business_scoped_id("TW", account.account_id, user_id) if by_number else user_id
        person.phone_hidden = not by_number
        person.username = None if by_number else f"user{user_id[-6:].lower()}"
    return person


def person_id(account: MetaAccount, name: str) -> str:
    """The id of somebody with this name on this account: a scoped id, or a phone number."""
    return phone_number(name) if account.channel == "whatsapp" else scoped_id(account.account_id, name)


def crowd_id(account: MetaAccount, name: str) -> str:
    """The same for one of a load run's many: with more digits, so that no two share a number."""
    return phone_number(name, digits=11) if account.channel == "whatsapp" else scoped_id(account.account_id, name)


def _persona(account: MetaAccount, name: str, language: str, username: str) -> MetaCustomer:
    identifier = person_id(account, name)
    if account.channel != "whatsapp":
        return MetaCustomer(identifier, name, True, language, username=username)
    return MetaCustomer(
        identifier,
        name,
        language=language,
        username=username if name == _HIDDEN else None,
        phone=identifier,
        scoped_id=business_scoped_id("TW", account.account_id, name),
        phone_hidden=name == _HIDDEN,
    )
