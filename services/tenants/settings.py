"""Configuration of the tenants service."""

from datetime import timedelta

from pydantic import Field, SecretStr

from libs.app.settings import CommonSettings
from services.tenants.domain.dialogs import Dialog
from services.tenants.domain.sessions import SessionRules


class TenantsSettings(CommonSettings):
    """FRONTDESK_* variables of this service, beside the common ones."""

    # "k2:<base64 of 32 bytes>,k1:…": the first encrypts, all decrypt.
    credential_keys: SecretStr = SecretStr("")
    # argon2id; OWASP's first choice of parameters.
    password_time_cost: int = Field(2, ge=1)
    password_memory_kib: int = Field(19 * 1024, ge=8)
    password_parallelism: int = Field(1, ge=1)
    # Hashes computed at once, and how many more may wait before sign-ins are turned away.
    password_threads: int = Field(2, ge=1)
    password_waiting: int = Field(100, ge=1)
    session_idle_days: float = Field(14, gt=0)
    session_days: float = Field(60, gt=0)
    refresh_grace_seconds: float = Field(10, ge=0)
    refresh_lost_answer_hours: float = Field(24, ge=0)
    invitation_days: float = Field(7, gt=0)
    password_reset_minutes: float = Field(60, gt=0)
    # This desk's app of Meta, with which accounts are connected by its dialog; "" has none. meta_signup_config_id: of
    # WhatsApp's Embedded Signup.
    meta_app_id: str = ""
    meta_signup_config_id: str = ""
    meta_dialog_url: str = "https://www.facebook.com"
    graph_version: str = Field("v23.0", pattern=r"^v[0-9]{1,3}\.[0-9]{1,2}$")
    mail_from: str = "Frontdesk <no-reply@frontdesk.invalid>"

    def dialog(self) -> Dialog:
        """Meta's dialog."""
        callback = f"{self.public_url}/api/v1/connections/callback"
        address, signup = self.meta_dialog_url.rstrip("/"), self.meta_signup_config_id
        return Dialog(address, self.graph_version, self.meta_app_id, signup, callback)

    def session_rules(self) -> SessionRules:
        """How long sessions live."""
        return SessionRules(
            idle=timedelta(days=self.session_idle_days),
            absolute=timedelta(days=self.session_days),
            grace=timedelta(seconds=self.refresh_grace_seconds),
            lost_answer=timedelta(hours=self.refresh_lost_answer_hours),
        )

    def link_lifetimes(self) -> dict[str, timedelta]:
        """How long links in mails are good, by kind."""
        return {
            "invitation": timedelta(days=self.invitation_days),
            "password_reset": timedelta(minutes=self.password_reset_minutes),
        }
