"""Errors of the control API; the routes turn them into problem+json."""


class ControlError(Exception):
    """A request to the control API that cannot be carried out; the message says what to do instead."""

    status = 400
    code = "bad_request"

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class UnknownAccount(ControlError):
    """No account was registered under this id."""

    status = 404
    code = "unknown_account"

    def __init__(self, account_id: str, channel: str = "line") -> None:
        super().__init__(f"No account {account_id!r} here. Register it with POST /control/{channel}/accounts first.")


class NotFound(ControlError):
    """Something else that is not there."""

    status = 404
    code = "not_found"


class Conflict(ControlError):
    """It contradicts what is there already."""

    status = 409
    code = "conflict"


class NotSendable(ControlError):
    """The account cannot send webhooks now."""

    status = 409
    code = "no_webhook"


class Refused(ControlError):
    """Not allowed from here, or without the token."""

    status = 403
    code = "refused"
