"""Ports on loopback: chosen once, kept in the data folder, chosen anew when another program took one."""

import random
import socket
import sys
from collections import deque
from collections.abc import Mapping

from cli.run.folder import DataFolder
from cli.run.trouble import Trouble

LOOPBACK = "127.0.0.1"
# Below the range that outgoing connections take theirs from: what is free now stays free while we are away.
_RANGE = range(18000, 32000)
_random = random.SystemRandom()


class Reservations:
    """Ports that nobody else who chooses this way is given, until they are closed.

    A port is held by a socket that is bound and does not listen: the server meant for it may bind it all the same,
    for servers allow addresses to be used again, while another holder may not. Only Linux is that subtle; elsewhere a
    port is free at the moment it is chosen, and no more.
    """

    def __init__(self, at_most: int | None = None) -> None:
        self._held: deque[socket.socket] = deque(maxlen=at_most)

    def take(self, before: int = 0, wanted: int = 0) -> int:
        """The port it was before, unless a program listens there; else the wanted one; else any that is free."""
        if before and not _listens(LOOPBACK, before):
            self._hold(before)
            return before
        candidates = [wanted] if wanted else []
        for port in (*candidates, *_random.sample(_RANGE, 100)):
            if self._hold(port):
                return port
        raise Trouble(f"No port is free on {LOOPBACK}.")

    def close(self) -> None:
        """Gives them back."""
        while self._held:
            self._held.pop().close()

    def _hold(self, port: int) -> bool:
        holder = socket.socket()
        try:
            holder.bind((LOOPBACK, port))
        except OSError:
            holder.close()
            return False
        if sys.platform != "linux":
            holder.close()
            return True
        holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if len(self._held) == self._held.maxlen:
            self._held.popleft().close()
        self._held.append(holder)
        return True


# For callers that want one port and have nowhere to keep a reservation: the last so many stay theirs.
_lately = Reservations(at_most=256)


def free_port() -> int:
    """A port nobody has at the moment, and that this process is not given again soon."""
    return _lately.take()


def choose(folder: DataFolder, wanted: Mapping[str, int], reservations: Reservations) -> dict[str, int]:
    """A port for each name: the one of last time, else the wanted one, else any that is free."""
    before: dict[str, int] = folder.recall("ports") or {}
    ports = {name: reservations.take(before.get(name, 0), port) for name, port in wanted.items()}
    folder.remember("ports", {**before, **ports})
    return ports


def require_free(host: str, port: int) -> None:
    """Trouble when the public port is taken or may not be bound."""
    try:
        _listen(host, port).close()
    except PermissionError as error:
        raise Trouble(f"Port {port} needs more rights than this user has: set FRONTDESK_PORT above 1023.") from error
    except OSError as error:
        raise Trouble(
            f"Port {port} on {host} is in use ({error.strerror}): stop the program that has it, or set FRONTDESK_PORT "
            "to a free one."
        ) from error


def _listens(host: str, port: int) -> bool:
    try:
        _listen(host, port).close()
    except OSError:
        return True
    return False


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        # As servers do: a connection of the last run that lingers in TIME_WAIT does not count.
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(1)
    except OSError:
        listener.close()
        raise
    return listener
