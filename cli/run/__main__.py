"""The supervisor's process: `python -m cli.run`."""

import argparse
import asyncio
import contextlib
import os
import signal
import sys

from cli.run.folder import end_leftovers, open_folder
from cli.run.linux import die_with_parent
from cli.run.ports import require_free
from cli.run.settings import RunSettings, load
from cli.run.supervisor import Supervisor
from cli.run.trouble import Trouble


async def _run(supervisor: Supervisor) -> None:
    stop = asyncio.Event()

    def told() -> None:
        if stop.is_set():
            supervisor.hurry()
        stop.set()

    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        # `nohup` means it; a script's `&` ignores Ctrl-C without meaning that nobody may end this.
        if number != signal.SIGHUP or signal.getsignal(number) is not signal.SIG_IGN:
            loop.add_signal_handler(number, told)
    await supervisor.run(stop)


def _supervise(settings: RunSettings) -> None:
    with open_folder(settings.data_dir) as folder:
        end_leftovers(folder)
        require_free(settings.host, settings.port)
        asyncio.run(_run(Supervisor(settings, folder)))


def main(arguments: list[str]) -> int:
    """Exit code 0 after a signal, 1 with one line on what keeps it from running."""
    parser = argparse.ArgumentParser(prog="frontdesk run", description="Starts Frontdesk with all it needs.")
    parser.add_argument("--with-parent", action="store_true", help="end when the program that started this one ends")
    if parser.parse_args(arguments).with_parent:
        die_with_parent(signal.SIGTERM, os.getppid())
    try:
        _supervise(load())
    except Trouble as trouble:
        return _complain(str(trouble))
    except OSError as error:
        return _complain(f"{error.strerror or error}{f': {error.filename}' if error.filename else ''}.")
    except KeyboardInterrupt:
        return 130
    return 0


def _complain(line: str) -> int:
    with contextlib.suppress(OSError):
        print(f"frontdesk: {line}", file=sys.stderr, flush=True)
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
