"""A process that looks into files strangers sent: no secrets, little memory, no way back to the service but its answer.

`python -m libs.media.worker <megabytes>`: one Job as JSON a line in, one Made as JSON a line out.
"""

import ctypes
import json
import os
import resource
import signal
import sys
from dataclasses import asdict

_PR_SET_PDEATHSIG = 1
_MOST_WRITTEN = 512 * 1024 * 1024


def main() -> None:
    """Works until its input ends."""
    _confine(int(sys.argv[1]) * 1024 * 1024)
    # After the limits, so that they hold for what is loaded, too.
    from libs.media.job import Job
    from libs.media.work import done

    for line in sys.stdin:
        answer = done(Job.from_json(line))
        print(json.dumps(asdict(answer)), flush=True)


def _confine(memory_bytes: int) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_FSIZE, (_MOST_WRITTEN, _MOST_WRITTEN))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    os.nice(10)
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)


if __name__ == "__main__":
    main()
