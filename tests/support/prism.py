"""Prism: a server that answers as an OpenAPI file says and refuses what the file does not allow."""

import socket
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.support.npm import NODE, install

_TOOLS = Path(__file__).parents[1] / "contract"
_READY_WITHIN_SECONDS = 60


@contextmanager
def prism_mock(specification: Path) -> Iterator[str]:
    """Prism's address on loopback while the block runs."""
    install(_TOOLS)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    script = _TOOLS / "node_modules" / "@stoplight" / "prism-cli" / "dist" / "index.js"
    command = [NODE, str(script), "mock", "-h", "127.0.0.1", "-p", str(port), "--errors", str(specification)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        try:
            _wait_until_listening(process)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()


def _wait_until_listening(process: "subprocess.Popen[str]") -> None:
    """Reads on for as long as Prism talks: a full pipe would stop it."""
    listening, output = threading.Event(), list[str]()

    def read() -> None:
        for line in process.stdout or ():
            output.append(line)
            if "is listening" in line:
                listening.set()

    threading.Thread(target=read, daemon=True).start()
    assert listening.wait(_READY_WITHIN_SECONDS), f"prism did not start: {''.join(output)}"
