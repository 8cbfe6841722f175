"""What a start needs that needs libraries: identity keys and migrations. Its own process, so that the supervisor
stays small and can skip it."""

import asyncio
import json
import sys
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from cli.migrate import migrate_all
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
    except (SettingsError, SQLAlchemyError, OSError) as error:
        print(f"The database cannot be brought to this version: {_first_line(error)}", flush=True)
        return 1
    return 0


def _first_line(error: Exception) -> str:
    cause = getattr(error, "orig", None) or error
    return f"{type(cause).__name__}: {str(cause).strip().splitlines()[0] if str(cause).strip() else 'no details'}"


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
