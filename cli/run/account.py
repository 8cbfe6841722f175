"""Who the embedded servers run as. PostgreSQL refuses root, and the others do not need it."""

import os
import pwd
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from cli.run.linux import CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH, become, holds_capability
from cli.run.trouble import Trouble

_REACHES, _DOES_NOT_REACH, _CANNOT_BECOME = 0, 1, 2


@dataclass(frozen=True)
class Account:
    """A user to become. capability: the one power of root it keeps, to pass folders closed to others, or None."""

    uid: int
    gid: int
    capability: int | None = None

    def take_on(self) -> None:
        """Turns this process into the account's; for a child between fork and exec."""
        become(self.uid, self.gid, self.capability)

    def own(self, path: Path) -> None:
        """Hands it a file or folder, and everything in it."""
        os.lchown(path, self.uid, self.gid)
        for folder, names, files in os.walk(path):
            for name in (*names, *files):
                os.lchown(os.path.join(folder, name), self.uid, self.gid)


def choose_account(data_dir: Path, binaries: Sequence[Path]) -> Account | None:
    """None unless this is root. Permissions outside the data folder stay as they are: where an unprivileged
    user cannot pass a folder on the way (/root, say), the servers keep the one capability that lets them."""
    if os.geteuid() != 0:
        return None
    for entry in _candidates(data_dir):
        answer = _try(entry.pw_uid, entry.pw_gid, (data_dir, *binaries))
        if answer == _REACHES:
            return Account(entry.pw_uid, entry.pw_gid)
        if answer == _DOES_NOT_REACH:
            return Account(entry.pw_uid, entry.pw_gid, _capability(data_dir, entry.pw_name))
    raise Trouble("PostgreSQL refuses to run as root, and no other user can be taken on here: run Frontdesk as one.")


def _candidates(data_dir: Path) -> Iterable[pwd.struct_passwd]:
    cluster = data_dir / "postgres"
    owner = cluster.stat().st_uid if cluster.exists() else None
    others = [entry for entry in pwd.getpwall() if entry.pw_uid != 0]
    return sorted(others, key=lambda entry: (entry.pw_uid != owner, entry.pw_name != "nobody"))[:5]


def _capability(data_dir: Path, user: str) -> int:
    for capability in (CAP_DAC_READ_SEARCH, CAP_DAC_OVERRIDE):
        if holds_capability(capability):
            return capability
    raise Trouble(
        f"PostgreSQL refuses to run as root, and the user {user} cannot reach {data_dir} or the programs: "
        "set FRONTDESK_DATA_DIR to a folder others may pass, or run Frontdesk as another user."
    )


def _try(uid: int, gid: int, paths: Sequence[Path]) -> int:
    """Asks the kernel rather than reading modes: access lists and mounts count, too."""
    child = os.fork()
    if child == 0:
        try:
            become(uid, gid, None)
        except OSError:
            os._exit(_CANNOT_BECOME)
        reached = all(os.access(path, os.X_OK | os.R_OK) for path in paths)
        os._exit(_REACHES if reached else _DOES_NOT_REACH)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
