"""To whom a mail goes: one address, and the very one that was meant."""

from email.message import EmailMessage

from libs.mail.smtp import MailRefusedError


def address_to(message: EmailMessage, address: str) -> None:
    """Writes To. MailRefusedError for what programs read as another address than it says, or as several: encoded words
    (`=?utf-8?q?a=40b.test=2C?=c@d.test`) are decoded in places where nobody looks for them."""
    try:
        message["To"] = address
        read = [one.addr_spec for one in message["To"].addresses]
    except (ValueError, LookupError, AttributeError, TypeError) as error:
        # The parser of the standard library stumbles over what it did not foresee.
        raise MailRefusedError(f"the address cannot be written: {error}", recipient=True) from error
    if read != [address]:
        raise MailRefusedError("the address is not one that mail programs read as it is written", recipient=True)
