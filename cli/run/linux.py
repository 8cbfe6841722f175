"""The few system calls that Python does not offer: dying with the parent, and keeping one capability."""

import ctypes
import os
import signal
import struct
import sys

CAP_DAC_OVERRIDE = 1
CAP_DAC_READ_SEARCH = 2

_PR_SET_PDEATHSIG = 1
_PR_SET_KEEPCAPS = 8
_PR_CAP_AMBIENT = 47
_PR_CAP_AMBIENT_RAISE = 2
_CAPABILITY_VERSION_3 = 0x20080522

_LINUX = sys.platform == "linux"
_libc = ctypes.CDLL(None, use_errno=True) if _LINUX else None


def die_with_parent(death_signal: int, parent: int) -> None:
    """Has the kernel send this process the signal when its parent ends, however it ends. Elsewhere than on
    Linux it does nothing: there the next start ends what was left. Changing user undoes it, so it comes last."""
    if _libc is None:
        return
    _libc.prctl(_PR_SET_PDEATHSIG, death_signal, 0, 0, 0)
    if os.getppid() != parent:
        os.kill(os.getpid(), signal.SIGKILL)


def holds_capability(capability: int) -> bool:
    """Whether this process may pass the capability on."""
    try:
        with open("/proc/self/status") as status:
            permitted = next(line.split()[1] for line in status if line.startswith("CapPrm"))
    except (OSError, StopIteration):
        return False
    return bool(int(permitted, 16) >> capability & 1)


def become(uid: int, gid: int, capability: int | None) -> None:
    """Gives up root for good, except for one capability where one is named."""
    if capability is not None and _libc is not None:
        _libc.prctl(_PR_SET_KEEPCAPS, 1, 0, 0, 0)
    os.setgroups([])
    os.setresgid(gid, gid, gid)
    os.setresuid(uid, uid, uid)
    if capability is not None:
        _keep(capability)


def _keep(capability: int) -> None:
    if _libc is None:
        return
    header = struct.pack("<Ii", _CAPABILITY_VERSION_3, 0)
    mask = 1 << capability
    data = struct.pack("<6I", mask, mask, mask, 0, 0, 0)
    if _libc.capset(ctypes.c_char_p(header), ctypes.c_char_p(data)) != 0:
        raise OSError(ctypes.get_errno(), "capset")
    if _libc.prctl(_PR_CAP_AMBIENT, _PR_CAP_AMBIENT_RAISE, capability, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "prctl")
