"""One try of an attempt: the call to the platform, and what its answer means."""

from libs.accounts.directory import AccountDirectory, AccountsAwayError, KnownAccount
from libs.channels.outcomes import Outcome, SentMessage, Verdict
from libs.channels.registry import channel_named
from libs.channels.sending import CannotSend
from libs.channels.wire import Answer, HttpRequest, Kept, MailRequest, NoAnswer
from libs.observe.log import get_logger
from libs.observe.metrics import Counter
from services.delivery.domain.content import PublicUrl
from services.delivery.domain.sending import build
from services.delivery.models import Attempt
from services.delivery.service.faults import FAULTS
from services.delivery.service.mail import Mail
from services.delivery.service.platforms import Platforms

_log = get_logger(__name__)
_tries = Counter("frontdesk_delivery_tries_total", "Tries to send, by verdict.", ["channel", "method", "verdict"])


class Caller:
    """Makes calls that send. public_url: where platforms fetch files."""

    def __init__(self, directory: AccountDirectory, platforms: Platforms, mail: Mail, public_url: PublicUrl) -> None:
        self._directory = directory
        self._platforms = platforms
        self._mail = mail
        self._public_url = public_url

    def prepare(self, attempt: Attempt, account: KnownAccount) -> HttpRequest | MailRequest | Outcome:
        """The call to make, or what becomes of the attempt without one. Never raises."""
        channel = channel_named(attempt.channel)
        try:
            call = channel.build_send(build(attempt, self._public_url), account.owner, account.credentials)
        except CannotSend as error:
            verdict = Verdict.AUTH_FAILED if error.code == "token_expired" else Verdict.REJECTED
            return Outcome(verdict, error.code, error.message)
        except Exception:
            # A mistake of ours: the message fails in time and says so, instead of blocking its lane for ever.
            FAULTS.labels("calls").inc()
            _log.exception("a call could not be built", channel=attempt.channel, message=str(attempt.message_id))
            return Outcome(Verdict.RETRY, "platform_error", "the call could not be built")
        if isinstance(call, Kept):
            _tries.labels(attempt.channel, call.operation, Verdict.ACCEPTED.value).inc()
            return Outcome(Verdict.ACCEPTED, sent=(SentMessage(call.provider_message_id),))
        return call

    async def send(self, attempt: Attempt, call: HttpRequest | MailRequest, account: KnownAccount) -> Outcome:
        """What became of one try. Never raises."""
        if isinstance(call, MailRequest):
            outcome = await self._mail.send(call)
        else:
            outcome = self._read(attempt, await self._platforms.call(call))
        _tries.labels(attempt.channel, attempt.method, outcome.verdict.value).inc()
        if outcome.verdict is Verdict.AUTH_FAILED and await self._renewed(account):
            return Outcome(Verdict.RETRY, outcome.code, outcome.detail)
        return outcome

    def _read(self, attempt: Attempt, answer: Answer | NoAnswer) -> Outcome:
        try:
            return channel_named(attempt.channel).classify(answer)
        except Exception:
            # A mistake of ours: an answer that nobody can read counts as lost, or the call would be made for ever.
            FAULTS.labels("calls").inc()
            _log.exception("an answer could not be read", channel=attempt.channel, message=str(attempt.message_id))
            return Outcome(Verdict.AMBIGUOUS, "timeout", "the answer could not be read", maybe_sent=True)

    async def _renewed(self, used: KnownAccount) -> bool:
        """Whether the account has other credentials by now than those that were refused."""
        self._directory.forget(used.account_id)
        try:
            now = await self._directory.get(used.account_id)
        except AccountsAwayError:
            return False
        return now is not None and now.credentials != used.credentials
