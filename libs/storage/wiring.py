"""Store and addresses as a service gets them from its process."""

import asyncio

from pydantic import SecretStr

from libs.app.runtime import Runtime
from libs.app.service import Dispensable
from libs.app.settings import CommonSettings, SettingsError
from libs.app.tasks import end
from libs.observe.log import get_logger
from libs.storage.addresses import MediaAddresses, MediaKeyError, parse_keys
from libs.storage.store import MediaStore, StorageError

_log = get_logger(__name__)


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


class StoragePart(Dispensable):
    """Looks now and then whether the store answers, so that its trouble is known before somebody needs a file. Texts
    come and go without it, so no service waits for it."""

    name = "storage"

    def __init__(self, store: MediaStore, every_seconds: float = 30.0) -> None:
        self._store = store
        self._every = every_seconds
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Begins to look; connections open when first needed."""
        self._task = asyncio.create_task(self._watch(), name="storage")

    async def stop(self) -> None:
        """Looks no more."""
        await end(self._task)

    async def problem(self) -> str | None:
        """Away, or not writable."""
        return await self._store.problem()

    async def _watch(self) -> None:
        told: str | None = None
        while True:
            problem = await self._store.problem()
            if problem != told:
                log = _log.warning if problem else _log.info
                log("file storage is away" if problem else "file storage is back", reason=problem or "")
            told = problem
            await asyncio.sleep(self._every)
