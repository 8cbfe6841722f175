"""Store and addresses as a service gets them from its process."""

from pydantic import SecretStr

from libs.app.runtime import Runtime
from libs.app.settings import CommonSettings, SettingsError
from libs.storage.addresses import MediaAddresses, MediaKeyError, parse_keys
from libs.storage.store import MediaStore, StorageError


class StorageSettings(CommonSettings):
    """FRONTDESK_MEDIA_KEY: keys in base64, separated by commas; the first signs, all verify."""

    media_key: SecretStr = SecretStr("")


def media_store(runtime: Runtime) -> MediaStore:
    """FRONTDESK_STORAGE_URL, or a folder of the data folder. Raises SettingsError."""
    settings = runtime.settings(StorageSettings)
    try:
        return MediaStore(settings.storage_url, settings.data_dir / "files")
    except StorageError as error:
        raise SettingsError(str(error)) from error


def media_addresses(runtime: Runtime) -> MediaAddresses:
    """Signed with FRONTDESK_MEDIA_KEY. Raises SettingsError when that is missing or wrong."""
    settings = runtime.settings(StorageSettings)
    try:
        keys = parse_keys(settings.media_key.get_secret_value())
    except MediaKeyError as error:
        raise SettingsError(f"FRONTDESK_MEDIA_KEY: {error}") from error
    return MediaAddresses(keys, settings.public_url.rstrip("/"), runtime.clock.now)


class StoragePart:
    """Tells readiness whether the store answers."""

    name = "storage"

    def __init__(self, store: MediaStore) -> None:
        self._store = store

    async def start(self) -> None:
        """Connections open when first needed."""

    async def stop(self) -> None:
        """Nothing to end."""

    async def problem(self) -> str | None:
        """Away, or not writable."""
        return await self._store.problem()
