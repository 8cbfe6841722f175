"""Configuration of the ingestion service."""

from pydantic import SecretStr

from libs.app.settings import CommonSettings


class Settings(CommonSettings):
    """FRONTDESK_INGESTION_* variables."""

    # host:port of the webhooks; empty when another part of the process serves them.
    ingestion_http_listen: str = "127.0.0.1:8081"
    # Channels this deployment takes webhooks for, separated by commas; empty takes all.
    ingestion_channels: str = ""
    # Longest body taken, bytes. LINE names no limit, Meta sends at most 3 MB.
    ingestion_max_body: int = 4 * 1024 * 1024
    # Seconds to wait for the broker before the event goes to the spool.
    ingestion_publish_timeout: float = 0.7
    # Bytes kept of one refused body, and of all of them together.
    ingestion_refused_body: int = 64 * 1024
    ingestion_refused_total: int = 256 * 1024 * 1024
    # Bytes kept of one account's parked events; of older ones beyond it only the beginning stays.
    ingestion_parked_account: int = 256 * 1024 * 1024
    # Days a ledger entry is kept.
    ledger_days: int = 30
    # Of the Meta app that all accounts share which have none of their own: what it signs webhooks with, and what it
    # says when it checks the address.
    meta_app_secret: SecretStr = SecretStr("")
    meta_verify_token: SecretStr = SecretStr("")
    # Bytes of the calls that may wait for their account's secret while the tenants service is away.
    ingestion_unverified_total: int = 256 * 1024 * 1024
