"""Configuration of the delivery service."""

from pydantic import Field, SecretStr

from libs.app.settings import CommonSettings


class Settings(CommonSettings):
    """FRONTDESK_* variables: how it sends, where the platforms are, and what becomes of files."""

    line_api_url: str = "https://api.line.me"
    line_data_url: str = "https://api-data.line.me"
    # Without the version, which is changed before the platform ends it.
    graph_url: str = "https://graph.facebook.com"
    instagram_url: str = "https://graph.instagram.com"
    graph_version: str = Field("v23.0", pattern=r"^v[0-9]{1,3}\.[0-9]{1,2}$")
    # The shared app that people connect pages and numbers with.
    meta_app_id: str = ""
    meta_app_secret: SecretStr = SecretStr("")
    # Where customers' answers to mails go; the public address's own host when empty.
    mail_domain: str = ""
    # Seconds a platform has to answer.
    delivery_timeout: float = 10.0
    # Calls under way at once, in all and for one account.
    delivery_concurrency: int = 200
    delivery_account_concurrency: int = 16
    # Seconds between looks at the queue when nothing wakes it.
    delivery_poll: float = 0.5
    delivery_profile_concurrency: int = 32
    # Contents fetched at once, and how large one may be.
    delivery_media_concurrency: int = 12
    media_received_bytes: int = 300_000_000
    # Processes that look into files: how many, how long for one file, and how much address space each.
    media_workers: int = 2
    media_worker_seconds: float = 300.0
    media_worker_megabytes: int = 1536
    # "host:port" of addresses that may be fetched from although they are private, separated by commas: the simulator's.
    fetch_allowed_hosts: str = ""
