"""Work that must end, whoever made up its input."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


@contextmanager
def that_ends(cpu_seconds: float = 60.0) -> Iterator[None]:
    """Breaks the work off once it took more of the processor than any work that grows with its input's length would.
    Counts no time of other processes, so a busy machine changes nothing."""

    def give_up(_number: int, _frame: FrameType | None) -> None:
        raise AssertionError(f"no end after {cpu_seconds:g} s of the processor")

    before = signal.signal(signal.SIGVTALRM, give_up)
    signal.setitimer(signal.ITIMER_VIRTUAL, cpu_seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)
