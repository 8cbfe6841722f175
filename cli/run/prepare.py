"""What a start needs that needs libraries: identity keys and migrations. Its own process, so that the supervisor
stays small and can skip it."""

import asyncio
import json
import sys
from pathlib import Path

from cli.migrate import MigrationError, migrate_all
from cli.run.folder import write_secret
from cli.run.services import IDENTITIES
from libs.app.settings import SettingsError
from libs.auth.identity import Identity


def make_identities(secrets: Path) -> None:
    """A key pair for every identity that has none yet, and the list of all public keys."""
    public = {}
    for name in IDENTITIES:
        path = secrets / f"{name}.pem"
        if not path.exists():
            write_secret(path, Identity.generate(name).private_pem())
        public[name] = Identity.load(name, str(path)).public_pem()
    write_secret(secrets / "identities.json", json.dumps(public))


def main(secrets: Path) -> int:
    """Exit code 0, or 1 with one line on what is wrong."""
    try:
        make_identities(secrets)
        asyncio.run(migrate_all())
    except (SettingsError, MigrationError, OSError) as error:
        print(error, flush=True)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
