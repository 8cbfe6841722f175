"""Ports on loopback: chosen once, kept in the data folder, chosen anew when another program took one."""

import random
import socket
from collections.abc import Mapping

from cli.run.folder import DataFolder
from cli.run.trouble import Trouble


def require_free(host: str, port: int) -> None:
    """Trouble when the public port is taken or may not be bound."""
    try:
        _bind(host, port).close()
    except PermissionError as error:
        raise Trouble(f"Port {port} needs more rights than this user has: set FRONTDESK_PORT above 1023.") from error
    except OSError as error:
        raise Trouble(
            f"Port {port} on {host} is in use ({error.strerror}): stop the program that has it, or set FRONTDESK_PORT "
            "to a free one."
        ) from error


def choose(folder: DataFolder, wanted: Mapping[str, int]) -> dict[str, int]:
    """A port for each name: the one of last time, else the wanted one, else any that is free."""
    before: dict[str, int] = folder.recall("ports") or {}
    held: list[socket.socket] = []
    try:
        ports = {name: _hold(held, before.get(name, 0) or port, port) for name, port in wanted.items()}
    finally:
        for listener in held:
            listener.close()
    folder.remember("ports", {**before, **ports})
    return ports


def free_port() -> int:
    """A port nobody has at the moment."""
    held: list[socket.socket] = []
    port = _hold(held)
    held[0].close()
    return port


def _somewhere() -> list[int]:
    # Below the range that outgoing connections take theirs from: what is free now stays free while we are away.
    return random.SystemRandom().sample(range(18000, 32000), 50)


def _hold(held: list[socket.socket], *candidates: int) -> int:
    for candidate in (*filter(None, candidates), *_somewhere()):
        try:
            listener = _bind("127.0.0.1", candidate)
        except OSError:
            continue
        held.append(listener)
        return int(listener.getsockname()[1])
    raise Trouble("No port is free on 127.0.0.1.")


def _bind(host: str, port: int) -> socket.socket:
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
