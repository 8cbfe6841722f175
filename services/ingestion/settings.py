"""Configuration of the ingestion service."""

from limits import parse
from pydantic import ConfigDict, SecretStr

from libs.app.settings import CommonSettings
from libs.edge.settings import Proxies, Rate


class Settings(CommonSettings):
    """FRONTDESK_INGESTION_* variables, and FRONTDESK_WIDGET_* for the calls of shops' pages."""

    model_config = ConfigDict(extra="ignore", frozen=True, arbitrary_types_allowed=True)

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
    # Networks whose X-Forwarded-For is believed where widgets call, separated by commas; "peer" is whoever hands a call
    # over. This machine's own always is.
    trusted_proxies: Proxies = ()
    # Calls an address may make, and of these how many that write something.
    widget_rate_address: Rate = parse("600/minute")
    widget_rate_writing_address: Rate = parse("120/minute")
    widget_rate_images_address: Rate = parse("120/hour")
    # Bytes of bodies an address may send: pictures and words, as announced.
    widget_rate_bytes_address: Rate = parse("60000000/minute")
    # What one person may do; sessions count by address.
    widget_rate_sessions: Rate = parse("60/minute")
    widget_rate_messages: Rate = parse("20/minute")
    widget_rate_forms: Rate = parse("10/hour")
    widget_rate_images: Rate = parse("30/hour")
    # Seconds a question for news may wait, and how many may: of a person, of an address, of all in this process.
    widget_news_seconds: float = 25.0
    widget_waiting_person: int = 6
    widget_waiting_address: int = 60
    widget_waiting: int = 5000
    # What whoever hands customers' mails over signs them with; empty takes none.
    mail_secret: SecretStr = SecretStr("")
