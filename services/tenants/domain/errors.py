"""What this service refuses, each with a code of its own."""

from libs.rpc.errors import (
    ConflictError,
    FailedPreconditionError,
    InvalidArgumentError,
    NotFoundError,
    PermissionDeniedError,
    TooManyRequestsError,
    UnauthenticatedError,
)


class WrongCredentialsError(UnauthenticatedError):
    """Unknown address, wrong password, disabled teammate: never told apart."""

    code = "wrong_credentials"

    def __init__(self) -> None:
        super().__init__("Email or password is wrong.")


class SessionEndedError(UnauthenticatedError):
    """Signed out, expired, revoked or never there."""

    code = "session_ended"

    def __init__(self) -> None:
        super().__init__("This session has ended. Sign in again.")


class TooManyAttemptsError(TooManyRequestsError):
    """Throttled by address or IP."""

    code = "too_many_attempts"

    def __init__(self, seconds: int) -> None:
        super().__init__(f"Too many attempts. Try again in {seconds} seconds.", retry_after_seconds=seconds)


class LinkSpentError(InvalidArgumentError):
    """A link out of a mail that was used, replaced, or is too old."""

    code = "link_spent"

    def __init__(self) -> None:
        super().__init__("This link was used already or has expired. Ask for a new one.", field="token")


class InvitationNotFoundError(NotFoundError):
    """As LinkSpentError, where the link is the thing asked for."""

    code = "invitation_not_found"

    def __init__(self) -> None:
        super().__init__("This invitation was used already or has expired. Ask your admin for a new one.")


class EmailTakenError(ConflictError):
    """The address signs in already, here or elsewhere."""

    code = "email_taken"

    def __init__(self) -> None:
        super().__init__("Somebody signs in with this address already. Use another one.", field="email")


class RoleAboveOwnError(PermissionDeniedError):
    """Nobody gives or touches a role above the own."""

    code = "role_above_own"

    def __init__(self) -> None:
        super().__init__("This needs a role as high as the one concerned. Ask an admin of your team.")


class AdminsOnlyError(PermissionDeniedError):
    """Rule 109."""

    code = "admins_only"

    def __init__(self) -> None:
        super().__init__("Only admins disable and enable teammates. Ask an admin of your team.")


class LastAdminError(FailedPreconditionError):
    """A tenant always keeps somebody who can do everything."""

    code = "last_admin"

    def __init__(self) -> None:
        super().__init__("This is the last active admin of your team. Make somebody else admin first.")


class TeammateNotFoundError(NotFoundError):
    """No such teammate in this tenant."""

    code = "teammate_not_found"

    def __init__(self) -> None:
        super().__init__("There is no such teammate in your team.")


class AccountNotFoundError(NotFoundError):
    """No such channel account, or none the caller may see."""

    code = "channel_account_not_found"

    def __init__(self) -> None:
        super().__init__("There is no such channel account.")


class AccountDisconnectedError(FailedPreconditionError):
    """Only connected accounts have credentials to change."""

    code = "channel_account_disconnected"

    def __init__(self) -> None:
        super().__init__("This account is disconnected. Connect it again with its credentials.")


class AccountConnectedError(ConflictError):
    """The platform account speaks for somebody already. account_id only when that is this tenant's."""

    code = "channel_account_connected"

    def __init__(self, name: str = "", account_id: str = "") -> None:
        if account_id:
            message = f'This platform account is connected here already, as "{name}".'
            super().__init__(message, field="provider_id", account_id=account_id)
        else:
            message = "This platform account is connected to another team. It must be disconnected there first."
            super().__init__(message, field="provider_id")


class AccountActiveError(FailedPreconditionError):
    """Only what was disconnected can be connected again."""

    code = "channel_account_active"

    def __init__(self) -> None:
        super().__init__("This account is connected. To change its credentials, replace them.")


class CredentialsRefusedError(FailedPreconditionError):
    """The platform does not take them."""

    code = "credentials_refused"

    def __init__(self, failure_code: str, detail: str) -> None:
        words = f": {detail}" if detail else ""
        super().__init__(
            f"The platform refuses these credentials{words}", field="credentials", failure_code=failure_code
        )


class AddressRefusedError(InvalidArgumentError):
    """An address among the credentials that the desk never calls."""

    code = "address_not_allowed"

    def __init__(self, credential: str, why: str) -> None:
        super().__init__(
            f"{credential} must be an https address on the public Internet: {why}.", field=f"credentials.{credential}"
        )


class OtherAccountError(FailedPreconditionError):
    """The credentials are good, but another account's."""

    code = "credentials_of_another_account"

    def __init__(self, name: str) -> None:
        message = f'The platform says that these credentials belong to another account: "{name}".'
        super().__init__(message, field="provider_id")


class NoAppError(FailedPreconditionError):
    """The operator has not told this desk's app of the platform."""

    code = "no_platform_app"

    def __init__(self) -> None:
        super().__init__("This desk has no app of the platform. Connect the account with its tokens instead.")


class ConnectionNotFoundError(NotFoundError):
    """Unknown, over, or somebody else's."""

    code = "connection_not_found"

    def __init__(self) -> None:
        super().__init__("This connection is over or was begun elsewhere. Begin again.")


class ConnectionNotReadyError(FailedPreconditionError):
    """Nothing was found to connect: the dialog has not come back, or came back with nothing."""

    code = "connection_not_ready"

    def __init__(self) -> None:
        super().__init__("The platform's dialog has found nothing to connect yet.")


class AccountIdTakenError(ConflictError):
    """Account ids are unique over all tenants, for webhook addresses name nothing else."""

    code = "channel_account_id_taken"

    def __init__(self) -> None:
        super().__init__("This account id is in use. Choose another one.", field="account_id")


class KeyMissingError(FailedPreconditionError):
    """Credentials lie under a key that the ring does not hold."""

    code = "credential_key_missing"

    def __init__(self, key_id: str) -> None:
        super().__init__(f'FRONTDESK_CREDENTIAL_KEYS lacks the key "{key_id}": add it again until nothing needs it.')
