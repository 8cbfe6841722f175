"""What a mail server learns from the exit code of `frontdesk mail-in`."""

import httpx
import pytest
from typer.testing import CliRunner

from cli.main import app

_LATER, _REFUSED = 75, 77


def _exit_code(monkeypatch: pytest.MonkeyPatch, answer: httpx.Response | None, secret: str = "s") -> int:
    def post(*_: object, **__: object) -> httpx.Response:
        if answer is None:
            raise httpx.ConnectError("nobody there")
        return answer

    monkeypatch.setattr("cli.mail_in.httpx.post", post)
    monkeypatch.setenv("FRONTDESK_MAIL_SECRET", secret)
    return CliRunner().invoke(app, ["mail-in"], input="From: a@b\n\nhi").exit_code


def test_a_mail_that_is_taken_is_done_with(monkeypatch: pytest.MonkeyPatch) -> None:
    assert _exit_code(monkeypatch, httpx.Response(200, json={"result": "stored"})) == 0


@pytest.mark.parametrize("status", [401, 404, 408, 500, 503])
def test_what_we_can_mend_is_tried_again(monkeypatch: pytest.MonkeyPatch, status: int) -> None:
    assert _exit_code(monkeypatch, httpx.Response(status)) == _LATER


def test_without_a_desk_or_a_secret_the_mail_server_keeps_the_mail(monkeypatch: pytest.MonkeyPatch) -> None:
    assert _exit_code(monkeypatch, None) == _LATER
    assert _exit_code(monkeypatch, httpx.Response(200), secret="") == _LATER


def test_a_mail_that_is_too_large_stays_so(monkeypatch: pytest.MonkeyPatch) -> None:
    assert _exit_code(monkeypatch, httpx.Response(413)) == _REFUSED
