"""Configuration of the delivery service."""

from libs.app.settings import CommonSettings


class Settings(CommonSettings):
    """FRONTDESK_DELIVERY_* variables, and the platforms' addresses."""

    line_api_url: str = "https://api.line.me"
    line_data_url: str = "https://api-data.line.me"
    # Seconds a platform has to answer.
    delivery_timeout: float = 10.0
    # Calls under way at once, in all and for one account.
    delivery_concurrency: int = 200
    delivery_account_concurrency: int = 16
    # Seconds between looks at the queue when nothing wakes it.
    delivery_poll: float = 0.5
    delivery_profile_concurrency: int = 16
