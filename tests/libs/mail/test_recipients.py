"""A mail goes to the address that was written, or nowhere."""

from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from email.utils import getaddresses

from hypothesis import given
from hypothesis import strategies as st

from libs.mail.recipients import address_to
from libs.mail.smtp import MailRefusedError

_PIECES = st.lists(
    st.sampled_from([*("=?utf-8?q?", "=?utf-8?b?", "?=", "=40", "=2C"), *'ab@.,;:<>"() \n']),
    max_size=14,
).map("".join)


@given(_PIECES)
def test_no_address_is_read_as_another_or_as_several(local: str) -> None:
    address = f"{local}@desk.test"
    message = EmailMessage()
    try:
        address_to(message, address)
    except MailRefusedError:
        return
    message.set_content("hello")
    sent = BytesParser(policy=policy.SMTP).parsebytes(bytes(message))
    assert [one.addr_spec for one in sent["to"].addresses] == [address]
    assert [found for _, found in getaddresses([str(sent["to"])])] == [address]
