"""Mails of anybody, read: what a person sees of them, and that none takes longer than its length explains."""

import pytest

from libs.channels.web.mails import BadMailError, read_mail
from tests.support.effort import that_ends

_FROM = b"From: Guest <guest@customer.test>\r\nTo: desk@desk.test\r\nMIME-Version: 1.0\r\n"
_HTML = _FROM + b"Content-Type: text/html; charset=utf-8\r\n\r\n"


def _nested(depth: int) -> bytes:
    borders = [b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (one, one) for one in range(depth)]
    return _FROM + b"".join(borders) + b"Content-Type: text/plain\r\n\r\n" + b"\n" * 500_000


@pytest.mark.parametrize(
    ("html", "seen"),
    [
        ("<p>One</p><p>Two<br/>three</p>", "One\nTwo\nthree"),
        ("<HEAD><title>No</title></HEAD><div>Yes &lt;3</div><script>if (a < b) no()</script>", "Yes <3"),
        ("New<blockquote class='quote'><p>Old</p></blockquote>", "New"),
        ("Begun <blockquote>and never ended", "Begun and never ended"),
        ("<!-- hidden -->shown <b>bold</b>", "shown bold"),
    ],
)
def test_of_html_what_a_person_sees_is_read(html: str, seen: str) -> None:
    assert read_mail(_HTML + html.encode()).text == seen


@pytest.mark.parametrize(
    ("header", "sender", "name"),
    [
        ("ok@shop.test", "ok@shop.test", ""),
        ("Mei Lin <OK@shop.test>", "ok@shop.test", "Mei Lin"),
        ("=?utf-8?b?5p6X?= <ok@shop.test>", "ok@shop.test", "林"),
        ('"=?utf-8?b?5p6X?=" <ok@shop.test>', "ok@shop.test", "林"),
        ('"victim@shop.test" <thief@evil.test>', "thief@evil.test", "victim@shop.test"),
        ("=?utf-8?q?Mei_=3Cvictim=40shop.test=3E?= <thief@evil.test>", "thief@evil.test", "Mei <victim@shop.test>"),
        ("ok@shop.test (Mei)", "ok@shop.test", ""),
        ("=?utf-8?q?Mei=09Lin?= <ok@shop.test>", "ok@shop.test", "Mei Lin"),
        ("victim@shop.test <thief@evil.test>", "", ""),
        ("<victim@shop.test> <thief@evil.test>", "", ""),
        ("victim@shop.test;thief@evil.test", "", ""),
        ("victim@shop.test, thief@evil.test", "", ""),
        ("victim@shop.test\r\nFrom: thief@evil.test", "", ""),
        ("Group: victim@shop.test, thief@evil.test;", "", ""),
        ("", "", ""),
    ],
)
def test_a_mail_is_from_nobody_where_programs_may_read_different_senders(header: str, sender: str, name: str) -> None:
    mail = read_mail(f"From: {header}\r\nTo: desk@desk.test\r\n\r\nhi".encode())
    assert (mail.sender, mail.sender_name) == (sender, name)


@pytest.mark.parametrize(
    "piece", [b"<", b"<script ", b"<script>", b"<br", b"<blockquote></blockquot", b"</head><head>"]
)
def test_marks_that_never_end_take_no_more_time_than_others(piece: bytes) -> None:
    with that_ends():
        assert read_mail(_HTML + piece * (1_000_000 // len(piece))).sender == "guest@customer.test"


@pytest.mark.parametrize(
    "raw",
    [
        _nested(100),
        b"To: " + b"a@b.test, " * 100_000 + b"\r\n\r\nhi",
        b"To: a@b.test\r\n" * 100_000 + b"\r\nhi",
        _FROM + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + b"--b\r\n\r\n" * 100_000,
    ],
    ids=["parts inside of parts", "a header without end", "headers without end", "parts without end"],
)
def test_a_mail_that_nobody_writes_is_refused_at_once(raw: bytes) -> None:
    with that_ends(), pytest.raises(BadMailError):
        read_mail(raw)
